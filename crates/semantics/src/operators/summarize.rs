//! `summarize` and what is built on it: `count`, `distinct`, `sample-distinct`.

use syntax::Span;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Name, NamedExpr};

use super::project::{declared, named_columns};
use crate::binder::{Binder, Calls, Scope};
use crate::bound::{Aggregate, Expr, ExprKind, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::names::{Names, argument_name, implied_name};
use crate::schema::Column;
use crate::signature::FunctionKind;
use crate::tabular::{Tabular, carry};
use crate::types::Type;
use crate::value::Value;

/// What `summarize` has found out so far.
struct Groups {
    keys: Vec<(Column, Expr)>,
    outputs: Vec<(Column, Expr)>,
    faulty: Vec<String>,
    names: Names,
}

/// - Shape: one row per different key, one row in all without keys; key columns, then the aggregates in the order written.
pub(super) fn summarize(
    b: &mut Binder<'_>,
    input: Tabular,
    aggregates: &[NamedExpr],
    by: &[NamedExpr],
    bin: Option<&Tree>,
    span: Span,
) -> Tabular {
    if let Some(bin) = bin {
        b.unsupported(bin.span, "summarize … bin=");
    }
    let mut groups = Groups { keys: vec![], outputs: vec![], faulty: vec![], names: Names::over(input.schema()) };
    for key in by {
        group_key(b, &input, key, &mut groups);
    }
    let grouped: Vec<usize> = groups.keys.iter().filter_map(|(_, expr)| plain_column(expr)).collect();
    let base = groups.keys.len();
    let ((), calls) = b.with_calls(Calls::Aggregates { base, calls: vec![] }, |b| {
        for aggregate in aggregates {
            group_value(b, &input, aggregate, &grouped, &mut groups);
        }
    });
    let takes_all = aggregates.iter().any(|aggregate| takes_all(&aggregate.value));
    if takes_all {
        groups.faulty.extend(input.faulty.iter().cloned());
    }
    let is_open = input.is_open;
    let table = finish(input, groups, calls, span);
    // An open input with nothing named after it says nothing of the columns.
    Tabular { is_open: is_open && (takes_all || table.schema().is_empty()), ..table }
}

/// Does the call keep whatever columns there are: `arg_max(x, *)`?
fn takes_all(value: &Tree) -> bool {
    match &value.kind {
        TreeKind::Paren(inner) => takes_all(inner),
        TreeKind::Call(call) => call.arguments.iter().any(|argument| matches!(argument.value.kind, TreeKind::Star)),
        _ => false,
    }
}

fn group_key(b: &mut Binder<'_>, input: &Tabular, key: &NamedExpr, groups: &mut Groups) {
    let value = b.scalar(&key.value, Scope::of(input));
    let is_refused = value.as_ref().is_some_and(|value| b.refuse_dynamic_key(value, key.value.span, "summarize"));
    let name = match key.names.as_slice() {
        [] if super::extend::is_plain_column(key, value.as_ref()) => {
            let written = implied_name(&key.value).unwrap_or_default();
            declared(b, &mut groups.names, &written, key.value.span)
        }
        [] => Some(match implied_name(&key.value) {
            Some(name) => groups.names.unique(&name),
            None => groups.names.unnamed(),
        }),
        [name, ..] => declared(b, &mut groups.names, &name.text, name.span),
    };
    let Some(name) = name else { return };
    let value = value.filter(|_| !is_refused).unwrap_or_else(|| {
        groups.faulty.push(name.clone());
        constant(Value::Null(Type::Dynamic), key.span)
    });
    groups.keys.push((Column::new(name, value.ty), value));
}

fn group_value(b: &mut Binder<'_>, input: &Tabular, aggregate: &NamedExpr, grouped: &[usize], groups: &mut Groups) {
    let scope = Scope::of(input);
    let columns = match b.aggregate_columns(&aggregate.value, grouped, scope) {
        Some(Some(made)) => made.columns,
        Some(None) => vec![(String::new(), constant(Value::Null(Type::Dynamic), aggregate.span))],
        None => {
            let value = b.scalar(&aggregate.value, scope);
            return single_value(b, aggregate, value, groups);
        }
    };
    let is_faulty = columns.iter().all(|(name, _)| name.is_empty());
    if is_faulty && aggregate.names.is_empty() {
        groups.faulty.extend(lent_names(input, &aggregate.value));
    }
    for (at, (implied, expr)) in columns.iter().enumerate() {
        let name = match aggregate.names.get(at) {
            Some(name) => declared(b, &mut groups.names, &name.text, name.span),
            None if is_faulty => None,
            None => Some(groups.names.unique(implied)),
        };
        let Some(name) = name else { continue };
        if is_faulty {
            groups.faulty.push(name.clone());
        }
        groups.outputs.push((Column::new(name, expr.ty), expr.clone()));
    }
    for name in aggregate.names.iter().skip(columns.len()) {
        if is_faulty {
            groups.faulty.push(name.text.clone());
            groups
                .outputs
                .push((Column::new(name.text.clone(), Type::Dynamic), constant(Value::Null(Type::Dynamic), name.span)));
        } else {
            b.error(codes::TUPLE_TOO_LONG, name.span, format!("nothing is left for the name `{}`", name.text));
        }
    }
}

/// The names that the columns of a call would have had, had it been right: `arg_max(wrong, *)` keeps the input's.
fn lent_names(input: &Tabular, value: &Tree) -> Vec<String> {
    match &value.kind {
        TreeKind::Paren(inner) => lent_names(input, inner),
        TreeKind::Call(call) => {
            let names = call.arguments.iter().flat_map(|argument| match argument.value.kind {
                TreeKind::Star => input.schema().iter().map(|column| column.name.clone()).collect(),
                _ => argument_name(argument).into_iter().collect::<Vec<_>>(),
            });
            names.collect()
        }
        _ => vec![],
    }
}

fn single_value(b: &mut Binder<'_>, aggregate: &NamedExpr, value: Option<Expr>, groups: &mut Groups) {
    let name = match aggregate.names.as_slice() {
        [] => Some(match implied_name(&aggregate.value) {
            Some(name) => groups.names.unique(&name),
            None => groups.names.unnamed(),
        }),
        [name] => declared(b, &mut groups.names, &name.text, name.span),
        [_, .., last] => {
            b.error(
                codes::NOT_A_TUPLE,
                super::tuples::names_in_parentheses(aggregate.span, last.span),
                "this has one value, and several names",
            );
            None
        }
    };
    let Some(name) = name else { return };
    let value = value.unwrap_or_else(|| {
        groups.faulty.push(name.clone());
        constant(Value::Null(Type::Dynamic), aggregate.span)
    });
    groups.outputs.push((Column::new(name, value.ty), value));
}

/// Builds the grouping, and a projection over it unless the outputs are just the aggregates in their order.
fn finish(input: Tabular, groups: Groups, calls: Vec<Aggregate>, span: Span) -> Tabular {
    let Groups { keys, outputs, faulty, .. } = groups;
    let base = keys.len();
    let sources = column_sources(&keys, &calls);
    let raw_types: Vec<Type> = calls.iter().flat_map(|call| call.outputs.iter().copied()).collect();
    let is_direct = outputs.len() == raw_types.len()
        && outputs.iter().enumerate().all(|(at, (_, expr))| expr.kind == ExprKind::Column(base + at));
    let (key_columns, by): (Vec<Column>, Vec<Expr>) = keys.into_iter().unzip();
    let mut schema = key_columns.clone();
    if is_direct {
        schema.extend(outputs.iter().map(|(column, _)| column.clone()));
    } else {
        schema.extend(raw_types.iter().enumerate().map(|(at, ty)| Column::new(format!("$aggregate{at}"), *ty)));
    }
    let moved = |old: usize| sources.iter().position(|source| *source == Some(old));
    let compat = carry(&input.compat, moved);
    let kind = TableKind::Summarize { input: Box::new(input.table), by, aggregates: calls };
    let mut table = Tabular { compat, ..Tabular::new(kind, schema, span) };
    if !is_direct {
        let mut columns: Vec<Expr> = table.all_columns(span);
        columns.truncate(base);
        let mut schema = key_columns;
        for (column, expr) in outputs {
            schema.push(column);
            columns.push(expr);
        }
        table = table.project(columns, schema, span);
    }
    Tabular { faulty, ..table }
}

/// Which input column each raw column of the grouping is, where it is one.
fn column_sources(keys: &[(Column, Expr)], calls: &[Aggregate]) -> Vec<Option<usize>> {
    let mut sources: Vec<Option<usize>> = keys.iter().map(|(_, expr)| plain_column(expr)).collect();
    for call in calls {
        let passes = matches!(call.function, "arg_max" | "arg_min" | "take_any");
        for at in 0..call.outputs.len() {
            sources.push(call.arguments.get(at).filter(|_| passes).and_then(plain_column));
        }
    }
    sources
}

fn plain_column(expr: &Expr) -> Option<usize> {
    if let ExprKind::Column(column) = expr.kind { Some(column) } else { None }
}

/// `count`, `count as N`: one row, one long.
pub(super) fn count(b: &mut Binder<'_>, input: Tabular, name: Option<&Name>, span: Span) -> Tabular {
    let name = name.map_or("Count", |name| name.text.as_str());
    let Some(aggregate) = count_call(b, span) else { return Tabular::open(span) };
    let kind = TableKind::Summarize { input: Box::new(input.table), by: vec![], aggregates: vec![aggregate] };
    Tabular::new(kind, vec![Column::new(name, Type::Long)], span)
}

pub(super) fn count_call(b: &mut Binder<'_>, span: Span) -> Option<Aggregate> {
    match b.catalog.function("count", FunctionKind::Aggregate) {
        Some(info) => Some(Aggregate { function: info.name, arguments: vec![], outputs: vec![Type::Long], span }),
        None => {
            b.unsupported(span, "count");
            None
        }
    }
}

/// `distinct a, b`, `distinct *`.
pub(super) fn distinct(b: &mut Binder<'_>, input: Tabular, columns: &[NamedExpr], span: Span) -> Tabular {
    if let [NamedExpr { value: Tree { kind: syntax::ast::ExprKind::Star, .. }, .. }] = columns {
        let all = input.all_columns(span);
        let star = columns.first().map_or(span, |column| column.span);
        let is_faulty = |name: &String| input.faulty.contains(name);
        for (column, expr) in input.schema().iter().zip(&all) {
            if !is_faulty(&column.name) && b.refuse_dynamic_key(expr, star, "distinct") {
                break;
            }
        }
        return Tabular { is_serialized: false, ..input.same_columns(span, |input| TableKind::Distinct { input }) };
    }
    let (made, faulty) = named_columns(b, columns, Scope::of(&input));
    for (column, expr) in &made {
        if !faulty.contains(&column.name) {
            b.refuse_dynamic_key(expr, expr.span, "distinct");
        }
    }
    let (schema, exprs): (Vec<Column>, Vec<Expr>) = made.into_iter().unzip();
    let projected = input.project(exprs, schema, span);
    let distinct = projected.same_columns(span, |input| TableKind::Distinct { input });
    Tabular { faulty, is_open: false, compat: vec![], is_serialized: false, ..distinct }
}

/// `sample-distinct n of column`: any n different values, so the first n will do.
pub(super) fn sample_distinct(b: &mut Binder<'_>, input: Tabular, count: &Tree, of: &NamedExpr, span: Span) -> Tabular {
    if !matches!(of.value.kind, syntax::ast::ExprKind::Name(_)) || !of.names.is_empty() {
        b.error(codes::COLUMN_EXPECTED, of.span, "a column's name is expected here");
        return Tabular::open(span);
    }
    let count = b.count(count);
    let values = distinct(b, input, std::slice::from_ref(of), span);
    match count {
        Some(count) => values.same_columns(span, |input| TableKind::Take { input, count }),
        None => values,
    }
}
