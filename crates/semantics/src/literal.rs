//! Literals as written → values.
//!
//! In: a literal of the tree, its escapes resolved. Out: a [`Value`], or what is wrong with it as a phrase.
//! Dynamic literals become minified JSON text with their keys in the order written, which is the form of every dynamic in the house.

use syntax::ast::{DynamicLiteral, Literal, Name};

use crate::decimal::Decimal;
use crate::number::format_real;
use crate::time::{DATETIME_MAX, format_datetime, format_timespan, parse_datetime, parse_timespan};
use crate::types::Type;
use crate::value::Value;

/// The value of a literal.
pub(crate) fn value_of(literal: &Literal) -> Result<Value, String> {
    Ok(match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::Real(value) => Value::Real(*value),
        Literal::Timespan(ticks) => Value::TimeSpan(*ticks),
        Literal::String { value, .. } => Value::String(value.clone()),
        Literal::Typed { ty, text } => typed(ty, text)?,
        Literal::Dynamic(dynamic) => dynamic_value(dynamic)?,
        Literal::Null => Value::Null(Type::Dynamic),
    })
}

/// `datetime(2024-01-01)`, `int(5)` …
fn typed(name: &Name, text: &str) -> Result<Value, String> {
    let ty = Type::from_name(&name.text).ok_or_else(|| format!("`{}` is not a type", name.text))?;
    if text.eq_ignore_ascii_case("null") {
        return Ok(Value::absent(ty));
    }
    if let Some(value) = extreme(ty, text) {
        return Ok(value);
    }
    parse_as(ty, text).ok_or_else(|| format!("`{text}` is not a {ty}"))
}

/// `min` and `max`: the ends of a type, as Microsoft's language service reads them. A decimal of Kusto's engine is wider than
/// the service's, so that its ends are not known.
fn extreme(ty: Type, text: &str) -> Option<Value> {
    let is_max = match text {
        "min" => false,
        "max" => true,
        _ => return None,
    };
    Some(match ty {
        Type::Int => Value::Int(if is_max { i32::MAX } else { i32::MIN }),
        Type::Long => Value::Long(if is_max { i64::MAX } else { i64::MIN }),
        Type::Real => Value::Real(if is_max { f64::MAX } else { f64::MIN }),
        Type::DateTime => Value::DateTime(if is_max { DATETIME_MAX } else { 0 }),
        Type::TimeSpan => Value::TimeSpan(if is_max { i64::MAX } else { i64::MIN }),
        Type::Bool | Type::Decimal | Type::String | Type::Guid | Type::Dynamic => return None,
    })
}

/// The text as a value of that type; none when it is not one.
pub(crate) fn parse_as(ty: Type, text: &str) -> Option<Value> {
    Some(match ty {
        Type::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => return None,
        },
        Type::Int => Value::Int(i32::try_from(whole_number(text)?).ok()?),
        Type::Long => Value::Long(whole_number(text)?),
        Type::Real => Value::Real(real(text)?),
        Type::Decimal => Value::Decimal(Decimal::parse(text)?),
        Type::String => Value::String(text.to_owned()),
        Type::DateTime => Value::DateTime(parse_datetime(text)?),
        Type::TimeSpan => Value::TimeSpan(parse_timespan(text)?),
        Type::Guid => Value::Guid(guid(text)?),
        Type::Dynamic => return None,
    })
}

/// Decimal or hexadecimal, with a sign.
fn whole_number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i128::from(u64::from_str_radix(hex, 16).ok()?),
        None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<i128>().ok()?,
        None => return None,
    };
    let value = if negative { -magnitude } else { magnitude };
    // Sixteen hexadecimal digits are the bits of a long.
    i64::try_from(value).ok().or_else(|| u64::try_from(value).ok().map(u64::cast_signed))
}

fn real(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        lower if lower.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e')) => {
            lower.parse().ok()
        }
        _ => None,
    }
}

/// Thirty-two hexadecimal digits, with or without hyphens and braces.
fn guid(text: &str) -> Option<String> {
    let inner = text.trim_matches(|ch| matches!(ch, '{' | '}' | '(' | ')'));
    let digits: String = inner.chars().filter(|ch| *ch != '-').collect::<String>().to_ascii_lowercase();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let parts = [digits.get(..8)?, digits.get(8..12)?, digits.get(12..16)?, digits.get(16..20)?, digits.get(20..)?];
    Some(parts.join("-"))
}

