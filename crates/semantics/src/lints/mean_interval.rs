//! A mean interval taken for regularity: a burst and a late straggler have the same mean as a clock.

use syntax::Diagnostic;
use syntax::ast::ExprKind;

use super::{Lint, Linted, Occasion, codes, intervals, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::MEAN_INTERVAL,
    name: "mean-interval",
    summary: "a mean interval that is taken for regularity",
    occasion: Occasion::Always,
    check,
};

/// What measures how far intervals are from each other, or looks at each.
const SPREADS: [&str; 20] = [
    "stdev",
    "stdevif",
    "stdevp",
    "variance",
    "varianceif",
    "variancep",
    "percentile",
    "percentiles",
    "percentiles_array",
    "percentilesw",
    "prev",
    "next",
    "row_window_session",
    "series_stats",
    "series_stats_dynamic",
    "series_periods_detect",
    "series_periods_validate",
    "series_fft",
    "array_sort_asc",
    "scan",
];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    let means = intervals::means(linted);
    if means.is_empty() || measures_spread(linted) {
        return;
    }
    for mean in means {
        let Some(test) = mean.test else { continue };
        let message =
            "the duration divided by the count is a mean: events in one burst and a late one have the same as a clock";
        found.push(
            Diagnostic::warning(codes::MEAN_INTERVAL, mean.span, message)
                .label(test, "rows are told apart by it here")
                .hint("measure each gap (`serialize`, `prev(Timestamp)`) and its spread: `stdev(gap)`, or the distance of two percentiles"),
        );
    }
}

fn measures_spread(linted: &Linted<'_>) -> bool {
    let mut found = false;
    tree::each_expr(linted.query, |expr| {
        if let ExprKind::Call(call) = &expr.kind {
            found |= SPREADS.contains(&call.name.text.as_str());
        }
    });
    tree::each_operator(linted.query, |operator| found |= matches!(operator.kind, syntax::ast::OperatorKind::Scan(_)));
    found
}
