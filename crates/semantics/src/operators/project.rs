//! `project` and its family: which columns, in which order, under which names.

use std::cmp::Ordering;

use syntax::ast::{Expr as Tree, ExprKind as TreeKind, NamedExpr, ReorderColumn, ReorderOrder};
use syntax::{Diagnostic, Span};

use super::extend::is_plain_column;
use super::{tuples, with_windows};
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, ExprKind};
use crate::codes;
use crate::convert::constant;
use crate::names::{Names, implied_name, is_hidden};
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// `project a = x, …`.
pub(super) fn project(b: &mut Binder<'_>, input: Tabular, columns: &[NamedExpr], span: Span) -> Tabular {
    let columns = &tuples::spread(b, columns);
    let (input, (made, faulty)) = with_windows(b, input, span, |b, scope| named_columns(b, columns, scope));
    let (schema, exprs): (Vec<Column>, Vec<Expr>) = made.into_iter().unzip();
    let is_open = input.is_open;
    let table = input.project(exprs, schema, span);
    // Compat names are for those who take the table as it is; `project` names what it wants.
    Tabular { faulty, is_open: is_open && table.schema().is_empty(), compat: vec![], ..table }
}

/// Columns with names of their own; those that could not be bound stand as nulls, and are listed.
pub(super) fn named_columns(
    b: &mut Binder<'_>,
    columns: &[NamedExpr],
    scope: Scope<'_>,
) -> (Vec<(Column, Expr)>, Vec<String>) {
    let mut names = Names::over(scope.row.map(|row| row.schema().as_slice()).unwrap_or_default());
    let mut made = vec![];
    let mut faulty = vec![];
    for column in columns {
        let value = b.scalar(&column.value, scope);
        if value.is_none() && column.names.len() > 1 {
            for name in &column.names {
                faulty.push(name.text.clone());
                made.push((
                    Column::new(name.text.clone(), Type::Dynamic),
                    constant(Value::Null(Type::Dynamic), name.span),
                ));
            }
            continue;
        }
        let name = match column.names.as_slice() {
            [] if is_plain_column(column, value.as_ref()) => {
                let written = implied_name(&column.value).unwrap_or_default();
                declared(b, &mut names, &written, column.value.span)
            }
            [] => Some(match implied_name(&column.value) {
                Some(name) => names.unique(&name),
                None => names.unnamed(),
            }),
            [name] => declared(b, &mut names, &name.text, name.span),
            [_, .., last] => {
                b.error(
                    codes::NOT_A_TUPLE,
                    tuples::names_in_parentheses(column.span, last.span),
                    "this has one value, and several names",
                );
                None
            }
        };
        let Some(name) = name else { continue };
        let value = value.unwrap_or_else(|| {
            faulty.push(name.clone());
            constant(Value::Null(Type::Dynamic), column.span)
        });
        made.push((Column::new(name, value.ty), value));
    }
    (made, faulty)
}

/// Takes a written name, or says that it is taken.
pub(super) fn declared(b: &mut Binder<'_>, names: &mut Names, name: &str, span: Span) -> Option<String> {
    let taken = names.declare(name);
    if taken.is_none() {
        b.error(codes::DUPLICATE_COLUMN, span, format!("a column `{name}` is declared already"));
    }
    taken
}

/// `project-away a, b*`.
pub(super) fn away(b: &mut Binder<'_>, input: Tabular, columns: &[Tree], span: Span) -> Tabular {
    let gone = listed(b, &input, columns);
    let kept = (0..input.schema().len()).filter(|at| !gone.contains(at)).collect();
    pick(input, kept, span)
}

/// `project-keep a, b*`: the input's order stays.
pub(super) fn keep(b: &mut Binder<'_>, input: Tabular, columns: &[Tree], span: Span) -> Tabular {
    let wanted = listed(b, &input, columns);
    let kept = (0..input.schema().len()).filter(|at| wanted.contains(at)).collect();
    pick(input, kept, span)
}

