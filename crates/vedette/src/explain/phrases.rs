//! What stopped a row, in words: `9 of 10, 1 short`.
//!
//! In: values and thresholds. Out: phrases without control characters. A difference is told in the unit of its values.

use engine::explain::{Found, Miss, Stopped, Test};
use semantics::{Decimal, Value, number, time};

use crate::render::{cell_text, spell_controls};

/// Texts are cut here: what tells rows apart is shorter.
const TEXT_CHARS_MAX: usize = 100;

/// Comparisons of one condition that are told; `search` makes one of each column.
const FOUND_MAX: usize = 4;

/// The columns that tell a row: `ws-17.corp.example → 203.0.113.9`.
pub(crate) fn identity(miss: &Miss) -> String {
    let shown = |value: &Value| match value {
        Value::Null(_) => "null".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        other => cut(&spell_controls(&cell_text(other)), TEXT_CHARS_MAX),
    };
    let is_nothing = |value: &Value| matches!(value, Value::String(text) if text.is_empty());
    let is_all_empty = miss.identity.iter().all(|(_, value)| is_nothing(value));
    let told = miss.identity.iter().filter(|(_, value)| is_all_empty || !is_nothing(value));
    let values: Vec<String> = told.map(|(_, value)| shown(value)).collect();
    if values.is_empty() { "a row".to_owned() } else { values.join(" → ") }
}

/// A condition with what was found: `ConnectionCount >= MinConnections: 9 of 10, 1 short`.
pub(crate) fn stopped(stopped: &Stopped, width: usize) -> String {
    let condition = cut(&spell_controls(&stopped.condition), width);
    match stopped.found.as_slice() {
        [] => condition,
        [only] if !stopped.is_any && only.condition == stopped.condition => format!("{condition}: {}", found(only)),
        several => {
            let each = several.iter().take(FOUND_MAX).map(|one| comparison(one, width));
            let mut joined = each.collect::<Vec<_>>().join("; ");
            if several.len() > FOUND_MAX {
                joined.push_str(&format!("; and {} more", several.len() - FOUND_MAX));
            }
            let word = if stopped.is_any && several.len() > 1 { "none of " } else { "" };
            format!("{condition}: {word}{joined}")
        }
    }
}

/// A comparison with what was found. One that `search` made of a text has no column in its own words.
fn comparison(one: &Found, width: usize) -> String {
    let condition = cut(&spell_controls(&one.condition), width);
    match one.values.first() {
        Some((name, _)) if !one.condition.contains(name.as_str()) => {
            format!("{condition} in {}: {}", spell_controls(name), found(one))
        }
        _ => format!("{condition}: {}", found(one)),
    }
}

