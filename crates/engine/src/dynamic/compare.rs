//! Order among the elements of an array, for `array_sort_asc` and its kin.
//!
//! In: canonical JSON. Out: keys that sort as Kusto sorts: numbers, strings, guids, everything else; nulls where the caller says.
//! Equality needs no code: canonical text is equal when the values are.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::convert::{Kind, kind};
use super::json::unquote;

/// What an element sorts by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SortKey<'a> {
    /// int, long, real.
    Number(f64),
    /// string; datetimes are among them, whose ISO text sorts by time.
    Text(Cow<'a, str>),
    /// bools, arrays and bags, by their JSON.
    Other(&'a str),
    /// null.
    Null,
}

impl<'a> SortKey<'a> {
    /// The key of an element.
    pub(crate) fn new(json: &'a str) -> Self {
        match kind(json) {
            Kind::Null => Self::Null,
            Kind::Whole | Kind::Real => json.parse().map_or(Self::Other(json), Self::Number),
            Kind::String => unquote(json).map_or(Self::Other(json), Self::Text),
            Kind::Bool | Kind::Array | Kind::Bag => Self::Other(json),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Other(_) => 2,
            Self::Null => 3,
        }
    }
}

/// The ascending order of two elements that are not null; nulls are equal to each other and after everything.
pub(crate) fn sort_order(a: &SortKey, b: &SortKey) -> Ordering {
    match (a, b) {
        (SortKey::Number(a), SortKey::Number(b)) => a.total_cmp(b),
        (SortKey::Text(a), SortKey::Text(b)) => a.cmp(b),
        (SortKey::Other(a), SortKey::Other(b)) => a.cmp(b),
        _ => a.rank().cmp(&b.rank()),
    }
}
