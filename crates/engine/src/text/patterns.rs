//! Regular expressions, compiled once.
//!
//! Kusto's syntax is that of the `regex` crate (learn.microsoft.com/kusto/query/regex), Unicode classes included. Published rules also have
//! spellings of RE2, which came before it, that the crate does not know; those are rewritten ([`super::re2`]). A pattern from a query is
//! outside input: its compiled size is bounded, and the crate's matching time is linear in the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use datafusion::common::Result;
use datafusion::logical_expr::Expr;
use regex::{Captures, NoExpand, Regex, RegexBuilder};

use crate::error::{in_argument, mistake};
use crate::functions::{Args, Evaluate, Rewrite, kernel_call};

/// Bytes that one compiled pattern may take: the crate's default, written down because it is a promise.
const COMPILED_BYTES_MAX: usize = 10 << 20;

/// Patterns kept; per-row patterns would otherwise fill memory.
const CACHED_MAX: usize = 512;

/// The compiled form of a pattern.
///
/// - Errors: a pattern that is not a regular expression, with the place and the reason.
pub(crate) fn compile(pattern: &str) -> Result<Arc<Regex>> {
    static CACHE: LazyLock<Mutex<HashMap<String, Arc<Regex>>>> = LazyLock::new(Mutex::default);
    if let Some(found) = CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return Ok(Arc::clone(found));
    }
    let build = |pattern: &str| RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).build();
    let compiled = match build(pattern) {
        Ok(compiled) => Arc::new(compiled),
        Err(error) => match build(&super::re2::rewritten(pattern)) {
            Ok(compiled) => Arc::new(compiled),
            // Said of the pattern as it was written.
            Err(_) => return mistake(format!("`{pattern}` is not a regular expression: {}", reason(&error))),
        },
    };
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= CACHED_MAX {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), Arc::clone(&compiled));
    Ok(compiled)
}

/// Is a constant a pattern? What is no constant is checked when its value is known.
///
/// - Errors: as [`compile`].
pub(crate) fn check(expr: &Expr) -> Result<()> {
    match expr {
        Expr::Literal(value, _) => compile(value.try_as_str().flatten().unwrap_or("")).map(drop),
        _ => Ok(()),
    }
}

/// A kernel one of whose arguments is a pattern: a constant one that is wrong is an error before any row is read.
///
/// - Errors: as [`compile`].
pub(crate) fn kernel_with_pattern(
    call: &Rewrite,
    name: &'static str,
    evaluate: Evaluate,
    pattern: usize,
) -> Result<Expr> {
    call.arguments.get(pattern).map_or(Ok(()), check).map_err(|error| in_argument(error, pattern))?;
    Ok(kernel_call(name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

/// An argument that is the same for every row: the binder has made sure.
pub(crate) fn constant(args: &Args, index: usize) -> Result<String> {
    let texts = args.strings(index)?;
    let is_known = args.constant(index).is_some() || args.rows() > 0;
    Ok(if is_known { texts.get(0).to_owned() } else { String::new() })
}

/// The pattern, only at the beginning of a text.
pub(crate) fn at_start(pattern: &str) -> Result<Arc<Regex>> {
    compile(&format!(r"\A(?:{pattern})"))
}

/// The pattern, only at the end of a text.
pub(crate) fn at_end(pattern: &str) -> Result<Arc<Regex>> {
    compile(&format!(r"(?:{pattern})\z"))
}

/// A pattern for each row.
pub(crate) enum Patterns {
    /// The same for every row.
    One(Arc<Regex>),
    /// A column.
    Many(Vec<Arc<Regex>>),
}

impl Patterns {
    /// The pattern of a row.
    pub(crate) fn get(&self, row: usize) -> Option<&Regex> {
        match self {
            Self::One(pattern) => Some(pattern),
            Self::Many(patterns) => patterns.get(row).map(AsRef::as_ref),
        }
    }
}

/// The patterns of an argument, constant or not.
///
/// - Errors: as [`compile`], for the first row whose pattern is wrong.
pub(crate) fn each(args: &Args, index: usize) -> Result<Patterns> {
    if let Some(pattern) = args.constant_string(index) {
        return compile(pattern).map(Patterns::One);
    }
    let patterns = args.strings(index)?;
    (0..args.rows()).map(|row| compile(patterns.get(row))).collect::<Result<_>>().map(Patterns::Many)
}

/// What stands in the place of a match: text, and groups written `\0` to `\9`.
pub(crate) struct Replacement {
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    Group(usize),
}

impl Replacement {
    /// Reads a replacement; `\\` is a backslash, a backslash before anything else stands for itself.
    pub(crate) fn parse(rewrite: &str) -> Self {
        let mut pieces = vec![];
        let mut text = String::new();
        let mut rest = rewrite.chars().peekable();
        while let Some(c) = rest.next() {
            let escaped = if c == '\\' { rest.peek().copied() } else { None };
            match escaped {
                Some('\\') => text.push('\\'),
                Some(digit) if digit.is_ascii_digit() => {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                    pieces.push(Piece::Group(digit.to_digit(10).map_or(0, |digit| digit as usize)));
                }
                _ => {
                    text.push(c);
                    continue;
                }
            }
            rest.next();
        }
        pieces.push(Piece::Text(text));
        Self { pieces }
    }

    /// The text with every match replaced; borrowed when there is none.
    pub(crate) fn apply<'t>(&self, pattern: &Regex, text: &'t str) -> Cow<'t, str> {
        if let [Piece::Text(only)] = self.pieces.as_slice() {
            return pattern.replace_all(text, NoExpand(only));
        }
        pattern.replace_all(text, |found: &Captures| {
            let mut replacement = String::new();
            for piece in &self.pieces {
                match piece {
                    Piece::Text(text) => replacement.push_str(text),
                    Piece::Group(group) => replacement.push_str(found.get(*group).map_or("", |group| group.as_str())),
                }
            }
            replacement
        })
    }
}

/// The crate draws the pattern with a caret under the mistake; a message of ours is one line with a column.
fn reason(error: &regex::Error) -> String {
    let regex::Error::Syntax(drawing) = error else { return error.to_string() };
    let caret = drawing.lines().find(|line| line.trim_start().starts_with('^'));
    // The drawing indents the pattern by four.
    let column = caret.map(|line| line.chars().take_while(|c| *c != '^').count().saturating_sub(3));
    let said = drawing.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(drawing);
    match column {
        Some(column) => format!("{said} (at column {column})"),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let error = compile("a(b").expect_err("the group is open").strip_backtrace();
        assert!(error.contains("unclosed group") && error.contains("column 2"), "{error}");
    }

    #[test]
    fn a_pattern_that_explodes_is_refused() {
        let error = compile("((a{1000}){1000}){100}").expect_err("10^8 states").strip_backtrace();
        assert!(error.contains("size limit"), "{error}");
    }
}
