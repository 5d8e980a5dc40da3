//! One value as text, as Kusto spells it.
//!
//! Source: the JSON that Kusto's query API answers with (learn.microsoft.com/kusto/api/rest/response): datetime is ISO 8601 with the
//! fraction's needless zeros dropped, timespan `[d.]hh:mm:ss[.fffffff]`.

use std::borrow::Cow;

use semantics::Value;
use semantics::{number, time};

/// A value as plain text, for tables and CSV; null is nothing.
pub(crate) fn cell_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null(_) => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Long(number) => Cow::Owned(number.to_string()),
        Value::Real(number) => Cow::Owned(number::format_real(*number)),
        Value::DateTime(ticks) => Cow::Owned(datetime_text(*ticks)),
        Value::TimeSpan(ticks) => Cow::Owned(time::format_timespan(*ticks)),
        Value::Decimal(value) => Cow::Owned(value.to_string()),
        Value::String(text) | Value::Guid(text) | Value::Dynamic(text) => Cow::Borrowed(text),
    }
}

/// `2024-01-01T00:00:00Z`, with as much of the fraction as there is.
pub(crate) fn datetime_text(ticks: i64) -> String {
    let full = time::format_datetime(ticks);
    let short = full.trim_end_matches('Z').trim_end_matches('0');
    // Zeros of the seconds are no fraction: the point stops the trimming unless all of the fraction was zeros.
    format!("{}Z", short.strip_suffix('.').unwrap_or(short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use semantics::Type;

    /// Source: the response examples of the query API and the datetime and timespan pages.
    #[test]
    fn values_are_spelled_as_kusto_does() {
        let start = time::parse_datetime("2024-01-01").unwrap_or_default();
        let cases = [
            (Value::DateTime(start), "2024-01-01T00:00:00Z"),
            (Value::DateTime(start + 1_234_567), "2024-01-01T00:00:00.1234567Z"),
            (Value::DateTime(start + 5_000_000), "2024-01-01T00:00:00.5Z"),
            (Value::TimeSpan(937_840_000_000), "1.02:03:04"),
            (Value::TimeSpan(5_000_000), "00:00:00.5000000"),
            (Value::Real(2.0), "2.0"),
            (Value::Bool(true), "true"),
            (Value::Null(Type::Long), ""),
            (Value::Dynamic("{\"a\":1}".to_owned()), "{\"a\":1}"),
        ];
        for (value, expect) in cases {
            assert_eq!(cell_text(&value), expect);
        }
    }
}
