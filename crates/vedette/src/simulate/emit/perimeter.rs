//! Events → what stands at the border of a network writes: a firewall's CEF, a proxy's log in Squid's own format.
//!
//! In: events. Out: two files. Only connections that leave the host, and of the proxy only requests over HTTP.

use semantics::time::{TICKS_PER_MILLISECOND, format_datetime};

use super::{File, unix};
use crate::simulate::event::{Action, Connection, Event};

pub(super) fn files(events: &[Event]) -> Vec<File> {
    let (mut firewall, mut proxy) = (String::new(), String::new());
    for event in events {
        let Action::Connect(connection) = &event.action else { continue };
        if connection.is_loopback() {
            continue;
        }
        firewall.push_str(&traffic(event, connection));
        if connection.is_answered && !connection.path.is_empty() {
            proxy.push_str(&request(event, connection));
        }
    }
    vec![File { name: "firewall.cef.log", text: firewall }, File { name: "proxy.squid.log", text: proxy }]
}

fn traffic(event: &Event, connection: &Connection) -> String {
    let (seconds, microseconds) = unix(event.time);
    let time = format_datetime(event.time);
    let action = if connection.is_answered { "allow" } else { "deny" };
    let Connection { address, port, local_port, sent_bytes, received_bytes, .. } = connection;
    let protocol = if connection.is_tcp { "TCP" } else { "UDP" };
    format!(
        "<134>1 {time} fw01.corp.example - - - - CEF:0|Example Networks|Wall|4.2|100:7|Traffic {action}|3|rt={seconds}{:03} src={} spt={local_port} \
         dst={address} dpt={port} proto={protocol} act={action} out={sent_bytes} in={received_bytes} deviceDirection=1\n",
        microseconds / 1000,
        event.host.address,
    )
}

/// Squid writes a line when a request is over.
fn request(event: &Event, connection: &Connection) -> String {
    let (seconds, microseconds) = unix(event.time + connection.milliseconds * TICKS_PER_MILLISECOND);
    let Connection { address, port, path, received_bytes, milliseconds, .. } = connection;
    format!(
        "{seconds}.{:03} {milliseconds:>6} {} TCP_MISS/200 {received_bytes} GET http://{address}:{port}{path} {} HIER_DIRECT/{address} text/html\n",
        microseconds / 1000,
        event.host.address,
        event.host.account,
    )
}
