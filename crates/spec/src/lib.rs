//! Reads Markdown specifications and runs them as tests.
//!
//! In: a folder of `.md` files and a function that answers queries. Out: one test per heading, run by
//! libtest-mimic, so that `cargo test` filters and prints them as it does any other.
//! Knows nothing of KQL but where a query ends in a known order, and nothing of the engine.
//!
//! # The format
//!
//! A heading with a `kql` block below it is a test. Each `kql` block is followed by what it gives:
//!
//! - `table`: the first line is `name:type` per column, then one line per row; cells stand two or more spaces apart.
//!   `null` is null; `""` is empty text; a text cell with two spaces in a row, with spaces at an end, with line
//!   breaks (`\n`, `\t`, `\r`, `\"`, `\\` are read), or that starts with a quote, stands in quotes. `dynamic` cells are JSON as it is.
//!   `real` cells compare as numbers, or as far as the digits go when the cell ends in `…`; trailing zeros of a
//!   `datetime`'s or `timespan`'s fraction do not count.
//! - `error`: every line must occur in the printed diagnostic: code, message, `line:column`.
//! - `plan`: the lines of the plan, each trimmed.
//!
//! Rows compare in order when the query ends in an order (`sort`, `top`, and operators after them that keep it);
//! as multisets otherwise, because Kusto promises no order then.
//!
//! `now()` is the text of a `now` block, above the first heading for the whole file or below a heading for it alone,
//! or of a line `now: 2024-01-01T00:00:00Z` above the first heading.
//!
//! A heading (or one above it) that starts with `Not yet right:` passes while the answer differs, and fails once it is right.
//! With `SPEC_UPDATE=1`, empty answer blocks are filled with today's answer; an answer that is there is never changed.

mod compare;
mod document;
mod order;
mod table;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::document::{Check, Document, Section};

/// A query of a specification, put to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The text of the query.
    pub query: String,
    /// What `now()` is, as the specification writes it; `None` when it does not care.
    pub now: Option<String>,
    /// What the specification compares.
    pub wants: Wants,
}

/// What a specification compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// The rows (a `table` block) or the diagnostic (an `error` block).
    Rows,
    /// The plan: an answer of one column with one line of the plan per row.
    Plan,
}

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Name and KQL type of each column.
    pub columns: Vec<(String, String)>,
    /// Cells as text: `null` for null, text as it is, `dynamic` as JSON, datetimes and timespans as Kusto prints them.
    pub rows: Vec<Vec<String>>,
}

/// A query that was refused, or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The printed diagnostic: code, message and `line:column`.
    pub text: String,
}

/// Runs every specification under `root` as a test, with the arguments of the command line.
///
/// `answer` is called from several threads at a time.
pub fn run(root: &Path, answer: impl Fn(&Question) -> Result<Answer, Failure> + Send + Sync + 'static) -> ExitCode {
    let args = Arguments::from_args();
    let paths = markdown_files(root);
    if std::env::var("SPEC_UPDATE").is_ok_and(|value| value == "1") {
        for path in &paths {
            if let Err(why) = update::fill(path, &answer) {
                eprintln!("{}: {why}", path.display());
            }
        }
    }
    let answer: Arc<Answerer> = Arc::new(answer);
    let trials = paths.iter().flat_map(|path| trials(root, path, &answer)).collect();
    libtest_mimic::run(&args, trials).exit_code()
}

type Answerer = dyn Fn(&Question) -> Result<Answer, Failure> + Send + Sync;

fn markdown_files(root: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|ext| ext == "md")).collect()
}

/// The tests of one file; a file that cannot be read is one test that says why.
fn trials(root: &Path, path: &Path, answer: &Arc<Answerer>) -> Vec<Trial> {
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/");
    let read = std::fs::read_to_string(path).map_err(|e| e.to_string()).and_then(|text| Document::read(&text));
    match read {
        Err(why) => vec![Trial::test(name, move || Err(Failed::from(why)))],
        Ok(document) => document
            .sections
            .into_iter()
            .map(|section| {
                let answer = Arc::clone(answer);
                let title = format!("{name}: {}", section.title);
                Trial::test(title, move || on_a_deep_stack(move || judge(&section, &*answer)).map_err(Failed::from))
            })
            .collect(),
    }
}

