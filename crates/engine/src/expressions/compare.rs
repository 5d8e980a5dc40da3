//! `== != < <= > >=` and `between`.
//!
//! Null equals nothing: one null makes `==` false and `!=` true, two nulls make both null; an order with a null is null.
//! NaN equals nothing and has no order, where Arrow would say otherwise.
//!
//! Source: learn.microsoft.com/kusto/query/scalar-data-types/null-values.

use std::cmp::Ordering;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, Operator, lit, when};
use semantics::Type;
use semantics::bound::CompareOp;

use crate::dynamic::{SortKey, sort_order};
use crate::expressions::{Wanted, binary, is_constant_value};
use crate::functions::{Args, kernel_call};

pub(super) fn lower(op: CompareOp, left: Expr, right: Expr, ty: Type, wanted: Wanted) -> Expr {
    match ty {
        Type::Real => real(op, left, right),
        Type::Dynamic => dynamic(op, left, right),
        Type::String => binary(left, sql_operator(op), right),
        _ => match op {
            CompareOp::Equal => equal(left, right, wanted),
            CompareOp::NotEqual => not_equal(left, right, wanted),
            CompareOp::Less | CompareOp::LessOrEqual | CompareOp::Greater | CompareOp::GreaterOrEqual => {
                binary(left, sql_operator(op), right)
            }
        },
    }
}

pub(super) fn between(negated: bool, value: Expr, low: Expr, high: Expr, ty: Type, wanted: Wanted) -> Expr {
    let (first, second, join) = if negated {
        (CompareOp::Less, CompareOp::Greater, Operator::Or)
    } else {
        (CompareOp::GreaterOrEqual, CompareOp::LessOrEqual, Operator::And)
    };
    binary(lower(first, value.clone(), low, ty, wanted), join, lower(second, value, high, ty, wanted))
}

fn sql_operator(op: CompareOp) -> Operator {
    match op {
        CompareOp::Equal => Operator::Eq,
        CompareOp::NotEqual => Operator::NotEq,
        CompareOp::Less => Operator::Lt,
        CompareOp::LessOrEqual => Operator::LtEq,
        CompareOp::Greater => Operator::Gt,
        CompareOp::GreaterOrEqual => Operator::GtEq,
    }
}

fn equal(left: Expr, right: Expr, wanted: Wanted) -> Expr {
    if wanted == Wanted::Truth {
        return binary(left, Operator::Eq, right);
    }
    let alike = binary(left.clone(), Operator::IsNotDistinctFrom, right.clone());
    null_when_both_null(left, right, alike)
}

fn not_equal(left: Expr, right: Expr, wanted: Wanted) -> Expr {
    let differ = binary(left.clone(), Operator::IsDistinctFrom, right.clone());
    // Of two nulls it says false instead of null, which a filter takes alike.
    if wanted == Wanted::Truth { differ } else { null_when_both_null(left, right, differ) }
}

fn null_when_both_null(left: Expr, right: Expr, otherwise: Expr) -> Expr {
    if is_constant_value(&left) || is_constant_value(&right) {
        return otherwise;
    }
    let both_null = left.is_null().and(right.is_null());
    when(both_null, lit(datafusion::common::ScalarValue::Boolean(None)))
        .otherwise(otherwise.clone())
        .unwrap_or(otherwise)
}

type Kernels = [fn(&Args) -> Result<ArrayRef>; 6];

const NAMES: [[&str; 6]; 2] = [
    ["real_equal", "real_not_equal", "real_less", "real_less_or_equal", "real_greater", "real_greater_or_equal"],
    [
        "dynamic_equal",
        "dynamic_not_equal",
        "dynamic_less",
        "dynamic_less_or_equal",
        "dynamic_greater",
        "dynamic_greater_or_equal",
    ],
];

fn real(op: CompareOp, left: Expr, right: Expr) -> Expr {
    let kernels: Kernels =
        [real_kernel::<0>, real_kernel::<1>, real_kernel::<2>, real_kernel::<3>, real_kernel::<4>, real_kernel::<5>];
    call(op, "real", kernels, left, right, Type::Real)
}

fn dynamic(op: CompareOp, left: Expr, right: Expr) -> Expr {
    let kernels: Kernels = [
        dynamic_kernel::<0>,
        dynamic_kernel::<1>,
        dynamic_kernel::<2>,
        dynamic_kernel::<3>,
        dynamic_kernel::<4>,
        dynamic_kernel::<5>,
    ];
    call(op, "dynamic", kernels, left, right, Type::Dynamic)
}

/// Numbers compare by value and texts by their characters; other values are equal or have no order.
fn dynamic_order(left: &str, right: &str) -> Option<Ordering> {
    match (SortKey::new(left), SortKey::new(right)) {
        (left @ SortKey::Number(_), right @ SortKey::Number(_))
        | (left @ SortKey::Text(_), right @ SortKey::Text(_)) => Some(sort_order(&left, &right)),
        _ => (left == right).then_some(Ordering::Equal),
    }
}

fn call(op: CompareOp, of: &str, kernels: Kernels, left: Expr, right: Expr, ty: Type) -> Expr {
    let at = position(op);
    kernel_call(NAMES[usize::from(of == "dynamic")][at], kernels[at], vec![left, right], vec![ty, ty], Type::Bool)
}

const OPS: [CompareOp; 6] = [
    CompareOp::Equal,
    CompareOp::NotEqual,
    CompareOp::Less,
    CompareOp::LessOrEqual,
    CompareOp::Greater,
    CompareOp::GreaterOrEqual,
];

fn position(op: CompareOp) -> usize {
    OPS.iter().position(|other| *other == op).unwrap_or_default()
}

fn real_kernel<const OP: usize>(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.reals(0)?, args.reals(1)?);
    args.make_bools(|row| answer(OPS[OP], left.get(row), right.get(row), |left, right| left.partial_cmp(right)))
}

fn dynamic_kernel<const OP: usize>(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.json(0)?, args.json(1)?);
    args.make_bools(|row| answer(OPS[OP], left.get(row), right.get(row), |left, right| dynamic_order(left, right)))
}

/// The answer for two operands that may be null and may have no order.
fn answer<T>(
    op: CompareOp,
    left: Option<T>,
    right: Option<T>,
    compare: impl Fn(&T, &T) -> Option<Ordering>,
) -> Option<bool> {
    let (left, right) = match (left, right) {
        (Some(left), Some(right)) => (left, right),
        (None, None) => return None,
        _ => {
            return match op {
                CompareOp::Equal => Some(false),
                CompareOp::NotEqual => Some(true),
                CompareOp::Less | CompareOp::LessOrEqual | CompareOp::Greater | CompareOp::GreaterOrEqual => None,
            };
        }
    };
    let order = compare(&left, &right);
    Some(match op {
        CompareOp::Equal => order == Some(Ordering::Equal),
        CompareOp::NotEqual => order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    })
}
