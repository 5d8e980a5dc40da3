//! What one event tells about another: fills the initiating process of a row from the event of that process's start, and `RemoteUrl`
//! from the name that the device had asked for.
//!
//! In: the tables of a whole run. Out: the same rows in the same order, with empty columns filled; what a source told stays as it is.
//! Works on all rows at once, so the order in which files are read does not matter. Must not know which source a row comes from.

mod fill;
mod processes;
pub(crate) mod remote_url;

use std::collections::HashMap;

use crate::error::Result;
use crate::memory::Tables;
use crate::settings::Settings;

/// Fills what other events tell.
pub(crate) fn enrich(tables: &mut Tables, settings: Settings) -> Result<()> {
    fill::fill_processes(tables)?;
    remote_url::fill_remote_urls(tables, settings)
}

/// Small numbers for device ids, so that keys do not repeat 40 digits.
#[derive(Debug, Default)]
struct Devices {
    numbers: HashMap<String, u32>,
}

impl Devices {
    /// The number of a device, a new one if need be.
    fn number(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let next = u32::try_from(self.numbers.len()).expect("there are fewer devices than 2^32");
        self.numbers.insert(id.to_owned(), next);
        next
    }

    /// The number of a device that has one.
    fn known(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }
}
