//! Regular expressions, compiled once.
//!
//! Kusto's syntax is that of the `regex` crate (learn.microsoft.com/kusto/query/regex), Unicode classes included. A pattern from a query is
//! outside input: its compiled size is bounded, and the crate's matching time is linear in the text.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use datafusion::common::{Result, plan_err};
use regex::{Regex, RegexBuilder};

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
    let compiled = match RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).build() {
        Ok(compiled) => Arc::new(compiled),
        Err(error) => return plan_err!("`{pattern}` is not a regular expression: {}", reason(&error)),
    };
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= CACHED_MAX {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), Arc::clone(&compiled));
    Ok(compiled)
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
