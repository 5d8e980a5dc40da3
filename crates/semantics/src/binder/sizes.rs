//! `estimate_data_size(a, b)`: how many bytes a record's columns take, which is arithmetic over the columns.
//!
//! A number, a time, a bool or a guid takes its own width, null or not; a string takes its bytes in UTF-8. A dynamic takes more than its
//! text by an amount that Kusto does not document, so that it is refused.
//!
//! Source: the pages of `estimate_data_size`, of `estimate table size` and of the scalar data types.

use syntax::Span;
use syntax::ast::{Call, ExprKind as TreeKind};

use super::{Binder, Scope};
use crate::bound::{ArithmeticOp, Expr, ExprKind};
use crate::codes;
use crate::convert::constant;
use crate::names::is_hidden;
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    pub(super) fn estimate_data_size(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Expr> {
        if call.arguments.is_empty() {
            self.argument_count(call, "at least 1 argument");
            return None;
        }
        let mut width = 0;
        let mut texts = vec![];
        for column in self.sized_columns(call, scope)? {
            match width_of(column.ty) {
                Some(bytes) => width += bytes,
                None if column.ty == Type::String => texts.push(self.builtin("string_size", vec![column], span)?),
                None => {
                    self.unsupported(call.name.span, "estimate_data_size of a dynamic");
                    return None;
                }
            }
        }
        let fixed = constant(Value::Long(width), span);
        Some(texts.into_iter().fold(fixed, |sum, text| {
            let kind = ExprKind::Arithmetic { op: ArithmeticOp::Add, left: Box::new(sum), right: Box::new(text) };
            Expr { kind, ty: Type::Long, span }
        }))
    }

    /// The columns that are named, or all for `*`.
    fn sized_columns(&mut self, call: &Call, scope: Scope<'_>) -> Option<Vec<Expr>> {
        let mut columns = vec![];
        for argument in &call.arguments {
            let tree = &argument.value;
            match (&tree.kind, scope.row) {
                (TreeKind::Star, Some(row)) if row.is_open => return None,
                (TreeKind::Star, Some(row)) => {
                    let seen = row.schema().iter().enumerate().filter(|(_, column)| !is_hidden(&column.name));
                    columns.extend(seen.map(|(at, _)| row.column_expr(at, tree.span)));
                }
                _ => {
                    let column = self.scalar(tree, scope)?;
                    if !matches!(column.kind, ExprKind::Column(_)) {
                        self.error(codes::COLUMN_EXPECTED, tree.span, "`estimate_data_size` takes columns, or `*`");
                        return None;
                    }
                    columns.push(column);
                }
            }
        }
        Some(columns)
    }
}

/// The bytes of a value of that type; none when they differ from value to value.
fn width_of(ty: Type) -> Option<i64> {
    match ty {
        Type::Bool => Some(1),
        Type::Int => Some(4),
        Type::Long | Type::Real | Type::DateTime | Type::TimeSpan => Some(8),
        Type::Guid | Type::Decimal => Some(16),
        Type::String | Type::Dynamic => None,
    }
}
