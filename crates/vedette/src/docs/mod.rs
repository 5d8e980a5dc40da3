//! The reference, printed from what the program knows.
//!
//! In: the tables of operators, functions and plugins, the specifications, and the content. Out: a page in Markdown for each, and an index.
//! Nothing is written here that those do not say; the same program gives the same pages.

mod content;
mod functions;
mod index;
pub(crate) mod specs;

use lake::Content;
use lake::source::Source;
use semantics::nearest_names;
use syntax::operators::OPERATORS;

use crate::failure::Failure;

pub(crate) use index::index;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Operator,
    Expression,
    Scalar,
    Aggregate,
    Window,
    Plugin,
    /// A function written in KQL.
    Stored,
    Lint,
    Source,
    Table,
}

impl Kind {
    /// Every kind, in the order of the index.
    pub(crate) const ALL: [Self; 10] = [
        Self::Operator,
        Self::Expression,
        Self::Scalar,
        Self::Aggregate,
        Self::Window,
        Self::Plugin,
        Self::Stored,
        Self::Lint,
        Self::Source,
        Self::Table,
    ];

    /// The folder of its pages.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Operator => "operators",
            Self::Expression => "expressions",
            Self::Scalar => "functions/scalar",
            Self::Aggregate => "functions/aggregate",
            Self::Window => "functions/window",
            Self::Plugin => "plugins",
            Self::Stored => "functions/kql",
            Self::Lint => "lints",
            Self::Source => "sources",
            Self::Table => "tables",
        }
    }

    /// The heading above them in the index.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Operator => "Tabular operators",
            Self::Expression => "Expressions and statements",
            Self::Scalar => "Scalar functions",
            Self::Aggregate => "Aggregate functions",
            Self::Window => "Window functions",
            Self::Plugin => "Plugins of `evaluate`",
            Self::Stored => "Functions written in KQL",
            Self::Lint => "Lints",
            Self::Source => "Log sources",
            Self::Table => "Tables",
        }
    }

    /// What one of them is.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Operator => "tabular operator",
            Self::Expression => "expressions",
            Self::Scalar => "scalar function",
            Self::Aggregate => "aggregate function",
            Self::Window => "window function",
            Self::Plugin => "plugin",
            Self::Stored => "function written in KQL",
            Self::Lint => "lint",
            Self::Source => "log source",
            Self::Table => "table",
        }
    }
}

/// A page, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) kind: Kind,
    /// Its name, which is its file's.
    pub(crate) name: String,
    /// Other names for the same.
    pub(crate) aliases: Vec<String>,
    /// One sentence; empty when nothing says it.
    pub(crate) summary: String,
}

/// Everything that pages are printed from.
pub(crate) struct Reference<'c> {
    content: &'c Content,
    sources: Vec<Source>,
    /// Every page, by kind and name.
    pub(crate) pages: Vec<Page>,
}

/// How many near names are offered for one that is not there.
const OFFERS_MAX: usize = 5;
/// Examples of a page that is read in a terminal.
const EXAMPLES_SHOWN: usize = 3;

impl<'c> Reference<'c> {
    /// The pages that there are.
    pub(crate) fn new(content: &'c Content) -> Result<Self, Failure> {
        let sources = lake::source::read_sources(content).map_err(crate::data::failure)?;
        let mut pages: Vec<Page> = OPERATORS
            .iter()
            .map(|info| Page {
                kind: Kind::Operator,
                name: info.name.to_owned(),
                aliases: info.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
                summary: info.summary.to_owned(),
            })
            .collect();
        pages.extend(specs::expressions());
        pages.extend(functions::pages());
        pages.extend(content::pages(content, &sources)?);
        pages.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
        Ok(Self { content, sources, pages })
    }

    /// The text of a page; `all` its examples, or the first few.
    pub(crate) fn text(&self, page: &Page, all: bool) -> Result<String, Failure> {
        let examples_max = if all { usize::MAX } else { EXAMPLES_SHOWN };
        let mut text = format!("# {}\n\n_{}_\n\n", title(page), page.kind.noun());
        match page.kind {
            Kind::Operator => text.push_str(&operator(page)),
            Kind::Scalar | Kind::Aggregate | Kind::Window | Kind::Plugin => text.push_str(&functions::body(page)),
            Kind::Expression => {}
            Kind::Stored | Kind::Lint | Kind::Source | Kind::Table => {
                // A page of the content is the page: it may have a title of its own.
                let body = content::body(page, self.content, &self.sources)?;
                return Ok(if page.kind == Kind::Lint { body } else { format!("{text}{body}") });
            }
        }
        if let Some(spec) = specs::of(page) {
            text.push_str(&spec.examples(examples_max));
        }
        Ok(text)
    }

