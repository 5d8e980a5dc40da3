//! JSON arrays ↔ series of numbers.
//!
//! In: the text of a dynamic. Out: its numbers, or an array made of them. What is no number is a gap; most functions of a series are null
//! when there is one, as their pages say that only `series_outliers` minds no nulls.

use crate::dynamic::{Kind, array_items, array_of, as_real, kind, real_json};

/// The elements of an array, `None` where one is no number; `None` when the value is no array.
pub(crate) fn series_of(json: &str) -> Option<Vec<Option<f64>>> {
    let items = array_items(json)?;
    Some(items.map(|item| matches!(kind(item), Kind::Whole | Kind::Real).then(|| as_real(item)).flatten()).collect())
}

/// The numbers of an array; `None` when it is no array or has an element that is no finite number.
pub(crate) fn reals(json: &str) -> Option<Vec<f64>> {
    series_of(json)?.into_iter().map(|value| value.filter(|value| value.is_finite())).collect()
}

/// The numbers as an array.
pub(crate) fn series_json(values: &[f64]) -> String {
    array_of(values.iter().map(|value| real_json(*value)))
}

/// The columns of a call that gives several, as the array that a kernel hands over.
pub(crate) fn tuple_json(columns: &[String]) -> String {
    array_of(columns)
}
