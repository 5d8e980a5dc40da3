//! A small threshold on `datetime_diff`, which counts the borders between two moments and not the time between them.

use syntax::ast::{Call, Expr, OperatorKind};
use syntax::{Diagnostic, Fix};

use super::stages::{self, SECOND, bounded, each_stage};
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::DATETIME_DIFF,
    name: "datetime-diff",
    summary: "a small threshold on `datetime_diff`, which counts borders and not time",
    occasion: Occasion::Always,
    check,
};

/// The result may be one unit off. Up to which thresholds that matters: of minutes and hours a fiftieth, of days the difference between
/// yesterday and the day before, because nobody counts thirty days to the hour.
const UNITS_MAX: [(&str, f64); 3] = [("minute", 60.0), ("hour", 48.0), ("day", 2.0)];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        each_stage(pipe, |_, operator, definitions| {
            let OperatorKind::Where { predicate, .. } = &operator.kind else { return };
            let mut parts = vec![];
            both(predicate, &mut parts);
            for part in parts {
                let Some(bounded) = bounded(part) else { continue };
                let made = definitions.resolve(bounded.value);
                let Some(call) = tree::call(made).filter(|call| counts_borders(call)) else { continue };
                let unit = unit(linted, call);
                let Some((_, most)) = UNITS_MAX.into_iter().find(|(name, _)| *name == unit) else { continue };
                let bounds = [bounded.least, bounded.most].into_iter().flatten();
                // Nothing is said of zero: before and after are told apart rightly.
                let mut thresholds =
                    bounds.filter_map(|bound| linted.number(bound)).filter(|threshold| *threshold != 0.0);
                if !thresholds.any(|threshold| threshold.abs() <= most) {
                    continue;
                }
                found.push(complaint(linted, part, made, call));
            }
        });
    });
}

/// Parts of `and` and of `or`.
fn both<'e>(predicate: &'e Expr, parts: &mut Vec<&'e Expr>) {
    let mut conjuncts = vec![];
    tree::conjuncts(predicate, &mut conjuncts);
    for conjunct in conjuncts {
        let mut disjuncts = vec![];
        tree::disjuncts(conjunct, &mut disjuncts);
        match disjuncts.as_slice() {
            [one] => parts.push(one),
            _ => disjuncts.into_iter().for_each(|disjunct| both(disjunct, parts)),
        }
    }
}

/// Is it a difference in minutes or more, of moments that are not borders themselves?
fn counts_borders(call: &Call) -> bool {
    let [unit, from, to] = call.arguments.as_slice() else { return false };
    let is_border = |expr: &Expr| {
        tree::call(expr).is_some_and(|call| call.name.text == "bin" || call.name.text.starts_with("startof"))
    };
    let is_long = stages::unit_ticks(&unit.value).is_some_and(|ticks| ticks >= 60.0 * SECOND);
    call.name.text == "datetime_diff" && is_long && !(is_border(&from.value) && is_border(&to.value))
}

fn unit(linted: &Linted<'_>, call: &Call) -> String {
    let written = tree::argument(call, 0).map_or("", |expr| expr.span.text(linted.text));
    written.trim_matches(['"', '\'']).trim_end_matches('s').to_ascii_lowercase()
}

fn complaint(linted: &Linted<'_>, part: &Expr, made: &Expr, call: &Call) -> Diagnostic {
    let argument = |at: usize| tree::argument(call, at).map_or("", |expr| expr.span.text(linted.text));
    let unit = unit(linted, call);
    let message =
        format!("`datetime_diff` counts the borders of {unit}s between two moments, so it is up to one {unit} off");
    let mut diagnostic = Diagnostic::warning(codes::DATETIME_DIFF, part.span, message);
    let is_elsewhere = made.span.start < part.span.start || made.span.end > part.span.end;
    if is_elsewhere {
        diagnostic = diagnostic.label(made.span, "counted here");
    }
    let literal = match unit.as_str() {
        "minute" => "1m",
        "hour" => "1h",
        _ => "1d",
    };
    let elapsed = format!("({} - {}) / {literal}", argument(1), argument(2));
    let fix = Fix {
        title: "measure the time that has passed".to_owned(),
        edits: vec![(made.span, elapsed.clone())],
        is_safe: false,
    };
    diagnostic.hint(format!("`{elapsed}` is the time that has passed, with its fraction")).fix(fix)
}
