//! What is said beside the results, on stderr: notes, warnings, failures, and in which form.

use std::io::{IsTerminal, Write, stderr, stdout};

use serde_json::json;

use crate::arguments::{DiagnosticsForm, SpeechOptions};
use crate::failure::Failure;

/// How the program speaks to whoever runs it.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    /// Say nothing that is not an error or a warning.
    pub(crate) quiet: bool,
    /// Name every file with trouble, not the first few.
    pub(crate) verbose: bool,
    /// For people, or one JSON object per finding.
    pub(crate) form: DiagnosticsForm,
    /// Color on stderr.
    pub(crate) has_color: bool,
    /// Is a person watching stderr?
    pub(crate) is_watched: bool,
}

impl Console {
    /// Decides once how to speak. Color needs a terminal, and no `NO_COLOR` in the environment (no-color.org).
    pub(crate) fn new(options: &SpeechOptions) -> Self {
        let is_terminal = stderr().is_terminal();
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let form = options.diagnostics;
        Self {
            quiet: options.quiet,
            verbose: options.verbose,
            form,
            has_color: is_terminal && !is_plain,
            is_watched: is_terminal && !options.quiet && form == DiagnosticsForm::Text,
        }
    }

    /// Says something worth knowing; `--quiet` leaves it out.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say("note", "36", text);
        }
    }

    /// Says that something is not as it should be, though the work goes on.
    pub(crate) fn warning(&self, text: &str) {
        self.say("warning", "33", text);
    }

    /// Says why the work stops.
    pub(crate) fn failure(&self, failure: &Failure) {
        if let Some(text) = failure.message() {
            self.error(&text);
        }
    }

    /// Says what went wrong, though other work may go on.
    pub(crate) fn error(&self, text: &str) {
        self.say("error", "31", text);
    }

    /// One line of any kind, as it stands. A closed stderr is nobody's problem.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(stderr(), "{text}");
    }

    fn say(&self, kind: &str, color: &str, text: &str) {
        match self.form {
            DiagnosticsForm::Json => self.line(&json!({ "severity": kind, "message": text }).to_string()),
            DiagnosticsForm::Text if self.has_color => self.line(&format!("\x1b[1;{color}m{kind}\x1b[0m: {text}")),
            DiagnosticsForm::Text => self.line(&format!("{kind}: {text}")),
        }
    }
}

/// The width of the terminal on stdout; `None` when stdout is a file or a pipe.
pub(crate) fn stdout_width() -> Option<u16> {
    if stdout().is_terminal() { comfy_table::Table::new().width() } else { None }
}
