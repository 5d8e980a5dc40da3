//! Fills the `InitiatingProcess…` columns of every Device table.
//!
//! In: the tables, and the index of processes. Out: the tables with those columns filled where they were empty and the process is known.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::interleave;
use arrow::datatypes::{Field, Schema};

use super::processes::{Hint, Processes, long, text};
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// A column of any Device table, and the column of the process's own start that fills it.
const FILLS: &[(&str, &str)] = &[
    ("InitiatingProcessFileName", "FileName"),
    ("InitiatingProcessFolderPath", "FolderPath"),
    ("InitiatingProcessCommandLine", "ProcessCommandLine"),
    ("InitiatingProcessId", "ProcessId"),
    ("InitiatingProcessUniqueId", "ProcessUniqueId"),
    ("InitiatingProcessCreationTime", "ProcessCreationTime"),
    ("InitiatingProcessParentId", "InitiatingProcessId"),
    ("InitiatingProcessParentFileName", "InitiatingProcessFileName"),
    ("InitiatingProcessSHA1", "SHA1"),
    ("InitiatingProcessSHA256", "SHA256"),
    ("InitiatingProcessMD5", "MD5"),
    ("InitiatingProcessFileSize", "FileSize"),
    ("InitiatingProcessVersionInfoCompanyName", "ProcessVersionInfoCompanyName"),
    ("InitiatingProcessVersionInfoProductName", "ProcessVersionInfoProductName"),
    ("InitiatingProcessVersionInfoProductVersion", "ProcessVersionInfoProductVersion"),
    ("InitiatingProcessVersionInfoInternalFileName", "ProcessVersionInfoInternalFileName"),
    ("InitiatingProcessVersionInfoOriginalFileName", "ProcessVersionInfoOriginalFileName"),
    ("InitiatingProcessVersionInfoFileDescription", "ProcessVersionInfoFileDescription"),
    ("InitiatingProcessIntegrityLevel", "ProcessIntegrityLevel"),
    ("InitiatingProcessTokenElevation", "ProcessTokenElevation"),
    ("InitiatingProcessLogonId", "LogonId"),
    ("InitiatingProcessSessionId", "CreatedProcessSessionId"),
];

/// An account is filled as a whole or not at all: half of one and half of another would be nobody.
const ACCOUNT: &[(&str, &str)] = &[
    ("InitiatingProcessAccountName", "AccountName"),
    ("InitiatingProcessAccountDomain", "AccountDomain"),
    ("InitiatingProcessAccountSid", "AccountSid"),
    ("InitiatingProcessAccountUpn", "AccountUpn"),
    ("InitiatingProcessAccountObjectId", "AccountObjectId"),
];

/// The columns that a process is found by, of its start and of its end.
pub(super) const READ: [&str; 11] = [
    "Timestamp",
    "DeviceId",
    "ActionType",
    "FileName",
    "FolderPath",
    "ProcessId",
    "ProcessUniqueId",
    "ProcessCreationTime",
    "InitiatingProcessId",
    "InitiatingProcessUniqueId",
    "InitiatingProcessCreationTime",
];

/// The columns of a start that fill those of other rows.
pub(super) fn origins() -> impl Iterator<Item = &'static str> {
    FILLS.iter().chain(ACCOUNT).map(|(_, origin)| *origin)
}

/// Fills the initiating process of every row whose process's start was seen, here or among the rows that stood before.
pub(super) fn fill_processes(tables: &mut Tables, told: &Tables) -> Result<()> {
    let Some(processes) = Processes::index(tables, told)? else { return Ok(()) };
    for (name, table) in tables.iter_mut() {
        let has_process = table.schema.columns.iter().any(|column| column.name == "InitiatingProcessId");
        if name.starts_with("Device") && has_process {
            let filled: Result<Vec<RecordBatch>> =
                table.batches.iter().map(|batch| fill_batch(table, batch, &processes)).collect();
            table.batches = filled?;
        }
    }
    Ok(())
}

