//! `extend` and `serialize`: new columns beside the old ones; one of an old name takes its place.

use syntax::Span;
use syntax::ast::{ExprKind as TreeKind, NamedExpr};

use super::{tuples, with_windows};
use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::codes;
use crate::names::{Names, implied_name};
use crate::schema::Column;
use crate::tabular::Tabular;

/// A column that an operator makes: its name, and its value when that could be bound.
struct NewColumn {
    name: String,
    value: Option<Expr>,
}

/// - Shape: the same rows; columns of the input, changed in place, then the new ones in the order written.
pub(super) fn extend(b: &mut Binder<'_>, input: Tabular, columns: &[NamedExpr], span: Span) -> Tabular {
    let width = input.schema().len();
    let columns = &tuples::spread(b, columns);
    let (input, made) = with_windows(b, input, span, |b, scope| {
        let mut names = Names::over(scope.row.map(|row| row.schema().as_slice()).unwrap_or_default());
        columns
            .iter()
            .flat_map(|column| {
                let value = b.scalar(&column.value, scope);
                if value.is_none() && column.names.len() > 1 {
                    let made = column.names.iter().map(|name| NewColumn { name: name.text.clone(), value: None });
                    return made.collect::<Vec<_>>();
                }
                let name = column_name(b, column, &mut names);
                name.map(|name| NewColumn { name, value }).into_iter().collect()
            })
            .collect::<Vec<_>>()
    });
    let mut schema: Vec<Column> = input.schema().iter().take(width).cloned().collect();
    let mut exprs: Vec<Expr> = input.all_columns(span);
    exprs.truncate(width);
    let mut faulty = vec![];
    let mut healed = vec![];
    for NewColumn { name, value } in made {
        let Some(value) = value else {
            faulty.push(name);
            continue;
        };
        healed.push(name.clone());
        let place = schema.iter().position(|column| column.name == name);
        match place.and_then(|at| Some((schema.get_mut(at)?, exprs.get_mut(at)?))) {
            Some((column, expr)) => {
                column.ty = value.ty;
                *expr = value;
            }
            None => {
                schema.push(Column::new(name, value.ty));
                exprs.push(value);
            }
        }
    }
    let mut known_faulty: Vec<String> = input.faulty.iter().filter(|name| !healed.contains(name)).cloned().collect();
    known_faulty.extend(faulty);
    let table = input.project(exprs, schema, span);
    Tabular { faulty: known_faulty, ..table }
}

/// `serialize`: as `extend`, and the rows have an order from here on.
pub(super) fn serialize(b: &mut Binder<'_>, input: Tabular, columns: &[NamedExpr], span: Span) -> Tabular {
    let input = Tabular { is_serialized: true, ..input };
    if columns.is_empty() { input } else { extend(b, input, columns, span) }
}

/// The name that a column of `extend` gets; none when it cannot have one, which was said.
fn column_name(b: &mut Binder<'_>, column: &NamedExpr, names: &mut Names) -> Option<String> {
    match column.names.as_slice() {
        [] => {}
        [name] => {
            let taken = names.declare(&name.text);
            if taken.is_none() {
                b.error(codes::DUPLICATE_COLUMN, name.span, format!("a column `{}` is declared already", name.text));
            }
            return taken.map(|_| name.text.clone());
        }
        [_, .., last] => {
            b.error(
                codes::NOT_A_TUPLE,
                tuples::names_in_parentheses(column.span, last.span),
                "this has one value, and several names",
            );
            return None;
        }
    }
    // A name that a conversion lends (`tostring(x)` is `x`) replaces the column of that name.
    Some(match implied_name(&column.value) {
        Some(name) => name,
        None => names.unnamed(),
    })
}

/// Is this value a column of the input, plain? Then its name is as good as written.
pub(super) fn is_plain_column(column: &NamedExpr, value: Option<&Expr>) -> bool {
    matches!(column.value.kind, TreeKind::Name(_))
        && value.is_none_or(|value| matches!(value.kind, ExprKind::Column(_)))
}
