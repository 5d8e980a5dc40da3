//! Plugins that were run before the query was bound, with the tables that they read.
//!
//! In: a bound query, in which such a plugin has no inputs any more, and the questions as they were asked. Out: the same query with its inputs
//! back, so that their stages can be shown; its rows stay those of the answer.

use semantics::Question;
use semantics::bound::{Bound, Expr, ExprKind, InList, Table, TableKind};

use crate::subqueries::{expressions, inputs, parts};

/// The query with what each plugin was asked about.
pub(super) fn with_questions(mut bound: Bound, mut questions: Vec<Question>) -> Bound {
    for at in 0..questions.len() {
        // A question reads answers to earlier ones only.
        let (before, rest) = questions.split_at_mut(at);
        if let Some(question) = rest.first_mut() {
            question.shared.iter_mut().for_each(|table| fill(table, before));
            fill(&mut question.table, before);
        }
    }
    for table in bound.shared.iter_mut().chain(&mut bound.results) {
        fill(table, &questions);
    }
    for (at, table) in bound.shared.iter_mut().enumerate().filter(|(_, table)| is_unused(table)) {
        // What only a plugin reads is not a part of the query any more.
        let asked = questions.iter().filter_map(|question| question.shared.get(at)).find(|table| !is_unused(table));
        if let Some(asked) = asked {
            *table = asked.clone();
        }
    }
    bound
}

fn is_unused(table: &Table) -> bool {
    matches!(table.kind, TableKind::OneRow) && table.schema.is_empty()
}

fn fill(table: &mut Table, questions: &[Question]) {
    if let TableKind::Plugin(plugin) = &mut table.kind
        && let Some(question) = plugin.question.and_then(|at| questions.get(at))
        && let TableKind::Plugin(asked) = &question.table.kind
        && plugin.inputs.is_empty()
    {
        plugin.inputs.clone_from(&asked.inputs);
        return;
    }
    inputs(&mut table.kind).into_iter().for_each(|input| fill(input, questions));
    expressions(&mut table.kind).into_iter().for_each(|expr| fill_expr(expr, questions));
}

fn fill_expr(expr: &mut Expr, questions: &[Question]) {
    match &mut expr.kind {
        ExprKind::ToScalar(table) => fill(table, questions),
        ExprKind::In { value, list, .. } => {
            fill_expr(value, questions);
            match list {
                InList::Values(values) => values.iter_mut().for_each(|value| fill_expr(value, questions)),
                InList::Dynamic(list) => fill_expr(list, questions),
                InList::Table(table) => fill(table, questions),
            }
        }
        other => parts(other).into_iter().for_each(|part| fill_expr(part, questions)),
    }
}