fn fill_batch(table: &MemoryTable, batch: &RecordBatch, processes: &Processes) -> Result<RecordBatch> {
    let found = find(table, batch, processes);
    if found.iter().all(Option::is_none) {
        return Ok(batch.clone());
    }
    let mut filled = Columns {
        fields: batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect(),
        arrays: batch.columns().to_vec(),
    };
    for (target, origin) in FILLS {
        let (Some(array), Some(origin)) = (table.column(batch, target), processes.column(origin)) else { continue };
        let choose = |row: usize| match found.get(row).copied().flatten() {
            Some(process) if is_blank(&array, row) => first_told(origin, process, processes),
            _ => None,
        };
        filled.set(target, &array, origin, choose)?;
    }
    if let Some(array) = table.column(batch, "InitiatingProcessParentCreationTime") {
        let origin: ArrayRef = Arc::new(processes.parent_starts.clone());
        let choose = |row: usize| found.get(row).copied().flatten().filter(|_| is_blank(&array, row));
        filled.set("InitiatingProcessParentCreationTime", &array, &origin, choose)?;
    }
    fill_accounts(table, batch, processes, &found, &mut filled)?;
    RecordBatch::try_new(Arc::new(Schema::new(filled.fields)), filled.arrays).map_err(Error::bug)
}

fn fill_accounts(
    table: &MemoryTable,
    batch: &RecordBatch,
    processes: &Processes,
    found: &[Option<usize>],
    filled: &mut Columns,
) -> Result<()> {
    let (Some(told), Some(names)) =
        (table.column(batch, "InitiatingProcessAccountName"), processes.column("AccountName"))
    else {
        return Ok(());
    };
    for (target, origin) in ACCOUNT {
        let (Some(array), Some(origin)) = (table.column(batch, target), processes.column(origin)) else { continue };
        let choose = |row: usize| {
            let process = found.get(row).copied().flatten().filter(|_| is_blank(&array, row))?;
            let name = match text(&told, row) {
                "" => text(names, first_told(names, process, processes)?),
                name => name,
            };
            let rows = [Some(process), processes.twin(process)].into_iter().flatten();
            rows.filter(|row| text(names, *row) == name).find(|row| !is_blank(origin, *row))
        };
        filled.set(target, &array, origin, choose)?;
    }
    Ok(())
}

/// Each row's initiating process.
fn find(table: &MemoryTable, batch: &RecordBatch, processes: &Processes) -> Vec<Option<usize>> {
    let column = |name: &str| table.column(batch, name);
    let (Some(devices), Some(ids), Some(pids), Some(times), Some(names)) = (
        column("DeviceId"),
        column("InitiatingProcessUniqueId"),
        column("InitiatingProcessId"),
        column("Timestamp"),
        column("InitiatingProcessFileName"),
    ) else {
        return vec![None; batch.num_rows()];
    };
    let find = |row: usize| {
        let device = processes.devices.known(text(&devices, row))?;
        let at = long(&times, row)?;
        processes.find(&Hint {
            device,
            unique_id: text(&ids, row),
            pid: long(&pids, row),
            at,
            file_name: text(&names, row),
        })
    };
    (0..batch.num_rows()).map(find).collect()
}

/// The process's row, or that of its twin, whichever tells something.
fn first_told(origin: &ArrayRef, process: usize, processes: &Processes) -> Option<usize> {
    [Some(process), processes.twin(process)].into_iter().flatten().find(|row| !is_blank(origin, *row))
}

/// Null, or the empty text.
fn is_blank(array: &ArrayRef, row: usize) -> bool {
    array.is_null(row) || array.data_type() == &arrow::datatypes::DataType::Utf8View && text(array, row).is_empty()
}

struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Takes, for the rows that `choose` gives another row of `origin`, that row's value.
    fn set(
        &mut self,
        name: &str,
        array: &ArrayRef,
        origin: &ArrayRef,
        choose: impl Fn(usize) -> Option<usize>,
    ) -> Result<()> {
        let mut is_changed = false;
        let places: Vec<(usize, usize)> = (0..array.len())
            .map(|row| match choose(row) {
                Some(other) => {
                    is_changed = true;
                    (1, other)
                }
                None => (0, row),
            })
            .collect();
        if !is_changed {
            return Ok(());
        }
        let filled = interleave(&[array.as_ref(), origin.as_ref()], &places).map_err(Error::bug)?;
        match self.fields.iter().position(|field| field.name() == name) {
            Some(at) => self.arrays[at] = filled,
            None => {
                self.fields.push(Field::new(name, filled.data_type().clone(), true));
                self.arrays.push(filled);
            }
        }
        Ok(())
    }
}