/// The value that was found, beside what it was compared with.
pub(crate) fn found(found: &Found) -> String {
    let Some((_, value)) = found.values.first() else { return "not true".to_owned() };
    match &found.test {
        Test::Compare { operator, threshold } => compared(value, operator, threshold),
        Test::Between { low, high } => match (gap(value, low), gap(value, high)) {
            (Some(Gap::Below(by)), _) => format!("{}, {by} below {}", plain(value), plain(low)),
            (_, Some(Gap::Above(by))) => format!("{}, {by} above {}", plain(value), plain(high)),
            _ => plain(value),
        },
        Test::Other if found.values.len() == 1 => plain(value),
        Test::Other => {
            let each = found.values.iter().map(|(name, value)| format!("{} = {}", spell_controls(name), plain(value)));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

fn compared(value: &Value, operator: &str, threshold: &Value) -> String {
    let (shown, limit) = (plain(value), plain(threshold));
    let is_time = matches!(value, Value::DateTime(_));
    match (operator, gap(value, threshold)) {
        (_, None) => format!("{shown}, compared with {limit}"),
        (">", Some(Gap::None)) if is_time => format!("{shown}, not after {limit}"),
        ("<", Some(Gap::None)) if is_time => format!("{shown}, not before {limit}"),
        (">", Some(Gap::None)) => format!("{shown}, not above {limit}"),
        ("<", Some(Gap::None)) => format!("{shown}, not below {limit}"),
        ("!=", _) => format!("{shown}, the value to differ from"),
        ("==", Some(_)) => format!("{shown} instead of {limit}"),
        (_, Some(Gap::Below(by))) if is_time => format!("{shown}, {by} before {limit}"),
        (_, Some(Gap::Above(by))) if is_time => format!("{shown}, {by} after {limit}"),
        (">" | ">=", Some(Gap::Below(by))) => format!("{shown} of {limit}, {by} short"),
        (_, Some(Gap::Below(by))) => format!("{shown}, {by} below {limit}"),
        (_, Some(Gap::Above(by))) => format!("{shown}, {by} above {limit}"),
        (_, Some(Gap::None)) => format!("{shown}, compared with {limit}"),
    }
}

/// How far a value is from a threshold.
enum Gap {
    Below(String),
    None,
    Above(String),
}

fn gap(value: &Value, threshold: &Value) -> Option<Gap> {
    let (difference, text): (f64, String) = match (value, threshold) {
        (Value::Int(value), Value::Int(limit)) => whole(i128::from(*value) - i128::from(*limit)),
        (Value::Long(value), Value::Long(limit)) => whole(i128::from(*value) - i128::from(*limit)),
        (Value::DateTime(value), Value::DateTime(limit)) | (Value::TimeSpan(value), Value::TimeSpan(limit)) => {
            let ticks = value.checked_sub(*limit)?;
            (ticks as f64, time::format_timespan(ticks.saturating_abs()))
        }
        (Value::Real(value), Value::Real(limit)) => (value - limit, rounded((value - limit).abs())),
        (Value::Decimal(value), Value::Decimal(limit)) => {
            let difference = as_real(value)? - as_real(limit)?;
            (difference, rounded(difference.abs()))
        }
        _ => return None,
    };
    Some(match difference {
        below if below < 0.0 => Gap::Below(text),
        above if above > 0.0 => Gap::Above(text),
        0.0 => Gap::None,
        _ => return None,
    })
}

fn whole(difference: i128) -> (f64, String) {
    (difference as f64, difference.unsigned_abs().to_string())
}

fn as_real(value: &Decimal) -> Option<f64> {
    value.to_string().parse().ok()
}

/// A difference of doubles, without the digits that subtracting made up.
fn rounded(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    let scale = 10_f64.powi(5 - digits);
    match scale.is_finite() && (value * scale).is_finite() {
        true => number::format_real((value * scale).round() / scale),
        false => number::format_real(value),
    }
}

/// A value as a reader expects it: texts in quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::String(text) => format!("\"{}\"", cut(&spell_controls(text), TEXT_CHARS_MAX)),
        other => cut(&spell_controls(&cell_text(other)), TEXT_CHARS_MAX),
    }
}

/// The beginning of a text that is too long.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some(_) => {
            let end = text.char_indices().nth(chars.saturating_sub(1)).map_or(0, |(at, _)| at);
            format!("{}…", &text[..end])
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use semantics::Type;

    fn found_of(value: Value, test: Test) -> String {
        found(&Found { condition: String::new(), values: vec![("x".to_owned(), value)], test })
    }

    fn compare(value: Value, operator: &'static str, threshold: Value) -> String {
        found_of(value, Test::Compare { operator, threshold })
    }

    /// Each by subtraction.
    #[test]
    fn a_gap_is_told_in_the_unit_of_its_values() {
        assert_eq!(compare(Value::Long(9), ">=", Value::Long(10)), "9 of 10, 1 short");
        assert_eq!(compare(Value::Long(30), ">", Value::Long(30)), "30, not above 30");
        assert_eq!(compare(Value::Long(7), "<=", Value::Long(5)), "7, 2 above 5");
        assert_eq!(
            compare(Value::Long(i64::MIN), ">", Value::Long(i64::MAX)).rsplit(", ").next(),
            Some("18446744073709551615 short")
        );
        assert_eq!(compare(Value::Long(8), "==", Value::Long(5)), "8 instead of 5");
        assert_eq!(compare(Value::Null(Type::Long), ">", Value::Long(5)), "null, compared with 5");
        let noon = time::parse_datetime("2026-03-01T12:00:00Z").expect("a moment");
        let late = compare(Value::DateTime(noon - 6_000_000_000), ">", Value::DateTime(noon));
        assert_eq!(late, "2026-03-01T11:50:00Z, 00:10:00 before 2026-03-01T12:00:00Z");
        let (low, high) = (Value::Real(0.5), Value::Real(60.0));
        let between = |value| found_of(Value::Real(value), Test::Between { low: low.clone(), high: high.clone() });
        assert_eq!(between(0.325), "0.325, 0.175 below 0.5");
        assert_eq!(between(63.0), "63.0, 3.0 above 60.0");
    }

    #[test]
    fn texts_are_quoted_cut_and_tamed() {
        assert_eq!(found_of(Value::String("a\u{1b}[2J".to_owned()), Test::Other), "\"a\\u{1b}[2J\"");
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }
}
