//! Fills `RemoteUrl` of connections with the name that the program had asked for.
//!
//! In: connections (DeviceNetworkEvents) with an address and no name. Out: the same rows with a name and, in `AdditionalFields`, where it is
//! from (`RemoteUrlSource`). In this order: the last DNS answer on the same device that holds the address, at most ten minutes old, of the
//! same process if there is one (`dns`); the server name or host that the connection itself told (`sni`, `http`); the reverse look-up,
//! only if the settings say so (`ptr`). Inbound connections asked for no name.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringViewBuilder};
use serde_json::{Map, Value};

use super::processes::{long, text};
use super::{Devices, replaced};
use crate::error::Result;
use crate::memory::{MemoryTable, Tables};
use crate::settings::Settings;

/// How long an answer is taken to be what a connection used, in ticks: 10 min.
const ANSWER_TICKS_MAX: i64 = 10 * 60 * 10_000_000;

/// Names by what they are looked up with.
#[derive(Default)]
struct Names {
    devices: Devices,
    /// By device and address, in order of time.
    answers: HashMap<(u32, String), Vec<Answer>>,
    /// By Zeek's id of the connection: the name, and where it is from.
    flows: HashMap<String, (Arc<str>, &'static str)>,
}

struct Answer {
    at: i64,
    unique_id: Arc<str>,
    name: Arc<str>,
}

/// The columns of a batch that this reads.
struct Row<'a> {
    actions: &'a ArrayRef,
    devices: &'a ArrayRef,
    times: &'a ArrayRef,
    unique_ids: &'a ArrayRef,
    addresses: &'a ArrayRef,
    urls: &'a ArrayRef,
    fields: &'a ArrayRef,
}

/// The columns that answers and connections are read by.
pub(super) const READ: [&str; 7] =
    ["ActionType", "DeviceId", "Timestamp", "InitiatingProcessUniqueId", "RemoteIP", "RemoteUrl", "AdditionalFields"];

/// Fills the names of connections with answers of these rows and of those told before.
pub(crate) fn fill_remote_urls(tables: &mut Tables, told: &Tables, settings: &Settings) -> Result<()> {
    let mut names = Names::default();
    let of = |name: &'static str| [told, &*tables].into_iter().filter_map(move |tables| tables.get(name));
    for table in of("DeviceEvents").chain(of("DeviceNetworkEvents")) {
        for batch in &table.batches {
            with_columns(table, batch, |row| names.learn(row, batch.num_rows()));
        }
    }
    for answers in names.answers.values_mut() {
        answers.sort_by_key(|answer| answer.at);
    }
    let Some(table) = tables.get_mut("DeviceNetworkEvents") else { return Ok(()) };
    let filled: Result<Vec<RecordBatch>> = table
        .batches
        .iter()
        .map(|batch| {
            with_columns(table, batch, |row| names.fill(row, batch, settings)).unwrap_or_else(|| Ok(batch.clone()))
        })
        .collect();
    table.batches = filled?;
    Ok(())
}

fn with_columns<T>(table: &MemoryTable, batch: &RecordBatch, read: impl FnOnce(&Row) -> T) -> Option<T> {
    let column = |name: &str| table.column(batch, name);
    let [actions, devices, times, unique_ids, addresses, urls, fields] = READ;
    Some(read(&Row {
        actions: &column(actions)?,
        devices: &column(devices)?,
        times: &column(times)?,
        unique_ids: &column(unique_ids)?,
        addresses: &column(addresses)?,
        urls: &column(urls)?,
        fields: &column(fields)?,
    }))
}

impl Names {
    fn learn(&mut self, row: &Row, rows: usize) {
        for at in 0..rows {
            match text(row.actions, at) {
                "DnsQueryResponse" => self.learn_answers(row, at, "DnsQueryString", "DnsQueryResult"),
                "DnsConnectionInspected" => self.learn_answers(row, at, "query", "answers"),
                "SslConnectionInspected" => self.learn_flow(row, at, "server_name", "sni"),
                "HttpConnectionInspected" => self.learn_flow(row, at, "host", "http"),
                _ => {}
            }
        }
    }

    fn learn_answers(&mut self, row: &Row, at: usize, query: &str, answers: &str) {
        let (Some(fields), Some(time)) = (bag(row.fields, at), long(row.times, at)) else { return };
        let (Some(Value::String(name)), Some(Value::Array(answers))) = (fields.get(query), fields.get(answers)) else {
            return;
        };
        let device = self.devices.number(text(row.devices, at));
        let (name, unique_id) = (Arc::<str>::from(name.as_str()), Arc::<str>::from(text(row.unique_ids, at)));
        for address in answers.iter().filter_map(Value::as_str) {
            let answer = Answer { at: time, unique_id: unique_id.clone(), name: name.clone() };
            self.answers.entry((device, address.to_lowercase())).or_default().push(answer);
        }
    }

