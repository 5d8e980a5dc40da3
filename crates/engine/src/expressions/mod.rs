//! Bound scalar expression → DataFusion expression.
//!
//! Kusto's answers about nulls differ from SQL's, so an expression is lowered either for its value, or for its truth: a filter keeps a row
//! only when its predicate is true, and then null and false are alike and the plain SQL comparison, which storage can use, will do.

mod arithmetic;
mod compare;
pub(crate) mod convert;
mod membership;
mod path;
mod text;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use semantics::bound::{self, ExprKind};
use syntax::Span;
use syntax::ast::TextTest;

use crate::error::{Error, Result};
use crate::functions::{self, Rewrite, Services};
use crate::operators::Lowering;
use crate::text::patterns;
use crate::types::scalar_value;

/// What of an expression's answer matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Value,
    /// Whether it is true.
    Truth,
}

impl Lowering<'_> {
    /// Lowers an expression for its value; column `i` is `scope[i]`.
    pub(crate) fn value(&self, expr: &bound::Expr, scope: &[Expr]) -> Result<Expr> {
        self.expression(expr, scope, Wanted::Value)
    }

    /// Lowers a predicate of which only the truth matters.
    pub(crate) fn truth(&self, expr: &bound::Expr, scope: &[Expr]) -> Result<Expr> {
        self.expression(expr, scope, Wanted::Truth)
    }

    /// The value of an expression that reads no column.
    pub(crate) fn constant(&self, expr: &bound::Expr) -> Result<ScalarValue> {
        match fold(self.value(expr, &[])?)? {
            Expr::Literal(value, _) => Ok(value),
            other => Err(Error::Bug(format!("`{other}` is not a constant"))),
        }
    }

    fn expression(&self, expr: &bound::Expr, scope: &[Expr], wanted: Wanted) -> Result<Expr> {
        let lowered = self.lowered(expr, scope, wanted)?;
        if let ExprKind::Call { .. } | ExprKind::Text { .. } | ExprKind::In { .. } = &expr.kind {
            functions::place_kernels(&lowered, expr.span)?;
        }
        Ok(lowered)
    }

    fn lowered(&self, expr: &bound::Expr, scope: &[Expr], wanted: Wanted) -> Result<Expr> {
        match &expr.kind {
            ExprKind::Constant(value) => Ok(lit(scalar_value(value))),
            ExprKind::Column(index) => scope
                .get(*index)
                .cloned()
                .ok_or_else(|| Error::Bug(format!("column {index} of {} columns", scope.len()))),
            ExprKind::Convert(operand) => Ok(convert::lower(self.value(operand, scope)?, operand.ty, expr.ty)),
            ExprKind::Negate(operand) => Ok(arithmetic::negate(self.value(operand, scope)?)),
            ExprKind::Arithmetic { op, left, right } => Ok(arithmetic::lower(
                *op,
                (self.value(left, scope)?, left.ty),
                (self.value(right, scope)?, right.ty),
                expr.ty,
            )),
            ExprKind::Compare { op, left, right } => {
                Ok(compare::lower(*op, self.value(left, scope)?, self.value(right, scope)?, left.ty, wanted))
            }
            ExprKind::EqualIgnoringCase { negated, left, right } => {
                Ok(text::equal_ignoring_case(*negated, self.value(left, scope)?, self.value(right, scope)?))
            }
            ExprKind::Text { test, case, negated, left, right } => {
                let needle = self.value(right, scope)?;
                if *test == TextTest::MatchesRegex {
                    patterns::check(&needle).map_err(|error| Error::from(error).at(right.span))?;
                }
                Ok(text::lower(*test, *case, *negated, (self.value(left, scope)?, left.ty), needle))
            }
            ExprKind::In { test, case, negated, value, list } => {
                let value = (self.value(value, scope)?, value.ty);
                self.membership(
                    membership::Membership { test: *test, case: *case, negated: *negated, wanted },
                    value,
                    list,
                    scope,
                )
            }
            ExprKind::Between { negated, value, low, high } => {
                let ty = value.ty;
                let value = self.value(value, scope)?;
                Ok(compare::between(*negated, value, self.value(low, scope)?, self.value(high, scope)?, ty, wanted))
            }
            ExprKind::And(left, right) => {
                Ok(binary(self.expression(left, scope, wanted)?, Operator::And, self.expression(right, scope, wanted)?))
            }
            ExprKind::Or(left, right) => {
                Ok(binary(self.expression(left, scope, wanted)?, Operator::Or, self.expression(right, scope, wanted)?))
            }
            ExprKind::Path { base, steps } => self.path(base, steps, scope),
            ExprKind::Call { function, arguments } => self.call(function, arguments, expr, scope),
            ExprKind::ToScalar(_) => Err(Error::Bug("a subquery was not resolved before lowering".into())),
        }
    }

    fn call(&self, name: &str, arguments: &[bound::Expr], call: &bound::Expr, scope: &[Expr]) -> Result<Expr> {
        let function = functions::scalar(name).ok_or_else(|| Error::Unsupported(name.to_owned()))?;
        let types = arguments.iter().map(|argument| argument.ty).collect();
        let spans: Vec<Span> = arguments.iter().map(|argument| argument.span).collect();
        let arguments = arguments.iter().map(|argument| self.value(argument, scope)).collect::<Result<_>>()?;
        let services = Services { places: self.database.places(), profiles: self.database.file_profiles() };
        functions::scalar_call(function, Rewrite { arguments, types, returns: call.ty, now: self.now, services })
            .map_err(|error| Error::in_call(error, &spans, call.span))
    }
}

/// `left op right`.
pub(crate) fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

/// The constant that an expression without columns is; others stay as they are.
pub(crate) fn fold(expr: Expr) -> Result<Expr> {
    Ok(folded(expr)?)
}

/// The same, for functions, which answer to DataFusion.
pub(crate) fn folded(expr: Expr) -> datafusion::common::Result<Expr> {
    if matches!(expr, Expr::Literal(..)) || expr.any_column_refs() {
        return Ok(expr);
    }
    ExprSimplifier::new(SimplifyContext::default()).simplify(expr)
}

/// Is it a constant, and not null?
pub(crate) fn is_constant_value(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if !value.is_null())
}
