//! The processes of a run: when each started and ended, and which of them a row means.
//!
//! In: the rows of DeviceProcessEvents, and the ends among those of DeviceEvents. Out: for a device with a process's unique id, or with a
//! pid and a moment, the row of the start. A pid is used again and again: the process that is meant is the one that started last before
//! the moment and had not ended.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::compute::concat;
use arrow::datatypes::Int64Type;

use super::{Devices, fill};
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// Two sources (Sysmon 1 and Security 4688) see the same start this far apart at most, in ticks: 2 s.
const SAME_START_TICKS_MAX: i64 = 20_000_000;

/// Every start, and how to find it.
pub(super) struct Processes {
    columns: HashMap<&'static str, ArrayRef>,
    starts: Vec<Start>,
    by_unique_id: HashMap<u32, HashMap<String, usize>>,
    /// In order of time.
    by_pid: HashMap<(u32, i64), Vec<usize>>,
    pub(super) devices: Devices,
    /// When the process that started a row's process had itself started.
    pub(super) parent_starts: Int64Array,
}

/// One row of DeviceProcessEvents.
struct Start {
    at: i64,
    end: Option<i64>,
    /// The same process as another source saw it.
    twin: Option<usize>,
}

/// What a row tells about the process that it means.
pub(super) struct Hint<'a> {
    pub(super) device: u32,
    pub(super) unique_id: &'a str,
    pub(super) pid: Option<i64>,
    pub(super) at: i64,
    /// Compared when there is no unique id, so that a pid whose start was not seen is not taken for an older process. May be empty.
    pub(super) file_name: &'a str,
}

impl Processes {
    /// Indexes all starts, first those told before; `None` when there are none.
    pub(super) fn index(tables: &Tables, told: &Tables) -> Result<Option<Self>> {
        let all = [told, tables];
        let starts: Vec<&MemoryTable> = all.iter().filter_map(|tables| tables.get("DeviceProcessEvents")).collect();
        if starts.is_empty() {
            return Ok(None);
        }
        let mut columns = HashMap::new();
        for name in fill::READ.into_iter().chain(fill::origins()) {
            if let Some(column) = whole_column(&starts, name)? {
                columns.insert(name, column);
            }
        }
        let mut processes = Self {
            columns,
            starts: vec![],
            by_unique_id: HashMap::new(),
            by_pid: HashMap::new(),
            devices: Devices::default(),
            parent_starts: Int64Array::from(Vec::<i64>::new()),
        };
        processes.index_starts()?;
        for table in all.iter().filter_map(|tables| tables.get("DeviceEvents")) {
            processes.index_ends(table);
        }
        processes.index_parents()?;
        Ok(Some(processes))
    }

