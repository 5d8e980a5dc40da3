//! Which operator takes which types: bound operands in, a bound operation out, or none when Kusto does not define it.
//!
//! Operands come out with the types that [`crate::bound::ExprKind`] promises. Where Microsoft's language service lets a pair pass that the
//! engine itself refuses (`dynamic == dynamic`, `string == long` between columns), this sides with the engine: better a refusal with a hint
//! than an answer that Kusto does not give.

use syntax::Span;
use syntax::ast::{Case, TextTest};

use crate::bound::{ArithmeticOp, CompareOp, Expr, ExprKind};
use crate::convert::{common_type, constant, convert, literal_as};
use crate::types::Type;
use crate::value::Value;

/// `+ - * / %`.
pub(super) fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr, span: Span) -> Option<Expr> {
    use ArithmeticOp::{Add, Divide, Modulo, Multiply, Subtract};
    use Type::{DateTime, Dynamic, Real, TimeSpan};
    let (left_as, right_as, ty) = match (op, left.ty, right.ty) {
        (_, Dynamic, Dynamic) => return None,
        (_, a, b) if a.is_number() && b.is_number() => {
            let ty = widest(a, b)?;
            (ty, ty, ty)
        }
        (_, a, Dynamic) if a.is_number() => (widest(a, a)?, widest(a, a)?, widest(a, a)?),
        (_, Dynamic, b) if b.is_number() => (widest(b, b)?, widest(b, b)?, widest(b, b)?),
        (Add, DateTime, TimeSpan | Dynamic) => (DateTime, TimeSpan, DateTime),
        (Add, TimeSpan | Dynamic, DateTime) => (TimeSpan, DateTime, DateTime),
        (Add | Subtract, TimeSpan, TimeSpan | Dynamic) | (Add | Subtract, Dynamic, TimeSpan) => {
            (TimeSpan, TimeSpan, TimeSpan)
        }
        (Subtract, DateTime, DateTime | Dynamic) | (Subtract, Dynamic, DateTime) => (DateTime, DateTime, TimeSpan),
        (Subtract, DateTime, TimeSpan) => (DateTime, TimeSpan, DateTime),
        (Multiply, TimeSpan, number) if number.is_number() => (TimeSpan, Real, TimeSpan),
        (Multiply, number, TimeSpan) if number.is_number() => (Real, TimeSpan, TimeSpan),
        (Divide, TimeSpan, number) if number.is_number() => (TimeSpan, Real, TimeSpan),
        (Divide, TimeSpan, TimeSpan) => (TimeSpan, TimeSpan, Real),
        (Modulo, TimeSpan | DateTime, TimeSpan) => (left.ty, TimeSpan, TimeSpan),
        _ => return None,
    };
    let (left, right) = (Box::new(convert(left, left_as)), Box::new(convert(right, right_as)));
    Some(Expr { kind: ExprKind::Arithmetic { op, left, right }, ty, span })
}

/// The type that arithmetic happens in: two ints make a long.
fn widest(a: Type, b: Type) -> Option<Type> {
    a.promote(b)?.promote(Type::Long)
}

/// `-x`.
pub(super) fn negate(operand: Expr, span: Span) -> Option<Expr> {
    let ty = match operand.ty {
        Type::Int | Type::Long => Type::Long,
        Type::Real | Type::Decimal | Type::TimeSpan => operand.ty,
        _ => return None,
    };
    let operand = convert(operand, ty);
    if let ExprKind::Constant(value) = &operand.kind
        && let Some(value) = negated(value)
    {
        return Some(constant(value, span));
    }
    Some(Expr { kind: ExprKind::Negate(Box::new(operand)), ty, span })
}

/// `-5` is a constant like `5`: places that want a constant take it.
fn negated(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Long(value) => Value::Long(value.checked_neg()?),
        Value::Real(value) => Value::Real(-value),
        Value::Decimal(value) => Value::Decimal(value.negated()),
        Value::TimeSpan(value) => Value::TimeSpan(value.checked_neg()?),
        _ => return None,
    })
}

