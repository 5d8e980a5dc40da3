//! One value and a type: does it fit, and if not, where does it go?
//!
//! In: a cell and the type of a column. Out: whether the column can hold it without loss, or what the name of the column beside it ends with.

use semantics::Type;

use super::super::as_is::{number_type, type_of};
use super::super::cell::{self, Cell};
use super::super::ticks;

/// Can a column of that type hold the value, and give it back?
pub(super) fn fits(ty: Type, cell: Cell<'_>) -> bool {
    let text = cell.as_str();
    match ty {
        Type::Dynamic => true,
        // An object in a column of text is its JSON.
        Type::String => !matches!(cell, Cell::Bool(_) | Cell::Number(_)),
        Type::Bool => type_of(cell) == Type::Bool || text.is_some_and(is_bool),
        Type::Int => is_number(cell) && cell::long(cell).is_some_and(|value| i32::try_from(value).is_ok()),
        Type::Long => is_number(cell) && cell::long(cell).is_some(),
        Type::Real | Type::Decimal => is_number(cell),
        Type::DateTime => text.and_then(ticks::datetime).is_some(),
        Type::TimeSpan => text.is_some_and(|text| text.contains(':') && ticks::timespan(text).is_some()),
        Type::Guid => text.and_then(cell::guid).is_some(),
    }
}

/// The end of the name of the column beside, and its type.
pub(super) fn beside(ty: Type) -> (&'static str, Type) {
    match ty {
        Type::Bool => ("_b", Type::Bool),
        Type::Int | Type::Long | Type::Real | Type::Decimal => ("_d", Type::Real),
        Type::DateTime => ("_t", Type::DateTime),
        Type::String | Type::Dynamic | Type::TimeSpan | Type::Guid => ("_s", Type::String),
    }
}

/// The type of a column after one more value; `None` when it cannot hold it. `is_text`: are all values so far cells of CSV?
pub(super) fn widened(ty: Type, is_text: bool, cell: Cell<'_>) -> Option<Type> {
    match (ty, type_of(cell)) {
        (Type::Long, Type::Real) => Some(Type::Real),
        (Type::DateTime, Type::String) => Some(Type::String),
        _ if fits(ty, cell) => Some(ty),
        _ if is_text && matches!(cell, Cell::Text(_)) => Some(Type::String),
        _ => None,
    }
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(cell: Cell<'_>) -> bool {
    matches!(cell, Cell::Number(_)) || cell.as_str().and_then(number_type).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Log Analytics' own example: text that can be read as the column's type is taken, a number is no bool and no string.
    #[test]
    fn what_can_be_read_as_the_type_fits() {
        let fit = |ty: Type, value: Value| fits(ty, Cell::of(&value));
        assert!(fit(Type::Long, json!("42")) && fit(Type::Real, json!("1.5")) && fit(Type::Bool, json!("true")));
        assert!(!fit(Type::Bool, json!(1)) && !fit(Type::String, json!(321)) && !fit(Type::String, json!(true)));
        assert!(!fit(Type::Long, json!(true)) && !fit(Type::Long, json!(1.5)) && !fit(Type::Long, json!("007")));
        assert!(fit(Type::String, json!({"a": 1})) && fit(Type::Dynamic, json!(1)) && !fit(Type::Long, json!([1])));
        assert!(fit(Type::DateTime, json!("2024-05-01T10:00:00Z")) && !fit(Type::DateTime, json!("soon")));
    }

    #[test]
    fn a_new_column_becomes_wide_enough() {
        let json = |ty: Type, value: Value| widened(ty, false, Cell::of(&value));
        assert_eq!(json(Type::Long, json!(1.5)), Some(Type::Real));
        assert_eq!(json(Type::Real, json!(1)), Some(Type::Real));
        assert_eq!(json(Type::DateTime, json!("n/a")), Some(Type::String));
        assert_eq!(json(Type::Long, json!("n/a")), None);
        // Of CSV, the whole column is text.
        assert_eq!(widened(Type::Long, true, Cell::Text("n/a")), Some(Type::String));
        assert_eq!(widened(Type::Long, false, Cell::Text("n/a")), None);
    }
}
