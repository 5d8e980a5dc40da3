//! Joins the parts of a script block that was too long for one event.
//!
//! In: PowerShell commands (DeviceEvents) with the block's id and the part's number among `AdditionalFields`. Out: of a block whose parts are
//! all there, one row, that of the first part, with the whole text; the other parts' rows go. What is incomplete stays as it is. A term that
//! lies across two parts would be found in neither.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, StringViewBuilder};
use arrow::compute::filter_record_batch;
use serde_json::{Map, Value};

use super::processes::text;
use crate::error::{Error, Result};
use crate::memory::{MemoryTable, Tables};

/// Parts of a block at most; PowerShell cuts at some 10,000 characters, and a block of 100 MB is none.
const PARTS_MAX: usize = 10_000;

/// A part: where its row is, and its text.
struct Part {
    batch: usize,
    row: usize,
    command: String,
}

/// What becomes of a row.
enum Fate {
    Replaced(String),
    Dropped,
}

/// Joins the parts of every complete block.
pub(super) fn join_parts(tables: &mut Tables) -> Result<()> {
    let Some(table) = tables.get_mut("DeviceEvents") else { return Ok(()) };
    let mut blocks: HashMap<(String, String), Vec<Option<Part>>> = HashMap::new();
    for (at, batch) in table.batches.iter().enumerate() {
        collect(table, at, batch, &mut blocks);
    }
    let mut fates: HashMap<usize, HashMap<usize, Fate>> = HashMap::new();
    for parts in blocks.into_values() {
        let Some(parts) = parts.into_iter().collect::<Option<Vec<Part>>>() else { continue };
        let whole = parts.iter().map(|part| part.command.as_str()).collect();
        for part in parts.iter().skip(1) {
            fates.entry(part.batch).or_default().insert(part.row, Fate::Dropped);
        }
        if let Some(first) = parts.first() {
            fates.entry(first.batch).or_default().insert(first.row, Fate::Replaced(whole));
        }
    }
    for (at, fates) in fates {
        if let Some(batch) = table.batches.get_mut(at) {
            *batch = apply(batch, &fates)?;
        }
    }
    Ok(())
}

fn collect(
    table: &MemoryTable,
    at: usize,
    batch: &RecordBatch,
    blocks: &mut HashMap<(String, String), Vec<Option<Part>>>,
) {
    let column = |name: &str| table.column(batch, name);
    let (Some(actions), Some(devices), Some(fields)) =
        (column("ActionType"), column("DeviceId"), column("AdditionalFields"))
    else {
        return;
    };
    for row in (0..batch.num_rows()).filter(|row| text(&actions, *row) == "PowerShellCommand") {
        let Ok(bag) = serde_json::from_str::<Map<String, Value>>(text(&fields, row)) else { continue };
        let field = |name: &str| bag.get(name).and_then(Value::as_str);
        let number = |name: &str| field(name).and_then(|text| text.parse::<usize>().ok());
        let (Some(id), Some(command)) = (field("ScriptBlockId"), field("Command")) else { continue };
        let (Some(part), Some(total)) = (number("MessageNumber"), number("MessageTotal")) else { continue };
        if !(2..=PARTS_MAX).contains(&total) || !(1..=total).contains(&part) {
            continue;
        }
        let block = blocks.entry((text(&devices, row).to_owned(), id.to_owned())).or_default();
        if block.len() < total {
            block.resize_with(total, || None);
        }
        // A part that was recorded twice counts once.
        if let Some(place) = block.get_mut(part - 1).filter(|place| place.is_none()) {
            *place = Some(Part { batch: at, row, command: command.to_owned() });
        }
    }
}

fn apply(batch: &RecordBatch, fates: &HashMap<usize, Fate>) -> Result<RecordBatch> {
    let at = batch.schema_ref().index_of("AdditionalFields").map_err(Error::bug)?;
    let fields = batch.column(at);
    let mut replaced = StringViewBuilder::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        match fates.get(&row) {
            Some(Fate::Replaced(whole)) => replaced.append_value(with_command(text(fields, row), whole)),
            _ if fields.is_valid(row) => replaced.append_value(text(fields, row)),
            _ => replaced.append_null(),
        }
    }
    let mut arrays = batch.columns().to_vec();
    arrays[at] = Arc::new(replaced.finish()) as ArrayRef;
    let batch = RecordBatch::try_new(batch.schema(), arrays).map_err(Error::bug)?;
    let kept: BooleanArray =
        (0..batch.num_rows()).map(|row| Some(!matches!(fates.get(&row), Some(Fate::Dropped)))).collect();
    filter_record_batch(&batch, &kept).map_err(Error::bug)
}

fn with_command(bag: &str, whole: &str) -> String {
    let mut bag: Map<String, Value> = serde_json::from_str(bag).unwrap_or_default();
    bag.insert("Command".to_owned(), Value::String(whole.to_owned()));
    Value::Object(bag).to_string()
}
