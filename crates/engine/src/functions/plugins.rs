//! What a plugin file is made of, and what it is given: all rows of its inputs at once, and its arguments.
//!
//! A plugin sees Arrow arrays in the types of the KQL columns, and gives arrays back. It knows nothing of plans and sessions; its rows are
//! in memory when it runs, as they are for Kusto's plugins.

use std::collections::HashMap;
use std::hash::Hash;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::{Result, ScalarValue, exec_err};
use semantics::bound::PluginArgument;
use semantics::plugin::{PluginInfo, columns_of};
use semantics::{Column, Schema, Type, Value};

use crate::error::mistake;
use crate::rows::value;
use crate::types::scalar_value;

/// A plugin of `evaluate`.
#[derive(Debug)]
pub(crate) struct Plugin {
    /// How it describes itself.
    pub info: PluginInfo,
    /// What it makes of its inputs.
    pub evaluate: fn(&Given<'_>) -> Result<Made>,
}

/// What a plugin is given.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    /// The plugin's name, for messages.
    pub name: &'static str,
    /// The rows of its inputs.
    pub inputs: Vec<RecordBatch>,
    /// Their columns, those behind the input's own that stand for arguments too.
    pub schemas: Vec<Schema>,
    /// Its arguments.
    pub arguments: &'a [PluginArgument],
    /// The constants among them, by parameter, in order.
    pub constants: HashMap<&'static str, Vec<Value>>,
    /// The columns it must make, as far as they are known: all of them unless they follow from the data.
    pub schema: &'a Schema,
    /// Were those columns written by the author?
    pub is_declared: bool,
}

/// What a plugin makes.
#[derive(Debug)]
pub(crate) struct Made {
    /// Columns and their values, of one length.
    pub columns: Vec<(Column, ArrayRef)>,
    /// That length.
    pub row_count: usize,
}

impl Made {
    /// Columns with their values in the types that a schema says.
    pub(crate) fn of(schema: &Schema, columns: Vec<ArrayRef>, row_count: usize) -> Self {
        Self { columns: schema.iter().cloned().zip(columns).collect(), row_count }
    }
}

impl Given<'_> {
    /// The rows of the first input.
    pub(crate) fn row_count(&self) -> usize {
        self.inputs.first().map_or(0, RecordBatch::num_rows)
    }

    /// The columns of an input that a parameter was given.
    pub(crate) fn places(&self, parameter: &str) -> Vec<usize> {
        columns_of(self.arguments, parameter)
    }

    /// The column of an input that a parameter was given: its type and its values.
    pub(crate) fn column(&self, input: usize, parameter: &str) -> Result<(Type, ArrayRef)> {
        match self.places(parameter).first() {
            Some(place) => self.at(input, *place),
            None => exec_err!("`{}` lacks its argument {parameter}", self.name),
        }
    }

    /// A column of an input.
    pub(crate) fn at(&self, input: usize, place: usize) -> Result<(Type, ArrayRef)> {
        let column = self.schemas.get(input).and_then(|schema| schema.get(place));
        let array = self.inputs.get(input).filter(|batch| place < batch.num_columns()).map(|batch| batch.column(place));
        match (column, array) {
            (Some(column), Some(array)) => Ok((column.ty, array.clone())),
            _ => exec_err!("`{}` lacks column {place}", self.name),
        }
    }

    /// A constant, when it was given.
    pub(crate) fn constant(&self, parameter: &str) -> Option<&Value> {
        self.constants(parameter).first()
    }

    /// The constants that a parameter was given, in order.
    pub(crate) fn constants(&self, parameter: &str) -> &[Value] {
        self.constants.get(parameter).map(Vec::as_slice).unwrap_or_default()
    }

    /// A text, when it was given.
    pub(crate) fn text(&self, parameter: &str) -> Option<&str> {
        match self.constant(parameter) {
            Some(Value::String(text) | Value::Dynamic(text)) => Some(text),
            _ => None,
        }
    }

    /// A real number, when it was given and is not null.
    pub(crate) fn real(&self, parameter: &str) -> Option<f64> {
        match self.constant(parameter) {
            Some(Value::Real(value)) => Some(*value),
            _ => None,
        }
    }

    /// A flag; what was not given is false.
    pub(crate) fn flag(&self, parameter: &str) -> bool {
        matches!(self.constant(parameter), Some(Value::Bool(true)))
    }

    /// A whole number, datetime (its ticks) or timespan that must be given and not be null.
    pub(crate) fn whole(&self, parameter: &str) -> Result<i64> {
        match self.constant(parameter) {
            Some(Value::Long(value) | Value::DateTime(value) | Value::TimeSpan(value)) => Ok(*value),
            Some(Value::Int(value)) => Ok(i64::from(*value)),
            _ => mistake(format!("`{}` needs a value for {parameter}, and it is null", self.name)),
        }
    }
}

