//! From what storage holds to what the engine computes with: timestamps to ticks, nested values to JSON.
//!
//! `storage_ticks` tells DataFusion how to turn a comparison of ticks back into one of timestamps, so that time filters reach row groups.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use arrow::json::writer::make_encoder;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use semantics::time::{TICKS_PER_DAY, UNIX_EPOCH};
use semantics::{Decimal, Type};

use crate::functions::{Args, kernel_call};
use crate::types::decimal_array;

/// A timestamp column as ticks.
pub(crate) fn ticks_of_timestamp(column: Expr, unit: TimeUnit) -> Expr {
    let function = StorageTicks { unit, signature: Signature::any(1, Volatility::Immutable) };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), vec![column]))
}

/// A date column as ticks.
pub(crate) fn ticks_of_date(column: Expr) -> Expr {
    kernel_call("date_ticks", date_ticks, vec![column], vec![Type::DateTime], Type::DateTime)
}

/// A list, struct or map column as JSON text.
pub(crate) fn json_of_nested(column: Expr) -> Expr {
    kernel_call("nested_json", nested_json, vec![column], vec![Type::Dynamic], Type::Dynamic)
}

/// A column of text or of any numbers as decimals. What is no number, or too large, is null.
pub fn decimal_of_stored(column: Expr) -> Expr {
    kernel_call("stored_decimal", stored_decimal, vec![column], vec![Type::Decimal], Type::Decimal)
}

fn stored_decimal(args: &Args) -> Result<ArrayRef> {
    Ok(stored_decimals(&args.array(0)?)?)
}

/// Text or any numbers as decimals. What is no number, or too large, is null.
///
/// # Errors
/// The array is neither.
pub fn stored_decimals(stored: &ArrayRef) -> std::result::Result<ArrayRef, ArrowError> {
    let texts = cast(stored, &DataType::Utf8View)?;
    Ok(decimal_array(texts.as_string_view().iter().map(|text| Decimal::parse(text?.trim()))))
}

fn date_ticks(args: &Args) -> Result<ArrayRef> {
    let days = cast(&cast(&args.array(0)?, &DataType::Int32)?, &DataType::Int64)?;
    let days = days.as_primitive::<Int64Type>();
    Ok(Arc::new(days.unary::<_, Int64Type>(|day| day.wrapping_mul(TICKS_PER_DAY).wrapping_add(UNIX_EPOCH))))
}

fn nested_json(args: &Args) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let field = Arc::new(arrow::datatypes::Field::new("value", array.data_type().clone(), true));
    let options = arrow::json::EncoderOptions::default();
    let mut encoder = make_encoder(&field, &array, &options)?;
    let mut texts = vec![];
    for row in 0..array.len() {
        let mut bytes = vec![];
        if array.is_valid(row) {
            encoder.encode(row, &mut bytes);
        }
        texts.push(array.is_valid(row).then(|| String::from_utf8_lossy(&bytes).into_owned()));
    }
    args.make_json(|row| texts.get(row).cloned().flatten())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct StorageTicks {
    unit: TimeUnit,
    signature: Signature,
}

impl StorageTicks {
    /// Ticks of one stored unit, or how many stored units a tick has.
    fn ticks(&self, stored: i64) -> i64 {
        let ticks = match self.unit {
            TimeUnit::Second => stored.wrapping_mul(10_000_000),
            TimeUnit::Millisecond => stored.wrapping_mul(10_000),
            TimeUnit::Microsecond => stored.wrapping_mul(10),
            TimeUnit::Nanosecond => stored.div_euclid(100),
        };
        ticks.wrapping_add(UNIX_EPOCH)
    }

    /// The stored values from which, and before which, the ticks are just these; `None` when there is no such stored value.
    fn stored(&self, ticks: i64) -> Option<(i64, i64)> {
        let since_epoch = ticks.checked_sub(UNIX_EPOCH)?;
        let per_unit = match self.unit {
            TimeUnit::Second => 10_000_000,
            TimeUnit::Millisecond => 10_000,
            TimeUnit::Microsecond => 10,
            TimeUnit::Nanosecond => {
                let first = since_epoch.checked_mul(100)?;
                return Some((first, first.checked_add(100)?));
            }
        };
        (since_epoch % per_unit == 0).then(|| (since_epoch / per_unit, since_epoch / per_unit + 1))
    }
}

impl ScalarUDFImpl for StorageTicks {
    fn name(&self) -> &str {
        "storage_ticks"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(stored) = args.args.first() else { return exec_err!("`storage_ticks` expects a column") };
        let stored = cast(&stored.to_array(args.number_rows)?, &DataType::Int64)?;
        let ticks: Int64Array = stored.as_primitive::<Int64Type>().unary(|value| self.ticks(value));
        Ok(ColumnarValue::Array(Arc::new(ticks)))
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(inputs.first().map_or(SortProperties::Unordered, |input| input.sort_properties))
    }

    fn preimage(&self, args: &[Expr], literal: &Expr, info: &SimplifyContext) -> Result<PreimageResult> {
        let (Some(column), Expr::Literal(ScalarValue::Int64(Some(ticks)), _)) = (args.first(), literal) else {
            return Ok(PreimageResult::None);
        };
        let (Some((low, high)), DataType::Timestamp(unit, zone)) = (self.stored(*ticks), info.get_data_type(column)?)
        else {
            return Ok(PreimageResult::None);
        };
        let timestamp = |value| match unit {
            TimeUnit::Second => ScalarValue::TimestampSecond(Some(value), zone.clone()),
            TimeUnit::Millisecond => ScalarValue::TimestampMillisecond(Some(value), zone.clone()),
            TimeUnit::Microsecond => ScalarValue::TimestampMicrosecond(Some(value), zone.clone()),
            TimeUnit::Nanosecond => ScalarValue::TimestampNanosecond(Some(value), zone.clone()),
        };
        let interval = Box::new(Interval::try_new(timestamp(low), timestamp(high))?);
        Ok(PreimageResult::Range { expr: column.clone(), interval })
    }
}