fn dynamic_value(literal: &DynamicLiteral) -> Result<Value, String> {
    if let DynamicLiteral::Null = literal {
        return Ok(Value::Null(Type::Dynamic));
    }
    let mut json = String::new();
    write_dynamic(literal, &mut json)?;
    Ok(if json == "null" { Value::Null(Type::Dynamic) } else { Value::Dynamic(json) })
}

fn write_dynamic(literal: &DynamicLiteral, json: &mut String) -> Result<(), String> {
    match literal {
        DynamicLiteral::Null => json.push_str("null"),
        DynamicLiteral::Value(value) => write_json(&value_of(value)?, json),
        DynamicLiteral::Array(items) => {
            json.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                write_dynamic(item, json)?;
            }
            json.push(']');
        }
        DynamicLiteral::Bag(properties) => {
            json.push('{');
            let mut first = true;
            for (at, (key, _)) in properties.iter().enumerate() {
                // A key that is written twice keeps its first place and its last value.
                if properties.iter().take(at).any(|(earlier, _)| earlier == key) {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    json.push(',');
                }
                write_string(key, json);
                json.push(':');
                let last = properties.iter().rev().find(|(name, _)| name == key);
                write_dynamic(last.map_or(&DynamicLiteral::Null, |(_, value)| value), json)?;
            }
            json.push('}');
        }
    }
    Ok(())
}

/// A value as JSON inside a dynamic: what JSON has no word for is text.
pub(crate) fn write_json(value: &Value, json: &mut String) {
    match value {
        Value::Null(_) => json.push_str("null"),
        Value::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => json.push_str(&value.to_string()),
        Value::Long(value) => json.push_str(&value.to_string()),
        Value::Real(value) if value.is_finite() => json.push_str(&format_real(*value)),
        Value::Real(value) => write_string(&format_real(*value), json),
        Value::Decimal(value) => write_string(&value.to_string(), json),
        Value::String(text) | Value::Guid(text) => write_string(text, json),
        Value::DateTime(ticks) => write_string(&format_datetime(*ticks), json),
        Value::TimeSpan(ticks) => write_string(&format_timespan(*ticks), json),
        Value::Dynamic(text) => json.push_str(text),
    }
}

fn write_string(text: &str, json: &mut String) {
    json.push('"');
    for ch in text.chars() {
        match ch {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::Span;

    fn typed_literal(ty: &str, text: &str) -> Result<Value, String> {
        value_of(&Literal::Typed { ty: Name { text: ty.to_owned(), span: Span::default() }, text: text.to_owned() })
    }

    /// The scalar type pages: `int(null)`, hexadecimal longs, `real(nan)`, guids with and without hyphens.
    #[test]
    fn reads_typed_literals() {
        assert_eq!(typed_literal("int", "-5"), Ok(Value::Int(-5)));
        assert_eq!(typed_literal("long", "0x1f"), Ok(Value::Long(31)));
        assert_eq!(typed_literal("int", "null"), Ok(Value::Null(Type::Int)));
        assert_eq!(typed_literal("real", "-inf"), Ok(Value::Real(f64::NEG_INFINITY)));
        assert_eq!(typed_literal("bool", "1"), Ok(Value::Bool(true)));
        assert_eq!(
            typed_literal("guid", "74BE27DE1E4E49D9B579FE0B331D3642"),
            Ok(Value::Guid("74be27de-1e4e-49d9-b579-fe0b331d3642".to_owned()))
        );
        assert!(typed_literal("int", "3000000000").is_err());
        assert!(typed_literal("datetime", "soon").is_err());
    }

    /// The dynamic page: `dynamic({"a": 1, "b": datetime(…)})` holds the datetime's text.
    #[test]
    fn dynamic_literals_are_minified_json() {
        let long = |value| DynamicLiteral::Value(Box::new(Literal::Long(value)));
        let bag = DynamicLiteral::Bag(vec![
            ("b".to_owned(), DynamicLiteral::Array(vec![long(1), DynamicLiteral::Null])),
            ("a".to_owned(), DynamicLiteral::Value(Box::new(Literal::Real(1.0)))),
            ("t".to_owned(), DynamicLiteral::Value(Box::new(Literal::Timespan(36_000_000_000)))),
            (
                "b".to_owned(),
                DynamicLiteral::Value(Box::new(Literal::String { value: "x\"".to_owned(), obfuscated: false })),
            ),
        ]);
        assert_eq!(
            value_of(&Literal::Dynamic(bag)),
            Ok(Value::Dynamic(r#"{"b":"x\"","a":1.0,"t":"01:00:00"}"#.to_owned()))
        );
        assert_eq!(value_of(&Literal::Dynamic(DynamicLiteral::Null)), Ok(Value::Null(Type::Dynamic)));
    }
}
