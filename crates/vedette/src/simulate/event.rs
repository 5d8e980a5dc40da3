//! What happens on a host, before any product writes it down.
//!
//! In and out: values. Each way of writing them (`emit`) takes from an event what its product would record, and nothing else.

use std::sync::Arc;

/// A host and the person who works on it.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    /// `ws-001.corp.example`.
    pub(crate) name: String,
    /// Its address.
    pub(crate) address: String,
    /// The resolver that it asks.
    pub(crate) resolver: String,
    /// The name of the person's account.
    pub(crate) account: String,
    /// The account's identifier.
    pub(crate) sid: String,
}

/// A program that runs.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: i64,
    /// As Sysmon writes it, with braces.
    pub(crate) guid: String,
    pub(crate) image: String,
    pub(crate) command_line: String,
    pub(crate) company: String,
    pub(crate) integrity: String,
    /// `DOMAIN\name`.
    pub(crate) user: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
    /// When it started, in ticks.
    pub(crate) started: i64,
    /// None for what ran before the recording began.
    pub(crate) parent: Option<Arc<Process>>,
}

impl Process {
    /// The name of its file.
    pub(crate) fn file_name(&self) -> &str {
        self.image.rsplit('\\').next().unwrap_or(&self.image)
    }

    /// The domain and the name of its account.
    pub(crate) fn account(&self) -> (&str, &str) {
        self.user.split_once('\\').unwrap_or(("", &self.user))
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Ticks.
    pub(crate) time: i64,
    /// Where.
    pub(crate) host: Arc<Host>,
    /// Whose doing it is; for a start, the program that starts.
    pub(crate) process: Arc<Process>,
    /// What.
    pub(crate) action: Action,
    /// Why it is there: `test`, `noise`, or the name of a family.
    pub(crate) origin: Arc<str>,
}

/// What happens.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// A program starts.
    Start,
    /// It connects.
    Connect(Connection),
    /// It resolves a name.
    LookUp(LookUp),
    /// PowerShell compiles a script block.
    Script(String),
    /// It registers a task.
    Task { name: String, xml: String },
}

/// A connection.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) local_port: u16,
    /// TCP, or UDP.
    pub(crate) is_tcp: bool,
    /// The name that was asked for; empty for a bare address.
    pub(crate) name: String,
    /// The path of an HTTP request; empty where it is none.
    pub(crate) path: String,
    /// Did the other side answer?
    pub(crate) is_answered: bool,
    pub(crate) sent_bytes: i64,
    pub(crate) received_bytes: i64,
    pub(crate) milliseconds: i64,
}

impl Connection {
    /// Is it to the host itself, so that nothing of it is on the wire?
    pub(crate) fn is_loopback(&self) -> bool {
        self.address.starts_with("127.") || self.address == "::1"
    }
}

/// A look-up.
#[derive(Debug, Clone)]
pub(crate) struct LookUp {
    pub(crate) name: String,
    /// Empty when there are none.
    pub(crate) addresses: Vec<String>,
    /// 0, or Windows' error: 9003 is that there is no such name.
    pub(crate) status: u32,
    pub(crate) local_port: u16,
}
