//! Every code that a finding may carry: those of `check` itself, of the lints, and of the language.
//!
//! In: a code. Out: what it means in a sentence, and the page that explains it. Numbers are never used for something else.

use std::collections::BTreeMap;

use lake::Content;

/// A query that one of the products would refuse.
pub(crate) const PRODUCT: &str = "VD3001";
/// A comment that allows a finding which is not there.
pub(crate) const SILENCES_NOTHING: &str = "VD3002";
/// A file that is no text that can be read.
pub(crate) const UNREADABLE: &str = "VD3003";
/// A text with more findings than are told.
pub(crate) const TOO_MANY: &str = "VD3004";
/// A rule's file that is not YAML.
pub(crate) const NOT_YAML: &str = "VD3100";
/// A field of a rule that is missing, or not what it should be.
pub(crate) const FIELD: &str = "VD3101";
/// A column that a rule refers to and its query does not give.
pub(crate) const COLUMN: &str = "VD3102";
/// An id that another rule has too.
pub(crate) const TWIN: &str = "VD3103";
/// A technique that none of the rule's tactics has.
pub(crate) const TACTIC: &str = "VD3104";
/// Something wrong with a pack, or with a test case beside a rule.
pub(crate) const PACK: &str = "VD3105";

/// The codes of this room, each with what it says.
const OWN: [(&str, &str); 10] = [
    (PRODUCT, "A query that one of the products would refuse."),
    (SILENCES_NOTHING, "A comment that allows a finding which is not there."),
    (UNREADABLE, "A file that is no text that can be read."),
    (TOO_MANY, "A text with more findings than are told."),
    (NOT_YAML, "A rule's file that is not YAML."),
    (FIELD, "A field of a rule that is missing, or not what it should be."),
    (COLUMN, "A column that a rule refers to and its query does not give."),
    (TWIN, "An id that another rule has too."),
    (TACTIC, "A technique that none of the rule's tactics has."),
    (PACK, "Something wrong with a pack, or with a test case beside a rule."),
];

/// Every code with what it says in a sentence, sorted.
pub(crate) fn all() -> BTreeMap<&'static str, &'static str> {
    let language = syntax::codes::ALL.iter().chain(semantics::codes::ALL).map(|(code, says)| (*code, says.trim()));
    let lints = semantics::lints::LINTS.iter().map(|lint| (lint.code, lint.summary));
    language.chain(OWN).chain(lints).collect()
}

/// The page that explains a code, in Markdown; none when it has none.
pub(crate) fn page(code: &str, content: &Content) -> Option<String> {
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then(|| content.text(&format!("lints/{code}.md")).ok().flatten()).flatten().map(|text| text.into_owned())
}
