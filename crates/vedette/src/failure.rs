//! How a command ends when it does not end well, and the exit code of each way.

use std::io;
use std::process::ExitCode;

/// Exit codes, as `vedette --help` lists them: nothing is wrong.
const DONE: u8 = 0;
/// A rule or query is wrong, or asks for what is not built.
const REFUSED: u8 = 1;
/// The command line is wrong; clap uses the same code.
const USAGE: u8 = 2;
/// A file, the disk or a limit of the machine.
const ENVIRONMENT: u8 = 3;
/// An invariant of ours broke.
const BUG: u8 = 4;
/// `--fail-on-alert` and a rule fired.
const ALERTED: u8 = 10;

/// Why a command stops.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A query or rule is wrong; its diagnostics are printed already.
    Refused,
    /// A construct that passed the binder and that the engine cannot run.
    Unsupported(String),
    /// The command line is wrong.
    Usage(String),
    /// A file, the disk, or a limit.
    Environment(String),
    /// An invariant of ours broke.
    Bug(String),
    /// A rule fired, and that was to be a failure.
    Alerted,
    /// Something of the above, printed already; its exit code.
    Said(u8),
    /// Whoever read our output has gone; nothing is wrong.
    Unheard,
}

impl Failure {
    /// The same failure when all is said about it: only the exit code is left.
    pub(crate) fn said(self) -> Self {
        Self::Said(self.code())
    }

    /// What the shell sees.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Refused | Self::Unsupported(_) => REFUSED,
            Self::Usage(_) => USAGE,
            Self::Environment(_) => ENVIRONMENT,
            Self::Bug(_) => BUG,
            Self::Alerted => ALERTED,
            Self::Unheard => DONE,
            Self::Said(code) => *code,
        }
    }

    /// What to say on stderr; nothing where all is said.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Refused | Self::Alerted | Self::Unheard | Self::Said(_) => None,
            Self::Unsupported(feature) => Some(format!("`{feature}` is not supported yet")),
            Self::Usage(text) | Self::Environment(text) => Some(text.clone()),
            Self::Bug(text) => Some(format!("internal error: {text}; this is a defect of vedette, please report it")),
        }
    }
}

/// A failure to write: a closed pipe is an end, all else is the environment's fault.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unheard,
            _ => Self::Environment(format!("cannot write the output: {error}")),
        }
    }
}