/// Values as an array of a KQL type.
pub(crate) fn array_of(ty: Type, values: impl IntoIterator<Item = Value>) -> Result<ArrayRef> {
    let mut scalars = values.into_iter().map(|value| scalar_value(&value)).peekable();
    match scalars.peek() {
        Some(_) => ScalarValue::iter_to_array(scalars),
        None => Ok(arrow::array::new_empty_array(&crate::types::arrow_type(ty))),
    }
}

/// The whole numbers or ticks of a column; nulls stay.
pub(crate) fn wholes(ty: Type, array: &ArrayRef) -> Vec<Option<i64>> {
    let whole = |row| match value(array, ty, row) {
        Value::Long(value) | Value::DateTime(value) | Value::TimeSpan(value) => Some(value),
        Value::Int(value) => Some(i64::from(value)),
        _ => None,
    };
    (0..array.len()).map(whole).collect()
}

/// Rows as numbers: rows that are equal in some columns have the same number.
#[derive(Debug)]
pub(crate) struct Groups {
    /// The number of each row.
    pub of_row: Vec<usize>,
    /// For each number, the first row that has it.
    pub first: Vec<usize>,
}

impl Groups {
    /// The groups by some columns, in the order of their values; all rows are one group without columns.
    pub(crate) fn by(columns: &[ArrayRef], row_count: usize) -> Result<Self> {
        if columns.is_empty() {
            let first = if row_count == 0 { vec![] } else { vec![0] };
            return Ok(Self { of_row: vec![0; row_count], first });
        }
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let converter = RowConverter::new(fields)?;
        let rows = converter.convert_columns(columns)?;
        let mut numbers: HashMap<OwnedRow, usize> = HashMap::new();
        let mut first: Vec<usize> = vec![];
        let mut of_row = Vec::with_capacity(row_count);
        for row in 0..row_count {
            let number = *numbers.entry(rows.row(row).owned()).or_insert_with(|| {
                first.push(row);
                first.len() - 1
            });
            of_row.push(number);
        }
        let mut order: Vec<usize> = (0..first.len()).collect();
        order.sort_by(|a, b| {
            rows.row(first.get(*a).copied().unwrap_or(0)).cmp(&rows.row(first.get(*b).copied().unwrap_or(0)))
        });
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*old) {
                *place = new;
            }
        }
        let of_row = of_row.into_iter().map(|old| place.get(old).copied().unwrap_or(0)).collect();
        let first = order.into_iter().filter_map(|old| first.get(old).copied()).collect();
        Ok(Self { of_row, first })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// The rows of each group, in their order.
    pub(crate) fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![vec![]; self.len()];
        for (row, group) in self.of_row.iter().enumerate() {
            if let Some(rows) = rows.get_mut(*group) {
                rows.push(row);
            }
        }
        rows
    }
}

/// How often each key comes, without those that come no more.
#[derive(Debug, Default)]
pub(crate) struct Tally<K>(HashMap<K, usize>);

impl<K: Eq + Hash> Tally<K> {
    /// One more.
    pub(crate) fn add(&mut self, key: K) {
        *self.0.entry(key).or_default() += 1;
    }

    /// One less.
    pub(crate) fn remove(&mut self, key: &K) {
        if let Some(count) = self.0.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(key);
            }
        }
    }

    /// How many different keys there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
