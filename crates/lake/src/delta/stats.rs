//! What the log of a table tells of a file: how many rows, which columns, which values at least and at most.
//!
//! In: the statistics of an `add` as JSON (Delta's own form), or the columns of a file to be added. Out: the other. Only numbers and times have
//! bounds here: terms of text are another index's.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Int32Type, Int64Type, TimestampMicrosecondType};
use chrono::{DateTime, NaiveDateTime};
use serde_json::{Map, Value, json};

/// Statistics of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Stats {
    /// How many rows it has; `None` when the log does not tell.
    pub(crate) rows: Option<u64>,
    /// How many nulls each column has; a column that is not there is not in the file, if any is there.
    pub(crate) nulls: BTreeMap<String, u64>,
    /// The least and the greatest value of columns of numbers and times (microseconds since 1970); sound, and not always tight.
    pub(crate) bounds: BTreeMap<String, (i64, i64)>,
}

impl Stats {
    /// Of columns that are to be stored.
    pub(super) fn of<'a>(rows: usize, columns: impl Iterator<Item = (&'a str, &'a ArrayRef)>) -> Self {
        let mut stats = Self { rows: Some(rows as u64), ..Self::default() };
        for (name, array) in columns {
            stats.nulls.insert(name.to_owned(), array.null_count() as u64);
            if let Some(bounds) = bounds(array) {
                stats.bounds.insert(name.to_owned(), bounds);
            }
        }
        stats
    }

    /// Delta's JSON; `is_time` says which bounds are times.
    pub(super) fn to_json(&self, is_time: impl Fn(&str) -> bool) -> String {
        let bound = |name: &str, value: i64| match is_time(name) {
            true => DateTime::from_timestamp_micros(value)
                .map_or(Value::Null, |time| Value::String(time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())),
            false => json!(value),
        };
        let values = |side: fn(&(i64, i64)) -> i64| {
            let values = self.bounds.iter().map(|(name, bounds)| (name.clone(), bound(name, side(bounds))));
            Value::Object(values.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        };
        json!({
            "numRecords": self.rows,
            "minValues": values(|bounds| bounds.0),
            "maxValues": values(|bounds| bounds.1),
            "nullCount": self.nulls,
        })
        .to_string()
    }

    /// What the log tells of a file. Only our own files are told with every column that they have; others may have more.
    pub(super) fn told(text: &str, is_own: bool) -> Self {
        let mut stats = Self::parse(text);
        if !is_own {
            stats.nulls.clear();
        }
        stats
    }

    /// What another writer, or this one, told. What is not understood is not told.
    pub(super) fn parse(text: &str) -> Self {
        let Ok(Value::Object(all)) = serde_json::from_str::<Value>(text) else { return Self::default() };
        let object = |key: &str| all.get(key).and_then(Value::as_object);
        let nulls = object("nullCount")
            .map(|nulls| nulls.iter().filter_map(|(name, count)| Some((name.clone(), count.as_u64()?))).collect());
        let mut bounds = BTreeMap::new();
        if let (Some(least), Some(greatest)) = (object("minValues"), object("maxValues")) {
            for (name, least) in least {
                let (low, high) = (stored(least, 0), greatest.get(name).and_then(|greatest| stored(greatest, 999)));
                if let (Some(low), Some(high)) = (low, high) {
                    bounds.insert(name.clone(), (low, high));
                }
            }
        }
        Self { rows: all.get("numRecords").and_then(Value::as_u64), nulls: nulls.unwrap_or_default(), bounds }
    }
}

fn bounds(array: &ArrayRef) -> Option<(i64, i64)> {
    match array.data_type() {
        DataType::Int32 => {
            let values = array.as_primitive::<Int32Type>();
            Some((i64::from(min(values)?), i64::from(max(values)?)))
        }
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>();
            Some((min(values)?, max(values)?))
        }
        DataType::Timestamp(..) => {
            let values = array.as_primitive_opt::<TimestampMicrosecondType>()?;
            Some((min(values)?, max(values)?))
        }
        _ => None,
    }
}

/// A bound as stored. Other writers cut times to milliseconds, so the greatest may be as much as `slack` microseconds later.
fn stored(value: &Value, slack: i64) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let is_cut = text.rsplit_once('.').is_none_or(|(_, digits)| digits.trim_end_matches('Z').len() <= 3);
            let time = match DateTime::parse_from_rfc3339(text) {
                Ok(time) => time.timestamp_micros(),
                Err(_) => {
                    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?.and_utc().timestamp_micros()
                }
            };
            time.checked_add(if is_cut { slack } else { 0 })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringViewArray, TimestampMicrosecondArray};

    use super::*;

    /// The form is that of the Delta protocol, "Per-file Statistics".
    #[test]
    fn statistics_are_written_as_the_protocol_has_them_and_read_again() {
        let time: ArrayRef =
            Arc::new(TimestampMicrosecondArray::from(vec![Some(1), None, Some(1_500_000)]).with_timezone("UTC"));
        let port: ArrayRef = Arc::new(Int64Array::from(vec![443, 22, 80]));
        let name: ArrayRef = Arc::new(StringViewArray::from(vec!["é", "", "z"]));
        let stats = Stats::of(3, [("t", &time), ("port", &port), ("name", &name)].into_iter());
        let text = stats.to_json(|name| name == "t");
        let told: Value = serde_json::from_str(&text).expect("JSON");
        let expected = json!({
            "numRecords": 3,
            "minValues": {"port": 22, "t": "1970-01-01T00:00:00.000001Z"},
            "maxValues": {"port": 443, "t": "1970-01-01T00:00:01.500000Z"},
            "nullCount": {"t": 1, "port": 0, "name": 0},
        });
        assert_eq!(told, expected);
        assert_eq!(Stats::parse(&text), stats);
    }

    /// Spark writes milliseconds and cuts the rest off: the greatest value may be later than what is told.
    #[test]
    fn a_time_that_was_cut_off_bounds_what_it_was_cut_from() {
        let stats = Stats::parse(
            r#"{"numRecords":1,"minValues":{"t":"2024-05-01T00:00:00.123Z"},"maxValues":{"t":"2024-05-01T00:00:00.123Z"},"nullCount":{"t":0}}"#,
        );
        let start = 1_714_521_600_123_000;
        assert_eq!(stats.bounds["t"], (start, start + 999));
    }

    /// Spark tells of the first 32 columns only: a column that it does not tell of is there all the same.
    #[test]
    fn only_our_own_files_are_told_with_all_their_columns() {
        let text = r#"{"numRecords":1,"minValues":{"a":1},"maxValues":{"a":1},"nullCount":{"a":0}}"#;
        assert_eq!(Stats::told(text, true).nulls.len(), 1);
        let foreign = Stats::told(text, false);
        assert!(foreign.nulls.is_empty());
        assert_eq!(foreign.bounds["a"], (1, 1));
    }

    #[test]
    fn what_is_not_understood_is_not_told() {
        assert_eq!(Stats::parse("nonsense"), Stats::default());
        let stats = Stats::parse(
            r#"{"numRecords":"x","minValues":{"a":[1],"b":1},"maxValues":{"b":"soon"},"nullCount":{"c":{"d":1}}}"#,
        );
        assert_eq!(stats, Stats::default());
    }
}
