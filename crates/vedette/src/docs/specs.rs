//! The specifications as examples: what is tested is what is shown.
//!
//! In: the Markdown under `crates/engine/tests/spec`, as it was when the program was built. Out: for a name its sections, each a heading, a
//! query and its answer. A section about an answer that is not yet right is left out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

use super::{Kind, Page};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../engine/tests/spec");

/// The specifications by folder (the first part of the path) and name.
static SPECS: LazyLock<BTreeMap<(&'static str, &'static str), Spec>> = LazyLock::new(|| {
    let mut specs = BTreeMap::new();
    let mut folders = vec![&FOLDER];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "md")) {
            let top = file.path().iter().next().and_then(|part| part.to_str());
            let stem = file.path().file_stem().and_then(|stem| stem.to_str());
            let category = file.path().parent().and_then(|parent| parent.file_name()).and_then(|name| name.to_str());
            if let (Some(top), Some(stem), Some(category), Some(text)) = (top, stem, category, file.contents_utf8()) {
                specs.insert((top, stem), Spec { category, text });
            }
        }
    }
    specs
});

/// A specification.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec {
    /// The folder that it lies in: `string`, `datetime` …
    pub(crate) category: &'static str,
    text: &'static str,
}

/// The specification of what a page is about.
pub(crate) fn of(page: &Page) -> Option<Spec> {
    let names = || std::iter::once(page.name.as_str()).chain(page.aliases.iter().map(String::as_str));
    let places: &[&str] = match page.kind {
        Kind::Operator => &["operators", "expressions", "services"],
        Kind::Expression => &["expressions"],
        Kind::Scalar | Kind::Aggregate | Kind::Window | Kind::Plugin => &["functions", "services", "expressions"],
        Kind::Stored | Kind::Lint | Kind::Source | Kind::Table => &[],
    };
    let stem = |name: &str| match (page.kind, name) {
        // They are specified together.
        (Kind::Operator, "sample-distinct") => "sample".to_owned(),
        _ => name.to_owned(),
    };
    let found = |name: &str| places.iter().find_map(|place| SPECS.get(&(*place, stem(name).as_str())).copied());
    names().find_map(found)
}

/// The specifications of what is neither an operator nor a function.
pub(crate) fn expressions() -> Vec<Page> {
    let of_folder = SPECS.iter().filter(|((top, _), _)| *top == "expressions");
    let page = |((_, stem), spec): (&(&str, &str), &Spec)| Page {
        kind: Kind::Expression,
        name: (*stem).to_owned(),
        aliases: vec![],
        summary: spec.title(),
    };
    of_folder.map(page).collect()
}

impl Spec {
    fn title(&self) -> String {
        let first = self.text.lines().next().unwrap_or_default();
        first.trim_start_matches('#').trim().to_owned()
    }

    /// Heading and text of each section that holds.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let sections = self.text.split("\n## ").skip(1);
        let parted = sections.map(|section| section.split_once('\n').unwrap_or((section, "")));
        parted.filter(|(heading, body)| !heading.starts_with("Not yet right") && body.contains("```kql"))
    }

    /// The sections as examples; what is left out is counted.
    pub(crate) fn examples(&self, max: usize) -> String {
        let count = self.sections().count();
        let mut text = String::new();
        if count > 0 {
            text.push_str("## Examples\n\n");
        }
        for (heading, body) in self.sections().take(max) {
            // What an answer block is called concerns those who test.
            let body = body
                .replace("```table\n", "```text\n")
                .replace("```error\n", "```text\n")
                .replace("```now\n", "```text\n");
            text.push_str(&format!("### {heading}\n\n{}\n\n", body.trim()));
        }
        if count > max {
            text.push_str(&format!("{} more with --all.\n", count - max));
        }
        text
    }

    /// The queries of all sections.
    #[cfg(test)]
    fn queries(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.split("```kql\n").skip(1).filter_map(|block| block.split_once("\n```").map(|(query, _)| query))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use engine::explain::{Branch, Misses, Wanted};
    use engine::{Engine, Executor, Limits, NoTables, Request};

    use super::*;

    /// Two ways to one answer: explained, the last stage has the rows of the query, and following all rows changes no figure.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_specified_operators_are_counted_as_they_run() {
        let engine = Engine::new(Limits { partitions: 2, ..Limits::default() }).expect("an engine starts");
        let mut count = 0;
        let of_operators = SPECS.iter().filter(|((top, _), _)| *top == "operators");
        // Of three queries one: each is run a dozen times.
        for query in of_operators.flat_map(|(_, spec)| spec.queries()).step_by(3) {
            let request = Request::new(query, 638_396_640_000_000_000);
            let Ok(answer) = engine.query(&request, Arc::new(NoTables)).await else { continue };
            let rows: Vec<u64> = answer.results.iter().map(|rows| rows.len() as u64).collect();
            let explain = async |why: Option<&str>| {
                let why = why.map(str::to_owned);
                let wanted = Wanted {
                    runs: true,
                    misses: Misses::Always,
                    misses_max: 5,
                    why,
                    clock: || Duration::ZERO,
                    storage: None,
                    progress: None,
                };
                engine.explain(&request, Arc::new(NoTables), &wanted).await
            };
            // Not every query begins with a table of which rows can be followed.
            let explained = match explain(Some("1 == 1")).await {
                Ok(explained) => explained,
                Err(_) => explain(None).await.expect("what runs can be explained"),
            };
            let last = |branch: &Branch| branch.stages.last().and_then(|stage| stage.rows).unwrap_or(u64::MAX);
            assert_eq!(explained.results.iter().map(last).collect::<Vec<_>>(), rows, "{query}");
            count += 1;
        }
        assert!(count > 60, "{count} queries were explained");
    }

    #[test]
    fn a_known_wrong_answer_is_no_example() {
        let text = "# `f`\n\n## Right\n\n```kql\nprint 1\n```\n\n## Not yet right: zero\n\n```kql\nprint 0\n```\n";
        let spec = Spec { category: "x", text };
        assert_eq!(spec.examples(9), "## Examples\n\n### Right\n\n```kql\nprint 1\n```\n\n");
    }
}
