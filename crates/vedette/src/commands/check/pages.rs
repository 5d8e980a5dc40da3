//! What codes mean: the list of all, and the page of one.

use std::io::{Write, stdout};

use lake::Content;

use crate::failure::Failure;
use crate::findings::codes;

/// One line a code.
pub(super) fn list() -> Result<(), Failure> {
    let mut out = stdout().lock();
    for (code, says) in codes::all() {
        writeln!(out, "{code:<7} {says}")?;
    }
    Ok(())
}

/// The page of a code; a code of the language that has none, in a sentence.
pub(super) fn explain(code: &str, content: &Content) -> Result<(), Failure> {
    let code = code.trim().to_ascii_uppercase();
    let known = codes::all();
    let text = match (codes::page(&code, content), known.get(code.as_str())) {
        (Some(page), _) => page,
        (None, Some(says)) => format!("# {code}\n\n{says}\n"),
        (None, None) => {
            let message = format!("`{code}` is no code; `vedette check --list` lists them");
            return Err(Failure::Usage(message));
        }
    };
    Ok(stdout().write_all(text.as_bytes())?)
}
