//! Events → the files that a product would have written of them.
//!
//! In: events in the order of time. Out: names and texts of files. Each product writes what it sees: an agent on the host knows the program and
//! not the bytes, a sensor on the wire knows the bytes and not the program, and nothing of what never leaves the host.

mod defender;
mod perimeter;
mod windows;
mod zeek;

use clap::ValueEnum;
use semantics::time::{TICKS_PER_SECOND, UNIX_EPOCH};

use super::event::Event;

/// Whose records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Product {
    /// Windows events as JSON: Sysmon 1, 3 and 22, PowerShell 4104, DNS-Client 3008, Security 4698
    WindowsJson,
    /// Rows of Defender's tables: DeviceProcessEvents, DeviceNetworkEvents, DeviceEvents
    Defender,
    /// Zeek's logs conn, dns, http and ssl, as JSON
    Zeek,
    /// What stands at the border: a firewall's CEF and a proxy's Squid log
    Perimeter,
}

impl Product {
    /// All of them, in the order in which they are listed.
    pub(crate) const ALL: [Self; 4] = [Self::WindowsJson, Self::Defender, Self::Zeek, Self::Perimeter];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WindowsJson => "windows-json",
            Self::Defender => "defender",
            Self::Zeek => "zeek",
            Self::Perimeter => "perimeter",
        }
    }
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name, without a folder.
    pub(crate) name: &'static str,
    /// What is in it.
    pub(crate) text: String,
}

/// The files of a product; one that would be empty is left out.
pub(crate) fn files(product: Product, events: &[Event]) -> Vec<File> {
    let mut files = match product {
        Product::WindowsJson => windows::files(events),
        Product::Defender => defender::files(events),
        Product::Zeek => zeek::files(events),
        Product::Perimeter => perimeter::files(events),
    };
    files.retain(|file| !file.text.is_empty());
    files
}

/// Seconds since 1970 and the rest in microseconds.
fn unix(ticks: i64) -> (i64, i64) {
    let since = ticks - UNIX_EPOCH;
    (since.div_euclid(TICKS_PER_SECOND), since.rem_euclid(TICKS_PER_SECOND) / 10)
}

/// Lines of JSON.
fn lines(rows: impl Iterator<Item = serde_json::Value>) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&row.to_string());
        text.push('\n');
    }
    text
}
