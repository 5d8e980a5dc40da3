//! Markdown text → tests: headings, queries and the answers below them.
//!
//! Reads headings (`#`) and fenced blocks; everything else is prose. Does not know what a query or a table says.

use crate::{Question, Wants};

/// A specification file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// The headings that have queries.
    pub(crate) sections: Vec<Section>,
}

/// A heading and the queries below it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The heading, after those above it but the file's title.
    pub(crate) title: String,
    /// Does it, or a heading above it, start with `Not yet right:`?
    pub(crate) is_wrong: bool,
    /// The queries, in order.
    pub(crate) checks: Vec<Check>,
}

/// A query and what it gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// The text of the query.
    pub(crate) query: String,
    /// What `now()` is.
    pub(crate) now: Option<String>,
    /// What it gives: never empty in a document that was read.
    pub(crate) expected: Vec<Expected>,
}

/// An answer block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Which kind of block.
    pub(crate) kind: Kind,
    /// Its text.
    pub(crate) text: String,
    /// The line of its opening fence, from 1.
    pub(crate) line: usize,
}

/// The kinds of answer blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Error,
    Plan,
}

impl Check {
    /// The query as the engine is asked it for one kind of answer.
    pub(crate) fn question(&self, kind: Kind) -> Question {
        let wants = match kind {
            Kind::Table | Kind::Error => Wants::Rows,
            Kind::Plan => Wants::Plan,
        };
        Question { query: self.query.clone(), now: self.now.clone(), wants }
    }
}

struct Heading {
    level: usize,
    title: String,
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    headings: Vec<Heading>,
    file_now: Option<String>,
    section_now: Option<String>,
    sections: Vec<Section>,
    /// Has the heading in force a section yet?
    is_open: bool,
}

impl Document {
    /// Reads a file's text.
    ///
    /// - Errors: a fence without end, an answer without query, a query without answer, two tests of one name, no test at all.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader::default();
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let line = line.trim();
            if let Some(info) = line.strip_prefix("```") {
                let mut body = String::new();
                loop {
                    let (_, line) = lines.next().ok_or_else(|| format!("line {}: the block has no end", at + 1))?;
                    if line.trim() == "```" {
                        break;
                    }
                    body.push_str(line);
                    body.push('\n');
                }
                reader.block(info.trim(), body, at + 1)?;
            } else if line.starts_with('#') {
                reader.heading(line);
            } else if let (Some(now), true) = (line.strip_prefix("now:"), reader.headings.len() <= 1) {
                reader.file_now = Some(now.trim().to_owned());
            }
        }
        reader.finish()
    }
}

impl Reader {
    fn heading(&mut self, line: &str) {
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        self.headings.retain(|heading| heading.level < level);
        self.headings.push(Heading { level, title: title.trim().to_owned() });
        self.section_now = None;
        self.is_open = false;
    }

    fn block(&mut self, info: &str, body: String, line: usize) -> Result<(), String> {
        let kind = match info {
            "kql" => return self.query(body, line),
            "now" => {
                let slot = if self.headings.len() <= 1 { &mut self.file_now } else { &mut self.section_now };
                *slot = Some(body.trim().to_owned());
                return Ok(());
            }
            "table" => Kind::Table,
            "error" => Kind::Error,
            "plan" => Kind::Plan,
            _ => return Ok(()),
        };
        let section = if self.is_open { self.sections.last_mut() } else { None };
        let check = section.and_then(|section| section.checks.last_mut());
        let check = check.ok_or_else(|| format!("line {line}: an answer without a `kql` block before it"))?;
        check.expected.push(Expected { kind, text: body, line });
        Ok(())
    }

    fn query(&mut self, query: String, line: usize) -> Result<(), String> {
        if self.headings.is_empty() {
            return Err(format!("line {line}: a query without a heading above it"));
        }
        if !self.is_open {
            let below_title: Vec<&str> = self
                .headings
                .iter()
                .filter(|heading| heading.level > 1)
                .map(|heading| heading.title.as_str())
                .collect();
            let title = if below_title.is_empty() { self.headings[0].title.clone() } else { below_title.join(" / ") };
            let is_wrong = self.headings.iter().any(|heading| heading.title.starts_with("Not yet right:"));
            self.sections.push(Section { title, is_wrong, checks: vec![] });
            self.is_open = true;
        }
        let now = self.section_now.clone().or_else(|| self.file_now.clone());
        let section = self.sections.last_mut().expect("a section was opened above");
        section.checks.push(Check { query, now, expected: vec![] });
        Ok(())
    }

    fn finish(self) -> Result<Document, String> {
        if self.sections.is_empty() {
            return Err("no heading with a `kql` block: nothing is tested".into());
        }
        for (at, section) in self.sections.iter().enumerate() {
            if section.checks.iter().any(|check| check.expected.is_empty()) {
                return Err(format!("`{}`: a query without an answer block", section.title));
            }
            if self.sections[..at].iter().any(|earlier| earlier.title == section.title) {
                return Err(format!("two tests are named `{}`", section.title));
            }
        }
        Ok(Document { sections: self.sections })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_the_tests() {
        let text = "# strlen\nprose\n## Text\n### Empty\n```kql\nq1\n```\n```table\nt\n```\n## Null\n```kql\nq2\n```\n```error\ne\n```\n```kql\nq3\n```\n```plan\np\n```\n";
        let document = Document::read(text).expect("well formed");
        let titles: Vec<&str> = document.sections.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(titles, ["Text / Empty", "Null"]);
        assert_eq!(document.sections[1].checks.len(), 2);
        assert_eq!(document.sections[1].checks[1].expected[0].kind, Kind::Plan);
        assert_eq!(document.sections[0].checks[0].expected[0].line, 8);
    }

    #[test]
    fn a_title_alone_is_a_test_too() {
        let document = Document::read("# strlen\n```kql\nq\n```\n```table\nt\n```\n").expect("well formed");
        assert_eq!(document.sections[0].title, "strlen");
    }

    #[test]
    fn now_of_a_section_goes_before_now_of_the_file() {
        let text = "# f\nnow: 2024-01-01T00:00:00Z\n## a\n```kql\nq\n```\n```table\n```\n## b\n```now\n2025-01-01\n```\n```kql\nq\n```\n```table\n```\n## c\n```kql\nq\n```\n```table\n```\n";
        let document = Document::read(text).expect("well formed");
        let nows: Vec<_> = document.sections.iter().map(|s| s.checks[0].now.as_deref()).collect();
        assert_eq!(nows, [Some("2024-01-01T00:00:00Z"), Some("2025-01-01"), Some("2024-01-01T00:00:00Z")]);
    }

    #[test]
    fn refuses_what_would_test_nothing() {
        for (text, why) in [
            ("# a\nprose\n", "nothing is tested"),
            ("# a\n```kql\nq\n", "no end"),
            ("# a\n```kql\nq\n```\n", "without an answer"),
            ("# a\n```table\nq\n```\n", "without a `kql` block"),
            ("# a\n## b\n```kql\nq\n```\n```table\n```\n## c\n```table\n```\n", "without a `kql` block"),
            ("```kql\nq\n```\n```table\n```\n", "without a heading"),
            ("## a\n```kql\nq\n```\n```table\n```\n## a\n```kql\nq\n```\n```table\n```\n", "two tests"),
        ] {
            let error = Document::read(text).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
    }
}
