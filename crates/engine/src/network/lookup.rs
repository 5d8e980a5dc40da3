//! Finds the networks of a table that an address is in.
//!
//! In: the texts of a column. Out: for an address, the rows whose network holds it. Networks are found by their bits, one look per prefix
//! length that comes; text that is no address is in no network.

use std::collections::{BTreeMap, HashMap};

/// The networks of a table, by prefix length and leading bits.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    by_length: BTreeMap<u32, HashMap<u128, Vec<usize>>>,
}

impl Networks {
    /// Adds the network of a row.
    pub(crate) fn add(&mut self, (bits, length): (u128, u32), row: usize) {
        self.by_length.entry(length).or_default().entry(masked(bits, length)).or_default().push(row);
    }

    /// The rows whose network and the address are the same under the shorter of their prefixes, in their order.
    pub(crate) fn rows_with(&self, (bits, length): (u128, u32)) -> Vec<usize> {
        let mut rows = vec![];
        for (own, networks) in &self.by_length {
            if *own <= length {
                rows.extend(networks.get(&masked(bits, *own)).into_iter().flatten());
            } else {
                let inside = networks.iter().filter(|(network, _)| masked(**network, length) == masked(bits, length));
                rows.extend(inside.flat_map(|(_, rows)| rows));
            }
        }
        rows.sort_unstable();
        rows
    }
}

fn masked(bits: u128, length: u32) -> u128 {
    bits & u128::MAX.checked_shl(128_u32.saturating_sub(length)).unwrap_or(0)
}
