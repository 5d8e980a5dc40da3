//! Findings about a query, on stderr: drawn with the line they are about, or as JSON.
//!
//! In: diagnostics and the text they point into. Out: lines. Places are byte ranges until here; line and column are made here.

use std::io::{Read as _, stdin};
use std::path::Path;

use ariadne::{CharSet, Color, Config, IndexType, Label, Report, ReportKind};
use engine::Error;
use serde_json::{Value, json};
use syntax::{Diagnostic, Severity, Span, position};

use crate::arguments::DiagnosticsForm;
use crate::console::Console;
use crate::executor;
use crate::failure::Failure;
use crate::render::{counted, is_unprintable, spell_controls};

/// A text that findings point into, and its name.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// A file, `<query>` or `<stdin>`.
    pub(crate) name: String,
    /// KQL.
    pub(crate) text: String,
}

impl Source {
    /// A text with a name.
    pub(crate) fn new(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), text }
    }

    /// The query in a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is not UTF-8.
    pub(crate) fn from_file(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&name, &error))?;
        Self::decode(name, bytes)
    }

    /// The query on stdin.
    ///
    /// # Errors
    /// When there is none, or it is not UTF-8.
    pub(crate) fn from_stdin() -> Result<Self, Failure> {
        let mut bytes = vec![];
        stdin().read_to_end(&mut bytes).map_err(|error| unreadable("<stdin>", &error))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Failure::Usage("stdin holds no query".to_owned()));
        }
        Self::decode("<stdin>".to_owned(), bytes)
    }

    /// The text of a file; a byte order mark is no part of the query.
    ///
    /// # Errors
    /// Bytes that are not UTF-8 are no query.
    pub(crate) fn decode(name: String, bytes: Vec<u8>) -> Result<Self, Failure> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { name, text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text) }),
            Err(error) => {
                let place = error.utf8_error().valid_up_to();
                Err(Failure::Environment(format!("`{name}` is not UTF-8 text (byte {place})")))
            }
        }
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::Environment(format!("cannot read `{name}`: {error}"))
}

/// Prints what is known about an error of the engine; the failure that is left to report.
pub(crate) fn refusal(console: &Console, source: &Source, error: &Error) -> Failure {
    if let Error::Query(diagnostics) = error {
        print(console, source, diagnostics);
    }
    executor::failure(error)
}

/// Refuses a query that cannot even be read, before anybody waits for its data.
pub(crate) fn check_syntax(console: &Console, source: &Source) -> Result<(), Failure> {
    let parsed = syntax::parse(&source.text);
    if parsed.errors.iter().any(Diagnostic::is_error) {
        print(console, source, &parsed.errors);
        return Err(Failure::Refused);
    }
    Ok(())
}

/// Findings that are printed of one text: more than anybody reads, and each needs a look at the whole text for its place.
const PRINTED_MAX: usize = 50;

/// Prints the findings, as many as can be of use; `--quiet` leaves out notes.
pub(crate) fn print(console: &Console, source: &Source, diagnostics: &[Diagnostic]) {
    let mut spoken: Vec<&Diagnostic> =
        diagnostics.iter().filter(|found| !(console.quiet && found.severity == Severity::Note)).collect();
    if spoken.len() > PRINTED_MAX {
        spoken.sort_by_key(|found| !found.is_error());
    }
    print_first(console, source, &spoken);
    if spoken.len() > PRINTED_MAX {
        console.warning(&format!("{} of `{}`", counted(spoken.len() - PRINTED_MAX, "more finding"), source.name));
    }
}

fn print_first(console: &Console, source: &Source, diagnostics: &[&Diagnostic]) {
    for diagnostic in diagnostics.iter().take(PRINTED_MAX) {
        match console.form {
            DiagnosticsForm::Json => console.line(&as_json(source, diagnostic).to_string()),
            DiagnosticsForm::Text => console.line(drawn(source, diagnostic, console.has_color).trim_end()),
        }
    }
}

