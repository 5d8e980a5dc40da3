//! Which shared tables the results use. A `let` that nobody reads costs nothing in Kusto, so it must cost nothing here.

use std::collections::BTreeSet;

use crate::bound::{Aggregate, Expr, ExprKind, InList, Table, TableKind};
use crate::wide::children;

/// Puts an empty row where a shared table is not used; the numbers of the others stay.
pub(crate) fn drop_unused(shared: &mut [Table], results: &[Table]) {
    let mut used = BTreeSet::new();
    for result in results {
        in_table(result, &mut used);
    }
    // An entry uses earlier ones only, so one pass from the last to the first finds all.
    for at in (0..shared.len()).rev() {
        match shared.get_mut(at) {
            Some(table) if used.contains(&at) => in_table(table, &mut used),
            Some(table) => {
                table.kind = TableKind::OneRow;
                table.schema = vec![];
            }
            None => {}
        }
    }
}

fn in_table(table: &Table, used: &mut BTreeSet<usize>) {
    let mut exprs: Vec<&Expr> = vec![];
    let mut inputs: Vec<&Table> = vec![];
    match &table.kind {
        TableKind::Scan { .. } | TableKind::Rows { .. } | TableKind::OneRow => {}
        TableKind::Shared { index } => {
            used.insert(*index);
        }
        TableKind::External { sources, .. } => exprs.extend(sources),
        TableKind::Range { from, to, step } => exprs.extend([&**from, &**to, &**step]),
        TableKind::Filter { input, predicate } => {
            inputs.push(input);
            exprs.push(predicate);
        }
        TableKind::Project { input, columns } => {
            inputs.push(input);
            exprs.extend(columns);
        }
        TableKind::Summarize { input, by, aggregates } => {
            inputs.push(input);
            exprs.extend(by);
            exprs.extend(arguments(aggregates));
        }
        TableKind::Distinct { input } => inputs.push(input),
        TableKind::Sort { input, keys } => {
            inputs.push(input);
            exprs.extend(keys.iter().map(|key| &key.expr));
        }
        TableKind::Top { input, count, keys } => {
            inputs.push(input);
            exprs.push(count);
            exprs.extend(keys.iter().map(|key| &key.expr));
        }
        TableKind::Take { input, count }
        | TableKind::Sample { input, count }
        | TableKind::TopHitters { input, count } => {
            inputs.push(input);
            exprs.push(count);
        }
        TableKind::Join(join) => {
            inputs.extend([&join.left, &join.right]);
            exprs.extend(join.keys.iter().flat_map(|(left, right)| [left, right]));
        }
        TableKind::Union { inputs: all } => inputs.extend(all),
        TableKind::MvExpand { input, limit, .. } => {
            inputs.push(input);
            exprs.extend(limit);
        }
        TableKind::Window { input, columns } => {
            inputs.push(input);
            exprs.extend(arguments(columns));
        }
        TableKind::Parse(parse) => {
            inputs.push(&parse.input);
            exprs.push(&parse.source);
        }
        nodes => of_node(nodes, &mut inputs, &mut exprs),
    }
    inputs.into_iter().for_each(|input| in_table(input, used));
    exprs.into_iter().for_each(|expr| in_expr(expr, used));
}

/// What an operator that no plan computes reads.
fn of_node<'t>(kind: &'t TableKind, inputs: &mut Vec<&'t Table>, exprs: &mut Vec<&'t Expr>) {
    match kind {
        TableKind::PerKey(per_key) => inputs.extend(per_key.tables()),
        TableKind::GraphMatch(found) => {
            inputs.extend([&found.graph.edges, &found.graph.nodes]);
            exprs.extend(found.expressions());
        }
        TableKind::GraphComponents(components) => inputs.extend([&components.graph.edges, &components.graph.nodes]),
        TableKind::ScanSteps(scan) => {
            inputs.push(&scan.input);
            exprs.extend(scan.expressions());
        }
        TableKind::Plugin(plugin) => {
            inputs.extend(&plugin.inputs);
            exprs.extend(plugin.constants());
        }
        _ => {}
    }
}

fn arguments(calls: &[Aggregate]) -> impl Iterator<Item = &Expr> {
    calls.iter().flat_map(|call| &call.arguments)
}

fn in_expr(expr: &Expr, used: &mut BTreeSet<usize>) {
    match &expr.kind {
        ExprKind::ToScalar(table) | ExprKind::In { list: InList::Table(table), .. } => in_table(table, used),
        _ => {}
    }
    for child in children(expr) {
        in_expr(child, used);
    }
}