    /// The pages of a name, whatever its case; of one that is not there, the names that are near.
    pub(crate) fn find(&self, name: &str) -> Result<Vec<&Page>, Failure> {
        let is_named = |page: &&Page, is_same: &dyn Fn(&str) -> bool| {
            is_same(&page.name) || page.aliases.iter().any(|alias| is_same(alias))
        };
        let exactly: Vec<&Page> = self.pages.iter().filter(|page| is_named(page, &|known| known == name)).collect();
        if !exactly.is_empty() {
            return Ok(exactly);
        }
        let alike = |known: &str| known.eq_ignore_ascii_case(name);
        let found: Vec<&Page> = self.pages.iter().filter(|page| is_named(page, &alike)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let known = self.pages.iter().flat_map(|page| std::iter::once(&page.name).chain(&page.aliases));
        let near = nearest_names(name, known.map(String::as_str), OFFERS_MAX);
        let offer = match near.as_slice() {
            [] => "`vedette docs` lists all that there is".to_owned(),
            near => format!("there is {}", near.join(", ")),
        };
        Err(Failure::Usage(format!("nothing is called `{name}`; {offer}")))
    }
}

/// The name, and the others.
fn title(page: &Page) -> String {
    match page.aliases.as_slice() {
        [] => page.name.clone(),
        aliases => format!("{} (also {})", page.name, aliases.join(", ")),
    }
}

fn operator(page: &Page) -> String {
    let Some(info) = OPERATORS.iter().find(|info| info.name == page.name) else { return String::new() };
    let mut text = format!("{}\n\n", info.summary);
    if !info.is_built {
        text.push_str("vedette does not run it yet: a query with it is refused.\n\n");
    }
    text.push_str(&format!("```\n{}\n```\n\nSource: <{}>\n\n", info.form, info.source()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_can_be_printed_and_says_something() {
        let content = Content::embedded();
        let reference = Reference::new(&content).expect("the content is sound");
        for page in &reference.pages {
            let text = reference.text(page, true).expect("a page");
            assert!(
                text.starts_with("# ") && text.ends_with('\n') && text.lines().count() > 2,
                "{}: {text}",
                page.name
            );
            assert!(!text.contains("Not yet right"), "{}", page.name);
        }
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Lint) {
            assert!(reference.pages.iter().any(|page| page.kind == kind), "{kind:?}");
        }
    }

    /// Two pages in one place would overwrite each other, also on a disk that knows no case.
    #[test]
    fn each_page_has_a_place_of_its_own() {
        let content = Content::embedded();
        let reference = Reference::new(&content).expect("the content is sound");
        let mut places: Vec<String> = reference
            .pages
            .iter()
            .filter(|page| page.kind != Kind::Stored)
            .map(|page| format!("{}/{}", page.kind.folder(), page.name.to_lowercase()))
            .collect();
        let count = places.len();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), count);
    }

    /// Its examples would need files.
    const WITHOUT_EXAMPLES: [&str; 1] = ["externaldata"];

    #[test]
    fn operators_that_run_have_examples_and_the_others_have_none() {
        let content = Content::embedded();
        let reference = Reference::new(&content).expect("the content is sound");
        for info in OPERATORS.iter().filter(|info| !WITHOUT_EXAMPLES.contains(&info.name)) {
            let page = reference.pages.iter().find(|page| page.kind == Kind::Operator && page.name == info.name);
            let page = page.expect("every operator has a page");
            assert_eq!(specs::of(page).is_some(), info.is_built, "{}", info.name);
        }
    }

    #[test]
    fn a_name_is_found_whatever_its_case_and_near_ones_are_offered() {
        let content = Content::embedded();
        let reference = Reference::new(&content).expect("the content is sound");
        let kinds = |name: &str| -> Vec<Kind> {
            reference.find(name).map(|pages| pages.iter().map(|page| page.kind).collect()).unwrap_or_default()
        };
        assert_eq!(kinds("count"), [Kind::Operator, Kind::Aggregate]);
        assert_eq!(kinds("devicenetworkevents"), [Kind::Table]);
        assert_eq!(kinds("iif"), [Kind::Scalar]);
        assert_eq!(kinds("order"), [Kind::Operator]);
        let missed = reference.find("strct").expect_err("no such name");
        assert!(missed.message().is_some_and(|text| text.contains("strcat")));
    }
}
