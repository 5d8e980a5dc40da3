//! What may stand for what: conversions that Kusto makes by itself, the common type of several values, and constants.

use syntax::Span;

use crate::bound::{Expr, ExprKind, InList, Step};
use crate::decimal::Decimal;
use crate::literal::{parse_as, write_json};
use crate::number::format_real;
use crate::time::{format_datetime, format_timespan};
use crate::types::Type;
use crate::value::Value;

/// Does Kusto convert the one to the other by itself? Numbers widen; a dynamic is taken by its value.
pub(crate) fn converts(from: Type, to: Type) -> bool {
    from == to || from == Type::Dynamic || from.promote(to) == Some(to)
}

/// The expression as a value of that type; the caller has made sure that Kusto converts it.
pub(crate) fn convert(expr: Expr, to: Type) -> Expr {
    if expr.ty == to {
        return expr;
    }
    let span = expr.span;
    if let ExprKind::Constant(value) = &expr.kind
        && let Some(value) = convert_constant(value, to)
    {
        return constant(value, span);
    }
    Expr { kind: ExprKind::Convert(Box::new(expr)), ty: to, span }
}

/// A constant expression.
pub(crate) fn constant(value: Value, span: Span) -> Expr {
    let ty = value.ty();
    Expr { kind: ExprKind::Constant(value), ty, span }
}

fn convert_constant(value: &Value, to: Type) -> Option<Value> {
    Some(match (value, to) {
        (Value::Null(_), to) => Value::absent(to),
        (Value::Int(value), Type::Long) => Value::Long(i64::from(*value)),
        (Value::Int(value), Type::Real) => Value::Real(f64::from(*value)),
        (Value::Int(value), Type::Decimal) => Value::Decimal(Decimal::from(i64::from(*value))),
        (Value::Long(value), Type::Decimal) => Value::Decimal(Decimal::from(*value)),
        (Value::Real(value), Type::Decimal) => {
            Decimal::from_real(*value).map_or(Value::Null(Type::Decimal), Value::Decimal)
        }
        (Value::Decimal(value), Type::Real) => Value::Real(value.to_real()),
        (Value::Long(value), Type::Real) => Value::Real(long_to_real(*value)),
        // Narrowing happens only where a literal is written for a column or parameter of a smaller type.
        (Value::Long(value), Type::Int) => Value::Int(i32::try_from(*value).ok()?),
        // `dynamic("x")` is the string itself; an empty string is never null.
        (value, Type::Dynamic) if value.ty() != Type::Dynamic => {
            let mut json = String::new();
            write_json(value, &mut json);
            Value::Dynamic(json)
        }
        _ => return None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a long becomes the nearest double, as in Kusto")]
fn long_to_real(value: i64) -> f64 {
    value as f64
}

/// A constant beside a value of another type: Kusto reads `Level == "4"` and `Code == 0` as the author means them.
/// None when the constant has no such value, and then the types really differ.
pub(crate) fn literal_as(expr: &Expr, to: Type) -> Option<Expr> {
    let ExprKind::Constant(value) = &expr.kind else { return None };
    let value = match (value, to) {
        (Value::String(text), to) if to != Type::String => parse_as(to, text)?,
        (Value::Null(_), _) | (_, Type::Dynamic) => return None,
        (Value::Long(0), Type::Bool) => Value::Bool(false),
        (Value::Long(1), Type::Bool) => Value::Bool(true),
        (value, Type::String) => Value::String(text_of(value)),
        _ => return None,
    };
    Some(constant(value, expr.span))
}

/// A value as `tostring` gives it.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::Null(_) => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => format_real(*value),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) | Value::Guid(text) | Value::Dynamic(text) => text.clone(),
        Value::DateTime(ticks) => format_datetime(*ticks),
        Value::TimeSpan(ticks) => format_timespan(*ticks),
    }
}

/// The type that all of them convert to: numbers meet at the widest, a dynamic gives way to what it stands beside.
pub(crate) fn common_type(types: impl IntoIterator<Item = Type>) -> Option<Type> {
    let mut common = None;
    for ty in types {
        common = Some(match common {
            None | Some(Type::Dynamic) => ty,
            Some(other) if other == ty || ty == Type::Dynamic => other,
            Some(other) => other.promote(ty)?,
        });
    }
    common
}

/// Is its value the same for every row? Then it may stand where a constant must.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    uses_only(expr, 0)
}

/// Does it use no columns but the first `width` ones?
pub(crate) fn uses_only(expr: &Expr, width: usize) -> bool {
    let all = |exprs: &[&Expr]| exprs.iter().all(|expr| uses_only(expr, width));
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::ToScalar(_) => true,
        ExprKind::Column(column) => *column < width,
        ExprKind::Convert(inner) | ExprKind::Negate(inner) => all(&[inner]),
        ExprKind::Arithmetic { left, right, .. }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::EqualIgnoringCase { left, right, .. }
        | ExprKind::Text { left, right, .. }
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right) => all(&[left, right]),
        ExprKind::In { value, list, .. } => {
            all(&[value])
                && match list {
                    InList::Values(values) => values.iter().all(|value| uses_only(value, width)),
                    InList::Dynamic(list) => all(&[list]),
                    InList::Table(_) => true,
                }
        }
        ExprKind::Between { value, low, high, .. } => all(&[value, low, high]),
        ExprKind::Path { base, steps } => {
            all(&[base])
                && steps.iter().all(|step| match step {
                    Step::Key(_) | Step::Index(_) => true,
                    Step::Computed(expr) => uses_only(expr, width),
                })
        }
        ExprKind::Call { arguments, .. } => arguments.iter().all(|argument| uses_only(argument, width)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of `iff`, `case` and `coalesce`, and the language service's answers for mixed numbers.
    #[test]
    fn numbers_meet_at_the_widest_and_dynamic_gives_way() {
        assert_eq!(common_type([Type::Int, Type::Long]), Some(Type::Long));
        assert_eq!(common_type([Type::Long, Type::Real, Type::Int]), Some(Type::Real));
        assert_eq!(common_type([Type::Dynamic, Type::String]), Some(Type::String));
        assert_eq!(common_type([Type::Dynamic, Type::Dynamic]), Some(Type::Dynamic));
        assert_eq!(common_type([Type::String, Type::Long]), None);
        assert_eq!(common_type([]), None);
    }

    #[test]
    fn conversions_widen_only() {
        assert!(converts(Type::Int, Type::Real));
        assert!(converts(Type::Dynamic, Type::DateTime));
        assert!(!converts(Type::Long, Type::Int));
        assert!(!converts(Type::Real, Type::Long));
        assert!(!converts(Type::String, Type::Dynamic));
    }
}
