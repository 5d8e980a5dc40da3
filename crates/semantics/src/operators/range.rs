//! `range x from a to b step c`: one column of evenly spaced values.

use syntax::Span;
use syntax::ast::{Expr as Tree, Name};

use crate::binder::{Binder, Scope};
use crate::bound::TableKind;
use crate::codes;
use crate::convert::{common_type, convert, is_constant};
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;

/// - Shape: one column; rows from `from` while not past `to`.
pub(super) fn range(b: &mut Binder<'_>, name: &Name, from: &Tree, to: &Tree, step: &Tree, span: Span) -> Tabular {
    let bound = [from, to, step].map(|tree| {
        let expr = b.scalar(tree, Scope::default())?;
        let is_summable = expr.ty.is_summable() || matches!(expr.ty, Type::DateTime | Type::Dynamic);
        if !is_summable || !is_constant(&expr) {
            let message =
                format!("`range` expects a number, datetime or timespan that is known beforehand, found a {}", expr.ty);
            b.error(codes::SUMMABLE_EXPECTED, tree.span, message);
            return None;
        }
        Some(expr)
    });
    let [Some(from), Some(to), Some(step)] = bound else { return Tabular::open(span) };
    let ends = common_type([from.ty, to.ty]);
    let types = ends.and_then(|ends| match (ends, step.ty) {
        (Type::DateTime, Type::TimeSpan) => Some((Type::DateTime, Type::TimeSpan)),
        (ends, step) => common_type([ends, step]).filter(|ty| *ty != Type::DateTime).map(|ty| (ty, ty)),
    });
    let Some((ty, step_ty)) = types.filter(|(ty, _)| *ty != Type::Dynamic) else {
        let message = format!("a range from a {} to a {} by a {} is not defined", from.ty, to.ty, step.ty);
        b.error(codes::OPERATOR_TYPES, step.span, message);
        return Tabular::open(span);
    };
    let kind = TableKind::Range {
        from: Box::new(convert(from, ty)),
        to: Box::new(convert(to, ty)),
        step: Box::new(convert(step, step_ty)),
    };
    Tabular { is_serialized: true, ..Tabular::new(kind, vec![Column::new(name.text.clone(), ty)], span) }
}
