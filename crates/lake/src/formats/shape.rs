//! Rows that are like rows before them → columns, without a tree in between.
//!
//! In: the text of one JSON object, and which keys made a row of which table before. Out: its row, or the fact that it must be looked at: its
//! keys are new, it is no plain object, or something in it is wrong. An export has millions of rows with the same keys; what they are is asked once.
//! Must not decide what an object is: it repeats what was decided by keys alone.

use std::borrow::Cow;
use std::rc::Rc;

use hashbrown::{DefaultHashBuilder, HashMap};
use serde_json::{Map, Value};

use super::cell::Cell;
use super::guess::{action_table, hash_of};
use super::table::Target;

/// Rows differ in which keys have values; past so many shapes all are forgotten.
const SHAPES_MAX: usize = 10_000;

/// So many objects in a row that are no known rows: the next ones are not looked at here, until so many have passed.
const STRANGERS_MAX: u32 = 64;
const PAUSE: u32 = 4_096;

/// Objects and lists in an object at most: what looks for the end of a value takes a step down for each that is open.
const NESTED_MAX: usize = 100;

/// The kind of row that some keys make.
pub(super) struct Shape {
    keys: Vec<String>,
    action: Option<&'static str>,
    /// The table's name.
    pub(super) table: String,
    /// Where each key's value goes.
    pub(super) targets: Vec<Option<Target>>,
}

impl Shape {
    /// The keys, in the order in which they stand.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }
}

/// The shapes that were met.
#[derive(Default)]
pub(super) struct Shapes {
    by_hash: HashMap<u64, Rc<Shape>>,
    hasher: DefaultHashBuilder,
    /// The object that was just looked at here in vain.
    stranger: Option<(Vec<String>, Option<&'static str>)>,
    stranger_count: u32,
}

/// A value as it stands in the text, or its tree where that is not what it means.
pub(super) enum Held<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    Text(&'t str),
    Tree(Value),
}

impl Held<'_> {
    /// As a cell.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Bool(value) => Cell::Bool(*value),
            Self::Number(text) => Cell::Number(text),
            Self::Text(text) => Cell::String(text),
            Self::Tree(value) => Cell::of(value),
        }
    }
}

impl Shapes {
    /// The row that the object is, if its keys are known: its shape, and its values in the order of the keys.
    pub(super) fn row<'t>(&mut self, text: &'t str) -> Option<(Rc<Shape>, Vec<Held<'t>>)> {
        self.stranger = None;
        if self.stranger_count >= STRANGERS_MAX {
            self.stranger_count =
                if self.stranger_count >= STRANGERS_MAX + PAUSE { 0 } else { self.stranger_count + 1 };
            return None;
        }
        let (keys, values) = fields(text)?;
        let action = keys.iter().zip(&values).find_map(|(key, value)| match value {
            Held::Text(text) if &**key == "ActionType" => action_table(text),
            _ => None,
        });
        let hash = hash_of(&self.hasher, keys.iter().map(|key| &**key), action);
        match self.by_hash.get(&hash) {
            Some(shape) if shape.action == action && shape.keys().eq(keys.iter().map(|key| &**key)) => {
                self.stranger_count = 0;
                Some((shape.clone(), values))
            }
            _ => {
                self.stranger_count += 1;
                self.stranger = Some((keys.into_iter().map(Cow::into_owned).collect(), action));
                None
            }
        }
    }

    /// What the object that was just looked at in vain turned out to be, by its keys alone.
    pub(super) fn learn(&mut self, object: &Map<String, Value>, table: &str, target: impl Fn(&str) -> Option<Target>) {
        // An object inside of the text that was looked at is another one, and so is one that has a key twice.
        let Some((keys, action)) = self.stranger.take().filter(|(keys, _)| keys.iter().eq(object.keys())) else {
            return;
        };
        if self.by_hash.len() >= SHAPES_MAX {
            self.by_hash.clear();
        }
        let targets = keys.iter().map(|key| target(key)).collect();
        let hash = hash_of(&self.hasher, keys.iter().map(String::as_str), action);
        self.by_hash.insert(hash, Rc::new(Shape { keys, action, table: table.to_owned(), targets }));
        self.stranger_count = 0;
    }
}

/// The keys and values of an object; none when the text is anything else, or anything is behind it.
fn fields(text: &str) -> Option<(Vec<Cow<'_, str>>, Vec<Held<'_>>)> {
    let nested = memchr::memchr2_iter(b'{', b'[', text.as_bytes()).take(NESTED_MAX + 1).count();
    if !text.starts_with('{') || nested > NESTED_MAX {
        return None;
    }
    let (mut keys, mut values) = (Vec::with_capacity(32), Vec::with_capacity(32));
    let mut rest = 0;
    for field in sonic_rs::to_object_iter(text) {
        let (key, value) = field.ok()?;
        let Cow::Borrowed(raw) = value.as_raw_cow() else { return None };
        rest = (raw.as_ptr() as usize).checked_sub(text.as_ptr() as usize)? + raw.len();
        values.push(held(raw)?);
        keys.push(key);
    }
    let is_all = text.get(rest..)?.trim_start_matches([' ', '\t', '\r', '\n']) == "}";
    is_all.then_some((keys, values))
}

fn held(raw: &str) -> Option<Held<'_>> {
    Some(match raw.as_bytes().first()? {
        b'n' => Held::Null,
        b't' => Held::Bool(true),
        b'f' => Held::Bool(false),
        b'"' => match raw.get(1..raw.len() - 1)? {
            plain if !plain.contains('\\') => Held::Text(plain),
            _ => Held::Tree(serde_json::from_str(raw).ok()?),
        },
        b'{' | b'[' => Held::Tree(serde_json::from_str(raw).ok()?),
        // An exponent is written anew when the tree is.
        _ if raw.contains(['e', 'E']) => Held::Tree(serde_json::from_str(raw).ok()?),
        _ => Held::Number(raw),
    })
}
