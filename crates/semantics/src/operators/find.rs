//! `find`: rows of several tables for which a predicate is true, brought together by a few columns and a bag of the rest.
//!
//! In: the tables, the predicate, and which columns to show. Out: a union of projections. Each table is asked by itself, about its own columns;
//! a column of the predicate that a table lacks is empty there, and a table that has none of them is left out.

use syntax::Span;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Find, FindColumn, Name};
use syntax::visit::{Visitor, walk_expr};

use super::option_word;
use super::several::{find_sources, search_predicate};
use super::union::{Shape, Source, merge};
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::schema::{Column, Schema};
use crate::tabular::{Tabular, has_column};
use crate::types::Type;
use crate::value::Value;

/// What the result shows of each row.
struct Shown {
    columns: Vec<(Name, Option<Type>)>,
    /// Is there a bag of the rest?
    has_pack: bool,
}

/// - Shape: `source_`, the columns of `project` (else those that all tables have, then those of the predicate), then `pack_` with the rest.
/// - Source: learn.microsoft.com/kusto/query/find-operator.
pub(super) fn find(b: &mut Binder<'_>, input: Option<Tabular>, tree: &Find, keyword: Span) -> Tabular {
    if let Some(column) = tree.project_away.first() {
        b.unsupported(column.span, "find … project-away");
        return Tabular::open(keyword);
    }
    let sources = find_sources(b, input, &tree.tables, &tree.predicate, keyword);
    if sources.is_empty() || sources.iter().any(|source| source.table.is_open) {
        return Tabular::open(keyword);
    }
    let has_no_name = |source: &&Source| ["union_arg", "find_arg"].iter().any(|made| source.name.starts_with(made));
    if let Some(source) = sources.iter().find(has_no_name) {
        // What `source_` says of a table without a name is not documented.
        b.unsupported(source.table.table.span, "find in a table that has no name");
        return Tabular::open(keyword);
    }
    let named = columns_of(b, &tree.predicate, &sources);
    let Some(shown) = shown(b, tree.project.as_deref(), &named, &sources) else { return Tabular::open(keyword) };
    let mut parts = vec![];
    for source in &sources {
        let Some(table) = part(b, source, &tree.predicate, (&named, &shown), &sources, keyword) else {
            return Tabular::open(keyword);
        };
        parts.push(Source { table, name: source.name.clone() });
    }
    let source = option_word(&tree.options, "withsource").map_or("source_", |(name, _)| name);
    let shape = Shape { is_inner: false, with_source: Some(source), has_wildcard: false };
    let merged = merge(b, parts, shape, keyword);
    in_order(merged, &shown, keyword)
}

/// The columns that the predicate names, in the order of the text.
fn columns_of(b: &Binder<'_>, predicate: &Tree, sources: &[Source]) -> Vec<Name> {
    struct Names(Vec<Name>);
    impl Visitor for Names {
        fn visit_expr(&mut self, expr: &Tree) {
            if let TreeKind::Name(name) = &expr.kind
                && !self.0.iter().any(|known| known.text == name.text)
            {
                self.0.push(name.clone());
            }
            walk_expr(self, expr);
        }
    }
    let mut names = Names(vec![]);
    names.visit_expr(predicate);
    names.0.retain(|name| sources.iter().any(|source| b.has_column(&source.table, &name.text)));
    names.0
}

fn shown(b: &mut Binder<'_>, project: Option<&[FindColumn]>, named: &[Name], sources: &[Source]) -> Option<Shown> {
    let Some(project) = project else {
        // The order is that of Microsoft's language service.
        let (first, rest) = sources.split_first()?;
        let is_common = |name: &str| rest.iter().all(|source| has_column(source.table.schema(), name));
        let common = first.table.schema().iter().filter(|column| is_common(&column.name));
        let span = first.table.table.span;
        let mut columns: Vec<(Name, Option<Type>)> =
            common.map(|column| (Name { text: column.name.clone(), span }, None)).collect();
        for name in named {
            if !columns.iter().any(|(common, _)| common.text == name.text) {
                columns.push((name.clone(), None));
            }
        }
        return Some(Shown { columns, has_pack: true });
    };
    let mut shown = Shown { columns: vec![], has_pack: false };
    for entry in project {
        match &entry.column.kind {
            TreeKind::Name(name) => {
                let ty = match &entry.ty {
                    None => None,
                    Some(ty) => match Type::from_name(&ty.text) {
                        Some(ty) => Some(ty),
                        None => {
                            b.error(codes::TYPE_NAME, ty.span, format!("`{}` is not a type", ty.text));
                            return None;
                        }
                    },
                };
                if ty.is_none() && !sources.iter().any(|source| b.has_column(&source.table, &name.text)) {
                    b.name_not_found(name, Scope::default());
                    return None;
                }
                shown.columns.push((name.clone(), ty));
            }
            TreeKind::Call(call) if matches!(call.name.text.as_str(), "pack_all" | "pack") => shown.has_pack = true,
            _ => {
                b.error(codes::COLUMN_EXPECTED, entry.column.span, "a column's name or `pack_all()` is expected here");
                return None;
            }
        }
    }
    Some(shown)
}

