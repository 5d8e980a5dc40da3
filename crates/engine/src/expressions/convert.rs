//! The conversions that Kusto makes by itself: between numbers, into dynamic, and out of it.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, cast, lit};
use semantics::{Type, Value};

use crate::dynamic::{self, Elements};
use crate::functions::{Args, kernel_call};
use crate::types::{arrow_type, scalar_value};

pub(crate) fn lower(operand: Expr, from: Type, to: Type) -> Expr {
    match (from, to) {
        _ if from == to => operand,
        (_, Type::Dynamic) => kernel_call("to_dynamic", into_dynamic, vec![operand], vec![from], to),
        (Type::Dynamic, _) => kernel_call("from_dynamic", out_of_dynamic, vec![operand], vec![from], to),
        (_, Type::Decimal) => kernel_call("to_decimal", into_decimal, vec![operand], vec![from], to),
        (Type::Decimal, Type::Real) => kernel_call("decimal_to_real", decimal_to_real, vec![operand], vec![from], to),
        _ => cast(operand, arrow_type(to)),
    }
}

fn into_dynamic(args: &Args) -> Result<ArrayRef> {
    let elements = Elements::new(&args.array(0)?, args.ty(0))?;
    args.make_json(|row| {
        let mut json = String::new();
        elements.write(row, &mut json).then_some(json)
    })
}

fn into_decimal(args: &Args) -> Result<ArrayRef> {
    let value = args.decimals(0)?;
    args.make_decimals(|row| value.get(row))
}

fn decimal_to_real(args: &Args) -> Result<ArrayRef> {
    let value = args.reals(0)?;
    args.make_reals(|row| value.get(row))
}

fn out_of_dynamic(args: &Args) -> Result<ArrayRef> {
    let json = args.json(0)?;
    match args.returns() {
        Type::Bool => args.make_bools(|row| dynamic::as_bool(json.get(row)?)),
        Type::Int => args.make_ints(|row| dynamic::as_int(json.get(row)?)),
        Type::Long => args.make_longs(|row| dynamic::as_long(json.get(row)?)),
        Type::Real => args.make_reals(|row| dynamic::as_real(json.get(row)?)),
        Type::DateTime => args.make_longs(|row| dynamic::as_ticks(json.get(row)?, Type::DateTime)),
        Type::TimeSpan => args.make_longs(|row| dynamic::as_ticks(json.get(row)?, Type::TimeSpan)),
        Type::String => args.make_strings(|row| json.get(row).map(dynamic::as_text).unwrap_or_default()),
        Type::Decimal => args.make_decimals(|row| dynamic::as_decimal(json.get(row)?)),
        Type::Guid => args.make_json(|row| json.get(row).map(dynamic::as_text).filter(|text| !text.is_empty())),
        Type::Dynamic => args.array(0),
    }
}

/// The elements of a constant list, as constants of a type; an element that cannot be of it equals nothing, and is left out.
pub(super) fn elements(json: Option<&str>, ty: Type) -> Vec<Expr> {
    let Some(json) = json else { return vec![] };
    let items: Vec<&str> = dynamic::array_items(json).map_or_else(|| vec![json], Iterator::collect);
    items.into_iter().filter_map(|item| element(item, ty)).map(|value| lit(scalar_value(&value))).collect()
}

/// A value inside a dynamic as one of a type; `None` when it cannot be of it.
pub(crate) fn element(json: &str, ty: Type) -> Option<Value> {
    Some(match ty {
        Type::Bool => Value::Bool(dynamic::as_bool(json)?),
        Type::Int => Value::Int(dynamic::as_int(json)?),
        Type::Long => Value::Long(dynamic::as_long(json)?),
        Type::Real => Value::Real(dynamic::as_real(json)?),
        Type::DateTime => Value::DateTime(dynamic::as_ticks(json, ty)?),
        Type::TimeSpan => Value::TimeSpan(dynamic::as_ticks(json, ty)?),
        Type::String => Value::String(dynamic::as_text(json).into_owned()),
        Type::Guid => Value::Guid(dynamic::as_text(json).to_lowercase()),
        Type::Decimal => Value::Decimal(dynamic::as_decimal(json)?),
        Type::Dynamic => Value::Dynamic(json.to_owned()),
    })
}
