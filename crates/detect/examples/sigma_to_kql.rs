//! Sigma rules under a folder → a JSON object a line: `file`, and `query` with `table` and `losses`, or `problem`.
//!
//! To count what is translated, and to give the queries to another reader of KQL.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};

use detect::sigma::{self, Mapping};
use lake::Content;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("a folder of rules")?;
    let content = Content::embedded();
    let mapping = Mapping::read(&content)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    for file in files.filter(|file| file.path().extension().is_some_and(|ending| ending == "yml")) {
        let name = file.path().display().to_string();
        let Ok(text) = fs::read_to_string(file.path()) else { continue };
        let (rules, problems) = sigma::read(&name, &text, &mapping, &content);
        for translated in rules {
            let rule = translated.rule;
            writeln!(
                out,
                "{}",
                json!({"file": name, "id": rule.id, "query": rule.query, "table": rule.data_types, "losses": translated.losses})
            )?;
        }
        for problem in problems {
            writeln!(out, "{}", json!({"file": name, "problem": problem.message, "field": problem.field}))?;
        }
    }
    Ok(out.flush()?)
}
