//! `union`: the rows of several tables, their columns brought together by name.
//!
//! A name that has one type everywhere is one column; a name with several types becomes `x_long`, `x_string` …, as Kusto makes them.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Name, OperatorOption};
use syntax::{Diagnostic, Span};

use super::option_word;
use super::project::matches_wildcard;
use crate::binder::{Binder, Scope};
use crate::bound::TableKind;
use crate::codes;
use crate::names::Names;
use crate::schema::{Column, Schema};
use crate::scope::Binding;
use crate::tabular::{Compat, Tabular, has_column};
use crate::types::Type;
use crate::wide::WideUnion;

/// An input of the union and what `withsource` says of its rows.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) table: Tabular,
    pub(super) name: String,
}

/// - Shape: the rows of all inputs; with `kind=inner` only the columns that all have.
/// - Nulls: a column that an input lacks is null (or empty) for its rows.
pub(super) fn union(
    b: &mut Binder<'_>,
    input: Option<Tabular>,
    options: &[OperatorOption],
    tables: &[Tree],
    span: Span,
) -> Tabular {
    let is_inner = match option_word(options, "kind") {
        None | Some(("outer", _)) => false,
        Some(("inner", _)) => true,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not a kind of union: inner, outer"));
            false
        }
    };
    let is_fuzzy = matches!(option_word(options, "isfuzzy"), Some(("true" | "1", _)));
    let with_source = option_word(options, "withsource").or_else(|| option_word(options, "with_source"));
    let mut sources = vec![];
    let mut missing = vec![];
    if let Some(input) = input {
        let name = source_name(b, &input, "union_arg", 0);
        sources.push(Source { table: input, name });
    }
    for tree in tables {
        missing.extend(add_sources(b, tree, is_fuzzy, &mut sources));
    }
    if sources.is_empty() {
        for name in missing {
            let message = format!("none of the tables of this union is known: `{}` is not", name.text);
            b.error(codes::TABLE_NOT_FOUND, name.span, message);
        }
        return Tabular::open(span);
    }
    for name in missing {
        let message = format!("`{}` is not a known table; the union goes on without this input", name.text);
        b.warn(codes::FUZZY_TABLE_NOT_FOUND, name.span, message);
    }
    let has_wildcard = tables.iter().any(|tree| matches!(tree.kind, TreeKind::Star | TreeKind::Wildcard(_)));
    let shape = Shape { is_inner, with_source: with_source.map(|(name, _)| name), has_wildcard };
    merge(b, sources, shape, span)
}

/// What the rows of the inputs become.
pub(super) struct Shape<'t> {
    /// Only the columns that all inputs have.
    pub(super) is_inner: bool,
    /// The name of the column that says where a row is from.
    pub(super) with_source: Option<&'t str>,
    /// Were the inputs found by a pattern, so that the author may not know them all?
    pub(super) has_wildcard: bool,
}

/// One entry of the list: a table, or every table that a wildcard matches. Gives the names for whose lack a fuzzy union leaves it out.
pub(super) fn add_sources(b: &mut Binder<'_>, tree: &Tree, is_fuzzy: bool, sources: &mut Vec<Source>) -> Vec<Name> {
    match &tree.kind {
        TreeKind::Wildcard(pattern) => add_matches(b, pattern, is_fuzzy, sources),
        TreeKind::Star => {
            let everything = Name { text: "*".to_owned(), span: tree.span };
            add_matches(b, &everything, is_fuzzy, sources);
        }
        _ => {
            let (table, missing) = if is_fuzzy { b.fuzzy(tree) } else { (b.tabular(tree, Scope::default()), vec![]) };
            if !missing.is_empty() {
                return missing;
            }
            let name = match &tree.kind {
                TreeKind::Name(name) if is_view(b, name) => name.text.clone(),
                _ => source_name(b, &table, "union_arg", sources.len()),
            };
            sources.push(Source { table, name });
        }
    }
    vec![]
}

