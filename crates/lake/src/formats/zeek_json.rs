//! Zeek records as JSON → Zeek records.
//!
//! In: a JSON object. Out: its log's name, its time and its fields under Zeek's names, or none when it is no Zeek record. Shapes: Zeek's own
//! JSON, Corelight's (`_path`), and the OTRF data sets' (`@stream`, with `_` for the dots of names).

use serde_json::{Map, Value};

use super::bag::Bag;
use super::object::Object;
use super::zeek::time_of;

/// A Zeek record out of JSON.
pub(super) struct Parsed {
    pub(super) path: String,
    pub(super) time: Option<i64>,
    pub(super) record: String,
}

/// The record, when the object is one; an error when it is one whose time is none.
pub(super) fn parse(object: &Object<'_>) -> Option<Result<Parsed, String>> {
    let has_id = object.contains_key("id.orig_h")
        || object.contains_key("id_orig_h")
        || object.get("id").is_some_and(Value::is_object);
    let has_uid = object.contains_key("uid") || object.contains_key("fuid");
    let said = object.get("_path").or_else(|| object.get("@stream")).and_then(Value::as_str);
    let is_notice = object.contains_key("note") && object.contains_key("actions");
    let is_zeek = object.contains_key("ts") && (said.is_some() || has_uid || has_id || is_notice);
    if !is_zeek {
        return None;
    }
    let object = object.whole();
    let path = said.or_else(|| inferred_path(object)).unwrap_or_default().to_owned();
    let time = match object.get("ts") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match time_of(text.as_bytes()) {
                Some(ticks) => Some(ticks),
                None => return Some(Err(format!("`ts` is no time: {text}"))),
            }
        }
    };
    let mut bag = Bag::default();
    let is_underscored = object.contains_key("@stream");
    for (name, value) in object {
        match value {
            Value::Null => {}
            _ if name == "_path" || name == "@stream" => {}
            // Some shippers nest the four parts of the connection.
            Value::Object(id) if name == "id" => {
                for (part, value) in id {
                    bag.json(&format!("id.{part}"), &value.to_string());
                }
            }
            _ => bag.json(&dotted(name, &path, is_underscored), &value.to_string()),
        }
    }
    Some(Ok(Parsed { path, time, record: bag.finish() }))
}

/// The log that has such fields, for JSON written without its name.
///
/// Source: the fields of each log in docs.zeek.org/en/master/logs. The order matters where logs share fields.
fn inferred_path(object: &Map<String, Value>) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().any(|name| object.contains_key(*name));
    let rules: [(&str, bool); 7] = [
        ("ntp", has(&["stratum"]) && has(&["ref_id", "ref_time", "poll"])),
        ("notice", has(&["note"]) && has(&["actions", "suppress_for"])),
        ("dns", has(&["trans_id", "qtype", "qtype_name", "rcode", "rcode_name"])),
        ("http", has(&["trans_depth"]) && has(&["method", "host", "uri", "status_code", "request_body_len"])),
        ("ssl", has(&["established", "cipher", "next_protocol", "ja3", "cert_chain_fuids", "cert_chain_fps"])),
        ("files", has(&["fuid"]) && has(&["source", "seen_bytes", "mime_type", "tx_hosts"])),
        ("conn", has(&["conn_state", "orig_pkts", "orig_ip_bytes", "missed_bytes"])),
    ];
    rules.into_iter().find_map(|(path, is_it)| is_it.then_some(path))
}

/// Zeek's name of the field, with its dots.
fn dotted(name: &str, path: &str, is_underscored: bool) -> String {
    for prefix in ["id_orig_", "id_resp_"] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return format!("id.{}{rest}", prefix.trim_start_matches("id_"));
        }
    }
    if is_underscored && path == "x509" {
        for prefix in ["certificate_", "basic_constraints_", "san_"] {
            if let Some(rest) = name.strip_prefix(prefix) {
                return format!("{}.{rest}", prefix.trim_end_matches('_'));
            }
        }
    }
    name.to_owned()
}
