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
                Value::String(column.ty.clr_name().to_owned()),
                Value::String(column.ty.name().to_owned()),
            ]
        })
        .collect();
    Tabular { is_serialized: true, ..Tabular::new(TableKind::Rows { rows }, schema, span) }
}