fn add_matches(b: &mut Binder<'_>, pattern: &Name, is_fuzzy: bool, sources: &mut Vec<Source>) {
    let before = sources.len();
    let names: Vec<String> =
        b.catalog.table_names().into_iter().filter(|name| matches_wildcard(&pattern.text, name)).collect();
    for text in names {
        let name = Name { text, span: pattern.span };
        if let Some(table) = b.catalog_table(&name) {
            sources.push(Source { table, name: name.text });
        }
    }
    let views: Vec<String> = b
        .env
        .entries()
        .filter(|(name, binding)| {
            matches!(binding, Binding::Function(function) if function.is_view) && matches_wildcard(&pattern.text, name)
        })
        .map(|(name, _)| name.to_owned())
        .collect();
    for text in views {
        let tree = Tree { kind: TreeKind::Name(Name { text: text.clone(), span: pattern.span }), span: pattern.span };
        let table = b.tabular(&tree, Scope::default());
        sources.push(Source { table, name: text });
    }
    if sources.len() == before {
        let message = format!("`{}` does not match any table", pattern.text);
        b.report(if is_fuzzy {
            Diagnostic::warning(codes::FUZZY_TABLE_NOT_FOUND, pattern.span, message)
        } else {
            Diagnostic::error(codes::NAME_NOT_FOUND, pattern.span, message)
        });
    }
}

/// A view goes by its name; a tabular variable does not.
fn is_view(b: &Binder<'_>, name: &Name) -> bool {
    matches!(b.env.find(&name.text), Some(Binding::Function(function)) if function.is_view)
}

/// A table goes by its name, rows by that which `as` gave them, anything else by its place.
pub(super) fn source_name(b: &Binder<'_>, table: &Tabular, prefix: &str, at: usize) -> String {
    let name = match &table.table.kind {
        TableKind::Scan { table, .. } => Some(table.clone()),
        TableKind::Shared { index } => b.as_names.get(index).cloned(),
        _ => None,
    };
    name.unwrap_or_else(|| format!("{prefix}{at}"))
}

/// Brings the inputs to one schema.
pub(super) fn merge(b: &mut Binder<'_>, sources: Vec<Source>, shape: Shape<'_>, span: Span) -> Tabular {
    let Shape { is_inner, with_source, has_wildcard } = shape;
    let is_open = sources.iter().any(|source| source.table.is_open);
    let places = united(b, &sources, is_inner && !is_open, span);
    let mut names = Names::default();
    let mut schema: Schema = vec![];
    if let Some(name) = with_source {
        schema.push(Column::new(names.unique(name), Type::String));
    }
    // A column that really has the name `x_long` keeps it; the one that is made from `x` gets a number.
    let keeps_name = |place: &Place| place.shown == place.name && with_source != Some(place.name.as_str());
    for place in places.iter().filter(|place| keeps_name(place)) {
        names.unique(&place.shown);
    }
    for place in &places {
        let shown = if keeps_name(place) { place.shown.clone() } else { names.unique(&place.shown) };
        schema.push(Column::new(shown, place.ty));
    }
    let offset = usize::from(with_source.is_some());
    let index: HashMap<(&str, Type), usize> =
        places.iter().enumerate().map(|(at, place)| ((place.name.as_str(), place.ty), at + offset)).collect();
    let moved = |table: &Tabular, old: usize| -> Option<usize> {
        let column = table.schema().get(old)?;
        index.get(&(column.name.as_str(), column.ty)).copied()
    };
    let mut compat = common_compat(&sources, &moved);
    if has_wildcard && b.catalog.has_compat_columns() {
        compat.extend(undivided(&places, &schema, offset));
    }
    let faulty = sources.iter().flat_map(|source| source.table.faulty.iter().cloned()).collect();
    let union = WideUnion {
        inputs: sources.into_iter().map(|source| (source.table.table, source.name)).collect(),
        places: places.into_iter().map(|place| (place.name, place.ty)).collect(),
        has_source: with_source.is_some(),
        schema,
        span,
        is_too_wide: Rc::new(Cell::new(false)),
    };
    Tabular { compat, faulty, is_open, ..b.unite(union) }
}

