//! Which side of a connection that was accepted is the device's own.
//!
//! In: connections (DeviceNetworkEvents). Out: the same rows; a connection that was accepted, whose remote address is one of the device's own
//! and whose local one is not, has its sides exchanged. Some sources do not say which side is which (Security 5156), so their KQL can only
//! guess; the connections that a device makes itself tell its addresses.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::interleave;
use arrow::datatypes::Schema;

use super::processes::text;
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// The columns of the two sides.
const SIDES: [(&str, &str); 3] =
    [("LocalIP", "RemoteIP"), ("LocalPort", "RemotePort"), ("LocalIPType", "RemoteIPType")];

/// Puts the sides of accepted connections right.
pub(super) fn set_sides(tables: &mut Tables) -> Result<()> {
    let Some(table) = tables.get_mut("DeviceNetworkEvents") else { return Ok(()) };
    let mut own = HashSet::new();
    for batch in &table.batches {
        learn(table, batch, &mut own);
    }
    let batches: Result<Vec<RecordBatch>> = table.batches.iter().map(|batch| exchange(table, batch, &own)).collect();
    table.batches = batches?;
    Ok(())
}

/// Addresses that a device made connections from.
fn learn(table: &MemoryTable, batch: &RecordBatch, own: &mut HashSet<(String, String)>) {
    let column = |name: &str| table.column(batch, name);
    let (Some(actions), Some(devices), Some(locals), Some(kinds)) =
        (column("ActionType"), column("DeviceId"), column("LocalIP"), column("LocalIPType"))
    else {
        return;
    };
    for row in 0..batch.num_rows() {
        // A failed connection may be one that the device refused.
        let is_made_here =
            matches!(text(&actions, row), "ConnectionSuccess" | "ConnectionRequest" | "ConnectionAttempt");
        if is_made_here && matches!(text(&kinds, row), "Private" | "Public") {
            own.insert((text(&devices, row).to_owned(), text(&locals, row).to_owned()));
        }
    }
}

fn exchange(table: &MemoryTable, batch: &RecordBatch, own: &HashSet<(String, String)>) -> Result<RecordBatch> {
    let column = |name: &str| table.column(batch, name);
    let (Some(actions), Some(devices), Some(locals), Some(remotes), Some(kinds)) =
        (column("ActionType"), column("DeviceId"), column("LocalIP"), column("RemoteIP"), column("LocalIPType"))
    else {
        return Ok(batch.clone());
    };
    let is_own =
        |array: &ArrayRef, row: usize| own.contains(&(text(&devices, row).to_owned(), text(array, row).to_owned()));
    // A group's address (Reserved, Broadcast) is where the device listens, though no connection comes from it.
    let is_wrong = |row: usize| {
        text(&actions, row) == "InboundConnectionAccepted"
            && matches!(text(&kinds, row), "Private" | "Public")
            && is_own(&remotes, row)
            && !is_own(&locals, row)
    };
    let wrong: Vec<bool> = (0..batch.num_rows()).map(is_wrong).collect();
    if !wrong.contains(&true) {
        return Ok(batch.clone());
    }
    let mut arrays = batch.columns().to_vec();
    for (local, remote) in SIDES {
        let schema = batch.schema_ref();
        let (Ok(local), Ok(remote)) = (schema.index_of(local), schema.index_of(remote)) else { continue };
        let sides = [batch.column(local).as_ref(), batch.column(remote).as_ref()];
        let take = |exchanged: usize, kept: usize| {
            let places: Vec<(usize, usize)> =
                wrong.iter().enumerate().map(|(row, wrong)| (if *wrong { exchanged } else { kept }, row)).collect();
            interleave(&sides, &places).map_err(Error::bug)
        };
        (arrays[local], arrays[remote]) = (take(1, 0)?, take(0, 1)?);
    }
    RecordBatch::try_new(Arc::<Schema>::clone(batch.schema_ref()), arrays).map_err(Error::bug)
}
