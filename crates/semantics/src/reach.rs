//! Which shared tables the results use. A `let` that nobody reads costs nothing in Kusto, so it must cost nothing here.

use std::collections::BTreeSet;

use crate::bound::{Expr, ExprKind, InList, Table, TableKind};
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
    if let TableKind::Shared { index } = &table.kind {
        used.insert(*index);
    }
    table.kind.inputs().into_iter().for_each(|input| in_table(input, used));
    table.kind.expressions().into_iter().for_each(|expr| in_expr(expr, used));
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
