//! `+ - * / %` and unary minus.
//!
//! Whole numbers and ticks wrap, as in Kusto; dividing them by zero gives null; a remainder is never negative. Reals follow IEEE 754,
//! and so do decimals, but that they know neither infinity nor NaN: null is there instead.
//!
//! Source: learn.microsoft.com/kusto/query/numerical-operators and datetime-timespan-arithmetic.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, Operator, cast};
use semantics::bound::ArithmeticOp;
use semantics::time::DATETIME_MAX;
use semantics::{Decimal, Type};

use crate::expressions::binary;
use crate::functions::{Args, Evaluate, kernel_call};
use crate::types::arrow_type;

/// An operand and its KQL type.
pub(super) type Operand = (Expr, Type);

/// Of a decimal too: the number that stands for it has the other sign.
pub(super) fn negate(operand: Expr) -> Expr {
    Expr::Negative(Box::new(operand))
}

pub(super) fn lower(op: ArithmeticOp, left: Operand, right: Operand, result: Type) -> Expr {
    let (left_ty, right_ty) = (left.1, right.1);
    match (op, left_ty, right_ty) {
        (_, Type::Decimal, Type::Decimal) => decimal(op, left.0, right.0),
        (ArithmeticOp::Multiply, Type::TimeSpan, Type::Real)
        | (ArithmeticOp::Multiply, Type::Real, Type::TimeSpan)
        | (ArithmeticOp::Divide, Type::TimeSpan, Type::Real) => {
            let evaluate = if op == ArithmeticOp::Multiply { scale } else { shrink };
            let name = if op == ArithmeticOp::Multiply { "timespan_multiply" } else { "timespan_divide" };
            kernel_call(name, evaluate, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Divide, Type::TimeSpan, Type::TimeSpan) => {
            binary(cast(left.0, arrow_type(Type::Real)), Operator::Divide, cast(right.0, arrow_type(Type::Real)))
        }
        (ArithmeticOp::Divide, Type::Real, Type::Real) => binary(left.0, Operator::Divide, right.0),
        (ArithmeticOp::Divide, ..) => {
            kernel_call("divide", divide, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Modulo, Type::Real, Type::Real) => {
            kernel_call("modulo_real", modulo_real, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Modulo, ..) => {
            kernel_call("modulo", modulo, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Add, ..) if result == Type::DateTime => {
            kernel_call("datetime_add", add_datetime, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Subtract, ..) if result == Type::DateTime => {
            kernel_call("datetime_subtract", subtract_datetime, vec![left.0, right.0], vec![left_ty, right_ty], result)
        }
        (ArithmeticOp::Add, ..) => plain(left, Operator::Plus, right, result),
        (ArithmeticOp::Subtract, ..) => plain(left, Operator::Minus, right, result),
        (ArithmeticOp::Multiply, ..) => plain(left, Operator::Multiply, right, result),
    }
}

fn decimal(op: ArithmeticOp, left: Expr, right: Expr) -> Expr {
    let (name, evaluate): (_, Evaluate) = match op {
        ArithmeticOp::Add => ("decimal_add", |args| decimals(args, Decimal::plus)),
        ArithmeticOp::Subtract => ("decimal_subtract", |args| decimals(args, Decimal::minus)),
        ArithmeticOp::Multiply => ("decimal_multiply", |args| decimals(args, Decimal::times)),
        ArithmeticOp::Divide => ("decimal_divide", |args| decimals(args, Decimal::over)),
        ArithmeticOp::Modulo => ("decimal_modulo", |args| decimals(args, Decimal::modulo)),
    };
    kernel_call(name, evaluate, vec![left, right], vec![Type::Decimal; 2], Type::Decimal)
}

/// Null is what is too large, and by zero.
fn decimals(args: &Args, compute: fn(Decimal, Decimal) -> Option<Decimal>) -> Result<ArrayRef> {
    let (left, right) = (args.decimals(0)?, args.decimals(1)?);
    args.make_decimals(|row| compute(left.get(row)?, right.get(row)?))
}

/// Arrow's own kernel, which wraps; operands are widened to the result first, so that int + int does not wrap at 32 bits when a long is due.
fn plain(left: Operand, op: Operator, right: Operand, result: Type) -> Expr {
    let widen = |(expr, ty): Operand| {
        if ty == Type::Int && result != Type::Int { cast(expr, arrow_type(result)) } else { expr }
    };
    binary(widen(left), op, widen(right))
}

/// Truncates toward zero; by zero is null.
fn divide(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.longs(0)?, args.longs(1)?);
    args.make_whole(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        (right != 0).then(|| left.wrapping_div(right))
    })
}

/// Never negative; by zero is null.
fn modulo(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.longs(0)?, args.longs(1)?);
    args.make_whole(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        (right != 0).then(|| left.wrapping_rem_euclid(right))
    })
}

fn modulo_real(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.reals(0)?, args.reals(1)?);
    args.make_reals(|row| {
        let (left, right) = (left.get(row)?, right.get(row)?);
        Some(left.rem_euclid(right))
    })
}

/// A datetime outside the years 1 to 9999 is null.
fn add_datetime(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| in_range(left.get(row)?.checked_add(right.get(row)?)?))
}

fn subtract_datetime(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| in_range(left.get(row)?.checked_sub(right.get(row)?)?))
}

fn in_range(ticks: i64) -> Option<i64> {
    (0..=DATETIME_MAX).contains(&ticks).then_some(ticks)
}

/// timespan * real, in either order: to the nearest tick.
fn scale(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.reals(0)?, args.reals(1)?);
    args.make_longs(|row| ticks(left.get(row)? * right.get(row)?))
}

/// timespan / real.
fn shrink(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.reals(0)?, args.reals(1)?);
    args.make_longs(|row| ticks(left.get(row)? / right.get(row)?))
}

fn ticks(value: f64) -> Option<i64> {
    let value = value.round();
    (value.is_finite() && value >= i64::MIN as f64 && value < i64::MAX as f64).then_some(value as i64)
}
