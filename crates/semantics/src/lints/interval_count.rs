//! A duration divided by the count of events: n events have n - 1 intervals.

use syntax::{Diagnostic, Fix};

use super::{Lint, Linted, Occasion, codes, intervals};

pub(super) const LINT: Lint = Lint {
    code: codes::INTERVAL_COUNT,
    name: "interval-count",
    summary: "a duration divided by the count of events, which is one more than the count of intervals",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    for mean in intervals::means(linted).into_iter().filter(|mean| !mean.is_by_intervals) {
        let divisor = mean.divisor.text(linted.text);
        let fix = Fix {
            title: "divide by the count of intervals".to_owned(),
            edits: vec![(mean.divisor, format!("({divisor} - 1)"))],
            is_safe: false,
        };
        found.push(
            Diagnostic::warning(
                codes::INTERVAL_COUNT,
                mean.divisor,
                "n events have n - 1 intervals: with 10 events the mean is a tenth too small",
            )
            .label(mean.span, "from the first event to the last")
            .hint("a group of one event has no interval: filter for more than one before dividing")
            .fix(fix),
        );
    }
}
