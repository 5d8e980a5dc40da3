//! A value as text, for alerts and their titles.
//!
//! In: a value. Out: what Kusto's `tostring` prints; nothing for null.

use semantics::{Value, number, time};

/// The text of a value; empty for null.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null(_) => String::new(),
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => number::format_real(*value),
        Value::DateTime(ticks) => time::format_datetime(*ticks),
        Value::TimeSpan(ticks) => time::format_timespan(*ticks),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) | Value::Guid(text) => text.clone(),
        // A string inside a dynamic is printed without its quotes.
        Value::Dynamic(json) => match serde_json::from_str(json) {
            Ok(serde_json::Value::String(text)) => text,
            _ => json.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kusto's page of `tostring`: null gives an empty string. On its emulator, `tostring(true)` is `True` and `tostring(1.0)` is `1.0`.
    #[test]
    fn values_print_as_tostring_does() {
        assert_eq!(text(&Value::Null(semantics::Type::Long)), "");
        assert_eq!(text(&Value::Bool(true)), "True");
        assert_eq!(text(&Value::Real(1.0)), "1.0");
        assert_eq!(text(&Value::Real(4.75)), "4.75");
        assert_eq!(text(&Value::Dynamic("\"a\"".into())), "a");
        assert_eq!(text(&Value::Dynamic("[443,8080]".into())), "[443,8080]");
    }
}
