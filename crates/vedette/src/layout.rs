//! A file of KQL or a rule → the same with its KQL laid out; everything else of it to the byte as it was.
//!
//! In: a text and what it is. Out: the text, or why it stays as it is. The layout itself is `syntax::format`'s; line ends are the file's own.

use std::ops::Range;

use detect::rule::places::{self, Layout, QueryText};
use syntax::{Diagnostic, TokenKind};

use crate::findings::{TextKind, moved};

/// Why a text stays as it is.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It does not parse; the places are those of the whole text.
    Errors(Vec<Diagnostic>),
    /// Anything else, as a sentence without its subject.
    Other(&'static str),
}

/// Stands before the text of a function, which is what a `let` gives a name to, and behind it.
const FUNCTION: (&str, &str) = ("let f = ", ";\nprint 1\n");

/// Lays out the KQL of a text.
pub(crate) fn lay_out(text: &str, kind: TextKind) -> Result<String, Refusal> {
    match kind {
        TextKind::Query => query(text).map(|laid| with_line_ends(&laid, line_end(text))),
        TextKind::Function => function(text).map(|laid| with_line_ends(&laid, line_end(text))),
        TextKind::Rule => rule(text),
    }
}

fn query(text: &str) -> Result<String, Refusal> {
    syntax::format(text).ok_or_else(|| Refusal::Errors(syntax::parse(text).errors))
}

/// Comments before the parameters stay before them.
fn function(text: &str) -> Result<String, Refusal> {
    let is_comment = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with("//");
    let head: usize = text.split_inclusive('\n').take_while(is_comment).map(str::len).sum();
    let (head, body) = text.split_at(head);
    let (before, behind) = FUNCTION;
    let whole = format!("{before}{body}\n{behind}");
    let Some(laid) = syntax::format(&whole) else {
        let shift = |at: u32| {
            let at = (at as usize).saturating_sub(before.len()).min(body.len()) + head.len();
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        let to = |span: syntax::Span| syntax::Span::new(shift(span.start), shift(span.end));
        let errors = syntax::parse(&whole).errors.into_iter();
        return Err(Refusal::Errors(errors.map(|error| moved(error, &to, None)).collect()));
    };
    match laid.strip_prefix(before).and_then(|laid| laid.strip_suffix(behind)) {
        Some(laid) => Ok(format!("{}{laid}\n", head.replace("\r\n", "\n"))),
        None => Err(Refusal::Other("has more than one function, or a comment behind it")),
    }
}

fn rule(text: &str) -> Result<String, Refusal> {
    let Some(found) = places::query(text) else { return Err(Refusal::Other("has no query")) };
    let Layout::Block { lines, indent } = found.layout.clone() else {
        return Err(Refusal::Other("has its query on one line or folded; write it below `query: |`"));
    };
    let laid = syntax::format(&found.text).ok_or_else(|| Refusal::Errors(errors_of(&found)))?;
    let rewritten = in_block(text, &lines, indent, &laid);
    // The rule must ask what it asked: as its reader sees it, the query is the one that was laid out.
    let again = places::query(&rewritten).map(|query| query.text);
    let is_kept = again.is_some_and(|again| again.trim_end() == laid.trim_end());
    if is_kept { Ok(rewritten) } else { Err(Refusal::Other("would not be read as it was written")) }
}

fn errors_of(query: &QueryText) -> Vec<Diagnostic> {
    let errors = syntax::parse(&query.text).errors.into_iter();
    errors.map(|error| moved(error, &|span| query.to_file(span), None)).collect()
}

/// Puts lines in the place of those of a block. Empty lines stay empty.
fn in_block(text: &str, lines: &Range<usize>, indent: usize, laid: &str) -> String {
    let end = line_end(text);
    let blanks = " ".repeat(indent);
    let laid: Vec<String> = laid
        .trim_end_matches('\n')
        .split('\n')
        .map(|line| if line.is_empty() { String::new() } else { format!("{blanks}{line}") })
        .collect();
    let before = text.get(..lines.start).unwrap_or("");
    let behind = text.get(lines.end..).unwrap_or("");
    format!("{before}{}{behind}", laid.join(end))
}

/// The line ends of a text are those of its first line.
fn line_end(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next().unwrap_or("");
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// Line breaks between tokens; those inside a text are part of what it says.
fn with_line_ends(laid: &str, end: &str) -> String {
    if end == "\n" {
        return laid.to_owned();
    }
    let tokens = syntax::lexer::tokenize(laid);
    let pieces = tokens.iter().map(|token| match token.kind {
        TokenKind::Whitespace => token.span.text(laid).replace('\n', end),
        _ => token.span.text(laid).to_owned(),
    });
    pieces.collect()
}
