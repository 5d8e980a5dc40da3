//! What the columns of a pipe stand for: which expression made a column that a later operator names.
//!
//! In: a pipe. Out: for each operator, its own expressions with the definitions that hold there. A column that is made again is followed to its last making.

use std::collections::HashMap;

use syntax::ast::{BinaryOp, Expr, ExprKind, Literal, NamedExpr, Operator, OperatorKind};

use super::Linted;
use super::tree::{self, Pipe};

/// How many definitions are followed from one to the next.
const STEPS_MAX: usize = 8;

/// Ticks of 100 ns in a second.
pub(super) const SECOND: f64 = 1e7;

/// What names stand for at a place in a pipe.
#[derive(Debug, Default, Clone)]
pub(super) struct Definitions<'e>(HashMap<String, &'e Expr>);

/// How the length of time is told by a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// As a timespan.
    Span,
    /// As a number of units of so many ticks.
    Units(f64),
}

/// Shows each operator of a pipe with what names stand for in it.
pub(super) fn each_stage<'e>(pipe: Pipe<'e>, mut see: impl FnMut(usize, &'e Operator, &Definitions<'e>)) {
    let mut definitions = Definitions::default();
    for (at, operator) in pipe.operators.iter().enumerate() {
        see(at, operator, &definitions);
        definitions.learn(operator);
    }
}

impl<'e> Definitions<'e> {
    fn learn(&mut self, operator: &'e Operator) {
        match &operator.kind {
            OperatorKind::Extend { columns }
            | OperatorKind::Project { columns }
            | OperatorKind::Serialize { columns, .. }
            | OperatorKind::ProjectRename { columns } => self.add(columns),
            OperatorKind::Summarize { aggregates, by, .. } => {
                self.add(aggregates);
                self.add(by);
            }
            _ => {}
        }
    }

    fn add(&mut self, columns: impl IntoIterator<Item = &'e NamedExpr>) {
        for column in columns {
            let Some(name) = tree::output_name(column) else { continue };
            // `x = x` and `by x` leave what x was.
            if tree::name(&column.value) != Some(name.as_str()) {
                self.0.insert(name, &column.value);
            }
        }
    }

