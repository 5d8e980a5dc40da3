//! A table's rows, in the engine's own types.
//!
//! Storage may hold timestamps, narrow integers, dictionaries, lists or nulls in text; whatever a column is, it becomes what its KQL
//! type says. A column that storage lacks is empty.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Column, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use semantics::{Schema, Type};

use super::{Lowering, project};
use crate::error::{Error, Result};
use crate::storage::{decimal_of_stored, json_of_nested, ticks_of_date, ticks_of_timestamp};
use crate::types::{absent, arrow_type};

impl Lowering<'_> {
    pub(super) fn scan(&self, name: &str, stored: &[String], schema: &Schema) -> Result<LogicalPlan> {
        if let Some(reason) = self.database.unreadable(name) {
            return Err(Error::Environment(reason));
        }
        let Some(provider) = self.database.provider(name) else { return super::rows::lower(&[], schema) };
        let fields = provider.schema();
        let scan = LogicalPlanBuilder::scan(TableReference::bare(name), provider_as_source(provider), None)?.build()?;
        let exprs = stored.iter().zip(schema).map(|(column, told)| match fields.field_with_name(column) {
            Ok(field) => {
                let expr = Expr::Column(Column::new(Some(TableReference::bare(name)), column));
                told_type(expr, field.data_type(), field.is_nullable(), told.ty)
            }
            Err(_) => Ok(lit(absent(told.ty))),
        });
        project(scan, exprs.collect::<Result<Vec<_>>>()?, schema)
    }

    pub(super) fn shared(&self, index: usize, schema: &Schema) -> Result<LogicalPlan> {
        let provider = self.shared.get(index).ok_or_else(|| Error::Bug(format!("shared table {index} is missing")))?;
        let name = TableReference::bare(format!("$shared{index}"));
        let scan = LogicalPlanBuilder::scan(name.clone(), provider_as_source(Arc::clone(provider)), None)?.build()?;
        let fields = provider.schema();
        let exprs = fields.fields().iter().map(|field| Expr::Column(Column::new(Some(name.clone()), field.name())));
        project(scan, exprs.collect(), schema)
    }
}

/// A stored column as its KQL type.
fn told_type(expr: Expr, stored: &DataType, nullable: bool, told: Type) -> Result<Expr> {
    let expr = match (stored, told) {
        (DataType::Timestamp(unit, _), Type::DateTime) => ticks_of_timestamp(expr, *unit),
        (DataType::Date32, Type::DateTime) => ticks_of_date(expr),
        (DataType::Duration(unit), Type::TimeSpan) => {
            cast(expr, DataType::Int64) * lit(ticks_per(*unit)) / lit(ticks_divisor(*unit))
        }
        (stored, Type::Dynamic) if stored.is_nested() => json_of_nested(expr),
        (DataType::Dictionary(_, value), Type::String) if value.is_string() && !nullable => return Ok(expr),
        (stored, told) if *stored == arrow_type(told) => expr,
        (stored, Type::Decimal) if is_text(stored) || stored.is_numeric() => decimal_of_stored(expr),
        (stored, Type::String | Type::Guid | Type::Dynamic) if is_text(stored) => cast(expr, DataType::Utf8View),
        (stored, Type::Int | Type::Long | Type::Real) if stored.is_numeric() => cast(expr, arrow_type(told)),
        (stored, Type::String) if stored.is_numeric() || *stored == DataType::Boolean => cast(expr, DataType::Utf8View),
        (stored, told) => {
            return Err(Error::Environment(format!("a column stored as {stored} cannot be read as {told}")));
        }
    };
    let may_be_null = told == Type::String && nullable;
    Ok(if may_be_null { coalesce(vec![expr, lit(absent(Type::String))]) } else { expr })
}

fn is_text(stored: &DataType) -> bool {
    match stored {
        DataType::Dictionary(_, value) => value.is_string(),
        other => other.is_string(),
    }
}

fn ticks_per(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 10_000_000,
        TimeUnit::Millisecond => 10_000,
        TimeUnit::Microsecond => 10,
        TimeUnit::Nanosecond => 1,
    }
}

fn ticks_divisor(unit: TimeUnit) -> i64 {
    if unit == TimeUnit::Nanosecond { 100 } else { 1 }
}
