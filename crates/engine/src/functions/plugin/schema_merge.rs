//! `schema_merge`: the columns of several schemas as one schema.
use arrow::array::AsArray;
use datafusion::common::not_impl_err;

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::{array_of, wholes};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "schema_merge",
        summary: "Merges schemas, as `getschema` gives them, into one.",
        parameters: &[takes("PreserveOrder", PluginAccepts::Constant(&[Type::Bool])).optional()],
        source: "https://learn.microsoft.com/kusto/query/schema-merge-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// The columns of a schema, as `getschema` calls them.
const COLUMNS: [&str; 4] = ["ColumnName", "ColumnOrdinal", "DataType", "ColumnType"];
/// What Kusto says of a column that stands elsewhere than before.
const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let input = call.input();
    let column = |name: &&str| input.iter().find(|column| column.name == *name).cloned();
    let found: Vec<Column> = COLUMNS.iter().filter_map(column).collect();
    if found.len() == COLUMNS.len() { Ok(found) } else { Err(format!("the input must have {}", COLUMNS.join(", "))) }
}

/// A column of the merged schema.
struct Merged {
    name: String,
    /// The least of its places.
    first: i64,
    /// The greatest of its places.
    last: i64,
    data_type: String,
    column_type: String,
}

/// - Shape: a row per different column, by where it stood last.
/// - Errors: columns of one name and two types; which types Kusto reduces to which is not documented.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let mut merged: Vec<Merged> = vec![];
    let [names, ordinals, data_types, column_types] = COLUMNS.map(|name| input(given, name));
    let ((ordinal_type, ordinals), names) = (ordinals?, names?.1);
    let (data_types, column_types) = (data_types?.1, column_types?.1);
    for (row, ordinal) in wholes(ordinal_type, &ordinals).into_iter().enumerate() {
        let text = |array: &ArrayRef| array.as_string_view_opt().map_or("", |array| array.value(row)).to_owned();
        let (name, column_type, ordinal) = (text(&names), text(&column_types), ordinal.unwrap_or(-1));
        match merged.iter_mut().find(|own| own.name == name) {
            Some(own) if own.column_type != column_type => {
                let (one, other) =
                    (own.column_type.clone().min(column_type.clone()), own.column_type.clone().max(column_type));
                return not_impl_err!("schema_merge of {name} as {one} and {other}");
            }
            Some(own) => {
                own.first = own.first.min(ordinal);
                own.last = own.last.max(ordinal);
            }
            None => {
                let data_type = text(&data_types);
                merged.push(Merged { name, first: ordinal, last: ordinal, data_type, column_type });
            }
        }
    }
    // The rows of a union come in any order, so nothing may follow from it.
    merged.sort_by(|one, other| (one.last, &one.name).cmp(&(other.last, &other.name)));
    let keeps_order = given.constant("PreserveOrder").is_none_or(|flag| *flag == Value::Bool(true));
    for own in merged.iter_mut().filter(|own| keeps_order && own.first != own.last) {
        own.last = -1;
        own.data_type = format!("ERROR(unknown CSL type:{OUT_OF_ORDER})");
        own.column_type = OUT_OF_ORDER.to_owned();
    }
    let ordinal = |own: &Merged| match ordinal_type {
        Type::Int => i32::try_from(own.last).map_or(Value::Null(Type::Int), Value::Int),
        _ => Value::Long(own.last),
    };
    let columns = vec![
        array_of(Type::String, merged.iter().map(|own| Value::String(own.name.clone())))?,
        array_of(ordinal_type, merged.iter().map(ordinal))?,
        array_of(Type::String, merged.iter().map(|own| Value::String(own.data_type.clone())))?,
        array_of(Type::String, merged.iter().map(|own| Value::String(own.column_type.clone())))?,
    ];
    Ok(Made::of(given.schema, columns, merged.len()))
}

fn input(given: &Given<'_>, name: &str) -> Result<(Type, ArrayRef)> {
    let place = given.schemas.first().and_then(|schema| schema.iter().position(|column| column.name == name));
    match place {
        Some(place) => given.at(0, place),
        None => exec_err!("`schema_merge` lacks the column {name}"),
    }
}
