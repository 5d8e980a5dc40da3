//! The members of the bags of a column, found once per batch however many paths walk into them.
//!
//! In: a column of JSON. Out: for a key, each row's value. A projection asks the same batch for key after key (`EventData.Image`,
//! `EventData.User` …), and each path alone would read the text of every row again. So the column that was asked for last is remembered, per
//! thread; when it is asked for again and again, its bags are read once and for all. Only the first step of a path is answered here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use arrow::array::{Array, StringViewArray};
use sonic_rs::to_object_iter;

/// Members of one batch that are remembered, at 12 bytes each: batches of larger bags are walked path by path.
const MEMBERS_MAX: usize = 2_000_000;

/// Walks over one batch before its members are read, which costs about as much as a few walks.
const WALKS_BEFORE: u32 = 3;

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

struct Last {
    /// Held, so that no other column can come to lie in its place.
    column: StringViewArray,
    walk_count: u32,
    members: Option<Rc<Members>>,
}

/// Where the members of every row's bag are.
pub(crate) struct Members {
    keys: HashMap<String, u32>,
    /// The members of all rows: key, and the value's place in the row's text.
    places: Vec<(u32, u32, u32)>,
    /// Where the members of a row begin; one more than there are rows.
    starts: Vec<usize>,
}

/// The members of a column that was walked [`WALKS_BEFORE`] times in a row; `None` before, and when there are too many.
pub(crate) fn members_of(column: &StringViewArray) -> Option<Rc<Members>> {
    LAST.with_borrow_mut(|last| {
        if let Some(last) = last.as_mut().filter(|last| is_same(&last.column, column)) {
            if last.walk_count < WALKS_BEFORE {
                last.walk_count += 1;
                return None;
            }
            if last.members.is_none() {
                last.members = read(column).map(Rc::new);
            }
            return last.members.clone();
        }
        *last = Some(Last { column: column.clone(), walk_count: 1, members: None });
        None
    })
}

fn is_same(one: &StringViewArray, other: &StringViewArray) -> bool {
    one.len() == other.len() && one.views().inner().ptr_eq(other.views().inner())
}

fn read(column: &StringViewArray) -> Option<Members> {
    let mut members = Members { keys: HashMap::new(), places: vec![], starts: Vec::with_capacity(column.len() + 1) };
    for row in 0..column.len() {
        members.starts.push(members.places.len());
        let json = if column.is_valid(row) { column.value(row) } else { "" };
        if !json.starts_with('{') {
            continue;
        }
        // A bag that breaks off has the members before the break, as it has for a walk.
        for (key, value) in to_object_iter(json).map_while(Result::ok) {
            let value = value.as_raw_str();
            let start = (value.as_ptr() as usize).checked_sub(json.as_ptr() as usize)?;
            let next = u32::try_from(members.keys.len()).ok()?;
            let key = match members.keys.get(key.as_ref() as &str) {
                Some(key) => *key,
                None => *members.keys.entry(key.to_string()).or_insert(next),
            };
            members.places.push((key, u32::try_from(start).ok()?, u32::try_from(value.len()).ok()?));
        }
        if members.places.len() > MEMBERS_MAX {
            return None;
        }
    }
    members.starts.push(members.places.len());
    Some(members)
}

impl Members {
    /// The number of a key; `None` when no row has it.
    pub(crate) fn key(&self, key: &str) -> Option<u32> {
        self.keys.get(key).copied()
    }

    /// The text of a row's value, a piece of the row's own text. The first of several members of one key counts, as it does for a walk.
    pub(crate) fn value<'a>(&self, json: &'a str, row: usize, key: u32) -> Option<&'a str> {
        let places = self.places.get(*self.starts.get(row)?..*self.starts.get(row + 1)?)?;
        let (_, start, length) = places.iter().find(|place| place.0 == key)?;
        let start = *start as usize;
        json.get(start..start + *length as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::{StepRef, walk};
    use super::*;

    /// Two ways to the same answer: what a walk finds is what the members have.
    #[test]
    fn members_are_what_a_walk_finds() {
        let column = StringViewArray::from(vec![
            Some(r#"{"a":"x","b":{"c":[1,2]},"é\"":3,"n":null}"#),
            Some(r#"{"b":1.0}"#),
            Some(r#"[1,2]"#),
            Some(r#"{"a":1,"b":"#),
            None,
            Some("{}"),
        ]);
        for _ in 0..WALKS_BEFORE {
            assert!(members_of(&column).is_none(), "at first nothing is read");
        }
        let members = members_of(&column).expect("then it is");
        for key in ["a", "b", "é\"", "n", "c", ""] {
            for row in 0..column.len() {
                let json = if column.is_valid(row) { column.value(row) } else { "" };
                let found =
                    members.key(key).and_then(|key| members.value(json, row, key)).filter(|value| *value != "null");
                assert_eq!(found, walk(json, &[StepRef::Key(key)]).as_deref(), "{key} of {json}");
            }
        }
    }

    #[test]
    fn another_column_is_not_taken_for_the_last() {
        let one = StringViewArray::from(vec![r#"{"a":1}"#]);
        let other = StringViewArray::from(vec![r#"{"a":2}"#]);
        for column in [&one, &other].into_iter().cycle().take(10) {
            assert!(members_of(column).is_none());
        }
    }
}
