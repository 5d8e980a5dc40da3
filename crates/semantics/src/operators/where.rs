//! `where`: rows for which a predicate is true.

use syntax::Span;
use syntax::ast::Expr as Tree;

use super::with_windows;
use crate::binder::Binder;
use crate::bound::TableKind;
use crate::codes;
use crate::tabular::Tabular;
use crate::types::Type;

/// - Shape: fewer rows, the same columns.
/// - Nulls: a row whose predicate is null is dropped.
pub(super) fn r#where(b: &mut Binder<'_>, input: Tabular, predicate: &Tree, span: Span) -> Tabular {
    let width = input.schema().len();
    let (input, bound) = with_windows(b, input, span, |b, scope| b.scalar(predicate, scope));
    let Some(bound) = bound else { return input };
    if bound.ty != Type::Bool {
        let message = format!("the predicate must be a bool, found a {}", bound.ty);
        b.error(codes::EXACT_TYPE, predicate.span, message);
        return input;
    }
    let filtered = input.same_columns(span, |input| TableKind::Filter { input, predicate: bound });
    drop_columns_after(filtered, width, span)
}

/// Removes the columns that window functions added.
fn drop_columns_after(table: Tabular, width: usize, span: Span) -> Tabular {
    if table.schema().len() == width {
        return table;
    }
    let mut schema = table.schema().clone();
    schema.truncate(width);
    let mut columns = table.all_columns(span);
    columns.truncate(width);
    table.project(columns, schema, span)
}