/// `project-reorder a, b* asc, …`: the named ones first, then the rest as they were.
pub(super) fn reorder(b: &mut Binder<'_>, input: Tabular, columns: &[ReorderColumn], span: Span) -> Tabular {
    let mut order: Vec<usize> = vec![];
    // `*` stands for what no other entry names, so those are found first.
    let named: Vec<usize> = columns
        .iter()
        .filter(|entry| !matches!(entry.column.kind, TreeKind::Star))
        .flat_map(|entry| matching(b, &input, &entry.column, false).unwrap_or_default())
        .collect();
    for entry in columns {
        let mut places = match entry.column.kind {
            TreeKind::Star => (0..input.schema().len()).filter(|at| !named.contains(at)).collect(),
            _ => matching(b, &input, &entry.column, true).unwrap_or_default(),
        };
        if let Some(direction) = entry.order {
            let name = |at: &usize| input.schema().get(*at).map_or("", |column| column.name.as_str());
            places.sort_by(|left, right| compare_names(name(left), name(right), direction));
        }
        order.extend(places.into_iter().filter(|at| !order.contains(at)).collect::<Vec<_>>());
    }
    let rest: Vec<usize> = (0..input.schema().len()).filter(|at| !order.contains(at)).collect();
    order.extend(rest);
    pick(input, order, span)
}

/// `project-rename new = old, …`.
pub(super) fn rename(b: &mut Binder<'_>, input: Tabular, columns: &[NamedExpr], span: Span) -> Tabular {
    let mut schema = input.schema().clone();
    for entry in columns {
        let TreeKind::Name(old) = &entry.value.kind else {
            b.error(codes::COLUMN_EXPECTED, entry.value.span, "a column's name is expected here");
            continue;
        };
        let Some(new) = entry.names.first() else { continue };
        let Some(place) = b.column_of(&input, old) else { continue };
        if schema.iter().enumerate().any(|(at, column)| at != place && column.name == new.text) {
            b.error(codes::DUPLICATE_COLUMN, new.span, format!("there is a column `{}` already", new.text));
            continue;
        }
        if let Some(column) = schema.get_mut(place) {
            column.name.clone_from(&new.text);
        }
    }
    let columns = input.all_columns(span);
    input.project(columns, schema, span)
}

/// `project-by-names "a", dynamic(["b", "c*"])`: names that are values; those that do not exist are left out.
pub(super) fn by_names(b: &mut Binder<'_>, input: Tabular, columns: &[Tree], span: Span) -> Tabular {
    let mut patterns = vec![];
    for tree in columns {
        if let TreeKind::Name(name) = &tree.kind
            && b.has_column(&input, &name.text)
        {
            patterns.push(name.text.clone());
            continue;
        }
        let Some(expr) = b.scalar(tree, Scope::default()) else { return Tabular::open(span) };
        match expr.kind {
            ExprKind::Constant(Value::String(name)) => patterns.push(name),
            ExprKind::Constant(Value::Dynamic(json)) if json_strings(&json).is_some() => {
                patterns.extend(json_strings(&json).unwrap_or_default());
            }
            _ => {
                b.unsupported(tree.span, "project-by-names with names that are computed");
                return Tabular::open(span);
            }
        }
    }
    let mut order: Vec<usize> = vec![];
    for pattern in &patterns {
        for (at, column) in input.schema().iter().enumerate() {
            if matches_wildcard(pattern, &column.name) && !order.contains(&at) {
                order.push(at);
            }
        }
    }
    pick(input, order, span)
}

/// The strings of a JSON array of plain strings; none when it is anything else (an escape would need a JSON reader).
fn json_strings(json: &str) -> Option<Vec<String>> {
    let inner = json.strip_prefix('[')?.strip_suffix(']')?;
    if json.contains('\\') {
        return None;
    }
    if inner.is_empty() {
        return Some(vec![]);
    }
    inner.strip_prefix('"')?.strip_suffix('"').map(|inner| inner.split("\",\"").map(str::to_owned).collect())
}

