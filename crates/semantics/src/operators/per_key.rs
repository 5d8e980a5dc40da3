//! A subquery that runs for each value of a key by itself, so that any operator may stand in it.
//!
//! In: the rows of all subtables and the column that tells them apart. Out: the bound operator; the subquery reads its subtable as a shared
//! table whose rows the engine changes from key to key. Slower than one plan for all subtables, which [`super::scoped`] makes where it can.

use syntax::Span;
use syntax::ast::{Body, Call, Expr as Tree, ExprKind as TreeKind, Name, Operator, OperatorKind, Subquery};
use syntax::visit::{Visitor, walk_expr};

use super::pipe;
use super::scoped::without;
use crate::binder::{Binder, Extent, Scope};
use crate::bound::{Expr, ExprKind, PerKey, Table, TableKind};
use crate::schema::{Column, Schema};
use crate::scope::Binding;
use crate::signature::FunctionKind;
use crate::tabular::Tabular;

/// Each subtable is a plan: so many take about a minute.
const KEYS_MAX: usize = 20_000;
/// Kusto's own limit where the subquery names its source.
const SOURCES_MAX: usize = 64;

/// May the subquery run for all subtables together?
pub(super) fn runs_together(b: &Binder<'_>, subquery: &Subquery) -> bool {
    let mut windows = Windows { b, found: false };
    for operator in &subquery.operators {
        let is_known = matches!(
            operator.kind,
            OperatorKind::Where { .. }
                | OperatorKind::Extend { .. }
                | OperatorKind::MvExpand(_)
                | OperatorKind::Parse(_)
                | OperatorKind::Project { .. }
                | OperatorKind::ProjectAway { .. }
                | OperatorKind::ProjectKeep { .. }
                | OperatorKind::ProjectRename { .. }
                | OperatorKind::ProjectReorder { .. }
                | OperatorKind::ProjectByNames { .. }
                | OperatorKind::Summarize { .. }
                | OperatorKind::Count { .. }
                | OperatorKind::Distinct { .. }
                | OperatorKind::Sort { .. }
                | OperatorKind::Top { .. }
                | OperatorKind::Take { .. }
        );
        windows.visit_operator(operator);
        if !is_known || windows.found {
            return false;
        }
    }
    true
}

/// Looks for window functions: they would go from one subtable to the next.
struct Windows<'b, 'a> {
    b: &'b Binder<'a>,
    found: bool,
}

impl Visitor for Windows<'_, '_> {
    fn visit_expr(&mut self, expr: &Tree) {
        if let TreeKind::Call(Call { name, .. }) = &expr.kind {
            self.found |= self.b.catalog.function(&name.text, FunctionKind::Window).is_some();
        }
        walk_expr(self, expr);
    }
}

/// The rows that the operators make of each subtable; the last column has the key's hidden name.
pub(super) fn operators(
    b: &mut Binder<'_>,
    rows: Tabular,
    keys: Option<Table>,
    key: &str,
    operators: &[Operator],
    span: Span,
) -> Tabular {
    run(b, rows, keys, key, KEYS_MAX, span, |b, subtable| pipe(b, Some(without(subtable, key, span)), operators, span))
}

/// The rows of a query that names its own source, and may use the key as a value.
pub(super) fn query(
    b: &mut Binder<'_>,
    rows: Tabular,
    (key, column): (&str, &Name),
    body: &Body,
    span: Span,
) -> Tabular {
    run(b, rows, None, key, SOURCES_MAX, span, |b, subtable| {
        let Some(expression) = body.expression.as_ref().filter(|_| body.statements.is_empty()) else {
            b.unsupported(body.span, "statements inside partition");
            return Tabular::open(span);
        };
        let Some(place) = subtable.column(key) else { return Tabular::open(span) };
        let value = subtable.column_expr(place, column.span);
        let ty = value.ty;
        let one = subtable.project(vec![value], vec![Column::new(column.text.clone(), ty)], span);
        let expr = Expr { kind: ExprKind::ToScalar(Box::new(one.table)), ty, span: column.span };
        b.env.declare(&column.text, Binding::Scalar { expr, extent: Extent { nodes: 4, operators: 2 } });
        b.tabular(expression, Scope::default())
    })
}

fn run(
    b: &mut Binder<'_>,
    rows: Tabular,
    keys: Option<Table>,
    key: &str,
    keys_max: usize,
    span: Span,
    bind: impl FnOnce(&mut Binder<'_>, Tabular) -> Tabular,
) -> Tabular {
    let Some(key_place) = rows.column(key) else { return Tabular::open(span) };
    let slot = b.shared.len();
    b.shared.push(nothing(span));
    let subtable = Tabular {
        compat: rows.compat.clone(),
        faulty: rows.faulty.clone(),
        is_serialized: rows.is_serialized,
        ..Tabular::new(TableKind::Shared { index: slot }, rows.schema().clone(), span)
    };
    let names = b.env.clone();
    let outer = std::mem::replace(&mut b.is_per_key, true);
    let made = b.nested(|b| bind(b, subtable));
    b.is_per_key = outer;
    b.env = names;
    let mut shared = vec![];
    for (at, table) in b.shared.iter_mut().enumerate().skip(slot + 1) {
        if table.kind != TableKind::OneRow {
            shared.push((at, std::mem::replace(table, nothing(span))));
        }
    }
    if made.is_open {
        return Tabular::open(span);
    }
    let mut schema: Schema = made.schema().clone();
    schema.extend(rows.schema().get(key_place).cloned());
    let per_key = PerKey { input: rows.table, key: key_place, keys, slot, shared, body: made.table, keys_max };
    Tabular { faulty: made.faulty, ..Tabular::new(TableKind::PerKey(Box::new(per_key)), schema, span) }
}

/// What stands in a place that is filled from key to key.
fn nothing(span: Span) -> Table {
    Table { kind: TableKind::OneRow, schema: vec![], span }
}