/// The rows of one table that fulfill the predicate, with the columns that are shown.
fn part(
    b: &mut Binder<'_>,
    source: &Source,
    predicate: &Tree,
    (named, shown): (&[Name], &Shown),
    sources: &[Source],
    span: Span,
) -> Option<Tabular> {
    let own: Schema = source.table.schema().clone();
    let table = with_missing(b, source.table.clone(), named, sources, span);
    let case = syntax::ast::Case::Insensitive;
    let bound = search_predicate(b, predicate, &table, case)?;
    let table = table.same_columns(span, |input| TableKind::Filter { input, predicate: bound });
    let (mut schema, mut columns): (Schema, Vec<Expr>) = (vec![], vec![]);
    for (name, ty) in &shown.columns {
        let place = if b.has_column(&table, &name.text) { b.column_of(&table, name) } else { None };
        let value = match (place.map(|at| table.column_expr(at, span)), ty) {
            (Some(value), Some(ty)) => b.cast(value, *ty, span)?,
            (Some(value), None) => value,
            (None, ty) => {
                let ty = ty.or_else(|| type_of(b, &name.text, sources))?;
                constant(Value::absent(ty), span)
            }
        };
        schema.push(Column::new(name.text.clone(), value.ty));
        columns.push(value);
    }
    if shown.has_pack {
        let is_shown = |column: &Column| shown.columns.iter().any(|(name, _)| name.text == column.name);
        let rest = own.iter().enumerate().filter(|(_, column)| !is_shown(column));
        let pairs = rest.map(|(at, column)| (column.name.clone(), table.column_expr(at, span))).collect();
        columns.push(b.bag(crate::binder::PACK, pairs, span)?);
        schema.push(Column::new("pack_", Type::Dynamic));
    }
    Some(table.project(columns, schema, span))
}

/// The table with an empty column for each that the predicate names and it lacks.
fn with_missing(b: &Binder<'_>, table: Tabular, named: &[Name], sources: &[Source], span: Span) -> Tabular {
    let (mut schema, mut columns) = (table.schema().clone(), table.all_columns(span));
    for name in named.iter().filter(|name| !b.has_column(&table, &name.text)) {
        let Some(ty) = type_of(b, &name.text, sources) else { continue };
        schema.push(Column::new(name.text.clone(), ty));
        columns.push(constant(Value::absent(ty), span));
    }
    if columns.len() == table.schema().len() { table } else { table.project(columns, schema, span) }
}

/// The type of a column in the first table that has it.
fn type_of(b: &Binder<'_>, name: &str, sources: &[Source]) -> Option<Type> {
    let of = |table: &Tabular| table.schema().iter().find(|column| column.name == name).map(|column| column.ty);
    let compat = |table: &Tabular| {
        let compat = table.compat.iter().find(|compat| compat.name == name)?;
        table.schema().get(compat.column).map(|column| column.ty)
    };
    sources
        .iter()
        .filter(|source| b.has_column(&source.table, name))
        .find_map(|source| of(&source.table).or_else(|| compat(&source.table)))
}

/// The source, then the columns in the order in which they are shown; one of several types stands once per type.
fn in_order(merged: Tabular, shown: &Shown, span: Span) -> Tabular {
    let is_of = |column: &Column, name: &str| column.name == name || column.name == format!("{name}_{}", column.ty);
    let mut order = vec![0];
    let names = shown.columns.iter().map(|(name, _)| name.text.as_str()).chain(shown.has_pack.then_some("pack_"));
    for name in names {
        let places = merged.schema().iter().enumerate().skip(1).filter(|(_, column)| is_of(column, name));
        order.extend(places.map(|(at, _)| at).filter(|at| !order.contains(at)).collect::<Vec<_>>());
    }
    let schema = order.iter().filter_map(|at| merged.schema().get(*at).cloned()).collect();
    let columns = order.iter().map(|at| merged.column_expr(*at, span)).collect();
    merged.project(columns, schema, span)
}
