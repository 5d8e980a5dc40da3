//! Fills the empty answer blocks of a file with today's answer.
//!
//! In: a file and the function that answers. Out: the file rewritten, if a block was empty.
//! Never changes a block that has text: an answer needs a source outside the engine, so a person reads what was filled in.

use std::path::Path;

use crate::document::{Document, Expected, Kind};
use crate::{Answer, Failure, Question, compare, table};

/// Fills one file.
///
/// - Errors: the file cannot be read or written, or is no specification; nothing is written then.
pub(crate) fn fill(path: &Path, answer: &impl Fn(&Question) -> Result<Answer, Failure>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let filled = fill_text(&text, answer)?;
    if filled == text { Ok(()) } else { std::fs::write(path, filled).map_err(|e| e.to_string()) }
}

fn fill_text(text: &str, answer: &impl Fn(&Question) -> Result<Answer, Failure>) -> Result<String, String> {
    let document = Document::read(text)?;
    let checks = document.sections.iter().flat_map(|section| &section.checks);
    let empty = checks.flat_map(|check| check.expected.iter().map(move |expected| (check, expected)));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // From the last block to the first, so that what is inserted moves no line that is still to come.
    let mut blocks: Vec<_> = empty.filter(|(_, expected)| expected.text.trim().is_empty()).collect();
    blocks.reverse();
    for (check, expected) in blocks {
        if let Some(body) = body(expected, answer(&check.question(expected.kind))) {
            let blanks = expected.text.lines().count();
            lines.splice(expected.line..expected.line + blanks, body.lines().map(str::to_owned));
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// What goes into a block; nothing when the reply is of another kind than the block.
fn body(expected: &Expected, reply: Result<Answer, Failure>) -> Option<String> {
    match (expected.kind, reply) {
        (Kind::Table, Ok(answer)) => Some(table::print(&answer)),
        (Kind::Error, Err(failure)) => Some(failure.text),
        (Kind::Plan, Ok(answer)) => Some(compare::plan_text(&answer)),
        (Kind::Table | Kind::Plan, Err(_)) | (Kind::Error, Ok(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_empty_blocks_only() {
        let text = "# f\n## a\n```kql\nq\n```\n```table\n```\n## b\n```kql\nq\n```\n```table\n\n```\n```error\n```\n## c\n```kql\nq\n```\n```table\nx:long\n8\n```\n";
        let seven =
            |_: &Question| Ok(Answer { columns: vec![("x".into(), "long".into())], rows: vec![vec!["7".into()]] });
        let filled = fill_text(text, &seven).expect("well formed");
        assert_eq!(
            filled,
            "# f\n## a\n```kql\nq\n```\n```table\nx:long\n7\n```\n## b\n```kql\nq\n```\n```table\nx:long\n7\n```\n```error\n```\n## c\n```kql\nq\n```\n```table\nx:long\n8\n```\n"
        );
    }
}
