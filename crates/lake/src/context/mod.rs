//! What one event tells about another, and an inventory about all: names the devices that network sensors know by their addresses; fills the initiating process of a row from the event of that process's start, and `RemoteUrl`
//! from the name that the device had asked for; tells a device's own side of a connection by its
//! addresses; joins the parts of a long script.
//!
//! In: the tables of a whole run. Out: the same rows in the same order, with empty columns filled; what a source told stays as it is, but for
//! the two last.
//! Works on all rows at once, so the order in which files are read does not matter. Must not know which source a row comes from.

mod devices;
mod earlier;
mod fill;
mod processes;
mod remote_url;
mod reports;
mod scripts;
mod sides;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};

pub(crate) use devices::is_named;
pub(crate) use earlier::Earlier;

use crate::assets::Assets;
use crate::error::{Error, Result};
use crate::memory::Tables;
use crate::record::Summary;
use crate::settings::{AggregatedReports, Settings};

/// What is known of an estate besides its events.
#[derive(Debug, Default)]
pub(crate) struct Estate {
    settings: Settings,
    assets: Option<Assets>,
}

impl Estate {
    /// The settings, and the map of assets that they name.
    ///
    /// - Errors: a map that cannot be read; its lines that cannot are in the summary.
    pub(crate) fn open(settings: Settings, summary: &mut Summary) -> Result<Self> {
        let assets = settings.assets.as_deref().map(|path| Assets::open(path, summary)).transpose()?;
        Ok(Self { settings, assets })
    }

    /// What to say of files whose rows stay where they are, and as they are, when the settings want them otherwise.
    pub(crate) fn not_in_place(&self) -> Option<String> {
        let settings = [
            ("assets", self.assets.is_some()),
            ("aggregated_reports", self.settings.aggregated_reports == AggregatedReports::Expand),
        ];
        let names: Vec<&str> = settings.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        (!names.is_empty()).then(|| {
            format!(
                "{} changes no rows of Parquet that is read in place; `vedette ingest` reads it into a lake",
                names.join(", ")
            )
        })
    }
}

/// Fills what other events tell, and what the rows told before, which are not filled again.
pub(crate) fn enrich(tables: &mut Tables, told: &Tables, estate: &Estate) -> Result<()> {
    if let Some(assets) = &estate.assets {
        // First: rows learn from rows of the same device.
        devices::name_devices(tables, assets)?;
    }
    scripts::join_parts(tables)?;
    fill::fill_processes(tables, told)?;
    sides::set_sides(tables)?;
    remote_url::fill_remote_urls(tables, told, &estate.settings)
}

/// Adds the rows that reports stand for, when the settings want them. Gives how many reports stand for more than are made.
///
/// - Errors: more rows than are made at once.
pub(crate) fn expand_reports(tables: &mut Tables, estate: &Estate) -> Result<u64> {
    match estate.settings.aggregated_reports {
        AggregatedReports::Keep => Ok(0),
        AggregatedReports::Expand => reports::expand(tables),
    }
}

/// What to say of reports that stand for more rows than are made.
pub(crate) fn cut_reports(count: u64) -> Option<String> {
    let most = reports::EVENTS_MAX;
    (count > 0)
        .then(|| format!("{count} aggregated reports count more than {most} events each; the first {most} are rows"))
}

