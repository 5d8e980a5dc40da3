//! What to say of a signal that is missing: the nearest thing, and which switch turns its records on.
//!
//! In: a signal that was not found. Out: its `nearest` and `hint`.

use super::{Sighting, Status};
use crate::probe::Probe;
use crate::render::counted;

/// What turns the records of a source on.
const SWITCHES: [(&str, &str); 9] = [
    ("sysmon/1", "is Sysmon installed, and is Microsoft-Windows-Sysmon/Operational among the logs?"),
    (
        "sysmon/3",
        "Sysmon logs connections only where its configuration has a NetworkConnect rule that includes the program",
    ),
    ("sysmon/22", "is DNS logging on in the Sysmon configuration (a DnsQuery rule, Sysmon 10 or later)?"),
    (
        "windows-powershell/4104",
        "is script block logging on (policy Turn on PowerShell Script Block Logging), and is Microsoft-Windows-PowerShell/Operational among the logs?",
    ),
    (
        "windows-security/4698",
        "is the audit subcategory Other Object Access Events on for success (auditpol), and is the Security log among the logs?",
    ),
    ("windows-security/4688", "is the audit subcategory Process Creation on for success (auditpol)?"),
    (
        "windows-dns-client/3008",
        "the channel is off by default: wevtutil sl Microsoft-Windows-DNS-Client/Operational /e:true",
    ),
    ("cef", "are the firewall's logs in CEF among the files?"),
    ("squid/access", "is the proxy's access log among the files, and does PowerShell use the proxy?"),
];

/// Adds what there is to say.
pub(super) async fn add(sighting: &mut Sighting<'_>, query: &str, probe: &Probe) -> Result<(), engine::Error> {
    let signal = sighting.signal;
    let records = probe.rows(&of_source(&signal.source)).await?;
    let is_silent = records.rows.is_empty();
    sighting.nearest = match probe.loss(query).await? {
        Some(loss) => Some(loss.to_string()),
        // Rows are there, but too few, on another host, or of another source.
        None if sighting.status == Status::Elsewhere => {
            let others = sighting.others.iter().map(|(source, rows)| format!("{} of {source}", counted(*rows, "row")));
            Some(format!("the same is told by {}", others.collect::<Vec<_>>().join(", ")))
        }
        None => {
            let rows = sighting.found + sighting.others.values().sum::<usize>();
            Some(format!("{} of the {} expected", counted(rows, "row"), signal.at_least))
        }
    };
    let switch = SWITCHES.iter().find(|(source, _)| *source == signal.source).map(|(_, switch)| *switch);
    sighting.hint = match (is_silent, switch) {
        (true, Some(switch)) => Some(format!("no {} at all: {switch}", signal.source)),
        (true, None) => Some(format!("no {} at all", signal.source)),
        (false, _) => None,
    };
    Ok(())
}

/// One record of a source, whatever it says.
fn of_source(source: &str) -> String {
    match source {
        "cef" => "CommonSecurityLog | take 1".to_owned(),
        _ => {
            let source = source.replace('\\', "\\\\").replace('"', "\\\"");
            let of = |table: &str| {
                format!("({table} | where AdditionalFields._source == \"{source}\" | take 1 | project ReportIt = 1)")
            };
            let tables = match source.as_str() {
                "squid/access" => vec!["ASimWebSessionLogs"],
                _ => vec!["DeviceProcessEvents", "DeviceNetworkEvents", "DeviceEvents"],
            };
            format!("union {}", tables.into_iter().map(of).collect::<Vec<_>>().join(", "))
        }
    }
}
