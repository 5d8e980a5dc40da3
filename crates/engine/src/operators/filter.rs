//! `where`: one filter for a run of them, cheap questions first.
//!
//! KQL's expressions cannot fail on a row, so the order of conjuncts is free; DataFusion asks the next one only of rows that the ones before
//! left when those are few.

use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Operator};
use semantics::bound::{self, ExprKind, InList, Table, TableKind};
use syntax::ast::InTest;

use super::{Lowering, columns};
use crate::error::Result;
use crate::expressions::binary;

impl Lowering<'_> {
    pub(super) fn filter(&self, table: &Table) -> Result<LogicalPlan> {
        let mut conjuncts = vec![];
        let mut input = table;
        while let TableKind::Filter { input: below, predicate } = &input.kind {
            // The filter that comes last in the text is met first: what lies below it goes before.
            let mut here = vec![];
            split(predicate, &mut here);
            conjuncts.splice(0..0, here);
            input = below;
        }
        conjuncts.sort_by_key(|conjunct| cost(conjunct));
        let input = self.table(input)?;
        let scope = columns(&input);
        let mut predicate: Option<Expr> = None;
        for conjunct in conjuncts {
            let conjunct = self.truth(conjunct, &scope)?;
            predicate = Some(match predicate {
                None => conjunct,
                Some(before) => binary(before, Operator::And, conjunct),
            });
        }
        match predicate {
            None => Ok(input),
            Some(predicate) => Ok(LogicalPlanBuilder::from(input).filter(predicate)?.build()?),
        }
    }
}

fn split<'a>(predicate: &'a bound::Expr, into: &mut Vec<&'a bound::Expr>) {
    match &predicate.kind {
        ExprKind::And(left, right) => {
            split(left, into);
            split(right, into);
        }
        _ => into.push(predicate),
    }
}

/// A guess at what asking costs a row: comparisons, then lists of texts, then searches in text, then whatever takes a dynamic apart.
fn cost(expr: &bound::Expr) -> u32 {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Column(_) | ExprKind::ToScalar(_) => 0,
        ExprKind::Compare { left, right, .. } | ExprKind::Arithmetic { left, right, .. } => {
            1 + cost(left) + cost(right)
        }
        ExprKind::EqualIgnoringCase { left, right, .. } => 5 + cost(left) + cost(right),
        ExprKind::Convert(operand) | ExprKind::Negate(operand) => 1 + cost(operand),
        ExprKind::And(left, right) | ExprKind::Or(left, right) => cost(left) + cost(right),
        ExprKind::Between { value, low, high, .. } => 2 + cost(value) + cost(low) + cost(high),
        ExprKind::Text { left, right, .. } => 50 + cost(left) + cost(right),
        ExprKind::In { test, value, list, .. } => {
            let list = match list {
                InList::Values(_) | InList::Table(_) => 0,
                InList::Dynamic(list) => cost(list),
            };
            list + cost(value) + if *test == InTest::In { 10 } else { 100 }
        }
        ExprKind::Path { base, .. } => 200 + cost(base),
        ExprKind::Call { arguments, .. } => 5 + arguments.iter().map(cost).sum::<u32>(),
    }
}
