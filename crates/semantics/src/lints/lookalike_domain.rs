//! Domain names left out by `has`, `contains` or a bare `endswith`: names that only look alike are left out, too.

use syntax::ast::{Expr, ExprKind, Literal, TextTest};
use syntax::{Diagnostic, Span};

use super::comparison::{Comparison, How};
use super::linted::Text;
use super::{Lint, Linted, Occasion, codes, domain, tree};

/// Further names that a finding shows.
const LABELS_MAX: usize = 5;

pub(super) const LINT: Lint = Lint {
    code: codes::LOOKALIKE_DOMAIN,
    name: "lookalike-domain",
    summary: "an exclusion of domain names that a look-alike name passes, too",
    occasion: Occasion::Always,
    check,
};

/// Words in the names of columns that hold hosts, addresses of resources or senders.
const HOST_WORDS: [&str; 15] = [
    "url",
    "uri",
    "host",
    "domain",
    "fqdn",
    "dns",
    "sni",
    "site",
    "sender",
    "mailfrom",
    "fromaddress",
    "referrer",
    "referer",
    "query",
    "cname",
];

/// Words in the names of columns of one's own network, in which nobody else registers a name.
const OWN_WORDS: [&str; 7] = ["device", "computer", "account", "user", "upn", "identity", "command"];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_filter(linted.query, |predicate| {
        let mut others: Vec<(Span, String)> = vec![];
        let mut first: Option<Diagnostic> = None;
        tree::conditions(predicate, false, &mut |expr, is_excluded| {
            let Some(comparison) = Comparison::of(linted, expr) else { return };
            if comparison.is_negated == is_excluded || !is_about_hosts(comparison.subject) {
                return;
            }
            let Some(value) = comparison.values.iter().find(|value| is_open(&comparison, &value.value)) else { return };
            match (&first, lookalike(comparison.how, &value.value)) {
                (None, Some(lookalike)) => first = Some(complaint(&comparison, value, &lookalike)),
                _ => others.push((comparison.op_span, format!("so does `{}`", value.value))),
            }
        });
        found.extend(first.map(|mut diagnostic| {
            diagnostic.labels.extend(others.into_iter().take(LABELS_MAX));
            diagnostic
        }));
    });
}

fn complaint(comparison: &Comparison<'_>, value: &Text, lookalike: &str) -> Diagnostic {
    let message = format!("`{}` also leaves out `{lookalike}`, a name that anybody may register", value.value);
    Diagnostic::warning(codes::LOOKALIKE_DOMAIN, comparison.op_span, message)
        .label(value.span, "this name")
        .hint(hint(value))
}

fn is_about_hosts(subject: &Expr) -> bool {
    let name = match &tree::bare(subject).kind {
        ExprKind::Name(name) | ExprKind::Member { base: _, name } => name.text.as_str(),
        ExprKind::Index { base: _, index } => match &index.kind {
            ExprKind::Literal(Literal::String { value, .. }) => value.as_str(),
            _ => return false,
        },
        ExprKind::Call(call) if ["tolower", "toupper", "tostring"].contains(&call.name.text.as_str()) => {
            return tree::argument(call, 0).is_some_and(is_about_hosts);
        }
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(&HOST_WORDS) && !has(&OWN_WORDS)
}

/// Does a test with this value hold for names of other domains?
fn is_open(comparison: &Comparison<'_>, value: &str) -> bool {
    let is_domain = domain::is_domain(value);
    match comparison.how {
        How::Has | How::Other(TextTest::Has | TextTest::Contains | TextTest::HasPrefix | TextTest::HasSuffix) => {
            is_domain
        }
        How::Other(TextTest::EndsWith) => {
            is_domain && value.starts_with(|c: char| c.is_alphanumeric()) && !value.contains("://")
        }
        How::Other(TextTest::StartsWith) => is_domain && !value.trim_start_matches("https://").contains('/'),
        How::Equal | How::Other(TextTest::MatchesRegex | TextTest::Like) => false,
    }
}

/// A name of somebody else for which the test holds.
fn lookalike(how: How, value: &str) -> Option<String> {
    let host = domain::host(value)?;
    Some(match how {
        How::Other(TextTest::EndsWith) => format!("not-{host}"),
        How::Other(TextTest::StartsWith) => format!("{value}.evil.example"),
        _ => format!("{host}.evil.example"),
    })
}

fn hint(value: &Text) -> String {
    let host = domain::host(&value.value).unwrap_or(&value.value);
    format!("compare the host with a border before the name: `host == \"{host}\" or host endswith \".{host}\"`")
}
