//! Events → Zeek's logs, as its JSON writer has them: conn, dns, http and ssl.
//!
//! In: events. Out: a file a log. A sensor sees the wire: no programs, and nothing that a host says to itself.
//! Fields: docs.zeek.org, the page of each log.

use serde_json::{Value, json};

use super::{File, lines, unix};
use crate::simulate::event::{Action, Connection, Event, LookUp};
use crate::simulate::random::Random;

pub(super) fn files(events: &[Event]) -> Vec<File> {
    let (mut conn, mut dns, mut http, mut ssl) = (vec![], vec![], vec![], vec![]);
    for (number, event) in events.iter().enumerate() {
        let uid = format!("C{}", Random::new(0, &format!("{number} {}", event.time)).hex(17));
        match &event.action {
            Action::Connect(connection) if !connection.is_loopback() => {
                conn.push(connected(event, connection, &uid));
                if connection.is_answered && !connection.path.is_empty() {
                    http.push(requested(event, connection, &uid));
                } else if connection.is_answered && connection.port == 443 {
                    ssl.push(greeted(event, connection, &uid));
                }
            }
            Action::LookUp(look_up) => {
                conn.push(asked(event, look_up, &uid));
                dns.push(resolved(event, look_up, &uid));
            }
            Action::Connect(_) | Action::Start | Action::Script(_) | Action::Task { .. } => {}
        }
    }
    vec![
        File { name: "conn.log", text: lines(conn.into_iter()) },
        File { name: "dns.log", text: lines(dns.into_iter()) },
        File { name: "http.log", text: lines(http.into_iter()) },
        File { name: "ssl.log", text: lines(ssl.into_iter()) },
    ]
}

/// Seconds with microseconds, as a number.
fn seconds(ticks: i64) -> f64 {
    let (seconds, microseconds) = unix(ticks);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of this century fit 53 bits")]
    let time = seconds as f64 + microseconds as f64 / 1e6;
    time
}

/// The columns that every log begins with.
fn base(event: &Event, uid: &str, local_port: u16, to: (&str, u16)) -> Value {
    json!({
        "ts": seconds(event.time),
        "uid": uid,
        "id.orig_h": event.host.address,
        "id.orig_p": local_port,
        "id.resp_h": to.0,
        "id.resp_p": to.1,
    })
}

fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

fn connected(event: &Event, connection: &Connection, uid: &str) -> Value {
    let base = base(event, uid, connection.local_port, (&connection.address, connection.port));
    let service = match connection {
        Connection { is_answered: false, .. } => Value::Null,
        Connection { is_tcp: false, .. } => "ntp".into(),
        Connection { path, .. } if !path.is_empty() => "http".into(),
        Connection { port: 443, .. } => "ssl".into(),
        Connection { .. } => Value::Null,
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
    let duration = connection.milliseconds as f64 / 1e3;
    let is_answered = connection.is_answered;
    with(
        base,
        json!({
            "proto": if connection.is_tcp { "tcp" } else { "udp" },
            "service": service,
            "duration": duration,
            "orig_bytes": connection.sent_bytes,
            "resp_bytes": connection.received_bytes,
            "conn_state": if is_answered { "SF" } else { "REJ" },
            "local_orig": true,
            "local_resp": false,
            "missed_bytes": 0,
            "history": match (connection.is_tcp, is_answered) { (false, _) => "Dd", (true, true) => "ShADadFf", (true, false) => "Sr" },
            "orig_pkts": if is_answered { 6 } else { 1 },
            "resp_pkts": if is_answered { 5 } else { 1 },
        }),
    )
}

fn requested(event: &Event, connection: &Connection, uid: &str) -> Value {
    let base = base(event, uid, connection.local_port, (&connection.address, connection.port));
    with(
        base,
        json!({
            "trans_depth": 1,
            "method": "GET",
            "host": format!("{}:{}", connection.address, connection.port),
            "uri": connection.path,
            "version": "1.1",
            "user_agent": "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
            "request_body_len": 0,
            "response_body_len": connection.received_bytes,
            "status_code": 200,
            "status_msg": "OK",
        }),
    )
}

fn greeted(event: &Event, connection: &Connection, uid: &str) -> Value {
    let base = base(event, uid, connection.local_port, (&connection.address, connection.port));
    with(
        base,
        json!({
            "version": "TLSv13",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "server_name": if connection.name.is_empty() { Value::Null } else { connection.name.clone().into() },
            "resumed": false,
            "established": true,
        }),
    )
}

fn asked(event: &Event, look_up: &LookUp, uid: &str) -> Value {
    let base = base(event, uid, look_up.local_port, (&event.host.resolver, 53));
    with(
        base,
        json!({
            "proto": "udp",
            "service": "dns",
            "duration": 0.012,
            "orig_bytes": look_up.name.len() + 18,
            "resp_bytes": look_up.name.len() + 18 + 16 * look_up.addresses.len(),
            "conn_state": "SF",
            "local_orig": true,
            "local_resp": true,
            "missed_bytes": 0,
            "history": "Dd",
            "orig_pkts": 1,
            "resp_pkts": 1,
        }),
    )
}

fn resolved(event: &Event, look_up: &LookUp, uid: &str) -> Value {
    let base = base(event, uid, look_up.local_port, (&event.host.resolver, 53));
    let (code, name) = if look_up.status == 0 { (0, "NOERROR") } else { (3, "NXDOMAIN") };
    with(
        base,
        json!({
            "proto": "udp",
            "trans_id": u32::from(look_up.local_port) * 7 % 65_536,
            "query": look_up.name,
            "qclass": 1,
            "qclass_name": "C_INTERNET",
            "qtype": 1,
            "qtype_name": "A",
            "rcode": code,
            "rcode_name": name,
            "AA": false, "TC": false, "RD": true, "RA": true, "Z": 0,
            "answers": if look_up.addresses.is_empty() { Value::Null } else { look_up.addresses.clone().into() },
            "TTLs": if look_up.addresses.is_empty() { Value::Null } else { vec![300.0; look_up.addresses.len()].into() },
            "rejected": false,
        }),
    )
}