/// Prints every finding on a line of its own: for many texts at once, where drawings would drown each other.
pub(crate) fn print_briefly(console: &Console, source: &Source, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let place = position(&source.text, diagnostic.span.start);
        let place = format!("{}:{}:{}", source.name, place.line, place.column);
        let text = format!("{place}: [{}] {}", diagnostic.code, spell_controls(&diagnostic.message));
        match (console.form, diagnostic.severity) {
            (DiagnosticsForm::Json, _) => console.line(&as_json(source, diagnostic).to_string()),
            (DiagnosticsForm::Text, Severity::Note) => console.note(&text),
            (DiagnosticsForm::Text, Severity::Warning) => console.warning(&text),
            (DiagnosticsForm::Text, Severity::Error) => console.error(&text),
        }
    }
}

/// Everything found about one query of many, as a program reads it; the file is left out, since the answer says which query it is.
pub(crate) fn as_values(source: &Source, diagnostics: &[Diagnostic]) -> Vec<Value> {
    let values = diagnostics.iter().take(PRINTED_MAX).map(|diagnostic| as_json(source, diagnostic));
    let without_file = |mut value: Value| {
        if let Some(object) = value.as_object_mut() {
            object.remove("file");
        }
        value
    };
    values.map(without_file).collect()
}

/// The finding as a program reads it. Lines and columns count from 1, columns in characters; `start` and `end` are byte offsets.
pub(crate) fn as_json(source: &Source, diagnostic: &Diagnostic) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|(span, text)| {
            let mut label = place(source, *span);
            label["message"] = json!(text);
            label
        })
        .collect();
    let mut object = json!({
        "severity": severity_name(diagnostic.severity),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "file": source.name,
    });
    if let (Some(object), Value::Object(place)) = (object.as_object_mut(), place(source, diagnostic.span)) {
        object.extend(place);
    }
    object["labels"] = json!(labels);
    object["hints"] = json!(diagnostic.hints);
    object["unsupported"] = json!(diagnostic.unsupported);
    object
}

pub(crate) fn place(source: &Source, span: Span) -> Value {
    let (start, end) = (position(&source.text, span.start), position(&source.text, span.end));
    json!({
        "line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column,
        "start": span.start, "end": span.end,
    })
}

/// The finding as a person reads it.
pub(crate) fn drawn(source: &Source, diagnostic: &Diagnostic, has_color: bool) -> String {
    let (kind, color) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Note => (ReportKind::Advice, Color::Cyan),
    };
    let name = source.name.as_str();
    let at = |span: Span| (name, characters(&source.text, span));
    let config =
        Config::default().with_color(has_color).with_index_type(IndexType::Char).with_char_set(CharSet::Unicode);
    let mut report = Report::build(kind, at(diagnostic.span))
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(spell_controls(&diagnostic.message))
        .with_label(Label::new(at(diagnostic.span)).with_color(color).with_message("here"));
    for (span, text) in &diagnostic.labels {
        report.add_label(Label::new(at(*span)).with_color(Color::Blue).with_message(spell_controls(text)));
    }
    for hint in &diagnostic.hints {
        report.add_help(spell_controls(hint));
    }
    let mut bytes = vec![];
    match report.finish().write((name, ariadne::Source::from(tamed(&source.text))), &mut bytes) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        // Writing to memory does not fail; were it to, the sentence is what counts.
        Err(_) => format!("[{}] {}: {}", diagnostic.code, severity_name(diagnostic.severity), diagnostic.message),
    }
}

/// A range of bytes as a range of characters that can be drawn: inside the text, at least one character where there is one. The end of
/// the text is drawn after its last visible character, as there may be no further line to draw.
fn characters(text: &str, span: Span) -> std::ops::Range<usize> {
    let visible = text.trim_end();
    let count = |end: u32| {
        let end = (end as usize).min(visible.len());
        text.char_indices().take_while(|(at, _)| *at < end).count()
    };
    let start = count(span.start);
    let end = if (span.start as usize) < visible.len() { count(span.end).max(start + 1) } else { start };
    start..end
}

