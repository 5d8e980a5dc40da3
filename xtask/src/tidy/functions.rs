//! Function files: the stem is the KQL name, the folder the category, and each has its specification.

use std::collections::BTreeSet;

use super::Complaint;
use crate::tree::File;

const FUNCTIONS: &str = "crates/engine/src/functions/";

/// Complains about function files, and about specifications of functions that are not there.
pub(super) fn check(sources: &[File], specs: &[File]) -> Vec<Complaint> {
    let mut complaints = vec![];
    let mut specs: BTreeSet<&str> = specs.iter().map(|file| file.path.as_str()).collect();
    for file in sources {
        let Some((folder, stem)) = function(&file.path) else { continue };
        if !file.text.contains(&format!("name: \"{stem}\",")) {
            complaints.push(Complaint::new(&file.path, 0, format!("the file of `{stem}` defines another name")));
        }
        let spec = format!("{folder}/{stem}.md");
        if !specs.remove(spec.as_str()) {
            let text = format!("no specification: crates/engine/tests/spec/functions/{spec}");
            complaints.push(Complaint::new(&file.path, 0, text));
        }
    }
    for spec in specs {
        let path = format!("crates/engine/tests/spec/functions/{spec}");
        complaints.push(Complaint::new(&path, 0, "a specification without a function of that name and category"));
    }
    complaints
}

/// Category (or `aggregate`, `window` …) and stem of a function's file; `None` for the files that serve them all.
fn function(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.strip_prefix(FUNCTIONS)?.rsplit_once('/')?;
    Some((folder.strip_prefix("scalar/").unwrap_or(folder), name.strip_suffix(".rs")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_function_and_its_specification_are_a_pair() {
        let sources = [
            file("crates/engine/src/functions/mod.rs", ""),
            file("crates/engine/src/functions/scalar/string/strlen.rs", "    name: \"strlen\",\n"),
            file("crates/engine/src/functions/aggregate/count.rs", "    name: \"countif\",\n"),
        ];
        let specs = [file("string/strlen.md", ""), file("math/abs.md", "")];
        let complaints: Vec<String> = check(&sources, &specs).iter().map(Complaint::to_string).collect();
        assert_eq!(complaints.len(), 3, "{complaints:?}");
        assert!(complaints[0].contains("another name") && complaints[1].contains("aggregate/count.md"));
        assert!(complaints[2].starts_with("crates/engine/tests/spec/functions/math/abs.md"));
    }
}
