//! How large a bound query may become. A name stands for what it was given, so a short text can mean a tree of any size and height;
//! these limits keep both within memory and stack, and say so where they are passed.

use syntax::Span;

use super::Binder;
use crate::bound::Expr;
use crate::codes;
use crate::tabular::Tabular;
use crate::wide::children;

/// Expressions and calls nest at most so deep in the text: the walk is recursive, and a thread's stack is not endless.
pub(super) const DEPTH_MAX: usize = 400;
/// Calls of query functions inside each other. Parsers that call parsers need five.
pub(super) const CALLS_MAX: usize = 64;
/// One query may inline so many function bodies: ten functions that call each other twice are already a thousand.
pub(super) const INLINED_MAX: usize = 2_000;
/// Expressions of one table, counting what its names stand for; an operator counts as many. Two million take about 200 MB.
const NODES_MAX: usize = 2_000_000;
/// What an operator weighs besides its columns, in expressions.
const OPERATOR_NODES: usize = 40;
/// Operators above each other, counting what names stand for.
const OPERATORS_MAX: usize = 200;
/// Expressions inside each other in the value of a name.
const HEIGHT_MAX: usize = 500;

/// How much something is, with all that its names stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Expressions and operators.
    pub(crate) nodes: usize,
    /// Operators above each other.
    pub(crate) operators: usize,
}

impl Binder<'_> {
    /// Runs a step and finds the extent of what it bound.
    pub(crate) fn measured<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> (T, Extent) {
        let outer = std::mem::take(&mut self.used);
        let result = step(self);
        let used = self.used;
        self.used = Extent { nodes: outer.nodes + used.nodes, operators: outer.operators.max(used.operators) };
        (result, used)
    }

    /// Binds a table, whose extent then counts as a whole, whatever was looked at on the way.
    pub(crate) fn counted(&mut self, span: Span, step: impl FnOnce(&mut Self) -> Tabular) -> Tabular {
        let outer = std::mem::take(&mut self.used);
        let table = step(self);
        self.used = outer;
        if self.spend(table.extent, span) { table } else { Tabular::open(span) }
    }

    /// Counts what a name stands for at the place where it is used; false, with a message, when it is too much.
    pub(crate) fn spend(&mut self, extent: Extent, span: Span) -> bool {
        self.used.nodes += extent.nodes;
        self.used.operators = self.used.operators.max(extent.operators);
        if self.used.nodes > NODES_MAX {
            let message = format!("the query means more than {NODES_MAX} expressions, counting each use of a name");
            self.error(codes::TOO_LARGE, span, message);
            return false;
        }
        true
    }

    /// The extent of an operator over an input, or none, with a message, when that is too high.
    pub(crate) fn above(&mut self, input: Extent, operator: Extent, columns: usize, span: Span) -> Option<Extent> {
        let extent = Extent {
            nodes: input.nodes + operator.nodes + OPERATOR_NODES + columns,
            operators: input.operators.max(operator.operators) + 1,
        };
        if extent.operators > OPERATORS_MAX {
            let message = format!("more than {OPERATORS_MAX} operators above each other, counting each use of a name");
            self.error(codes::TOO_LARGE, span, message);
            return None;
        }
        Some(extent)
    }

    /// Is the value of a name low enough to be used? Says so when not.
    pub(super) fn is_low(&mut self, value: &Expr, span: Span) -> bool {
        let is_low = height(value, HEIGHT_MAX) <= HEIGHT_MAX;
        if !is_low {
            self.error(codes::TOO_LARGE, span, format!("expressions nest more than {HEIGHT_MAX} deep in this value"));
        }
        is_low
    }
}

/// How many expressions stand inside each other; counting stops above the limit.
fn height(expr: &Expr, limit: usize) -> usize {
    if limit == 0 {
        return 1;
    }
    1 + children(expr).into_iter().map(|child| height(child, limit - 1)).max().unwrap_or(0)
}
