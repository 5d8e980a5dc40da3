//! The telemetry that a test must leave: `expect.yaml`.
//!
//! In: YAML. Out: signals, each a query over vedette's tables and how many rows of which source it must give. Whether they are there is not known here.

use serde::Deserialize;

use super::wrong;
use crate::problem::Problem;

/// What must be found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// What it is, in a few words.
    pub name: String,
    /// The source of its rows, as `AdditionalFields._source` names it (`sysmon/1`), or that of a table without that column (`cef`).
    pub source: String,
    /// Finds its rows; `#{input}` stands for an input of the test.
    pub kql: String,
    /// So many rows of one host, or more.
    pub at_least: usize,
    /// Why the test leaves it.
    pub why: String,
    /// When it is not to be expected; such a signal may be missing.
    #[serde(default)]
    pub optional: Option<String>,
    /// Whose rows count together.
    #[serde(default)]
    pub scope: Scope,
}

/// Whose rows count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Those of the host on which the test ran.
    #[default]
    Host,
    /// All: a device on the way does not know the host by its name.
    Network,
}

/// A file of signals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    /// The guid of the test.
    pub(super) atomic: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    summary: String,
    pub(super) signals: Vec<Signal>,
}

/// Reads `expect.yaml`.
pub(super) fn read(file: &str, text: &str) -> Result<Expectation, Problem> {
    let expected: Expectation = yaml_serde::from_str(text).map_err(|error| wrong(file, "", error.to_string()))?;
    if expected.signals.is_empty() {
        return Err(wrong(file, "signals", "expected at least one".to_owned()));
    }
    if let Some(at) = expected.signals.iter().position(|signal| signal.at_least == 0) {
        return Err(wrong(
            file,
            &format!("signals[{at}].at_least"),
            "0 is always there; expected 1 or more".to_owned(),
        ));
    }
    Ok(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_asks_for_nothing_is_refused() {
        let text = "atomic: a\nsummary: s\nsignals:\n- {name: n, source: sysmon/1, kql: T, at_least: 0, why: w}\n";
        assert_eq!(read("f", text).map_err(|problem| problem.field).err().as_deref(), Some("signals[0].at_least"));
        assert!(read("f", "atomic: a\nsummary: s\nsignals: []\n").is_err());
        assert!(read("f", &text.replace("at_least: 0", "at_least: 1")).is_ok());
        assert!(read("f", &text.replace("at_least: 0", "atleast: 1")).is_err());
    }
}