/// `== != < <= > >=`.
pub(super) fn compare(op: CompareOp, left: Expr, right: Expr, span: Span) -> Option<Expr> {
    let is_equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    let (left, right) = if is_equality { equal_pair(left, right)? } else { ordered_pair(left, right)? };
    let kind = ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) };
    Some(Expr { kind, ty: Type::Bool, span })
}

/// Both sides of `==` as one type.
pub(super) fn equal_pair(left: Expr, right: Expr) -> Option<(Expr, Expr)> {
    if left.ty == Type::Dynamic && right.ty == Type::Dynamic {
        return None;
    }
    if let Some(ty) = common_type([left.ty, right.ty]) {
        return Some((convert(left, ty), convert(right, ty)));
    }
    if let Some(right) = literal_as(&right, left.ty) {
        return Some((left, right));
    }
    let left_literal = literal_as(&left, right.ty)?;
    Some((left_literal, right))
}

/// Both sides of `<` as one type that has an order.
fn ordered_pair(left: Expr, right: Expr) -> Option<(Expr, Expr)> {
    use Type::{Bool, DateTime, Dynamic, TimeSpan};
    let ty = match (left.ty, right.ty) {
        (Dynamic, Dynamic) => return None,
        (a, b) if a.is_number() && b.is_number() => a.promote(b)?,
        (a, Dynamic) | (Dynamic, a) if a.is_number() => a,
        (a @ (Bool | DateTime | TimeSpan), b) if a == b => a,
        _ => return None,
    };
    Some((convert(left, ty), convert(right, ty)))
}

/// `=~`, `!~`.
pub(super) fn equal_ignoring_case(negated: bool, left: Expr, right: Expr, span: Span) -> Option<Expr> {
    let (left, right) = (as_text(left)?, as_text(right)?);
    let kind = ExprKind::EqualIgnoringCase { negated, left: Box::new(left), right: Box::new(right) };
    Some(Expr { kind, ty: Type::Bool, span })
}

/// `has`, `contains` …
pub(super) fn text((test, case, negated): (TextTest, Case, bool), left: Expr, right: Expr, span: Span) -> Option<Expr> {
    if !is_textual(left.ty) {
        return None;
    }
    let kind = ExprKind::Text { test, case, negated, left: Box::new(left), right: Box::new(as_text(right)?) };
    Some(Expr { kind, ty: Type::Bool, span })
}

/// `and`, `or`: a dynamic counts by its value.
pub(super) fn logical(
    join: impl FnOnce(Box<Expr>, Box<Expr>) -> ExprKind,
    left: Expr,
    right: Expr,
    span: Span,
) -> Option<Expr> {
    let is_truth = |ty| matches!(ty, Type::Bool | Type::Dynamic);
    if !is_truth(left.ty) || !is_truth(right.ty) {
        return None;
    }
    let kind = join(Box::new(convert(left, Type::Bool)), Box::new(convert(right, Type::Bool)));
    Some(Expr { kind, ty: Type::Bool, span })
}

/// `between (low .. high)`. A timespan as the upper end of datetimes counts from the lower end.
pub(super) fn between(negated: bool, value: Expr, low: Expr, high: Expr, span: Span) -> Option<Expr> {
    let high = match (value.ty, low.ty, high.ty) {
        (Type::DateTime, Type::DateTime, Type::TimeSpan) => arithmetic(ArithmeticOp::Add, low.clone(), high, span)?,
        _ => high,
    };
    let types = [value.ty, low.ty, high.ty];
    let ty = common_type(types)?;
    if !(ty.is_number() || (matches!(ty, Type::DateTime | Type::TimeSpan) && !types.contains(&Type::Dynamic))) {
        return None;
    }
    let kind = ExprKind::Between {
        negated,
        value: Box::new(convert(value, ty)),
        low: Box::new(convert(low, ty)),
        high: Box::new(convert(high, ty)),
    };
    Some(Expr { kind, ty: Type::Bool, span })
}

/// A string, or a dynamic as its text.
pub(super) fn as_text(expr: Expr) -> Option<Expr> {
    is_textual(expr.ty).then(|| convert(expr, Type::String))
}

/// string or dynamic.
pub(super) fn is_textual(ty: Type) -> bool {
    matches!(ty, Type::String | Type::Dynamic)
}
