//! A threshold that no group can reach, because the window that is looked at is shorter than it needs.

use syntax::ast::{Expr, ExprKind, OperatorKind};
use syntax::{Diagnostic, Span};

use super::stages::{Definitions, Scale, bounded, each_stage};
use super::time_filter::since;
use super::{Lint, Linted, Occasion, codes, columns, tree};
use crate::time::format_timespan;

pub(super) const LINT: Lint = Lint {
    code: codes::WINDOW_TOO_SHORT,
    name: "window-too-short",
    summary: "a threshold that cannot be reached within the window that is looked at",
    occasion: Occasion::Always,
    check,
};

/// What the pipe looks at, in ticks, and where it says so.
#[derive(Clone, Copy)]
struct Window {
    ticks: f64,
    span: Span,
}

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        let mut window: Option<Window> = None;
        let mut least = Least::default();
        each_stage(pipe, |_, operator, definitions| match &operator.kind {
            OperatorKind::Where { predicate, .. } => {
                let mut parts = vec![];
                tree::conjuncts(predicate, &mut parts);
                for part in parts {
                    if let Some(found) = since(linted, part).map(|ticks| Window { ticks, span: part.span }) {
                        window =
                            Some(window.map_or(found, |known| if found.ticks < known.ticks { found } else { known }));
                    }
                    least.learn(linted, definitions, part);
                }
                if let Some(window) = window {
                    found.extend(least.complaint(window));
                }
                least.is_told();
            }
            OperatorKind::Summarize { .. } => least = Least::default(),
            OperatorKind::Join(_) | OperatorKind::Union { .. } => window = None,
            _ => {}
        });
    });
}

/// The least that a pipe asks of a group.
#[derive(Default)]
struct Least {
    count: Option<(f64, Span)>,
    interval: Option<(f64, Span)>,
    duration: Option<(f64, Span)>,
    bins: Option<(f64, f64, Span)>,
    is_told: bool,
}

impl Least {
    fn learn<'e>(&mut self, linted: &Linted<'_>, definitions: &Definitions<'e>, part: &'e Expr) {
        let Some(bounded) = bounded(part) else { return };
        let Some(least) = bounded.least else { return };
        let is_strict = matches!(part.kind, ExprKind::Binary { op: syntax::ast::BinaryOp::Greater, .. });
        let number = linted.number(least);
        if definitions.count(bounded.value) == Some(false) {
            self.count = number.map(|number| (if is_strict { number.floor() + 1.0 } else { number.ceil() }, part.span));
        }
        if let Some(size) = binned(linted, definitions, bounded.value) {
            self.bins =
                number.map(|number| (if is_strict { number.floor() + 1.0 } else { number.ceil() }, size, part.span));
        }
        let ticks = |scale: Scale| match scale {
            Scale::Span => linted.ticks(least),
            Scale::Units(unit) => number.map(|number| number * unit),
        };
        if let Some(ticks) = definitions.duration(linted, bounded.value).and_then(ticks) {
            self.duration = Some((ticks, part.span));
        }
        if let ExprKind::Binary { op: syntax::ast::BinaryOp::Divide, left, right, .. } =
            &definitions.resolve(bounded.value).kind
            && definitions.count(right).is_some()
            && let Some(ticks) = definitions.duration(linted, left).and_then(ticks)
        {
            self.interval = Some((ticks, part.span));
        }
    }

    fn is_told(&mut self) {
        self.is_told |= self.count.is_some() && self.interval.is_some();
    }

    fn complaint(&self, window: Window) -> Option<Diagnostic> {
        if self.is_told {
            return None;
        }
        let (needed, span, what) = if let (Some((count, _)), Some((interval, span))) = (self.count, self.interval) {
            // One interval less than events, to be on the side of silence.
            ((count - 1.0) * interval, span, format!("{count} events at this interval"))
        } else if let Some((duration, span)) = self.duration {
            (duration, span, "this duration".to_owned())
        } else {
            let (bins, size, span) = self.bins?;
            // A window that begins inside a bin touches one more than it holds.
            ((bins - 1.0) * size, span, format!("{bins} bins of {}", spoken(size)))
        };
        (needed > window.ticks).then(|| {
            let message = format!(
                "{what} need {}, and the window has {}: no group can pass",
                spoken(needed),
                spoken(window.ticks)
            );
            Diagnostic::warning(codes::WINDOW_TOO_SHORT, span, message).label(window.span, "the window")
        })
    }
}

/// `dcount(bin(Timestamp, size))`: the size in ticks.
fn binned<'e>(linted: &Linted<'_>, definitions: &Definitions<'e>, value: &'e Expr) -> Option<f64> {
    let call = tree::call(definitions.resolve(value))?;
    let is_count = ["dcount", "count_distinct"].contains(&call.name.text.as_str());
    let bin = tree::call(definitions.resolve(tree::argument(call, 0)?))?;
    let of_time = tree::argument(bin, 0).is_some_and(|expr| tree::mentions(expr, &columns::TIMES));
    let size = match bin.name.text.as_str() {
        "bin" => linted.ticks(tree::argument(bin, 1)?)?,
        "startofday" => 864e9,
        _ => return None,
    };
    (is_count && of_time).then_some(size)
}

#[expect(clippy::cast_possible_truncation, reason = "windows are days, not millennia")]
fn spoken(ticks: f64) -> String {
    format_timespan(ticks as i64)
}
