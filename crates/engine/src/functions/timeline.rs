//! What the plugins over a timeline share: events of somebody, at some time, in some slice, between a start and an end; and windows.
//!
//! In: the arguments that those plugins have in common. Out: events as numbers. Times are ticks, or the whole numbers of the column.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, UInt64Array};
use arrow::compute::take;
use datafusion::common::Result;
use semantics::plugin::{PluginAccepts, PluginCall};
use semantics::{Column, Schema, Type, Value};

use super::plugins::{Given, Groups, Made, array_of, wholes};
use crate::calendar::{Period, start_of};
use crate::error::mistake;

/// What a timeline may be.
pub(crate) const TIMES: PluginAccepts = PluginAccepts::Column(&[Type::DateTime, Type::TimeSpan, Type::Long, Type::Int]);
/// What its start and end may be.
pub(crate) const MOMENT: PluginAccepts =
    PluginAccepts::Constant(&[Type::DateTime, Type::TimeSpan, Type::Long, Type::Int]);
/// How long a window may be.
pub(crate) const LENGTH: PluginAccepts = PluginAccepts::Constant(&[Type::TimeSpan, Type::Long, Type::Int]);
/// How long a window may be, or which part of the calendar it is.
pub(crate) const STEP: PluginAccepts = PluginAccepts::Constant(&[Type::TimeSpan, Type::Long, Type::Int, Type::String]);

/// Windows of one answer.
const WINDOWS_MAX: usize = 1_000_000;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    /// When.
    pub at: i64,
    /// Whose.
    pub id: usize,
}

/// Windows that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Windows {
    /// Of this length, the first from the start.
    Length(i64, i64),
    /// Weeks, months or years.
    Calendar(Period),
}

/// Events by the slices of the dimensions.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// The events of each slice, by their time.
    pub slices: Vec<Vec<Event>>,
    /// The dimensions of each slice.
    dimensions: Vec<ArrayRef>,
    /// The timeline's column.
    ty: Type,
}

/// Do the arguments fit the timeline? Start and end are on it, and its windows are lengths on it.
pub(crate) fn check(call: &PluginCall<'_>, moments: &[&str], lengths: &[&str]) -> Result<(), String> {
    let Some(column) = call.schema_of(&["TimelineColumn"]).into_iter().next() else { return Ok(()) };
    let widened = |ty: Type| if ty == Type::Int { Type::Long } else { ty };
    let length = if column.ty == Type::DateTime { Type::TimeSpan } else { widened(column.ty) };
    for (parameters, wanted) in [(moments, widened(column.ty)), (lengths, length)] {
        for parameter in parameters {
            let Some(ty) = call.constant(parameter).map(|expr| widened(expr.ty)) else { continue };
            let is_calendar = ty == Type::String && column.ty == Type::DateTime;
            if ty != wanted && !is_calendar {
                return Err(format!("{parameter} must be a {wanted} for `{}`, which is a {}", column.name, column.ty));
            }
        }
    }
    Ok(())
}

/// The timeline, the dimensions, then these columns.
pub(crate) fn schema(call: &PluginCall<'_>, values: &[(&str, Type)]) -> Schema {
    let mut schema = call.schema_of(&["TimelineColumn", "Dimension"]);
    schema.extend(values.iter().map(|(name, ty)| Column::new(*name, *ty)));
    schema
}

impl Windows {
    /// The windows that a parameter says, from a start on.
    pub(crate) fn of(given: &Given<'_>, parameter: &str, start: i64) -> Result<Self> {
        if let Some(text) = given.text(parameter) {
            return Ok(Self::Calendar(match text {
                "week" => Period::Week,
                "month" => Period::Month,
                "year" => Period::Year,
                other => return mistake(format!("`{other}` is no step; there are week, month and year")),
            }));
        }
        Ok(Self::Length(start, length(given, parameter)?))
    }

    /// The beginning of the window around a moment.
    pub(crate) fn around(self, at: i64) -> Option<i64> {
        match self {
            Self::Length(start, step) => start.checked_add(at.checked_sub(start)?.div_euclid(step).checked_mul(step)?),
            Self::Calendar(period) => start_of(period, at, 0),
        }
    }

    /// The beginning of the next window, or of the one before.
    pub(crate) fn beside(self, window: i64, offset: i64) -> Option<i64> {
        match self {
            Self::Length(_, step) => window.checked_add(step.checked_mul(offset)?),
            Self::Calendar(period) => start_of(period, window, offset),
        }
    }

