//! `evaluate pivot(column, aggregate, …columns)`: the grouping under the plugin.
//!
//! In: the input and the call. Out: two tables for the plugin, which turns the groups into columns: one row per group, with the pivot's value
//! and the aggregate's behind the columns that stay; and one row with what the aggregate says of no rows, for cells without any.

use syntax::Span;
use syntax::ast::{Call, Expr as Tree, ExprKind as TreeKind};

use super::evaluate::{Given, column};
use super::summarize::count_call;
use crate::binder::{Binder, Calls, Scope};
use crate::bound::{Aggregate, Expr, ExprKind, PluginArgument, PluginValue, Table, TableKind};
use crate::codes;
use crate::schema::{Column, Schema};
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;

/// Aggregates that the documentation names; others are refused, as Kusto does.
const AGGREGATES: &[&str] = &[
    "min",
    "max",
    "take_any",
    "any",
    "sum",
    "dcount",
    "avg",
    "stdev",
    "variance",
    "make_list",
    "make_bag",
    "make_set",
    "count",
];

pub(super) fn pivot(b: &mut Binder<'_>, input: Tabular, call: &Call, span: Span) -> Option<Given> {
    if let Some(named) = call.arguments.iter().find_map(|argument| argument.name.as_ref()) {
        b.error(codes::ARGUMENT_NAME, named.span, format!("`pivot` has no parameter `{}`", named.text));
        return None;
    }
    let mut trees = call.arguments.iter().map(|argument| &argument.value).peekable();
    let Some(pivoted) = trees.next() else {
        b.error(codes::ARGUMENT_COUNT, call.name.span, "`pivot` needs the column whose values become columns");
        return None;
    };
    let pivot = place(b, &input, pivoted)?;
    let aggregate = trees.next_if(|tree| matches!(tree.kind, TreeKind::Call(_)));
    let (calls, value) = match aggregate {
        Some(tree) => aggregate_call(b, &input, tree)?,
        None => {
            let call = count_call(b, span)?;
            let ty = Type::Long;
            (vec![call], Expr { kind: ExprKind::Column(0), ty, span })
        }
    };
    let mut keys = vec![];
    // Each key that is refused is said, so that one of another type is one mistake less.
    let mut is_refused = false;
    for tree in trees {
        let key = place(b, &input, tree)?;
        is_refused |= b.refuse_dynamic_key(&input.column_expr(key, tree.span), tree.span, "pivot");
        keys.push(key);
    }
    if is_refused {
        return None;
    }
    if keys.is_empty() {
        keys = others(b, &input, pivot, &calls, pivoted.span)?;
    }
    let text = b.cast(input.column_expr(pivot, pivoted.span), Type::String, pivoted.span)?;
    Some(given(input, (&keys, text), calls, value, span))
}

/// The place of a column in the input.
fn place(b: &mut Binder<'_>, input: &Tabular, tree: &Tree) -> Option<usize> {
    match column(b, input, tree, &[])? {
        PluginValue::Column(place) => Some(place),
        PluginValue::Constant(_) => None,
    }
}

/// The aggregate, and its value over the aggregates that were collected.
fn aggregate_call(b: &mut Binder<'_>, input: &Tabular, tree: &Tree) -> Option<(Vec<Aggregate>, Expr)> {
    if let TreeKind::Call(call) = &tree.kind
        && !AGGREGATES.contains(&call.name.text.as_str())
        && b.catalog.function(&call.name.text, FunctionKind::Aggregate).is_some()
    {
        let message = format!("`pivot` does not take `{}`", call.name.text);
        b.error(codes::ARGUMENT_VALUE, call.name.span, message);
        return None;
    }
    let (value, calls) = b.with_calls(Calls::Aggregates { base: 0, calls: vec![] }, |b| {
        match b.aggregate_columns(tree, &[], Scope::of(input)) {
            Some(made) => made?.columns.into_iter().next().map(|(_, expr)| expr),
            None => b.scalar(tree, Scope::of(input)),
        }
    });
    let value = value?;
    if calls.len() != 1 {
        b.error(codes::AGGREGATE_NOT_ALLOWED, tree.span, "an aggregate is expected here");
        return None;
    }
    Some((calls, value))
}

/// All columns but the pivot and those that the aggregate reads.
fn others(b: &mut Binder<'_>, input: &Tabular, pivot: usize, calls: &[Aggregate], span: Span) -> Option<Vec<usize>> {
    let read =
        |at: usize| calls.iter().flat_map(|call| &call.arguments).any(|argument| argument.kind == ExprKind::Column(at));
    let keys: Vec<usize> = (0..input.schema().len()).filter(|at| *at != pivot && !read(*at)).collect();
    for key in &keys {
        if b.refuse_dynamic_key(&input.column_expr(*key, span), span, "pivot") {
            return None;
        }
    }
    Some(keys)
}

fn given(input: Tabular, (keys, pivot): (&[usize], Expr), calls: Vec<Aggregate>, value: Expr, span: Span) -> Given {
    let mut by: Vec<Expr> = keys.iter().map(|key| input.column_expr(*key, span)).collect();
    by.push(pivot);
    let mut schema: Schema = keys.iter().filter_map(|key| input.schema().get(*key).cloned()).collect();
    schema.push(Column::new("$pivot", Type::String));
    let width = schema.len();
    let types = calls.iter().flat_map(|call| call.outputs.iter().copied());
    let outputs: Schema = types.enumerate().map(|(at, ty)| Column::new(format!("$value{at}"), ty)).collect();
    let nothing = Table { kind: TableKind::Rows { rows: vec![] }, schema: input.schema().clone(), span };
    let groups = TableKind::Summarize { input: Box::new(input.table), by, aggregates: calls.clone() };
    schema.extend(outputs.iter().cloned());
    let groups = Table { kind: groups, schema, span };
    let empty = TableKind::Summarize { input: Box::new(nothing), by: vec![], aggregates: calls };
    let empty = Table { kind: empty, schema: outputs, span };
    let columns = (0..width).chain(std::iter::once(width + place_of(&value)));
    let arguments = std::iter::once(("pivotColumn", width - 1)).chain(columns.skip(width).map(|at| ("value", at)));
    let arguments =
        arguments.map(|(parameter, at)| PluginArgument { parameter, value: PluginValue::Column(at) }).collect();
    Given { inputs: vec![groups, empty], width: width - 1, arguments }
}

/// Which of the aggregate's columns is the value: the first, whatever it is called.
fn place_of(value: &Expr) -> usize {
    if let ExprKind::Column(at) = value.kind { at } else { 0 }
}
