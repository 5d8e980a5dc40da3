//! `parse` and `parse-where`: columns out of a text that follows a pattern.

use syntax::Span;
use syntax::ast::{Parse as Tree, ParsePart as TreePart};

use super::option_word;
use super::project::declared;
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, Parse, ParseMode, ParsePart, Table, TableKind};
use crate::codes;
use crate::convert::convert;
use crate::names::Names;
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;

/// - Shape: columns of the input, parsed ones of the same name in place, new ones at the end.
/// - Nulls: a row that does not fit has nulls; `parse-where` drops it.
pub(super) fn parse(b: &mut Binder<'_>, input: Tabular, tree: &Tree, span: Span) -> Tabular {
    let mode = match option_word(&tree.options, "kind") {
        None | Some(("simple", _)) => ParseMode::Simple,
        Some(("relaxed", _)) => ParseMode::Relaxed,
        Some(("regex", _)) => ParseMode::Regex,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not a kind of parse: simple, relaxed, regex"));
            ParseMode::Simple
        }
    };
    let flags = option_word(&tree.options, "flags").map(|(flags, _)| flags.to_owned()).unwrap_or_default();
    let source = b
        .scalar(&tree.source, Scope::of(&input))
        .and_then(|source| b.cast_to_text(source))
        .map(|source| convert(source, Type::String));
    let mut parts = vec![];
    let mut parsed: Vec<Column> = vec![];
    let mut names = Names::default();
    let mut is_complete = true;
    for part in &tree.pattern {
        match part {
            TreePart::Star(_) => parts.push(ParsePart::Skip),
            TreePart::Text(tree) => match b.constant_text(tree, Scope::default()) {
                Some(text) => parts.push(ParsePart::Text(text, tree.span)),
                None => is_complete = false,
            },
            TreePart::Column { name, ty } => {
                let ty = match ty {
                    None => Type::String,
                    Some(written) => Type::from_name(&written.text).unwrap_or_else(|| {
                        b.error(codes::TYPE_NAME, written.span, format!("`{}` is not a type", written.text));
                        Type::String
                    }),
                };
                if let Some(name) = declared(b, &mut names, &name.text, name.span) {
                    parts.push(ParsePart::Column(ty));
                    parsed.push(Column::new(name, ty));
                }
            }
        }
    }
    let source = source.filter(|_| is_complete);
    let mode = Mode { mode, flags, drops_rows: tree.is_where };
    finish(input, source, parts, parsed, mode, span)
}

struct Mode {
    mode: ParseMode,
    flags: String,
    drops_rows: bool,
}

fn finish(
    input: Tabular,
    source: Option<Expr>,
    parts: Vec<ParsePart>,
    parsed: Vec<Column>,
    mode: Mode,
    span: Span,
) -> Tabular {
    let width = input.schema().len();
    let mut hidden = Names::default();
    let mut schema = input.schema().clone();
    for column in &schema {
        hidden.unique(&column.name);
    }
    let replaces = parsed.iter().any(|column| input.column(&column.name).is_some());
    schema.extend(parsed.iter().map(|column| Column::new(hidden.unique(&column.name), column.ty)));
    let Tabular { table, compat, faulty, is_open, is_serialized, extent, graph } = input;
    let old = table.schema.clone();
    let kind = match source {
        Some(source) => {
            let Mode { mode, flags, drops_rows } = mode;
            TableKind::Parse(Box::new(Parse { input: table, source, parts, mode, drops_rows, flags }))
        }
        // Something was wrong and was said; the columns are there for what follows.
        None => TableKind::OneRow,
    };
    let faulty = faulty.into_iter().filter(|name| !parsed.iter().any(|column| column.name == *name)).collect();
    let table = Tabular { table: Table { kind, schema, span }, compat, faulty, is_open, is_serialized, extent, graph };
    if !replaces {
        return table;
    }
    let mut schema = old;
    let mut columns: Vec<Expr> = table.all_columns(span);
    columns.truncate(width);
    for (at, column) in parsed.into_iter().enumerate() {
        let value = table.column_expr(width + at, span);
        let place = schema.iter().position(|old| old.name == column.name);
        match place.and_then(|at| Some((schema.get_mut(at)?, columns.get_mut(at)?))) {
            Some((slot, expr)) => {
                *slot = column;
                *expr = value;
            }
            None => {
                schema.push(column);
                columns.push(value);
            }
        }
    }
    table.project(columns, schema, span)
}
