//! Order among the elements of an array, for `array_sort_asc` and its kin.
//!
//! In: canonical JSON. Out: keys that sort as Kusto sorts: numbers, strings, guids, everything else; nulls where the caller says.

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

    /// Are both of one kind, so that their order is not that of the kinds?
    pub(crate) fn is_comparable(&self, other: &Self) -> bool {
        self.rank() == other.rank()
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

/// Are two elements equal? Whole numbers and reals are by their value, everything else by its canonical text.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let is_number = |json| matches!(kind(json), Kind::Whole | Kind::Real);
    a == b || (is_number(a) && is_number(b) && a.parse::<f64>().ok() == b.parse::<f64>().ok() && kind(a) != kind(b))
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