    fn learn_flow(&mut self, row: &Row, at: usize, field: &str, source: &'static str) {
        let Some(fields) = bag(row.fields, at) else { return };
        if let (Some(Value::String(uid)), Some(Value::String(name))) = (fields.get("uid"), fields.get(field)) {
            // The server name is what the connection was for, also when HTTP goes through it.
            if !name.is_empty() && (source == "sni" || !self.flows.contains_key(uid)) {
                self.flows.insert(uid.clone(), (Arc::from(name.as_str()), source));
            }
        }
    }

    fn fill(&self, row: &Row, batch: &RecordBatch, settings: &Settings) -> Result<RecordBatch> {
        let find = |at: usize| if lacks_name(row, at) { self.name(row, at, settings) } else { None };
        let names: Vec<Option<(Arc<str>, &str)>> = (0..batch.num_rows()).map(find).collect();
        if names.iter().all(Option::is_none) {
            return Ok(batch.clone());
        }
        let mut urls = StringViewBuilder::with_capacity(names.len());
        let mut fields = StringViewBuilder::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let bag = row.fields.is_valid(at).then(|| text(row.fields, at));
            match name {
                Some((name, source)) => {
                    urls.append_value(name);
                    fields.append_value(with_source(bag.unwrap_or("{}"), source));
                }
                None => {
                    urls.append_value(text(row.urls, at));
                    fields.append_option(bag);
                }
            }
        }
        replaced(
            batch,
            [("RemoteUrl", Arc::new(urls.finish()) as ArrayRef), ("AdditionalFields", Arc::new(fields.finish()))],
        )
    }

    fn name(&self, row: &Row, at: usize, settings: &Settings) -> Option<(Arc<str>, &'static str)> {
        if let Some(name) = self.answer(row, at) {
            return Some((name, "dns"));
        }
        let fields = bag(row.fields, at)?;
        let field = |name: &str| fields.get(name)?.as_str().filter(|text| !text.is_empty());
        if let Some((name, source)) = field("uid").and_then(|uid| self.flows.get(uid)) {
            return Some((name.clone(), source));
        }
        let pointer = field("DestinationHostname").filter(|_| settings.remote_url_from_ptr);
        pointer.map(|name| (Arc::from(name), "ptr"))
    }

    /// The name of the last answer before the connection: of its own process, or else of any on the device.
    fn answer(&self, row: &Row, at: usize) -> Option<Arc<str>> {
        let device = self.devices.known(text(row.devices, at))?;
        let answers = self.answers.get(&(device, text(row.addresses, at).to_lowercase()))?;
        let time = long(row.times, at)?;
        let after = answers.partition_point(|answer| answer.at <= time);
        let recent = || answers.iter().take(after).rev().take_while(|answer| time - answer.at <= ANSWER_TICKS_MAX);
        let own = text(row.unique_ids, at);
        let answer = recent().find(|answer| !own.is_empty() && *answer.unique_id == *own).or_else(|| recent().next());
        answer.map(|answer| answer.name.clone())
    }
}

/// A connection that this device made to an address, under no name so far.
fn lacks_name(row: &Row, at: usize) -> bool {
    text(row.urls, at).is_empty()
        && !text(row.addresses, at).is_empty()
        && super::MADE_HERE.contains(&text(row.actions, at))
}

fn bag(array: &ArrayRef, row: usize) -> Option<Map<String, Value>> {
    serde_json::from_str(text(array, row)).ok()
}

/// The bag with one more field, at its end; the text of the others stays as it is.
fn with_source(bag: &str, source: &str) -> String {
    let open = bag.trim_end().strip_suffix('}').unwrap_or("{").trim_end();
    let comma = if open.ends_with('{') { "" } else { "," };
    format!("{open}{comma}\"RemoteUrlSource\":\"{source}\"}}")
}

#[cfg(test)]
mod tests {
    use super::with_source;

    #[test]
    fn the_source_of_a_name_joins_the_other_fields() {
        assert_eq!(with_source("{}", "dns"), r#"{"RemoteUrlSource":"dns"}"#);
        assert_eq!(with_source(r#"{"a":{}}"#, "sni"), r#"{"a":{},"RemoteUrlSource":"sni"}"#);
    }
}
