//! The tabular operators: schema in → schema out, one file per operator or family.
//!
//! In: a bound input and the operator's tree. Out: the bound table that comes after it. What is not built is refused here, by its name.

mod evaluate;
mod extend;
mod externaldata;
mod find;
mod getschema;
mod graph;
mod join;
mod make_series;
mod mv_expand;
mod parse;
mod parse_kv;
mod pass;
mod per_key;
mod pivot;
mod preview;
mod project;
mod range;
mod rows;
mod scan;
mod scoped;
mod several;
mod sort;
mod summarize;
mod top_hitters;
mod top_nested;
mod tuples;
mod union;
mod r#where;

pub(crate) use externaldata::{external_data, inline_external_table};
pub(crate) use join::named_beside;
pub(crate) use pass::GRAPH_IS_NO_TABLE;
pub(crate) use project::matches_wildcard;
pub(crate) use rows::datatable;
pub(crate) use scoped::without;

use evaluate::Evaluate;

use syntax::ast::{ExprKind as TreeKind, Literal, Operator, OperatorKind, OperatorOption};
use syntax::{Diagnostic, Span};

use crate::binder::{Binder, Calls, Scope};
use crate::bound::{Aggregate, Table, TableKind};
use crate::codes;
use crate::convert::uses_only;
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;

/// Applies operators one after the other. Without an input the first one begins the query.
pub(crate) fn pipe(b: &mut Binder<'_>, input: Option<Tabular>, operators: &[Operator], span: Span) -> Tabular {
    let mut current = input;
    let mut rest = operators.iter().peekable();
    while let Some(operator) = rest.next() {
        let end = rest.peek().map_or(span.end.max(operator.span.end), |next| next.span.start.saturating_sub(1));
        b.watch_operator(current.as_ref(), operator, end);
        let before = current.as_ref().map(|table| table.extent).unwrap_or_default();
        // To `invoke` the pipe before it is an argument like any other, as messages about it show.
        if let (OperatorKind::Invoke { .. }, Some(input)) = (&operator.kind, &mut current) {
            input.table.span = Span::new(span.start, input.table.span.end);
        }
        let current_shown = current.map(|table| b.shown(table, &operator.kind));
        let (table, used) = b.measured(|b| apply(b, current_shown, operator));
        b.watch_output(&table, operator);
        current = Some(match b.above(before, used, table.schema().len(), operator.keyword) {
            Some(extent) => Tabular { extent, ..table },
            None => Tabular::open(operator.span),
        });
    }
    current.unwrap_or_else(|| Tabular::open(span))
}

fn apply(b: &mut Binder<'_>, input: Option<Tabular>, operator: &Operator) -> Tabular {
    let span = operator.span;
    match &operator.kind {
        OperatorKind::Print { columns } => {
            refuse_input(b, input.as_ref(), operator);
            return rows::print(b, columns, span);
        }
        OperatorKind::Range { name, from, to, step } => {
            refuse_input(b, input.as_ref(), operator);
            return range::range(b, name, from, to, step, span);
        }
        OperatorKind::Union { options, tables } => return union::union(b, input, options, tables, span),
        OperatorKind::Search { options, tables, predicate } => {
            return several::search(b, input, options, tables, predicate, operator.keyword);
        }
        OperatorKind::Find(find) => return find::find(b, input, find, operator.keyword),
        OperatorKind::Evaluate { call, schema, .. } => {
            let schema = schema.as_ref();
            return evaluate::evaluate(b, input, &Evaluate { call, schema, keyword: operator.keyword, span });
        }
        OperatorKind::Error => {
            b.is_incomplete = true;
            return Tabular::open(span);
        }
        _ => {}
    }
    match input {
        Some(input) => apply_to(b, input, operator),
        None => {
            b.error(codes::TABLE_EXPECTED, operator.keyword, "this operator needs a table before it");
            Tabular::open(span)
        }
    }
}

