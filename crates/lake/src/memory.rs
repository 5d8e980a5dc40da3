//! Tables in memory while data is read: batches of rows, each with the columns that its source fills.
//!
//! In: batches with some of a table's columns. Out: batches that all have the same columns, in the table's order, with the columns that
//! follow from others (the second name of the time, the table's own name). Must not know where rows come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int8Array, RecordBatch, StringArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{Field, Int8Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use engine::types::{absent_array, arrow_type};
use semantics::{Column, TableSchema, Type};

use crate::content::Content;
use crate::error::{Error, Result};

/// Defender and Sentinel name the time of an event differently; a table that has both names has the same time under both.
pub(crate) const TIMES: [(&str, &str); 2] = [("Timestamp", "TimeGenerated"), ("TimeGenerated", "Timestamp")];

/// The tables that have rows so far, by name.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: BTreeMap<String, MemoryTable>,
}

/// Rows of one table.
#[derive(Debug)]
pub(crate) struct MemoryTable {
    /// All the table's columns.
    pub schema: Arc<TableSchema>,
    /// Rows with some of them, each column in the engine's type.
    pub batches: Vec<RecordBatch>,
}

impl Tables {
    /// Adds rows; `columns` are those of the batch, in its order.
    ///
    /// - Errors: a table or a column that does not exist, a column of another type; the message says which.
    pub(crate) fn push(
        &mut self,
        content: &Content,
        table: &str,
        columns: &[Column],
        batch: &RecordBatch,
    ) -> Result<(), String> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let entry = match self.tables.get_mut(table) {
            Some(entry) => entry,
            None => {
                let schema = content.table(table).map_err(|error| error.to_string())?;
                let schema = schema.ok_or_else(|| format!("there is no table `{table}`"))?;
                self.tables.entry(table.to_owned()).or_insert(MemoryTable { schema, batches: vec![] })
            }
        };
        entry.batches.push(conform(&entry.schema, columns, batch)?);
        Ok(())
    }

    /// Puts a table of the user's own, whose columns are whatever they are, in the place of any that was there.
    pub(crate) fn replace(&mut self, table: &str, columns: Vec<Column>, batches: Vec<RecordBatch>) {
        let schema = Arc::new(TableSchema { name: table.to_owned(), columns, compat: vec![] });
        self.tables.insert(table.to_owned(), MemoryTable { schema, batches });
    }

    pub(crate) fn get(&self, table: &str) -> Option<&MemoryTable> {
        self.tables.get(table)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut MemoryTable)> {
        self.tables.iter_mut()
    }

    pub(crate) fn get_mut(&mut self, table: &str) -> Option<&mut MemoryTable> {
        self.tables.get_mut(table)
    }

    /// The table of that name, a new one if need be.
    pub(crate) fn entry(&mut self, table: &str, new: impl FnOnce() -> MemoryTable) -> &mut MemoryTable {
        self.tables.entry(table.to_owned()).or_insert_with(new)
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = (String, MemoryTable)> {
        self.tables.into_iter()
    }
}

/// The batch under the table's own names and types. An int may stand in a long column; nothing else is converted.
pub(crate) fn conform(schema: &TableSchema, columns: &[Column], batch: &RecordBatch) -> Result<RecordBatch, String> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays = Vec::with_capacity(columns.len());
    for (column, array) in columns.iter().zip(batch.columns()) {
        let target = schema.columns.iter().find(|target| target.name == column.name);
        let target = target.ok_or_else(|| format!("`{}` is not a column of `{}`", column.name, schema.name))?;
        if target.ty != column.ty && (target.ty, column.ty) != (Type::Long, Type::Int) {
            return Err(format!("`{}` is {}, and {} in `{}`", column.name, column.ty, target.ty, schema.name));
        }
        let ty = arrow_type(target.ty);
        let array = if *array.data_type() == ty {
            array.clone()
        } else {
            cast(array, &ty).map_err(|error| error.to_string())?
        };
        fields.push(Field::new(&column.name, ty, true));
        arrays.push(if target.ty == Type::String { without_nulls(array) } else { array });
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| error.to_string())
}

/// Text is never null.
fn without_nulls(array: ArrayRef) -> ArrayRef {
    match array.as_string_view_opt() {
        Some(texts) if texts.null_count() > 0 => {
            Arc::new(texts.iter().map(|text| Some(text.unwrap_or(""))).collect::<StringViewArray>())
        }
        _ => array,
    }
}

impl MemoryTable {
    /// A column of a batch; the absent value in every row when the batch lacks it.
    pub(crate) fn column(&self, batch: &RecordBatch, name: &str) -> Option<ArrayRef> {
        match batch.column_by_name(name) {
            Some(array) => Some(array.clone()),
            None => {
                let column = self.schema.columns.iter().find(|column| column.name == name)?;
                Some(absent_array(column.ty, batch.num_rows()))
            }
        }
    }

    /// All rows under one Arrow schema: the columns that any batch has, and those that follow from them.
    pub(crate) fn seal(self) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let has = |name: &str| self.batches.iter().any(|batch| batch.column_by_name(name).is_some());
        let follows = |name: &str| TIMES.iter().any(|(time, other)| *time == name && has(other));
        let is_own = |column: &&Column| has(&column.name) || follows(&column.name);
        let columns: Vec<&Column> = self.schema.columns.iter().filter(is_own).collect();
        let mut fields: Vec<Field> = columns.iter().map(|column| field(column)).collect();
        let own = fields.len();
        fields.extend(type_column(&self.schema, &fields, 0).map_err(Error::bug)?.map(|(field, _)| field));
        let has_type = fields.len() > own;
        let schema = Arc::new(Schema::new(fields));
        let seal = |batch: &RecordBatch| -> Result<RecordBatch, ArrowError> {
            let mut arrays: Vec<ArrayRef> = columns.iter().map(|column| filled(batch, column)).collect();
            if has_type {
                arrays.extend(type_column(&self.schema, &[], batch.num_rows())?.map(|(_, array)| array));
            }
            RecordBatch::try_new(schema.clone(), arrays)
        };
        let batches: Result<Vec<_>, _> = self.batches.iter().map(seal).collect();
        Ok((schema.clone(), batches.map_err(Error::bug)?))
    }
}

/// A column's field: only text is never null, which spares queries a check.
pub(crate) fn field(column: &Column) -> Field {
    Field::new(&column.name, arrow_type(column.ty), column.ty != Type::String)
}

fn filled(batch: &RecordBatch, column: &Column) -> ArrayRef {
    if let Some(array) = batch.column_by_name(&column.name) {
        return array.clone();
    }
    let other = TIMES.iter().find(|(time, _)| *time == column.name).and_then(|(_, other)| batch.column_by_name(other));
    other.cloned().unwrap_or_else(|| absent_array(column.ty, batch.num_rows()))
}

/// The column `Type`, which holds the table's name, if the table has such a column and it is not among those told; one byte a row.
pub(crate) fn type_column(
    table: &TableSchema,
    told: &[Field],
    rows: usize,
) -> Result<Option<(Field, ArrayRef)>, ArrowError> {
    let is_lacking =
        table.columns.iter().any(|column| column.name == "Type") && told.iter().all(|field| field.name() != "Type");
    if !is_lacking {
        return Ok(None);
    }
    let values = Arc::new(StringArray::from(vec![table.name.as_str()]));
    let array = DictionaryArray::<Int8Type>::try_new(Int8Array::from_value(0, rows), values)?;
    Ok(Some((Field::new("Type", array.data_type().clone(), false), Arc::new(array))))
}
