//! `getschema`: a row per column of the input. Nothing of the input is read.

use syntax::Span;

use crate::bound::TableKind;
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// - Shape: ColumnName, ColumnOrdinal, DataType, ColumnType; as many rows as the input has columns.
pub(super) fn getschema(input: Tabular, span: Span) -> Tabular {
    if input.is_open {
        return Tabular::open(span);
    }
    let schema = vec![
        Column::new("ColumnName", Type::String),
        Column::new("ColumnOrdinal", Type::Long),
        Column::new("DataType", Type::String),
        Column::new("ColumnType", Type::String),
    ];
    let rows = (0_i64..)
        .zip(input.schema())
        .map(|(ordinal, column)| {
            vec![
                Value::String(column.name.clone()),
                Value::Long(ordinal),
                Value::String(clr_type(column.ty).to_owned()),
                Value::String(column.ty.name().to_owned()),
            ]
        })
        .collect();
    Tabular { is_serialized: true, ..Tabular::new(TableKind::Rows { rows }, schema, span) }
}

/// The .NET type that Kusto reports for a type.
fn clr_type(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "System.SByte",
        Type::Int => "System.Int32",
        Type::Long => "System.Int64",
        Type::Real => "System.Double",
        Type::Decimal => "System.Data.SqlTypes.SqlDecimal",
        Type::String => "System.String",
        Type::DateTime => "System.DateTime",
        Type::TimeSpan => "System.TimeSpan",
        Type::Guid => "System.Guid",
        Type::Dynamic => "System.Object",
    }
}
