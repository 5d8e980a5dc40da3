//! Events → what each connection is: the answer sheet to a simulation.
//!
//! In: events. Out: CSV with a row for each way in which an alert may name a connection, its family, and whether it is an attack.

use std::collections::BTreeSet;

use super::event::{Action, Event};

/// The columns of the labels.
const HEADER: &str = "DeviceName,InitiatingProcessFileName,RemoteUrl,RemoteIP,RemotePort,family,malicious\n";

/// The labels of the connections among events.
pub(crate) fn csv(events: &[Event]) -> String {
    let mut rows = BTreeSet::new();
    for event in events {
        let Action::Connect(connection) = &event.action else { continue };
        let is_attack = &*event.origin == "test";
        rows.insert(format!(
            "{},{},{},{},{},{},{is_attack}\n",
            event.host.name,
            event.process.file_name(),
            connection.name,
            connection.address,
            connection.port,
            event.origin,
        ));
    }
    let mut text = HEADER.to_owned();
    text.extend(rows);
    text
}