    /// What an expression is: behind its parentheses, names and conversions of numbers.
    pub(super) fn resolve(&self, expr: &'e Expr) -> &'e Expr {
        let mut expr = tree::bare(expr);
        for _ in 0..STEPS_MAX {
            let next = match &expr.kind {
                ExprKind::Name(name) => self.0.get(&name.text).copied(),
                ExprKind::Call(call) if is_conversion(&call.name.text) => tree::argument(call, 0),
                _ => None,
            };
            match next.map(tree::bare) {
                Some(next) if next.span != expr.span => expr = next,
                _ => break,
            }
        }
        expr
    }

    /// Is it how many rows a group has? `Some(true)` if one was taken away from it.
    pub(super) fn count(&self, expr: &'e Expr) -> Option<bool> {
        let expr = self.resolve(expr);
        match &expr.kind {
            ExprKind::Call(call) if call.name.text == "count" && call.arguments.is_empty() => Some(false),
            ExprKind::Binary { op: BinaryOp::Subtract, left, .. } => self.count(left).map(|_| true),
            ExprKind::Call(call) if ["max_of", "iff", "iif", "case"].contains(&call.name.text.as_str()) => {
                call.arguments.iter().filter_map(|argument| self.count(&argument.value)).max()
            }
            _ => None,
        }
    }

    /// Is it the time from the first row of a group to the last? In which units?
    pub(super) fn duration(&self, linted: &Linted<'_>, expr: &'e Expr) -> Option<Scale> {
        self.length(linted, expr, STEPS_MAX)
    }

    fn length(&self, linted: &Linted<'_>, expr: &'e Expr, steps_left: usize) -> Option<Scale> {
        let steps_left = steps_left.checked_sub(1)?;
        let expr = self.resolve(expr);
        let is_pair = |from: &'e Expr, to: &'e Expr| self.is_end(from, "max") && self.is_end(to, "min");
        match &expr.kind {
            ExprKind::Binary { op: BinaryOp::Subtract, left, right, .. } => is_pair(left, right).then_some(Scale::Span),
            ExprKind::Binary { op: BinaryOp::Divide, left, right, .. } => {
                let scale = self.length(linted, left, steps_left)?;
                match (scale, linted.ticks(right), linted.number(right)) {
                    (Scale::Span, Some(ticks), _) => Some(Scale::Units(ticks)),
                    (Scale::Units(unit), _, Some(number)) => Some(Scale::Units(unit * number)),
                    (Scale::Span, _, Some(_)) => Some(Scale::Span),
                    _ => None,
                }
            }
            ExprKind::Binary { op: BinaryOp::Multiply, left, right, .. } => {
                let factor = linted.number(right)?;
                match self.length(linted, left, steps_left)? {
                    Scale::Units(unit) if factor != 0.0 => Some(Scale::Units(unit / factor)),
                    Scale::Units(_) | Scale::Span => None,
                }
            }
            ExprKind::Call(call) if call.name.text == "datetime_diff" => {
                let [unit, from, to] = call.arguments.as_slice() else { return None };
                let unit = unit_ticks(&unit.value)?;
                is_pair(&from.value, &to.value).then_some(Scale::Units(unit))
            }
            _ => None,
        }
    }

    /// Is it the first or the last time of a group?
    fn is_end(&self, expr: &'e Expr, function: &str) -> bool {
        let Some(call) = tree::call(self.resolve(expr)) else { return false };
        call.name.text == function || call.name.text.strip_prefix("arg_") == Some(function)
    }
}

fn is_conversion(function: &str) -> bool {
    matches!(
        function,
        "toint"
            | "tolong"
            | "toreal"
            | "todouble"
            | "todecimal"
            | "round"
            | "abs"
            | "floor"
            | "ceiling"
            | "totimespan"
            | "real"
            | "double"
    )
}

/// The unit of a `datetime_diff` that is as long as its name says; months and years are not.
pub(super) fn unit_ticks(expr: &Expr) -> Option<f64> {
    let ExprKind::Literal(Literal::String { value, .. }) = &tree::bare(expr).kind else { return None };
    Some(match value.to_ascii_lowercase().as_str() {
        "week" | "weeks" => 604_800.0 * SECOND,
        "day" | "days" => 86_400.0 * SECOND,
        "hour" | "hours" => 3_600.0 * SECOND,
        "minute" | "minutes" => 60.0 * SECOND,
        "second" | "seconds" => SECOND,
        "millisecond" | "milliseconds" => SECOND / 1e3,
        _ => return None,
    })
}

/// The expressions that an operator itself has, those of subqueries left out.
pub(super) fn own_expressions(operator: &Operator) -> Vec<&Expr> {
    match &operator.kind {
        OperatorKind::Extend { columns }
        | OperatorKind::Project { columns }
        | OperatorKind::Serialize { columns, .. }
        | OperatorKind::Distinct { columns, .. }
        | OperatorKind::ProjectRename { columns } => columns.iter().map(|column| &column.value).collect(),
        OperatorKind::Summarize { aggregates, by, .. } => {
            aggregates.iter().chain(by).map(|column| &column.value).collect()
        }
        OperatorKind::Where { predicate, .. } => vec![predicate],
        OperatorKind::Sort { by, .. } | OperatorKind::Top { by, .. } => by.iter().map(|by| &by.key.value).collect(),
        _ => vec![],
    }
}

/// A side of a comparison with a constant: the value, and how it stands to the constant.
pub(super) struct Bounded<'e> {
    pub(super) value: &'e Expr,
    /// The least that it may be, if there is one, and the most.
    pub(super) least: Option<&'e Expr>,
    pub(super) most: Option<&'e Expr>,
}

/// What an order says: `x > 5`, `5 < x`, `x between (1 .. 5)`.
pub(super) fn bounded(expr: &Expr) -> Option<Bounded<'_>> {
    match &expr.kind {
        ExprKind::Binary { op, left, right, .. } => match op {
            BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
                Some(Bounded { value: left, least: Some(right), most: None })
            }
            BinaryOp::Less | BinaryOp::LessOrEqual => Some(Bounded { value: left, least: None, most: Some(right) }),
            _ => None,
        },
        ExprKind::Between { negated: false, value, low, high } => {
            Some(Bounded { value, least: Some(low), most: Some(high) })
        }
        _ => None,
    }
}
