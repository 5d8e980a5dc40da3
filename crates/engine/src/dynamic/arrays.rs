//! What several array functions share: sorting and shifting.
//!
//! In: a call's arguments. Out: arrays as JSON, row for row; null where the argument is no array.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use semantics::Type;
use std::cmp::Ordering;

use super::compare::{SortKey, sort_order};
use super::convert::{Kind, kind};
use super::element::Elements;
use super::json::{array_items, array_of};
use crate::functions::Args;

/// Which way an array is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// `array_sort_asc(array, …arrays, nulls_last)`: one sorted array, or an array of all arrays in the order of the first.
pub(crate) fn sort_arrays(args: &Args, direction: Direction) -> Result<ArrayRef> {
    let has_option = args.len() > 1 && args.ty(args.len() - 1) == Type::Bool;
    let arrays = (0..args.len() - usize::from(has_option)).map(|at| args.json(at)).collect::<Result<Vec<_>>>()?;
    let nulls_last = if has_option { Some(args.bools(args.len() - 1)?) } else { None };
    args.make_json(|row| {
        let nulls_last = nulls_last.as_ref().is_none_or(|option| option.get(row).unwrap_or(true));
        let first: Vec<&str> = array_items(arrays.first()?.get(row)?)?.collect();
        let order = sorted_places(&first, direction, nulls_last);
        let reorder = |items: &[&str]| array_of(order.iter().filter_map(|place| items.get(*place)));
        if arrays.len() == 1 {
            return Some(reorder(&first));
        }
        let others = arrays.iter().map(|array| {
            let items = array.get(row).and_then(|json| Some(array_items(json)?.collect::<Vec<_>>()));
            items.filter(|items| items.len() == first.len()).map_or_else(|| "null".to_owned(), |items| reorder(&items))
        });
        Some(array_of(others))
    })
}

/// The places of the elements in sorted order. Kinds keep their order either way.
fn sorted_places(items: &[&str], direction: Direction, nulls_last: bool) -> Vec<usize> {
    let keys: Vec<SortKey> = items.iter().map(|item| SortKey::new(item)).collect();
    let mut places: Vec<usize> = (0..items.len()).collect();
    places.sort_by(|a, b| {
        let (a, b) = (&keys[*a], &keys[*b]);
        match (a == &SortKey::Null, b == &SortKey::Null) {
            (true, true) => Ordering::Equal,
            (true, false) if nulls_last => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) if nulls_last => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) if direction == Direction::Descending && a.is_comparable(b) => sort_order(b, a),
            (false, false) => sort_order(a, b),
        }
    });
    places
}

/// `array_shift_left(array, count, filler)`, with the count made one to the left.
pub(crate) fn shift_array(args: &Args, to_left: impl Fn(i64) -> i64) -> Result<ArrayRef> {
    let (array, count) = (args.json(0)?, args.longs(1)?);
    let filler = if args.len() > 2 { Some(Elements::new(&args.array(2)?, args.ty(2))?) } else { None };
    args.make_json(|row| {
        let items: Vec<&str> = array_items(array.get(row)?)?.collect();
        let is_text = !items.is_empty() && items.iter().all(|item| kind(item) == Kind::String);
        let filler = match &filler {
            Some(filler) => filler.json(row),
            None if is_text => "\"\"".to_owned(),
            None => "null".to_owned(),
        };
        let count = to_left(count.get(row)?);
        let at = |place: usize| {
            let from = i64::try_from(place).ok()?.checked_add(count)?;
            items.get(usize::try_from(from).ok()?).copied()
        };
        Some(array_of((0..items.len()).map(|place| at(place).unwrap_or(&filler))))
    })
}