/// The text with every control character, and every line end that KQL does not know, replaced by a mark: places stay right, the drawing counts lines as [`position`] does, and the terminal obeys nothing that a rule file holds.
fn tamed(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(found) = chars.next() {
        tamed.push(match found {
            '\n' | '\t' => found,
            '\r' if chars.peek() == Some(&'\n') => found,
            '\r' => ' ',
            odd if is_unprintable(odd) => '\u{fffd}',
            plain => plain,
        });
    }
    tamed
}

pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("hunt.kql", text.to_owned())
    }

    /// The place that a reader of the file would count: line 2, and the seventh character of it, though `é` is two bytes.
    #[test]
    fn the_drawing_names_the_place_and_marks_it() {
        let text = "T\n| é = Nmae";
        let start = text.find("Nmae").map_or(0, |at| at as u32);
        let diagnostic = Diagnostic::error("KS142", Span::new(start, start + 4), "`Nmae` is not a column here")
            .hint("columns here: Name");
        let drawn = drawn(&source(text), &diagnostic, false);
        assert!(drawn.contains("[KS142] Error: `Nmae` is not a column here"), "{drawn}");
        assert!(drawn.contains("hunt.kql:2:7"), "{drawn}");
        assert!(drawn.contains("Help: columns here: Name"), "{drawn}");
        assert!(!drawn.contains('\u{1b}'), "{drawn}");
        let lines: Vec<&str> = drawn.lines().collect();
        let query = lines.iter().position(|line| line.contains("| é = Nmae")).unwrap_or_default();
        let column = |line: &str, mark: &str| line.split_once(mark).map(|(before, _)| before.chars().count());
        let mark =
            lines.get(query + 1).and_then(|line| line.find(['─', '┬', '^']).map(|at| line[..at].chars().count()));
        assert_eq!(mark, lines.get(query).and_then(|line| column(line, "Nmae")), "{drawn}");
    }

    /// A query that ends too early is found wrong at a place after its last character: on the line that the reader sees last.
    #[test]
    fn the_end_of_the_text_is_a_place() {
        for (text, place) in [("", "1:1"), ("T |", "1:4"), ("T\n|\n\n", "2:2")] {
            let end = text.len() as u32;
            let diagnostic = Diagnostic::error("VD0001", Span::new(end, end), "expected an operator");
            let drawn = drawn(&source(text), &diagnostic, false);
            assert!(drawn.contains(&format!("hunt.kql:{place} ")), "{text:?}: {drawn}");
        }
    }

    #[test]
    fn a_terminal_is_not_told_what_to_do() {
        let text = "T\u{1b}[2J\u{85}\u{2028} | x\r\n| y";
        let diagnostic = Diagnostic::error("VD0001", Span::new(1, 2), "found `\u{1b}`");
        let drawn = drawn(&source(text), &diagnostic, false);
        assert!(!drawn.contains(['\u{1b}', '\u{85}', '\u{2028}']), "{drawn:?}");
        assert_eq!(tamed(text).chars().count(), text.chars().count());
    }

    #[test]
    fn programs_get_lines_columns_and_bytes() {
        let diagnostic = Diagnostic::warning("VD0002", Span::new(3, 5), "odd").label(Span::new(0, 1), "since this");
        let object = as_json(&source("é\nx"), &diagnostic);
        let expect = json!({
            "severity": "warning", "code": "VD0002", "message": "odd", "file": "hunt.kql",
            "line": 2, "column": 1, "end_line": 2, "end_column": 2, "start": 3, "end": 5,
            "labels": [{"line": 1, "column": 1, "end_line": 1, "end_column": 1, "start": 0, "end": 1, "message": "since this"}],
            "hints": [], "unsupported": null,
        });
        assert_eq!(object, expect);
    }
}