fn apply_to(b: &mut Binder<'_>, input: Tabular, operator: &Operator) -> Tabular {
    let span = operator.span;
    let takes_graph = matches!(operator.kind, OperatorKind::Graph(_) | OperatorKind::As { .. });
    if input.graph.is_some() && !takes_graph {
        b.error(codes::TABLE_EXPECTED, operator.keyword, pass::GRAPH_IS_NO_TABLE);
        return Tabular::open(span);
    }
    match &operator.kind {
        OperatorKind::Where { predicate, .. } => r#where::r#where(b, input, predicate, span),
        OperatorKind::Extend { columns } => extend::extend(b, input, columns, span),
        OperatorKind::Serialize { columns, .. } => extend::serialize(b, input, columns, span),
        OperatorKind::Project { columns } => project::project(b, input, columns, span),
        OperatorKind::ProjectAway { columns } => project::away(b, input, columns, span),
        OperatorKind::ProjectKeep { columns } => project::keep(b, input, columns, span),
        OperatorKind::ProjectRename { columns } => project::rename(b, input, columns, span),
        OperatorKind::ProjectReorder { columns } => project::reorder(b, input, columns, span),
        OperatorKind::ProjectByNames { columns } => project::by_names(b, input, columns, span),
        OperatorKind::Summarize { aggregates, by, bin, .. } => {
            summarize::summarize(b, input, aggregates, by, bin.as_ref(), span)
        }
        OperatorKind::Count { name } => summarize::count(b, input, name.as_ref(), span),
        OperatorKind::Distinct { columns, .. } => summarize::distinct(b, input, columns, span),
        OperatorKind::SampleDistinct { count, of } => summarize::sample_distinct(b, input, count, of, span),
        OperatorKind::TopHitters { count, of, by } => top_hitters::top_hitters(b, input, count, of, by.as_ref(), span),
        OperatorKind::Sort { by, .. } => sort::sort(b, input, by, span),
        OperatorKind::Top { count, by, .. } => sort::top(b, input, count, by, span),
        OperatorKind::Take { count, .. } => sort::take(b, input, count, span),
        OperatorKind::Sample { count } => sort::sample(b, input, count, span),
        OperatorKind::Join(join) => join::join(b, input, join, span),
        OperatorKind::Lookup(join) => join::lookup(b, input, join, span),
        OperatorKind::MvExpand(expand) => mv_expand::mv_expand(b, input, expand, span),
        OperatorKind::Parse(parse) => parse::parse(b, input, parse, span),
        OperatorKind::MakeSeries(series) => make_series::make_series(b, input, series, operator.keyword, span),
        OperatorKind::ParseKv { source, columns, options } => {
            parse_kv::parse_kv(b, input, (source, columns, options), operator.keyword, span)
        }
        OperatorKind::MvApply(apply) => scoped::mv_apply(b, input, apply, operator.keyword, span),
        OperatorKind::Partition { options: _, by, body } => {
            scoped::partition(b, input, (by, body), operator.keyword, span)
        }
        OperatorKind::Graph(tree) => graph::graph(b, input, tree, operator.keyword, span),
        OperatorKind::Scan(scan) => scan::scan(b, input, scan, operator.keyword, span),
        OperatorKind::TopNested { levels } => top_nested::top_nested(b, input, levels, span),
        OperatorKind::Consume { .. } => pass::consume(input, span),
        OperatorKind::GetSchema => getschema::getschema(input, span),
        OperatorKind::As { name, .. } => pass::r#as(b, input, name, span),
        OperatorKind::Invoke { call } => pass::invoke(b, input, call, span),
        OperatorKind::Render { chart, properties } => pass::render(b, input, chart.as_ref(), properties),
        OperatorKind::AssertSchema { columns } => pass::assert_schema(b, input, columns, span),
        OperatorKind::Fork { branches } => several::fork(b, input, branches, operator.keyword),
        OperatorKind::Facet { by, with } => several::facet(b, input, by, with.as_ref(), operator.keyword),
        OperatorKind::Reduce { .. } => {
            let message =
                "vedette does not run `reduce`: how it groups texts is not documented enough to give Kusto's answers";
            b.report(Diagnostic::error(codes::UNSUPPORTED, operator.keyword, message).unsupported("reduce"));
            Tabular::open(span)
        }
        _ => {
            b.unsupported(operator.keyword, unbuilt(&operator.kind));
            Tabular::open(span)
        }
    }
}

/// The name of an operator that is refused.
fn unbuilt(kind: &OperatorKind) -> &str {
    match kind {
        OperatorKind::MakeSeries(_) => "make-series",
        OperatorKind::MvApply(_) => "mv-apply",
        OperatorKind::Partition { .. } => "partition",
        OperatorKind::Other { name, .. } => name,
        _ => "this operator",
    }
}

/// Says that an operator may only begin a query.
fn refuse_input(b: &mut Binder<'_>, input: Option<&Tabular>, operator: &Operator) {
    if input.is_some() {
        b.error(codes::MUST_BE_FIRST, operator.keyword, "this operator must be the first of a query");
    }
}

/// The value of an option as a word: `kind=inner`, `flags="i"`.
pub(crate) fn option_word<'t>(options: &'t [OperatorOption], name: &str) -> Option<(&'t str, Span)> {
    let option = options.iter().find(|option| option.is(name))?;
    let text = match &option.value.kind {
        TreeKind::Name(name) => name.text.as_str(),
        TreeKind::Literal(Literal::String { value, .. }) => value.as_str(),
        TreeKind::Literal(Literal::Bool(true)) => "true",
        TreeKind::Literal(Literal::Bool(false)) => "false",
        _ => "",
    };
    Some((text, option.value.span))
}

/// Binds expressions that may use window functions: those become columns of a `Window` under the operator.
/// Gives the input to build on, and what was bound over it.
pub(crate) fn with_windows<T>(
    b: &mut Binder<'_>,
    input: Tabular,
    span: Span,
    bind: impl FnOnce(&mut Binder<'_>, Scope<'_>) -> T,
) -> (Tabular, T) {
    let base = input.schema().len();
    let (bound, calls) = b.with_calls(Calls::Windows { base, calls: vec![] }, |b| bind(b, Scope::of(&input)));
    if let Some(call) = calls.first()
        && b.is_scoped
    {
        b.unsupported(call.span, &format!("{} inside a subquery per record", call.function));
    }
    if calls.is_empty() {
        return (input, bound);
    }
    (add_windows(input, calls, span), bound)
}

/// Puts the calls over the input, in their order. A call that uses another one stands in a `Window` above that one's.
fn add_windows(mut input: Tabular, calls: Vec<Aggregate>, span: Span) -> Tabular {
    let mut rest = calls.into_iter().peekable();
    while rest.peek().is_some() {
        let width = input.schema().len();
        let mut layer: Vec<Aggregate> = vec![];
        while let Some(call) = rest.next_if(|call| call.arguments.iter().all(|argument| uses_only(argument, width))) {
            layer.push(call);
        }
        debug_assert!(!layer.is_empty(), "a call uses only calls that were collected before it");
        if layer.is_empty() {
            break;
        }
        let mut schema = input.schema().clone();
        for call in &layer {
            let ty = call.outputs.first().copied().unwrap_or(Type::Dynamic);
            schema.push(Column::new(format!("$window{}", schema.len()), ty));
        }
        let kind = TableKind::Window { input: Box::new(input.table), columns: layer };
        input.table = Table { kind, schema, span };
    }
    input
}
