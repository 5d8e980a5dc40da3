//! Findings as people read them, and as one JSON object.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stdout};

use serde_json::{Value, json};
use syntax::{Severity, position};

use super::all;
use super::whole::Checked;
use crate::console::Console;
use crate::failure::Failure;
use crate::findings::Finding;
use crate::output::Output;
use crate::render::{counted, spell_controls};
use crate::report::{self, Source};

/// Findings of one file that are drawn; a text with more is not read to its end.
const DRAWN_MAX: usize = 50;

/// A longer line is not drawn: the place in it would not be seen.
const LINE_BYTES_MAX: usize = 500;

/// Draws the findings, and how many there are of each code.
pub(super) fn write_text(output: &mut Output, checked: &[Checked], console: &Console) -> Result<(), Failure> {
    let has_color = console.has_color && matches!(output, Output::Stdout(_)) && stdout().is_terminal();
    for file in checked {
        let source = Source::new(file.file.name.clone(), file.text().to_owned());
        let spoken: Vec<&Finding> = spoken(file, console).collect();
        for finding in spoken.iter().take(DRAWN_MAX) {
            match is_drawable(&source.text, finding) {
                true => writeln!(output, "{}", report::drawn(&source, &finding.diagnostic, has_color).trim_end())?,
                false => write_briefly(output, &source, finding)?,
            }
        }
        if spoken.len() > DRAWN_MAX {
            let more = counted(spoken.len() - DRAWN_MAX, "more finding");
            writeln!(output, "{more} in {}", spell_controls(&source.name))?;
        }
    }
    let counts = counts(checked);
    if !counts.is_empty() {
        writeln!(output)?;
    }
    for ((code, severity), count) in &counts {
        writeln!(output, "{count:>6}  {:<7}  {code}", report::severity_name(*severity))?;
    }
    Ok(())
}

/// One line a finding.
pub(super) fn write_brief(output: &mut Output, checked: &[Checked], console: &Console) -> Result<(), Failure> {
    for file in checked {
        let source = Source::new(file.file.name.clone(), file.text().to_owned());
        for finding in spoken(file, console) {
            write_briefly(output, &source, finding)?;
        }
    }
    Ok(())
}

/// The findings that are to be said: `--quiet` leaves out notes.
fn spoken<'a>(file: &'a Checked, console: &Console) -> impl Iterator<Item = &'a Finding> {
    let is_quiet = console.quiet;
    file.findings.iter().filter(move |finding| !(is_quiet && finding.diagnostic.severity == Severity::Note))
}

/// Is there a line to show, and of a length that can be read?
fn is_drawable(text: &str, finding: &Finding) -> bool {
    let at = (finding.diagnostic.span.start as usize).min(text.len());
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return false };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = at + behind.find('\n').unwrap_or(behind.len());
    !text.is_empty() && end - start <= LINE_BYTES_MAX
}

fn write_briefly(output: &mut Output, source: &Source, finding: &Finding) -> Result<(), Failure> {
    let found = &finding.diagnostic;
    let place = position(&source.text, found.span.start);
    let severity = report::severity_name(found.severity);
    let (name, message) = (spell_controls(&source.name), spell_controls(&found.message));
    writeln!(output, "{name}:{}:{}: {severity} [{}] {message}", place.line, place.column, found.code)?;
    Ok(())
}

/// One object with everything.
pub(super) fn write_json(output: &mut Output, checked: &[Checked]) -> Result<(), Failure> {
    let mut findings = vec![];
    for file in checked {
        let source = Source::new(file.file.name.clone(), file.text().to_owned());
        findings.extend(file.findings.iter().map(|finding| as_json(&source, finding)));
    }
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, finding) in all(checked) {
        *by_code.entry(finding.diagnostic.code).or_default() += 1;
    }
    let object = json!({ "files": checked.len(), "findings": findings, "counts": by_code });
    writeln!(output, "{object:#}")?;
    Ok(())
}

fn as_json(source: &Source, finding: &Finding) -> Value {
    let mut object = report::as_json(source, &finding.diagnostic);
    object["field"] = if finding.field.is_empty() { Value::Null } else { json!(finding.field) };
    let fixes = finding.diagnostic.fixes.iter().map(|fix| {
        let edits = fix.edits.iter().map(|(span, text)| {
            let mut edit = report::place(source, *span);
            edit["text"] = json!(text);
            edit
        });
        json!({ "title": fix.title, "is_safe": fix.is_safe, "edits": edits.collect::<Vec<_>>() })
    });
    object["fixes"] = json!(fixes.collect::<Vec<_>>());
    object
}

/// `12 files: 1 error, 3 warnings, 2 notes`.
pub(super) fn told(checked: &[Checked]) -> String {
    let count = |severity| all(checked).filter(|(_, finding)| finding.diagnostic.severity == severity).count();
    let weights = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let told: Vec<String> = weights
        .into_iter()
        .map(|(severity, name)| (count(severity), name))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| counted(count, name))
        .collect();
    let told = if told.is_empty() { "nothing found".to_owned() } else { told.join(", ") };
    format!("{}: {told}", counted(checked.len(), "file"))
}

fn counts(checked: &[Checked]) -> BTreeMap<(&'static str, Severity), usize> {
    let mut counts = BTreeMap::new();
    for (_, finding) in all(checked) {
        *counts.entry((finding.diagnostic.code, finding.diagnostic.severity)).or_default() += 1;
    }
    counts
}
