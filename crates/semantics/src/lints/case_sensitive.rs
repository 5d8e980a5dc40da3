//! A comparison that minds case, of a column whose case varies without a meaning.

use syntax::ast::{Case, Expr};
use syntax::{Diagnostic, Fix};

use super::comparison::{Comparison, How};
use super::linted::Text;
use super::{Lint, Linted, Occasion, codes, columns, note, tree};

/// Further places that a finding shows.
const LABELS_MAX: usize = 5;

pub(super) const LINT: Lint = Lint {
    code: codes::CASE_SENSITIVE,
    name: "case-sensitive",
    summary: "a comparison that minds case, of a column whose case varies",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_filter(linted.query, |predicate| {
        let mut by_column: Vec<(String, Diagnostic)> = vec![];
        tree::conditions(predicate, false, &mut |expr, is_excluded| {
            let Some((column, diagnostic)) = complaint(linted, expr, is_excluded) else { return };
            match by_column.iter_mut().find(|(known, _)| *known == column) {
                Some((_, known)) => join(known, diagnostic),
                None => by_column.push((column, diagnostic)),
            }
        });
        found.extend(by_column.into_iter().map(|(_, diagnostic)| diagnostic));
    });
}

/// Many comparisons of one column are one finding with one fix.
fn join(known: &mut Diagnostic, other: Diagnostic) {
    known.severity = known.severity.max(other.severity);
    if known.labels.len() < LABELS_MAX {
        known.labels.push((other.span, "here, too".to_owned()));
    }
    if let (Some(fix), Some(further)) = (known.fixes.first_mut(), other.fixes.into_iter().next()) {
        "compare without case".clone_into(&mut fix.title);
        fix.edits.extend(further.edits);
    }
}

fn complaint(linted: &Linted<'_>, expr: &Expr, is_excluded: bool) -> Option<(String, Diagnostic)> {
    let comparison = Comparison::of(linted, expr)?;
    if comparison.how != How::Equal || comparison.case != Case::Sensitive || lists_spellings(&comparison.values) {
        return None;
    }
    let column = linted.column(comparison.subject).filter(|column| columns::has_varying_case(column))?;
    let table = linted.table(comparison.subject).unwrap_or_default();
    if table == "Syslog" || table.ends_with("_CL") {
        return None;
    }
    // Other systems mind case, or have these programs in one spelling: those of Windows are told by an ending or a backslash.
    let is_file = columns::FILE_NAMES.contains(&column) || column == "ProcessName";
    let is_elsewhere = |value: &str| value.starts_with('/') || is_file && !value.contains(['\\', '.']);
    if comparison.values.iter().all(|value| is_elsewhere(&value.value)) {
        return None;
    }
    let is_written = |value: &str| is_lower_there(table, column) && value.to_lowercase() == value;
    let value = comparison.values.iter().find(|value| has_words(&value.value) && !is_written(&value.value))?;
    let operator = comparison.op_span.text(linted.text);
    let other = without_case(operator)?;
    let message = format!("`{operator}` minds case, and `{column}` may have `{}`", other_case(&value.value));
    let fix = Fix {
        title: format!("compare without case: `{other}`"),
        edits: vec![(comparison.op_span, other.to_owned())],
        is_safe: false,
    };
    // An exclusion that misses a spelling costs an alert too many; a search that does misses what it looks for.
    let diagnostic = match comparison.is_negated == is_excluded {
        true => Diagnostic::warning(codes::CASE_SENSITIVE, comparison.op_span, message),
        false => note(codes::CASE_SENSITIVE, comparison.op_span, message),
    };
    Some((column.to_owned(), diagnostic.fix(fix)))
}

/// Defender writes devices and accounts of devices in lower case, whatever they are called elsewhere.
fn is_lower_there(table: &str, column: &str) -> bool {
    let is_name = column.ends_with("AccountName") || column.ends_with("AccountDomain") || column == "DeviceName";
    is_name && table.starts_with("Device")
}

fn without_case(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "==" => "=~",
        "!=" | "<>" => "!~",
        "in" => "in~",
        "!in" => "!in~",
        _ => return None,
    })
}

/// Identifiers (`S-1-5-18`, `-`, `4625`) have one spelling only.
fn has_words(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && !value.starts_with("S-1-") && !is_hexadecimal(value)
}

fn is_hexadecimal(value: &str) -> bool {
    value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Whoever writes one name in two cases knows that case matters.
fn lists_spellings(values: &[Text]) -> bool {
    let mut folded: Vec<String> = values.iter().map(|value| value.value.to_lowercase()).collect();
    folded.sort();
    let count = folded.len();
    folded.dedup();
    folded.len() < count
}

fn other_case(value: &str) -> String {
    let upper = value.to_uppercase();
    if upper == value { value.to_lowercase() } else { upper }
}
