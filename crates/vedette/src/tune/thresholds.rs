//! The numbers that a query decides by, found in its tree, and the query with another number in the place of one.
//!
//! In: text. Out: thresholds with their place: `let N = 10`, what is compared with `<`, `<=`, `>` or `>=`, and the ends of `between`. A number anywhere else
//! (a list, a bin, an argument) is no threshold.

use std::collections::BTreeSet;

use syntax::ast::{BinaryOp, Expr, ExprKind, Literal, Statement, StatementKind};
use syntax::visit::{Visitor, walk_expr, walk_query, walk_statement};
use syntax::{Span, position};

/// A number that a query decides by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Threshold {
    /// `MinConnections`, `DurationMinutes >`, `AvgIntervalMinutes between low`.
    pub(crate) name: String,
    /// The line of the query.
    pub(crate) line: usize,
    span: Span,
    number: Number,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    Long(i64),
    Real(f64),
    /// Ticks.
    Timespan(i64),
}

/// A number to try, as it is written in the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trial {
    pub(crate) text: String,
    /// Is it the query's own?
    pub(crate) is_own: bool,
}

/// By how much the numbers are changed.
const FACTORS: [f64; 7] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0];

/// Thresholds of one query at most.
const THRESHOLDS_MAX: usize = 100;

/// The thresholds of a query, in the order of its text.
pub(crate) fn find(text: &str) -> Vec<Threshold> {
    let parsed = syntax::parse(text);
    let mut finder = Finder { text, found: vec![] };
    walk_query(&mut finder, &parsed.query);
    let mut found = finder.found;
    found.sort_by_key(|threshold| threshold.span.start);
    found.dedup_by_key(|threshold| threshold.span.start);
    found.truncate(THRESHOLDS_MAX);
    found
}

struct Finder<'t> {
    text: &'t str,
    found: Vec<Threshold>,
}

impl Finder<'_> {
    fn add(&mut self, name: String, value: &Expr) {
        let inner = match &value.kind {
            ExprKind::Paren(inner) => inner,
            _ => value,
        };
        let number = match &inner.kind {
            ExprKind::Literal(Literal::Long(number)) => Number::Long(*number),
            ExprKind::Literal(Literal::Real(number)) => Number::Real(*number),
            ExprKind::Literal(Literal::Timespan(ticks)) => Number::Timespan(*ticks),
            _ => return,
        };
        let line = position(self.text, inner.span.start).line;
        self.found.push(Threshold { name, line, span: inner.span, number });
    }

    fn words(&self, expr: &Expr) -> String {
        expr.span.text(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Visitor for Finder<'_> {
    fn visit_statement(&mut self, statement: &Statement) {
        if let StatementKind::Let { name, value } = &statement.kind {
            self.add(name.text.clone(), value);
        }
        walk_statement(self, statement);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary { op, left, right, .. } => {
                let sign = match op {
                    BinaryOp::Less => "<",
                    BinaryOp::LessOrEqual => "<=",
                    BinaryOp::Greater => ">",
                    BinaryOp::GreaterOrEqual => ">=",
                    _ => "",
                };
                if !sign.is_empty() {
                    self.add(format!("{} {sign}", self.words(left)), right);
                    self.add(format!("{sign} {}", self.words(right)), left);
                }
            }
            ExprKind::Between { value, low, high, .. } => {
                self.add(format!("{} between low", self.words(value)), low);
                self.add(format!("{} between high", self.words(value)), high);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl Threshold {
    /// The query's own number.
    pub(crate) fn own(&self, text: &str) -> String {
        self.span.text(text).to_owned()
    }

    /// The numbers to try, each once, from the smallest.
    pub(crate) fn trials(&self, text: &str) -> Vec<Trial> {
        let own = self.own(text);
        let mut seen = BTreeSet::new();
        let mut trials = vec![];
        for factor in FACTORS {
            let is_own = factor.to_bits() == 1.0_f64.to_bits();
            let written = if is_own { own.clone() } else { self.times(factor) };
            // A small whole number times a factor may be itself.
            let is_again = !is_own && self.times(1.0) == written;
            if !is_again && seen.insert(written.clone()) {
                trials.push(Trial { text: written, is_own });
            }
        }
        trials
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a number to try need not be exact"
    )]
    fn times(&self, factor: f64) -> String {
        match self.number {
            Number::Long(number) => ((number as f64 * factor).round() as i64).to_string(),
            Number::Real(number) => format!("{:?}", number * factor),
            Number::Timespan(ticks) => format!("{}s", (ticks as f64 * factor / 1e7).round() as i64),
        }
    }

    /// The query with another number in this place.
    pub(crate) fn with(&self, text: &str, number: &str) -> String {
        let end = Span::new(self.span.end, u32::try_from(text.len()).unwrap_or(u32::MAX));
        format!("{}{number}{}", Span::new(0, self.span.start).text(text), end.text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "let N = 10;\nlet W = 24h;\nlet L = dynamic([1, 2]);\nT | where t > ago(W)\n| summarize c = count() by bin(t, 5m)\n\
                         | where c >= N and d > 30 and 0.5 < e\n| where a between (0.5 .. 60.0)";

    #[test]
    fn a_threshold_is_a_let_a_comparison_or_an_end() {
        let found = find(QUERY);
        let told: Vec<(&str, usize, String)> =
            found.iter().map(|it| (it.name.as_str(), it.line, it.own(QUERY))).collect();
        let expected = [
            ("N", 1, "10"),
            ("W", 2, "24h"),
            ("d >", 6, "30"),
            ("< e", 6, "0.5"),
            ("a between low", 7, "0.5"),
            ("a between high", 7, "60.0"),
        ];
        assert_eq!(told, expected.map(|(name, line, own)| (name, line, own.to_owned())));
    }

    #[test]
    fn numbers_to_try_are_of_the_same_kind_and_each_once() {
        let found = find(QUERY);
        let texts = |at: usize| found[at].trials(QUERY).into_iter().map(|trial| trial.text).collect::<Vec<_>>();
        // 2.5 and 7.5 are rounded away from zero.
        assert_eq!(texts(0), ["3", "5", "8", "10", "15", "20", "40"]);
        assert_eq!(texts(1)[..4], ["21600s", "43200s", "64800s", "24h"]);
        assert_eq!(texts(3)[..2], ["0.125", "0.25"]);
        let small = "T | where a > 1";
        let trials: Vec<String> = find(small)[0].trials(small).into_iter().map(|trial| trial.text).collect();
        assert_eq!(trials, ["0", "1", "2", "4"]);
        assert_eq!(found[2].with(QUERY, "7"), QUERY.replace("d > 30", "d > 7"));
    }

    #[test]
    fn a_query_that_cannot_be_read_has_what_could_be_read() {
        assert_eq!(find(""), []);
        assert_eq!(find("let N = 3; T | where (").len(), 1);
    }
}
