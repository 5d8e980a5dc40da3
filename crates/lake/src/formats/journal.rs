//! Entries of systemd's journal as JSON (`journalctl -o json`) → syslog messages.
//!
//! In: a JSON object. Out: an [`Entry`], or none when it is no entry. Source: systemd.io/JOURNAL_EXPORT_FORMATS and systemd.journal-fields(7).

use serde_json::{Map, Value};

use super::object::Object;
use super::syslog::Message;
use super::ticks;

/// The facility of an entry that tells none: `user`, as rsyslog has it when it reads a journal.
const FACILITY: i32 = 1;

/// An entry of the journal.
pub(super) struct Entry<'o> {
    object: &'o Map<String, Value>,
    time: Option<i64>,
    text: String,
}

/// The entry, if the object is one: its clock and its message tell it.
pub(super) fn parse<'v>(object: &Object<'v>) -> Option<Entry<'v>> {
    let microseconds = object.get("__REALTIME_TIMESTAMP")?;
    let message = object.get("MESSAGE")?;
    let microseconds = microseconds.as_str().map_or_else(|| microseconds.to_string(), str::to_owned);
    let time = microseconds.parse().ok().and_then(ticks::unix_microseconds);
    Some(Entry { object: object.whole(), time, text: text(message) })
}

impl Entry<'_> {
    /// The entry as a line of syslog would have told it.
    pub(super) fn message(&self) -> Message<'_> {
        let first = |names: &[&str]| names.iter().find_map(|name| self.object.get(*name)?.as_str()).unwrap_or_default();
        let number = |name: &str| first(&[name]).parse::<i32>().ok();
        let severity = number("PRIORITY").filter(|severity| (0..8).contains(severity));
        let facility = number("SYSLOG_FACILITY").filter(|facility| (0..24).contains(facility)).unwrap_or(FACILITY);
        Message {
            time: self.time,
            priority: severity.map(|severity| facility * 8 + severity),
            host: first(&["_HOSTNAME"]),
            process: first(&["SYSLOG_IDENTIFIER", "_COMM"]),
            process_id: first(&["SYSLOG_PID", "_PID"]),
            message_id: first(&["MESSAGE_ID"]),
            text: &self.text,
            ..Message::default()
        }
    }
}

/// A message that is no text is a list of its bytes.
fn text(message: &Value) -> String {
    match message {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let bytes = items.iter().map(|item| item.as_u64().and_then(|byte| u8::try_from(byte).ok()).unwrap_or(b'?'));
            String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}
