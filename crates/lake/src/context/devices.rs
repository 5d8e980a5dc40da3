//! Names the devices that network sensors know by their addresses only.
//!
//! In: rows whose device is an address (Zeek, Suricata, firewalls), rows of ASIM with an address and no host name, and the map of assets. Out: the
//! same rows under the name and the id of the device that had the address at the time of the row. What a source named itself stays.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringViewBuilder};
use semantics::TableSchema;

use super::processes::{long, text};
use super::replaced;
use crate::assets::{Assets, Device};
use crate::error::Result;
use crate::memory::{MemoryTable, TIMES, Tables};

/// The columns of a device that is known by its address.
const DEVICE: [&str; 3] = ["LocalIP", "DeviceName", "DeviceId"];
/// The address of a side in ASIM, and the name of its host.
const HOSTS: [(&str, &str); 2] = [("SrcIpAddr", "SrcHostname"), ("DstIpAddr", "DstHostname")];

/// Do rows of a table get names by their addresses?
pub(crate) fn is_named(table: &TableSchema) -> bool {
    has(table, &DEVICE) || HOSTS.iter().any(|(address, host)| has(table, &[address, host]))
}

fn has(table: &TableSchema, names: &[&str]) -> bool {
    names.iter().all(|name| table.columns.iter().any(|column| column.name == *name))
}

/// Names the devices of all tables.
pub(super) fn name_devices(tables: &mut Tables, assets: &Assets) -> Result<()> {
    for (_, table) in tables.iter_mut() {
        if has(&table.schema, &DEVICE) {
            table.batches = each(table, |batch| name_device(table, batch, assets))?;
        }
        for (address, host) in HOSTS.into_iter().filter(|(address, host)| has(&table.schema, &[address, host])) {
            table.batches = each(table, |batch| name_host(table, batch, assets, address, host))?;
        }
    }
    Ok(())
}

fn each(table: &MemoryTable, name: impl Fn(&RecordBatch) -> Result<RecordBatch>) -> Result<Vec<RecordBatch>> {
    table.batches.iter().map(name).collect()
}

/// A device whose name is its address is one that only its address is known of.
fn name_device(table: &MemoryTable, batch: &RecordBatch, assets: &Assets) -> Result<RecordBatch> {
    let column = |name: &str| table.column(batch, name);
    let (Some(names), Some(ids), Some(addresses)) = (column("DeviceName"), column("DeviceId"), column("LocalIP"))
    else {
        return Ok(batch.clone());
    };
    let found = find(batch, assets, &addresses, |row| text(&names, row) == text(&addresses, row));
    if found.iter().all(Option::is_none) {
        return Ok(batch.clone());
    }
    replaced(
        batch,
        [
            ("DeviceName", filled(&found, &names, |device| &device.name)),
            ("DeviceId", filled(&found, &ids, |device| &device.id)),
        ],
    )
}

/// ASIM's host names have no domain.
fn name_host(
    table: &MemoryTable,
    batch: &RecordBatch,
    assets: &Assets,
    address: &'static str,
    host: &'static str,
) -> Result<RecordBatch> {
    let (Some(addresses), Some(hosts)) = (table.column(batch, address), table.column(batch, host)) else {
        return Ok(batch.clone());
    };
    let found = find(batch, assets, &addresses, |row| text(&hosts, row).is_empty());
    if found.iter().all(Option::is_none) {
        return Ok(batch.clone());
    }
    replaced(batch, [(host, filled(&found, &hosts, short))])
}

/// The device of each row that is asked for and known.
fn find<'a>(
    batch: &RecordBatch,
    assets: &'a Assets,
    addresses: &ArrayRef,
    is_asked: impl Fn(usize) -> bool,
) -> Vec<Option<&'a Device>> {
    let times = TIMES.iter().find_map(|(name, _)| batch.column_by_name(name));
    let find = |row: usize| {
        let address: IpAddr = text(addresses, row).parse().ok()?;
        assets.device(address, times.and_then(|times| long(times, row)))
    };
    (0..batch.num_rows()).map(|row| is_asked(row).then(|| find(row)).flatten()).collect()
}

fn short(device: &Device) -> &str {
    device.name.split('.').next().unwrap_or_default()
}

fn filled(found: &[Option<&Device>], told: &ArrayRef, of: fn(&Device) -> &str) -> ArrayRef {
    let mut texts = StringViewBuilder::with_capacity(found.len());
    for (row, device) in found.iter().enumerate() {
        texts.append_value(device.map_or_else(|| text(told, row), |device| of(device)));
    }
    Arc::new(texts.finish())
}