/// The input with these columns in this order.
fn pick(input: Tabular, places: Vec<usize>, span: Span) -> Tabular {
    let schema: Vec<Column> = places.iter().filter_map(|at| input.schema().get(*at).cloned()).collect();
    let columns = places.iter().map(|at| input.column_expr(*at, span)).collect();
    input.project(columns, schema, span)
}

/// The places of all columns in a list of names and wildcards.
fn listed(b: &mut Binder<'_>, input: &Tabular, columns: &[Tree]) -> Vec<usize> {
    columns.iter().flat_map(|column| matching(b, input, column, true).unwrap_or_default()).collect()
}

/// The places of the columns that a name or wildcard stands for.
fn matching(b: &mut Binder<'_>, input: &Tabular, tree: &Tree, says_missing: bool) -> Option<Vec<usize>> {
    let name = match &tree.kind {
        TreeKind::Star => return Some((0..input.schema().len()).collect()),
        TreeKind::Name(name) => {
            if !says_missing && !b.has_column(input, &name.text) {
                return None;
            }
            // Asked twice, a compat name would warn twice: the second time is not said again, as it is the same message.
            return b.column_of(input, name).map(|place| vec![place]);
        }
        TreeKind::Wildcard(name) => name,
        TreeKind::Missing => {
            b.is_incomplete = true;
            return None;
        }
        _ => {
            b.error(codes::COLUMN_EXPECTED, tree.span, "a column's name is expected here");
            return None;
        }
    };
    let places: Vec<usize> = input
        .schema()
        .iter()
        .enumerate()
        .filter(|(_, column)| matches_wildcard(&name.text, &column.name) && !is_hidden(&column.name))
        .map(|(at, _)| at)
        .collect();
    if places.is_empty() && says_missing && !input.is_open {
        let message = format!("`{}` does not match any column", name.text);
        b.report(Diagnostic::error(codes::NAME_NOT_FOUND, name.span, message));
    }
    Some(places)
}

/// Does a name fit a pattern, in which `*` stands for any letters? Case counts.
pub(crate) fn matches_wildcard(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or("");
    for part in parts {
        match name.find(part).and_then(|at| name.get(at + part.len()..)) {
            Some(after) => name = after,
            None => return false,
        }
    }
    name.ends_with(last)
}

fn compare_names(left: &str, right: &str, order: ReorderOrder) -> Ordering {
    match order {
        ReorderOrder::Ascending => left.cmp(right),
        ReorderOrder::Descending => right.cmp(left),
        ReorderOrder::NumberedAscending => numbered(left).cmp(&numbered(right)),
        ReorderOrder::NumberedDescending => numbered(right).cmp(&numbered(left)),
    }
}

/// A name cut into text and numbers, so that `a2` comes before `a10`.
fn numbered(name: &str) -> Vec<(String, u64)> {
    let mut pieces = vec![];
    let mut rest = name;
    while !rest.is_empty() {
        let text_end = rest.find(|ch: char| ch.is_ascii_digit()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(text_end);
        let number_end = after.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(after.len());
        let (digits, after) = after.split_at(number_end);
        pieces.push((text.to_owned(), digits.parse().unwrap_or(0)));
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_any_letters() {
        for (pattern, name, expect) in [
            ("Device*", "DeviceId", true),
            ("*Id", "DeviceId", true),
            ("D*I*d", "DeviceId", true),
            ("*", "x", true),
            ("device*", "DeviceId", false),
            ("a*a", "a", false),
            ("plain", "plain", true),
        ] {
            assert_eq!(matches_wildcard(pattern, name), expect, "{pattern} {name}");
        }
    }

    /// The page of `project-reorder`: granny order puts digits by value.
    #[test]
    fn granny_order_reads_numbers() {
        let mut names = ["a20", "a100", "a5"];
        names.sort_by(|left, right| compare_names(left, right, ReorderOrder::NumberedAscending));
        assert_eq!(names, ["a5", "a20", "a100"]);
    }
}
