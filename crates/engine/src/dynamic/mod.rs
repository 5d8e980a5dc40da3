//! The dynamic type: JSON text that is minified and canonical, so that equal values have equal bytes.
//!
//! In: text from queries, columns and functions. Out: the same text walked, compared, converted or built. Knows nothing of plans or
//! batches but how to read an element out of an Arrow column (`element`).

mod arrays;
mod compare;
mod convert;
mod element;
mod json;
mod jsonpath;
mod members;
mod minify;
mod path;
mod series;
mod xml;

pub(crate) use arrays::{Direction, shift_array, sort_arrays};
pub(crate) use compare::{SortKey, is_same, sort_order};
pub(crate) use convert::{
    Kind, as_bool, as_decimal, as_int, as_long, as_real, as_text, as_ticks, kind, parse_long, parse_real,
};
pub(crate) use element::{Elements, real_json};
pub(crate) use json::{
    array_items, array_of, elements, object_entries, object_of, quote, quoted, sorted_keys, unquote,
};
pub(crate) use jsonpath::JsonPath;
pub(crate) use members::members_of;
pub(crate) use minify::parse;
pub(crate) use path::{StepRef, walk};
pub(crate) use series::{Number, PAIRS, combine_reals, combine_series, compare_series, map_series};
pub(crate) use xml::parse_xml;
