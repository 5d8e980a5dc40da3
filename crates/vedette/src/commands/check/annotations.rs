//! Findings as workflow commands of GitHub Actions: one line each, which the runner turns into an annotation of the pull request.
//!
//! Source: docs.github.com/actions/using-workflows/workflow-commands-for-github-actions (`::error file={name},line={line},…::{message}`).

use std::io::Write;

use syntax::{Severity, position};

use super::all;
use super::whole::Checked;
use crate::failure::Failure;
use crate::output::Output;

/// Writes one command a finding.
pub(super) fn write(output: &mut Output, checked: &[Checked]) -> Result<(), Failure> {
    for (file, finding) in all(checked) {
        let found = &finding.diagnostic;
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let (start, end) = (position(file.text(), found.span.start), position(file.text(), found.span.end));
        let mut place = format!("file={},line={}", property(&file.file.name), start.line);
        // Columns count only within one line.
        match start.line == end.line {
            true => place.push_str(&format!(",col={},endColumn={}", start.column, end.column)),
            false => place.push_str(&format!(",endLine={}", end.line)),
        }
        let mut message = found.message.clone();
        found.hints.iter().for_each(|hint| message.push_str(&format!("\n{hint}")));
        writeln!(output, "::{command} {place},title={}::{}", property(found.code), data(&message))?;
    }
    Ok(())
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
