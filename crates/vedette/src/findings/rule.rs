//! A rule's file → findings: about its fields, its query, and what ties both together.

use detect::Attack;
use detect::rule::places::{self, Layout, QueryText};
use detect::rule::{check_columns, sentinel};
use detect::{Problem, Rule};
use semantics::bound::Bound;
use syntax::{Diagnostic, Severity, Span};

use super::query::{self, Place};
use super::{Finding, Looked, Setting, codes, silence};

/// Columns of a query that a hint names.
const COLUMNS_SHOWN_MAX: usize = 12;

/// Finds what is wrong with a rule's file.
pub(super) fn look(text: &str, setting: Setting<'_>) -> Looked {
    let read = sentinel::read_all("", text);
    let mut findings: Vec<Finding> = read.problems.iter().map(|problem| broken(text, problem)).collect();
    let mut silencers = vec![];
    let mut bound = None;
    let mut block = 0..0;
    if let Some(query) = places::query(text) {
        let parsed = syntax::parse(&query.text);
        let (found, bound_query) = query::diagnose(&query.text, &parsed, Place::Rule, setting);
        findings.extend(found.into_iter().map(|diagnostic| Finding::from(in_file(diagnostic, &query))));
        let to_file = |span: Span| query.to_file(span);
        let inside = silence::in_kql(&query.text, &parsed.tokens).into_iter();
        silencers.extend(inside.map(|silencer| silencer.moved(&to_file)));
        if let Layout::Block { lines, .. } = &query.layout {
            block = lines.clone();
        }
        bound = bound_query;
    }
    if let Some(rule) = &read.rule {
        let techniques = Attack::of(setting.content).map(|attack| attack.check(rule)).unwrap_or_default();
        let hint = Some("a technique belongs to one of the tactics that the rule names");
        findings.extend(techniques.iter().map(|problem| about(text, codes::TACTIC, problem, Severity::Warning, hint)));
        findings.extend(bound.as_ref().map(|bound| columns(text, rule, bound)).unwrap_or_default());
    }
    silencers.extend(silence::in_yaml(text, &block));
    silence::apply(text, silencers, setting.products, &mut findings);
    let rule_id = read.rule.map(|rule| rule.id).filter(|id| !id.is_empty());
    Looked { findings, rule_id }
}

/// A finding about the query as one about the file. Fixes are kept where the query stands in the file as it is.
fn in_file(mut diagnostic: Diagnostic, query: &QueryText) -> Diagnostic {
    if !query.is_verbatim() {
        diagnostic.fixes.clear();
    }
    let line_start = match query.layout {
        Layout::Block { indent, .. } => Some(format!("\n{}", " ".repeat(indent))),
        Layout::Inline | Layout::Other(_) => None,
    };
    query::moved(diagnostic, &|span| query.to_file(span), line_start.as_deref())
}

/// Columns that the rule names and its query does not give.
fn columns(text: &str, rule: &Rule, bound: &Bound) -> Vec<Finding> {
    let Some(result) = bound.results.first() else { return vec![] };
    let names: Vec<String> = result.schema.iter().map(|column| column.name.clone()).collect();
    let shown: Vec<&str> = names.iter().take(COLUMNS_SHOWN_MAX).map(String::as_str).collect();
    let rest = if names.len() > shown.len() { " …" } else { "" };
    let hint = format!("its columns: {}{rest}", shown.join(", "));
    let lacking = check_columns(rule, &names);
    lacking.iter().map(|problem| about(text, codes::COLUMN, problem, Severity::Error, Some(&hint))).collect()
}

/// A problem of the file as a finding: at its field, or where the reader of YAML stopped.
fn broken(text: &str, problem: &Problem) -> Finding {
    let (code, stop) = match problem.field.is_empty() {
        true => (codes::NOT_YAML, stopped_at(text, &problem.message)),
        false => (codes::FIELD, None),
    };
    let mut finding = about(text, code, problem, Severity::Error, None);
    finding.diagnostic.span = stop.unwrap_or(finding.diagnostic.span);
    finding
}

/// A problem as a finding at its field.
pub(crate) fn about(
    text: &str,
    code: &'static str,
    problem: &Problem,
    severity: Severity,
    hint: Option<&str>,
) -> Finding {
    let message = match problem.field.is_empty() {
        true => problem.message.clone(),
        false => format!("{}: {}", problem.field, problem.message),
    };
    let mut diagnostic = Diagnostic::error(code, places::field(text, &problem.field), message);
    diagnostic.severity = severity;
    diagnostic.hints.extend(hint.map(str::to_owned));
    Finding { diagnostic, field: problem.field.clone() }
}

/// The place that a message of the YAML reader ends with: `… at line 3 column 5`.
fn stopped_at(text: &str, message: &str) -> Option<Span> {
    let (_, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let line: usize = line.parse().ok()?;
    let column: usize = column.split(|ch: char| !ch.is_ascii_digit()).next()?.parse().ok()?;
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let within = text.get(start..)?.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at);
    let at = u32::try_from(start + within).ok()?;
    Some(Span::new(at, at))
}
