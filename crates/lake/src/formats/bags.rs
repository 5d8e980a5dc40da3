//! JSON records of the streams of bags → which stream, which kind, and when.
//!
//! In: a JSON object. Out: what it is, or none when it is none of these. Told by the fields that a source gives to every one of its records, never
//! by one name alone, since `timestamp` and `type` are everybody's. The fields themselves are not read here: the source's KQL does that.

use serde_json::{Map, Value};

use super::ticks;
use crate::record::Stream;

type Object = Map<String, Value>;

/// A record that was recognized.
pub(super) struct Told<'o> {
    pub(super) stream: Stream,
    /// The source's own name, for the account of the file.
    pub(super) source: &'static str,
    pub(super) kind: &'o str,
    pub(super) time: Option<i64>,
}

/// What the record is; an error when its time is none.
pub(super) fn tell(object: &Object) -> Option<Result<Told<'_>, String>> {
    suricata(object)
}

/// Fields of every record: docs.suricata.io/en/latest/output/eve/eve-json-format.html.
fn suricata(object: &Object) -> Option<Result<Told<'_>, String>> {
    let kind = text(object, "event_type")?;
    let is_suricata = object.contains_key("flow_id") || object.contains_key("src_ip") || is_object(object, kind);
    let time = object.get("timestamp").filter(|_| is_suricata)?;
    Some(told(Stream::Suricata, "Suricata", kind, "timestamp", time))
}

fn told<'o>(stream: Stream, source: &'static str, kind: &'o str, name: &str, time: &Value) -> Result<Told<'o>, String> {
    let ticks = time.as_str().and_then(ticks::datetime);
    match ticks {
        None => Err(format!("`{name}` is no time: {time}")),
        time => Ok(Told { stream, source, kind, time }),
    }
}

fn text<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.get(name)?.as_str()
}

fn is_object(object: &Object, name: &str) -> bool {
    object.get(name).is_some_and(Value::is_object)
}