/// A column of the union: where its values come from, and what it is called.
struct Place {
    name: String,
    ty: Type,
    shown: String,
    /// How many inputs have it.
    count: usize,
}

/// The columns of the union in the order of first appearance.
fn united(b: &mut Binder<'_>, sources: &[Source], is_inner: bool, span: Span) -> Vec<Place> {
    let mut groups: Vec<(String, Vec<(Type, usize)>)> = vec![];
    let mut index = HashMap::new();
    let columns = sources.iter().flat_map(|source| source.table.schema().iter().map(move |column| (source, column)));
    for (source, column) in columns {
        let at = *index.entry(column.name.clone()).or_insert_with(|| {
            groups.push((column.name.clone(), vec![]));
            groups.len() - 1
        });
        // What a faulty column would have been is not known, so it agrees with any.
        let is_faulty = source.table.faulty.contains(&column.name);
        let Some((_, types)) = groups.get_mut(at).filter(|_| !is_faulty) else { continue };
        match types.iter_mut().find(|(ty, _)| *ty == column.ty) {
            Some((_, count)) => *count += 1,
            None => types.push((column.ty, 1)),
        }
    }
    for (_, types) in groups.iter_mut().filter(|(_, types)| types.is_empty()) {
        types.push((Type::Dynamic, 1));
    }
    if is_inner {
        groups.retain(|(name, _)| sources.iter().all(|source| has_column(source.table.schema(), name)));
        if groups.iter().any(|(_, types)| types.len() > 1) {
            b.unsupported(span, "union kind=inner of columns with one name and several types");
        }
    }
    let mut places = vec![];
    for (name, types) in groups {
        let is_split = types.len() > 1;
        for (ty, count) in types {
            let shown = if is_split { format!("{name}_{ty}") } else { name.clone() };
            places.push(Place { name: name.clone(), ty, shown, count });
        }
    }
    places
}

/// Names that were divided by type and that published queries over all tables use undivided (`union * | where Timestamp > ago(1d)`): each stands
/// for the column of the type that most inputs have, the first of them when several do. In a workspace the odd table is mostly not there at all.
fn undivided(places: &[Place], schema: &Schema, offset: usize) -> Vec<Compat> {
    let mut best: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, place) in places.iter().enumerate().filter(|(_, place)| place.shown != place.name) {
        let entry = best.entry(&place.name).or_insert((at, place.count));
        if place.count > entry.1 {
            *entry = (at, place.count);
        }
    }
    let mut compat: Vec<Compat> = best
        .into_iter()
        .filter(|(name, _)| !has_column(schema, name))
        .filter_map(|(name, (at, _))| {
            let stands_for = Rc::from(schema.get(at + offset)?.name.as_str());
            Some(Compat { name: name.to_owned(), column: at + offset, stands_for, table: None })
        })
        .collect();
    compat.sort_by_key(|compat| compat.column);
    compat
}

/// Compat names that mean the same column of the union in every input.
fn common_compat(sources: &[Source], moved: &impl Fn(&Tabular, usize) -> Option<usize>) -> Vec<Compat> {
    let Some((first, rest)) = sources.split_first() else { return vec![] };
    let place_in = |table: &Tabular, name: &str| -> Option<usize> {
        let compat = table.compat.iter().find(|compat| compat.name == name)?;
        moved(table, compat.column)
    };
    first
        .table
        .compat
        .iter()
        .filter_map(|compat| {
            let place = moved(&first.table, compat.column)?;
            let agree = rest.iter().all(|source| place_in(&source.table, &compat.name) == Some(place));
            agree.then(|| Compat { column: place, ..compat.clone() })
        })
        .collect()
}
