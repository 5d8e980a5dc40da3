//! The text of a file → what is wrong with it: of the language, of names and types, of what is legal but wrong, and of a rule's fields.
//!
//! In: a text, what it is, the content, and which products' names count. Out: findings whose places are bytes of the text, also those about
//! the query inside a rule. `check` shows them and the language server sends them; nothing here reads a file or knows how findings look.

pub(crate) mod codes;
mod function;
mod products;
mod query;
mod rule;
mod silence;

use lake::Content;
use syntax::{Diagnostic, Severity, Span};

pub(crate) use products::{Beside, Product, ProductCatalog};
pub(crate) use query::moved;
pub(crate) use rule::about;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// KQL.
    Query,
    /// KQL as it stands after `let name =`: parameters and body.
    Function,
    /// A rule in Sentinel's YAML.
    Rule,
}

/// Whose tables, columns and functions a query must keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Products {
    /// Defender's advanced hunting: what it lacks is an error
    Defender,
    /// Sentinel (Log Analytics): what it lacks is an error
    Sentinel,
    /// What vedette runs; what one of the two would refuse is told
    #[default]
    Both,
}

/// What findings depend on but the text.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// Tables and functions.
    pub(crate) content: &'a Content,
    /// What the folder of the file adds to them.
    pub(crate) beside: &'a Beside,
    /// Whose names count.
    pub(crate) products: Products,
    /// Lints, by code or name, that are looked for besides those that always are.
    pub(crate) also: &'a [String],
}

/// One thing that is wrong. All its places are bytes of the text that was given, and its fixes can be made there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What, how bad, and where.
    pub(crate) diagnostic: Diagnostic,
    /// The field of a rule that it is about (`entityMappings[0]`); empty for KQL.
    pub(crate) field: String,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, field: String::new() }
    }
}

/// A text that was looked at.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// In the order of the text.
    pub(crate) findings: Vec<Finding>,
    /// The id of a rule, if it has one.
    pub(crate) rule_id: Option<String>,
}

/// Finds what is wrong with a text.
pub(crate) fn findings(text: &str, kind: TextKind, setting: Setting<'_>) -> Vec<Finding> {
    look(text, kind, setting).findings
}

/// Findings of one text at most: more than anybody reads, and each needs a look at the whole text for its place.
const FINDINGS_MAX: usize = 500;

/// Keeps the heaviest findings of a text that has very many, and says how many others there are.
fn limit(findings: &mut Vec<Finding>) {
    let Some(more) = findings.len().checked_sub(FINDINGS_MAX).filter(|more| *more > 0) else { return };
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.diagnostic.severity));
    findings.truncate(FINDINGS_MAX);
    findings.sort_by_key(|finding| finding.diagnostic.span.start);
    let mut note = Diagnostic::warning(codes::TOO_MANY, Span::new(0, 0), format!("{more} more findings are not told"));
    note.severity = Severity::Note;
    findings.push(note.into());
}

/// Finds what is wrong with a text, and tells what else came of it.
pub(crate) fn look(text: &str, kind: TextKind, setting: Setting<'_>) -> Looked {
    let mut looked = match kind {
        TextKind::Query => query::look(text, query::Place::File, setting),
        TextKind::Function => function::look(text, setting),
        TextKind::Rule => rule::look(text, setting),
    };
    looked.findings.sort_by_key(|finding| finding.diagnostic.span.start);
    looked.findings.dedup();
    limit(&mut looked.findings);
    looked
}
