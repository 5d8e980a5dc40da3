//! A JSON object that is asked what it is.
//!
//! In: an object. Out: its values, and whether any question met a key that is there. When none did, what the object was taken for depends on its
//! keys alone, and the next object with the same keys is the same: that is what [`super::shape`] rests on.

use std::cell::Cell;

use serde_json::{Map, Value};

/// An object of a file, at the top of its record.
pub(super) struct Object<'v> {
    map: &'v Map<String, Value>,
    is_met: Cell<bool>,
}

impl<'v> Object<'v> {
    /// Nothing was asked yet.
    pub(super) fn new(map: &'v Map<String, Value>) -> Self {
        Self { map, is_met: Cell::new(false) }
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        let value = self.map.get(key);
        self.is_met.set(self.is_met.get() || value.is_some());
        value
    }

    /// Is there a value under a key?
    pub(super) fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All of it; whoever asks so may depend on anything.
    pub(super) fn whole(&self) -> &'v Map<String, Value> {
        self.is_met.set(true);
        self.map
    }

    /// Did any question meet a key that is there?
    pub(super) fn is_met(&self) -> bool {
        self.is_met.get()
    }
}