    /// A column of DeviceProcessEvents over all rows, numbered as [`Processes::find`] numbers them.
    pub(super) fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.get(name)
    }

    /// The row of the process that is meant.
    pub(super) fn find(&self, hint: &Hint) -> Option<usize> {
        if let Some(row) = self.by_unique_id.get(&hint.device).and_then(|rows| rows.get(hint.unique_id)) {
            return Some(*row);
        }
        let rows = self.by_pid.get(&(hint.device, hint.pid?))?;
        let after = rows.partition_point(|row| self.starts[*row].at <= hint.at);
        let row = *rows.get(after.checked_sub(1)?)?;
        let has_ended = self.starts[row].end.is_some_and(|end| end < hint.at);
        let same_name = hint.file_name.is_empty() || self.text("FileName", row).eq_ignore_ascii_case(hint.file_name);
        (!has_ended && same_name).then_some(row)
    }

    /// The row of the same process from another source.
    pub(super) fn twin(&self, row: usize) -> Option<usize> {
        self.starts.get(row)?.twin
    }

    fn text(&self, column: &str, row: usize) -> &str {
        self.columns.get(column).map_or("", |array| text(array, row))
    }

    fn long(&self, column: &str, row: usize) -> Option<i64> {
        self.columns.get(column).and_then(|array| long(array, row))
    }

    fn index_starts(&mut self) -> Result<()> {
        let rows = self.columns.get("Timestamp").map_or(0, |array| array.len());
        for row in 0..rows {
            let device_id = self.text("DeviceId", row).to_owned();
            let device = self.devices.number(&device_id);
            let at = self.long("ProcessCreationTime", row).or_else(|| self.long("Timestamp", row)).unwrap_or(i64::MAX);
            self.starts.push(Start { at, end: None, twin: None });
            let unique_id = self.text("ProcessUniqueId", row).to_owned();
            if !unique_id.is_empty() {
                self.by_unique_id.entry(device).or_default().entry(unique_id).or_insert(row);
            }
            if let Some(pid) = self.long("ProcessId", row) {
                self.by_pid.entry((device, pid)).or_default().push(row);
            }
        }
        let (starts, mut twins) = (&self.starts, vec![]);
        for rows in self.by_pid.values_mut() {
            // The row's number decides between equal times, so that the order is the same in every run.
            rows.sort_by_key(|row| (starts[*row].at, *row));
        }
        for rows in self.by_pid.values() {
            for pair in rows.windows(2) {
                let [earlier, later] = *pair else { continue };
                let is_near = starts[later].at.saturating_sub(starts[earlier].at) <= SAME_START_TICKS_MAX;
                if is_near && self.text("FolderPath", earlier).eq_ignore_ascii_case(self.text("FolderPath", later)) {
                    twins.push((earlier, later));
                }
            }
        }
        for (earlier, later) in twins {
            self.starts[earlier].twin = Some(later);
            self.starts[later].twin = Some(earlier);
        }
        Ok(())
    }

    /// Sysmon 5 and Security 4689 say when a process ended.
    fn index_ends(&mut self, table: &MemoryTable) {
        for batch in &table.batches {
            let column = |name: &str| table.column(batch, name);
            let (Some(actions), Some(devices), Some(ids), Some(pids), Some(times)) = (
                column("ActionType"),
                column("DeviceId"),
                column("InitiatingProcessUniqueId"),
                column("InitiatingProcessId"),
                column("Timestamp"),
            ) else {
                continue;
            };
            for row in (0..batch.num_rows()).filter(|row| text(&actions, *row) == "ProcessTerminated") {
                let (Some(device), Some(at)) = (self.devices.known(text(&devices, row)), long(&times, row)) else {
                    continue;
                };
                let hint = Hint { device, unique_id: text(&ids, row), pid: long(&pids, row), at, file_name: "" };
                let Some(found) = self.find(&hint) else { continue };
                for start in [Some(found), self.starts[found].twin].into_iter().flatten() {
                    if self.starts[start].at <= at {
                        self.starts[start].end = Some(at);
                    }
                }
            }
        }
    }

    fn index_parents(&mut self) -> Result<()> {
        let parent_start = |row: usize| {
            let hint = Hint {
                device: self.devices.known(self.text("DeviceId", row))?,
                unique_id: self.text("InitiatingProcessUniqueId", row),
                pid: self.long("InitiatingProcessId", row),
                at: self.starts[row].at,
                file_name: self.text("InitiatingProcessFileName", row),
            };
            self.long("InitiatingProcessCreationTime", row)
                .or_else(|| self.find(&hint).map(|parent| self.starts[parent].at))
        };
        self.parent_starts = (0..self.starts.len()).map(parent_start).collect();
        Ok(())
    }
}

/// A column over all batches of tables; none when they have no such column.
fn whole_column(tables: &[&MemoryTable], name: &str) -> Result<Option<ArrayRef>> {
    let of =
        |table: &&MemoryTable| table.batches.iter().filter_map(|batch| table.column(batch, name)).collect::<Vec<_>>();
    let parts: Vec<ArrayRef> = tables.iter().flat_map(of).collect();
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    match parts.is_empty() {
        true => Ok(None),
        false => concat(&parts).map(Some).map_err(Error::bug),
    }
}

/// The text of a row; empty when it is null.
pub(super) fn text(array: &ArrayRef, row: usize) -> &str {
    let array: Option<&StringViewArray> = array.as_string_view_opt();
    array.filter(|array| array.is_valid(row)).map_or("", |array| array.value(row))
}

/// The number, or the ticks, of a row.
pub(super) fn long(array: &ArrayRef, row: usize) -> Option<i64> {
    let array = array.as_primitive_opt::<Int64Type>()?;
    array.is_valid(row).then(|| array.value(row))
}
