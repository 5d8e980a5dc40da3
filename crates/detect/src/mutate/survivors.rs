//! `tests/survivors.yaml`: mutants that no case can notice, each with the reason.
//!
//! In: the text of the file. Out: explanations. An explanation names what stands in the query and what becomes of it, not a line: lines move.

use yaml_serde::Value;

use super::Mutant;
use crate::problem::Problem;

/// Why a mutant may survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What stands in the query.
    pub text: String,
    /// What becomes of it; empty when it is left out, `None` for every edit of that text.
    pub becomes: Option<String>,
    /// The line of the query, for text that stands there more than once.
    pub line: Option<usize>,
    /// Why nothing notices: it means the same, or the difference is none that matters.
    pub reason: String,
}

impl Explanation {
    /// Is it about that mutant? Blanks do not count.
    pub fn explains(&self, mutant: &Mutant) -> bool {
        squeezed(&self.text) == squeezed(&mutant.text)
            && self.becomes.as_ref().is_none_or(|becomes| squeezed(becomes) == squeezed(&mutant.becomes))
            && self.line.is_none_or(|line| line == mutant.place.line)
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const KEYS: [&str; 4] = ["text", "becomes", "line", "reason"];

/// Reads the file: a list of `text`, `reason`, and if need be `becomes` and `line`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(file: &str, text: &str) -> Result<Vec<Explanation>, Problem> {
    let problem = |field: String, message: String| Problem { file: file.to_owned(), field, message };
    let value: Value = yaml_serde::from_str(text).map_err(|error| problem(String::new(), error.to_string()))?;
    let listed = value.as_sequence();
    let listed = listed.ok_or_else(|| problem(String::new(), "expected a list of text and reason".to_owned()))?;
    let mut explanations = vec![];
    for (at, item) in listed.iter().enumerate() {
        let keys = item.as_mapping().into_iter().flat_map(yaml_serde::Mapping::keys).filter_map(Value::as_str);
        if let Some(other) = keys.into_iter().find(|key| !KEYS.contains(key)) {
            return Err(problem(format!("[{at}].{other}"), format!("is none of {}", KEYS.join(", "))));
        }
        let text = |key: &str| match item.get(key).and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(problem(format!("[{at}].{key}"), "expected text".to_owned())),
        };
        explanations.push(Explanation {
            text: text("text")?,
            becomes: item.get("becomes").and_then(Value::as_str).map(str::to_owned),
            line: item.get("line").and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok()),
            reason: text("reason")?,
        });
    }
    Ok(explanations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_about_a_text_and_what_becomes_of_it() {
        let read = read("survivors.yaml", "- {text: '>=', becomes: '>', reason: r}\n- {text: \"a  b\", reason: r}\n");
        let read = read.expect("explanations");
        let mutants = crate::mutate::mutants("T | where N >= 10");
        let explained: Vec<bool> = mutants.iter().map(|mutant| read[0].explains(mutant)).collect();
        assert_eq!(explained, [false, true, false, false]);
        assert_eq!(read[1].becomes, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, field) in [
            ("{}", ""),
            ("- {text: a}", "[0].reason"),
            ("- {text: a, reason: ''}", "[0].reason"),
            ("- {txt: a}", "[0].txt"),
        ] {
            assert_eq!(read("s", text).expect_err(text).field, field);
        }
    }
}
