//! A table of the user's own in an ingestion: what is known of it before, and the time of its rows that tell none.
//!
//! In: the table's name, the lake and the content. Out: its columns so far. A name that Microsoft has a table for is refused, because that table's
//! records are told by what they are.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Field, Int64Type, Schema};
use engine::types::arrow_type;
use semantics::{Column, Type};

use super::IngestOptions;
use crate::content::Content;
use crate::delta::{INGESTED, Lake, NewRows};
use crate::error::{Error, Result};
use crate::formats::custom::{CustomTable, TIME};

/// Characters of a table's name: Log Analytics takes 100, without the end `_CL`.
const NAME_CHARS_MAX: usize = 103;

/// What custom tables' names end with.
pub(crate) const CUSTOM_END: &str = "_CL";

/// What is wrong with a table of the user's own having that name; nothing when it may.
///
/// - Errors: the sentence that says so.
pub fn check_table_name(name: &str, content: &Content) -> Result<(), String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !name.chars().all(is_letter) {
        return Err(format!("`{name}` is no name of a table: expected a letter, then letters, digits and `_`"));
    }
    if name.len() > NAME_CHARS_MAX {
        return Err(format!(
            "the name of a table has at most {NAME_CHARS_MAX} characters, `{name}` has {}",
            name.len()
        ));
    }
    let known = content.table_names().iter().find(|known| known.eq_ignore_ascii_case(name));
    match known {
        Some(known) if !(known == name && name.ends_with(CUSTOM_END)) => Err(format!(
            "`{known}` is a table of Microsoft's, whose records are told by what they are; expected a name such as `{name}{CUSTOM_END}`"
        )),
        Some(_) | None => Ok(()),
    }
}

/// The table that the options name, with the columns that it has.
///
/// - Errors: a name that it may not have, a lake that cannot be read.
pub(super) async fn open(lake: &Lake, content: &Content, options: &IngestOptions) -> Result<Option<CustomTable>> {
    let Some(name) = &options.table else { return Ok(None) };
    check_table_name(name, content).map_err(|message| Error::lake(name, message))?;
    let mut columns: Vec<Column> = match content.table(name)? {
        Some(table) => table.columns.clone(),
        None => vec![],
    };
    if let Some(table) = lake.table(name, None).await? {
        for column in table.columns()? {
            match columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) => known.ty = column.ty,
                None => columns.push(column),
            }
        }
    }
    columns.retain(|column| column.name != INGESTED);
    Ok(Some(CustomTable::new(name, options.time_column.clone(), columns)))
}

/// The rows, those without a time at that one.
pub(super) fn timed(rows: NewRows, ticks: i64) -> Result<NewRows> {
    let is_time = rows.schema.columns.iter().any(|column| column.name == TIME && column.ty == Type::DateTime);
    if !is_time {
        return Ok(rows);
    }
    let batches: Result<Vec<RecordBatch>> = rows.batches.iter().map(|batch| timed_batch(batch, ticks)).collect();
    Ok(NewRows { batches: batches?, ..rows })
}

fn timed_batch(batch: &RecordBatch, ticks: i64) -> Result<RecordBatch> {
    let told = batch.column_by_name(TIME).and_then(|times| times.as_primitive_opt::<Int64Type>());
    let filled: ArrayRef = match told {
        Some(times) if times.null_count() == 0 => return Ok(batch.clone()),
        Some(times) => Arc::new(times.iter().map(|time| Some(time.unwrap_or(ticks))).collect::<Int64Array>()),
        None => Arc::new(Int64Array::from_value(ticks, batch.num_rows())),
    };
    let schema = batch.schema();
    let own = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| field.name() != TIME);
    let (mut fields, mut arrays): (Vec<Arc<Field>>, Vec<ArrayRef>) =
        own.map(|(field, array)| (field.clone(), array.clone())).unzip();
    fields.push(Arc::new(Field::new(TIME, arrow_type(Type::DateTime), true)));
    arrays.push(filled);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(Error::bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables() {
        let content = Content::embedded();
        let check = |name: &str| check_table_name(name, &content);
        assert_eq!([check("App_CL"), check("Hosts"), check(&"a".repeat(NAME_CHARS_MAX))], [Ok(()), Ok(()), Ok(())]);
        for wrong in ["_Files", "a b", "../x", "", "1a", "é", "Syslog", "syslog", &"a".repeat(NAME_CHARS_MAX + 1)] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