/// Bytes of stack: planning a query recurses once per level of it, in debug builds with large frames.
const STACK_BYTES: usize = 32 << 20;

/// Runs a test on a thread of its own; its panic stays a panic.
fn on_a_deep_stack(test: impl FnOnce() -> Result<(), String> + Send + 'static) -> Result<(), String> {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(test).map_err(|error| error.to_string())?;
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Holds a section against its answers; a section that is not yet right must fail.
fn judge(section: &Section, answer: &Answerer) -> Result<(), String> {
    for expected in section.checks.iter().flat_map(|check| &check.expected) {
        compare::well_formed(expected).map_err(|why| format!("line {}: {why}", expected.line))?;
    }
    let complaints: Vec<String> = section.checks.iter().filter_map(|check| judge_check(check, answer).err()).collect();
    match (section.is_wrong, complaints.is_empty()) {
        (false, true) | (true, false) => Ok(()),
        (false, false) => Err(complaints.join("\n\n")),
        (true, true) => Err("the answer is right: take `Not yet right:` off this heading".into()),
    }
}

fn judge_check(check: &Check, answer: &Answerer) -> Result<(), String> {
    for expected in &check.expected {
        let question = check.question(expected.kind);
        compare::compare(&question, expected, answer(&question))
            .map_err(|why| format!("line {}: {why}\n\nquery:\n{}", expected.line, check.query.trim_end()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Section {
        Document::read(text).expect("the text is a specification").sections.remove(0)
    }

    fn seven(_: &Question) -> Result<Answer, Failure> {
        Ok(Answer { columns: vec![("x".into(), "long".into())], rows: vec![vec!["7".into()]] })
    }

    #[test]
    fn a_right_answer_passes_and_a_wrong_one_shows_both() {
        let right = one("## a\n```kql\nprint x = 7\n```\n```table\nx:long\n7\n```\n");
        assert_eq!(judge(&right, &seven), Ok(()));
        let wrong = one("## a\n```kql\nprint x = 7\n```\n```table\nx:long\n8\n```\n");
        let why = judge(&wrong, &seven).expect_err("8 is not 7");
        assert!(why.contains("expected") && why.contains('8') && why.contains('7'), "{why}");
    }

    #[test]
    fn what_is_not_yet_right_must_stay_wrong() {
        let wrong = one("## Not yet right: a\n```kql\nprint x = 7\n```\n```table\nx:long\n8\n```\n");
        assert_eq!(judge(&wrong, &seven), Ok(()));
        let right = one("## Not yet right: a\n```kql\nprint x = 7\n```\n```table\nx:long\n7\n```\n");
        assert!(judge(&right, &seven).is_err());
        let malformed = one("## Not yet right: a\n```kql\nprint x = 7\n```\n```table\nx\n8\n```\n");
        assert!(judge(&malformed, &seven).is_err());
    }

    #[test]
    fn an_error_block_needs_a_failure_that_holds_its_lines() {
        let section = one("## a\n```kql\nfoo\n```\n```error\nKS142\n1:1\n```\n");
        let fails = |text: &'static str| move |_: &Question| Err(Failure { text: text.into() });
        assert_eq!(judge(&section, &fails("KS142 the name is not known (1:1)")), Ok(()));
        assert!(judge(&section, &fails("KS142 the name is not known (1:2)")).is_err());
        assert!(judge(&section, &seven).is_err());
    }

    #[test]
    fn an_empty_answer_block_fails() {
        let section = one("## a\n```kql\nprint x = 7\n```\n```table\n```\n");
        assert!(judge(&section, &seven).is_err());
    }
}