/// The batch with columns in the place of others, or added.
fn replaced<const N: usize>(batch: &RecordBatch, columns: [(&'static str, ArrayRef); N]) -> Result<RecordBatch> {
    let mut fields: Vec<Field> = batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut arrays = batch.columns().to_vec();
    for (name, array) in columns {
        match fields.iter().position(|field| field.name() == name) {
            Some(at) => arrays[at] = array,
            None => {
                fields.push(Field::new(name, array.data_type().clone(), true));
                arrays.push(array);
            }
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(Error::bug)
}

/// What DeviceNetworkEvents calls a connection that the device itself made, or tried to make.
const MADE_HERE: [&str; 6] = [
    "ConnectionSuccess",
    "ConnectionRequest",
    "ConnectionAttempt",
    "ConnectionFailed",
    "ConnectionFound",
    "NetworkConnectionObserved",
];

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

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, Int64Array, StringViewArray};
    use engine::types::arrow_fields;
    use semantics::{Column, Type};
    use serde_json::{Value, json};

    use super::*;
    use crate::content::Content;

    /// Adds rows; the columns are the keys of the first.
    fn push(tables: &mut Tables, table: &str, rows: &Value) {
        let content = Content::embedded();
        let schema = content.table(table).expect("right").expect("there");
        let rows: Vec<&serde_json::Map<String, Value>> =
            rows.as_array().expect("rows").iter().filter_map(Value::as_object).collect();
        let (mut columns, mut arrays): (Vec<Column>, Vec<ArrayRef>) = (vec![], vec![]);
        for name in rows.iter().flat_map(|row| row.keys()) {
            if columns.iter().any(|column| column.name == *name) {
                continue;
            }
            let ty = schema.columns.iter().find(|column| column.name == *name).expect("a column").ty;
            let longs = || rows.iter().map(|row| row.get(name)?.as_i64());
            let texts = rows.iter().map(|row| match row.get(name) {
                Some(Value::String(text)) => Some(text.clone()),
                Some(Value::Null) | None => (ty == Type::String).then(String::new),
                Some(other) => Some(other.to_string()),
            });
            arrays.push(match ty {
                Type::Long | Type::DateTime => Arc::new(longs().collect::<Int64Array>()),
                Type::Int => Arc::new(longs().map(|long| i32::try_from(long?).ok()).collect::<Int32Array>()),
                _ => Arc::new(texts.collect::<StringViewArray>()),
            });
            columns.push(Column::new(name, ty));
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&columns))), arrays).expect("a batch");
        tables.push(&content, table, &columns, &batch).expect("the table's columns");
    }

    /// The texts of a column, after enriching.
    fn enriched(mut tables: Tables, table: &str, column: &str, settings: Settings) -> Vec<String> {
        enrich(&mut tables, &Tables::default(), &Estate { settings, assets: None }).expect("it works");
        let table = tables.get(table).expect("rows");
        let texts = |batch: &RecordBatch| {
            let array = table.column(batch, column).expect("a column");
            (0..batch.num_rows()).map(|row| processes::text(&array, row).to_owned()).collect::<Vec<_>>()
        };
        table.batches.iter().flat_map(texts).collect()
    }

    const SECOND: i64 = 10_000_000;

    fn start(pid: i64, at: i64, line: &str) -> Value {
        json!({"Timestamp": at, "ProcessCreationTime": at, "DeviceId": "d", "ProcessId": pid, "FileName": "a.exe", "FolderPath": "C:\\a.exe",
            "ProcessCommandLine": line})
    }

    /// Pid 7 belongs to the first process until it ends, to nobody for a while, and then to the second; on another device it means nothing.
    #[test]
    fn a_pid_means_the_process_that_has_it_at_that_time() {
        let mut tables = Tables::default();
        let row = |device: &str, at: i64, name: &str| json!({"Timestamp": at * SECOND, "DeviceId": device, "InitiatingProcessId": 7, "InitiatingProcessFileName": name});
        let rows = json!([
            row("d", 50, "A.EXE"),
            row("d", 150, ""),
            row("d", 250, ""),
            row("d", 260, "b.exe"),
            row("d", 5, ""),
            row("e", 50, "")
        ]);
        push(&mut tables, "DeviceNetworkEvents", &rows);
        push(
            &mut tables,
            "DeviceEvents",
            &json!([{"Timestamp": 100 * SECOND, "DeviceId": "d", "InitiatingProcessId": 7, "ActionType": "ProcessTerminated"}]),
        );
        push(
            &mut tables,
            "DeviceProcessEvents",
            &json!([start(7, 900 * SECOND, "later"), start(7, 10 * SECOND, "first"), start(7, 200 * SECOND, "second")]),
        );
        let lines = enriched(tables, "DeviceNetworkEvents", "InitiatingProcessCommandLine", Settings::default());
        assert_eq!(lines, ["first", "", "second", "", "", ""]);
    }

    /// A unique id needs no time, and goes before the pid.
    #[test]
    fn a_unique_id_goes_before_the_pid() {
        let mut tables = Tables::default();
        let mut rows = [start(7, 10, "first"), start(7, 20, "second")];
        rows[0]["ProcessUniqueId"] = json!("{1}");
        push(&mut tables, "DeviceProcessEvents", &json!(rows));
        push(
            &mut tables,
            "DeviceImageLoadEvents",
            &json!([{"Timestamp": 30, "DeviceId": "d", "InitiatingProcessId": 7, "InitiatingProcessUniqueId": "{1}"}]),
        );
        assert_eq!(
            enriched(tables, "DeviceImageLoadEvents", "InitiatingProcessCommandLine", Settings::default()),
            ["first"]
        );
    }

    /// Sysmon knows hashes, the Security log the account's SID; a row learns both. Another account's SID is not taken.
    #[test]
    fn two_sources_of_a_start_complete_each_other() {
        let mut tables = Tables::default();
        let mut sysmon = start(7, 10, "line");
        sysmon["SHA1"] = json!("aa");
        sysmon["AccountName"] = json!("mara");
        let mut security = start(7, 10 + SECOND, "");
        security["AccountName"] = json!("mara");
        security["AccountSid"] = json!("S-1-5-21-1");
        push(&mut tables, "DeviceProcessEvents", &json!([sysmon, security]));
        let row = |name: &str| json!({"Timestamp": 30 * SECOND, "DeviceId": "d", "InitiatingProcessId": 7, "InitiatingProcessAccountName": name});
        push(&mut tables, "DeviceFileEvents", &json!([row(""), row("other")]));
        enrich(&mut tables, &Tables::default(), &Estate::default()).expect("it works");
        let table = tables.get("DeviceFileEvents").expect("rows");
        let texts = |name: &str, row: usize| {
            processes::text(&table.column(&table.batches[0], name).expect("a column"), row).to_owned()
        };
        assert_eq!(texts("InitiatingProcessSHA1", 0), "aa");
        assert_eq!(texts("InitiatingProcessAccountSid", 0), "S-1-5-21-1");
        assert_eq!(texts("InitiatingProcessAccountName", 0), "mara");
        assert_eq!(texts("InitiatingProcessAccountSid", 1), "");
    }

    /// The rule is in the module's documentation of `remote_url`; ten minutes are 6,000,000,000 ticks.
    #[test]
    fn a_connection_has_the_name_that_was_asked_for() {
        let mut tables = Tables::default();
        let answer = |at: i64, id: &str, name: &str| {
            json!({"Timestamp": at, "DeviceId": "d", "ActionType": "DnsQueryResponse", "InitiatingProcessUniqueId": id,
                "AdditionalFields": {"DnsQueryString": name, "DnsQueryResult": ["192.0.2.1"]}})
        };
        push(
            &mut tables,
            "DeviceEvents",
            &json!([
                answer(300, "{2}", "other.example"),
                answer(200, "{1}", "own.example"),
                answer(100, "{1}", "old.example")
            ]),
        );
        let row = |at: i64, id: &str, action: &str| {
            json!({"Timestamp": at, "DeviceId": "d", "ActionType": action, "RemoteIP": "192.0.2.1", "RemoteUrl": "", "InitiatingProcessUniqueId": id,
                "AdditionalFields": {"DestinationHostname": "ptr.example"}})
        };
        let rows = json!([
            row(400, "{1}", "ConnectionSuccess"),
            row(400, "{9}", "ConnectionSuccess"),
            row(150, "{2}", "ConnectionFailed"),
            row(400, "{1}", "InboundConnectionAccepted"),
            row(6_000_000_301, "{2}", "ConnectionSuccess"),
            row(50, "{1}", "ConnectionSuccess"),
        ]);
        let mut with_pointers = Tables::default();
        push(&mut with_pointers, "DeviceNetworkEvents", &rows);
        push(&mut tables, "DeviceNetworkEvents", &rows);
        let names = enriched(tables, "DeviceNetworkEvents", "RemoteUrl", Settings::default());
        assert_eq!(names, ["own.example", "other.example", "old.example", "", "", ""]);
        let settings = Settings { remote_url_from_ptr: true, ..Settings::default() };
        let bags = enriched(with_pointers, "DeviceNetworkEvents", "AdditionalFields", settings);
        assert_eq!(bags[0], r#"{"DestinationHostname":"ptr.example","RemoteUrlSource":"ptr"}"#);
        assert_eq!(bags[3], r#"{"DestinationHostname":"ptr.example"}"#);
    }

    /// The parts come in any order and from any file; a block without its second part stays as it is.
    #[test]
    fn the_parts_of_a_script_are_one_command() {
        let mut tables = Tables::default();
        let part = |id: &str, number: &str, total: &str, command: &str| {
            json!({"Timestamp": 1, "DeviceId": "d", "ActionType": "PowerShellCommand", "AdditionalFields":
                {"ScriptBlockId": id, "MessageNumber": number, "MessageTotal": total, "Command": command}})
        };
        let rows = json!([
            part("a", "3", "3", "it"),
            part("b", "1", "3", "x"),
            part("a", "1", "3", "Get-Secr"),
            part("b", "3", "3", "z")
        ]);
        push(&mut tables, "DeviceEvents", &rows);
        push(&mut tables, "DeviceEvents", &json!([part("c", "1", "1", "whole"), part("a", "2", "3", "et -To")]));
        let bags = enriched(tables, "DeviceEvents", "AdditionalFields", Settings::default());
        let commands: Vec<Value> =
            bags.iter().map(|bag| serde_json::from_str::<Value>(bag).expect("a bag")["Command"].clone()).collect();
        assert_eq!(commands, ["x", "Get-Secret -Toit", "z", "whole"]);
    }
}
