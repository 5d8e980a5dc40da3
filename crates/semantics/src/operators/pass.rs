//! Operators that let rows pass, or let none pass: `as`, `invoke`, `render`, `assert-schema`, `consume`.

use std::rc::Rc;

use syntax::ast::{ColumnDeclaration, Expr as Tree, ExprKind as TreeKind, Literal, Name, OperatorOption};
use syntax::{Diagnostic, Span};

use crate::binder::{Binder, closest};
use crate::bound::{Render, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::scope::Binding;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// What there is to say where a graph stands for a table.
pub(crate) const GRAPH_IS_NO_TABLE: &str = "a graph is no table: `graph-match` or `graph-to-table` makes one of it";

/// What `render` can be told to draw. Source: the render operator's page, and what Microsoft's language service lets pass.
const CHARTS: [&str; 21] = [
    "3Dchart",
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "graph",
    "ladderchart",
    "linechart",
    "list",
    "piechart",
    "pivotchart",
    "plotly",
    "sankey",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

/// `as Name`: the rows get a name that later parts of the query may use, and are evaluated once.
pub(super) fn r#as(b: &mut Binder<'_>, input: Tabular, name: &Name, span: Span) -> Tabular {
    let shared = b.share(input, span);
    if let TableKind::Shared { index } = shared.table.kind {
        b.as_names.entry(index).or_insert_with(|| name.text.clone());
    }
    b.env.declare(&name.text, Binding::Tabular(Rc::new(shared.clone())));
    shared
}

/// `consume`: the rows are made and not shown.
pub(super) fn consume(input: Tabular, span: Span) -> Tabular {
    let predicate = constant(Value::Bool(false), span);
    input.same_columns(span, |input| TableKind::Filter { input, predicate }).project(vec![], vec![], span)
}

/// `invoke f(…)`.
pub(super) fn invoke(b: &mut Binder<'_>, input: Tabular, call: &Tree, span: Span) -> Tabular {
    match &call.kind {
        TreeKind::Call(call) => b.invoke(input, call, span),
        TreeKind::MemberCall { call, .. } => b.invoke(input, call, span),
        TreeKind::Missing => {
            b.is_incomplete = true;
            Tabular::open(span)
        }
        _ => {
            b.error(codes::FUNCTION_NOT_FOUND, call.span, "`invoke` needs a call of a function");
            Tabular::open(span)
        }
    }
}

/// `render chart with (…)`: the rows stay; who draws them finds the chart in the bound query.
pub(super) fn render(
    b: &mut Binder<'_>,
    input: Tabular,
    chart: Option<&Name>,
    properties: &[OperatorOption],
) -> Tabular {
    if let Some(chart) = chart.filter(|chart| !CHARTS.contains(&chart.text.as_str())) {
        let diagnostic =
            Diagnostic::error(codes::OPTION_VALUE, chart.span, format!("`{}` is not a visualization", chart.text));
        b.report(match closest(&chart.text, CHARTS) {
            Some(meant) => diagnostic.meant(Some(meant), &chart.text),
            None => diagnostic.hint(format!("visualizations: {}", CHARTS.join(", "))),
        });
    }
    let chart = chart.map_or_else(|| "table".to_owned(), |chart| chart.text.clone());
    let properties = properties.iter().map(|option| (option.name.text.clone(), property_text(&option.value))).collect();
    b.render = Some(Render { chart, properties });
    input
}

fn property_text(value: &Tree) -> String {
    match &value.kind {
        TreeKind::Name(name) => name.text.clone(),
        TreeKind::Literal(Literal::String { value, .. }) => value.clone(),
        TreeKind::Literal(Literal::Long(value)) => value.to_string(),
        TreeKind::Literal(Literal::Real(value)) => value.to_string(),
        TreeKind::Literal(Literal::Bool(value)) => value.to_string(),
        TreeKind::List(items) => items.iter().map(property_text).collect::<Vec<_>>().join(","),
        TreeKind::Paren(inner) => property_text(inner),
        _ => String::new(),
    }
}

/// `assert-schema (a: string, …)`: the input must have just these columns.
pub(super) fn assert_schema(b: &mut Binder<'_>, input: Tabular, columns: &[ColumnDeclaration], span: Span) -> Tabular {
    if input.is_open {
        return input;
    }
    let matches = columns.len() == input.schema().len()
        && columns.iter().zip(input.schema()).all(|(declared, column)| {
            declared.name.text == column.name && Type::from_name(&declared.ty.text) == Some(column.ty)
        });
    if !matches {
        let found: Vec<String> =
            input.schema().iter().map(|column| format!("{}: {}", column.name, column.ty)).collect();
        let message = format!("the columns are not those asserted; found {}", found.join(", "));
        b.error(codes::COLUMNS_MISSING, span, message);
    }
    input
}