    /// All windows from the one around the start to the one around the end.
    pub(crate) fn between(self, start: i64, end: i64) -> Result<Vec<i64>> {
        let mut windows = vec![];
        let mut next = self.around(start);
        while let Some(window) = next.filter(|window| *window <= end) {
            if windows.len() >= WINDOWS_MAX {
                return mistake(format!("there are more than {WINDOWS_MAX} windows between start and end"));
            }
            windows.push(window);
            next = self.beside(window, 1);
        }
        Ok(windows)
    }
}

/// A length that must be more than nothing.
pub(crate) fn length(given: &Given<'_>, parameter: &str) -> Result<i64> {
    match given.whole(parameter)? {
        length if length > 0 => Ok(length),
        _ => mistake(format!("{parameter} of `{}` must be more than 0", given.name)),
    }
}

impl Timeline {
    /// The events between two moments, both included.
    pub(crate) fn of(given: &Given<'_>, (from, to): (i64, i64)) -> Result<Self> {
        let (ty, times) = given.column(0, "TimelineColumn")?;
        let (_, ids) = given.column(0, "IdColumn")?;
        let rows = given.row_count();
        let ids = Groups::by(&[ids], rows)?;
        let dimensions = given.places("Dimension").into_iter().map(|place| Ok(given.at(0, place)?.1));
        let dimensions = dimensions.collect::<Result<Vec<ArrayRef>>>()?;
        let groups = Groups::by(&dimensions, rows)?;
        let mut slices = vec![vec![]; groups.len()];
        for ((at, id), group) in wholes(ty, &times).into_iter().zip(ids.of_row).zip(&groups.of_row) {
            let at = at.filter(|at| (from..=to).contains(at));
            if let (Some(at), Some(slice)) = (at, slices.get_mut(*group)) {
                slice.push(Event { at, id });
            }
        }
        for slice in &mut slices {
            slice.sort_by_key(|event| event.at);
        }
        let first = UInt64Array::from_iter_values(groups.first.iter().map(|row| *row as u64));
        let dimensions = dimensions.iter().map(|array| Ok(take(array, &first, None)?)).collect::<Result<_>>()?;
        Ok(Self { slices, dimensions, ty })
    }

    /// The rows of an answer: for each the slice, the times that come first, and the values that come last.
    pub(crate) fn answer(&self, schema: &Schema, rows: Vec<(usize, Vec<i64>, Vec<Value>)>) -> Result<Made> {
        let Some((_, times, _)) = rows.first() else {
            let columns = schema.iter().map(|column| array_of(column.ty, []));
            return Ok(Made::of(schema, columns.collect::<Result<_>>()?, 0));
        };
        let (times, row_count) = (times.len(), rows.len());
        let slices = UInt64Array::from_iter_values(rows.iter().map(|(slice, _, _)| *slice as u64));
        let mut columns: Vec<ArrayRef> = vec![];
        for (at, column) in schema.iter().enumerate() {
            let dimension = at.checked_sub(times).and_then(|at| self.dimensions.get(at));
            columns.push(match dimension {
                Some(dimension) => take(dimension, &slices, None)?,
                None if at < times => moments(self.ty, rows.iter().filter_map(|(_, times, _)| times.get(at).copied()))?,
                None => {
                    let at = at - times - self.dimensions.len();
                    array_of(column.ty, rows.iter().filter_map(|(_, _, values)| values.get(at).cloned()))?
                }
            });
        }
        Ok(Made::of(schema, columns, row_count))
    }
}

/// Moments as a column of a timeline's type.
pub(crate) fn moments(ty: Type, moments: impl IntoIterator<Item = i64>) -> Result<ArrayRef> {
    let moment = |at: i64| match ty {
        Type::DateTime => Value::DateTime(at),
        Type::TimeSpan => Value::TimeSpan(at),
        Type::Int => i32::try_from(at).map_or(Value::Null(Type::Int), Value::Int),
        _ => Value::Long(at),
    };
    array_of(ty, moments.into_iter().map(moment))
}

/// Events by the window that they are in, in order.
pub(crate) fn by_window(events: &[Event], windows: Windows) -> BTreeMap<i64, Vec<Event>> {
    let mut by_window: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in events {
        if let Some(window) = windows.around(event.at) {
            by_window.entry(window).or_default().push(*event);
        }
    }
    by_window
}

/// A count as a value.
pub(crate) fn count(count: usize) -> Value {
    Value::Long(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A share as a value; nothing of nothing is not a number.
pub(crate) fn share(part: usize, whole: usize) -> Value {
    Value::Real(part as f64 / whole as f64)
}
