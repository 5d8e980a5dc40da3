//! The names of a table's columns. Delta tells no two columns apart by case, so that a second spelling of a name is another name.

use std::borrow::Cow;

use hashbrown::HashMap;
use semantics::Type;

/// Places of columns by name.
#[derive(Debug, Default)]
pub(super) struct Index {
    exact: HashMap<String, usize>,
    /// By the name in small letters.
    any_case: HashMap<String, usize>,
}

/// Whether there is a column of a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// At that place.
    At(usize),
    /// Of the same letters in another case.
    Other,
    /// None.
    None,
}

impl Index {
    /// Names in their order.
    pub(super) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut index = Self::default();
        names.enumerate().for_each(|(at, name)| index.add(name, at));
        index
    }

    /// Adds a name.
    pub(super) fn add(&mut self, name: &str, at: usize) {
        self.exact.insert(name.to_owned(), at);
        self.any_case.insert(name.to_lowercase(), at);
    }

    /// Looks for a name.
    pub(super) fn find(&self, name: &str) -> Found {
        match self.exact.get(name) {
            Some(at) => Found::At(*at),
            None if self.any_case.contains_key(&name.to_lowercase()) => Found::Other,
            None => Found::None,
        }
    }

    /// Looks for a name, and for the type of its column.
    pub(super) fn typed(&self, name: &str, type_at: impl Fn(usize) -> Option<Type>) -> (Found, Option<Type>) {
        let found = self.find(name);
        let ty = match found {
            Found::At(at) => type_at(at),
            Found::Other | Found::None => None,
        };
        (found, ty)
    }
}

/// A name whose letters another column has in another case.
pub(super) fn respelled(name: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{name}_2"))
}
