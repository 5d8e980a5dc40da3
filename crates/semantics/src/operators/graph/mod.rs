//! The graph operators. A graph is no table: the operators after `make-graph` make tables of it.
//!
//! In: tables of edges and nodes. Out: a graph in flight, whose parts are tables; then a pattern's matches, or the parts.

mod make;
mod matches;
mod pattern;

use std::rc::Rc;

use syntax::Span;
use syntax::ast::{Graph as Tree, GraphPart, OperatorOption};

use super::option_word;
use super::project::declared;
use crate::binder::Binder;
use crate::bound::{self, GraphComponents, TableKind};
use crate::codes;
use crate::names::{Names, is_hidden};
use crate::schema::Column;
use crate::tabular::{Graph, Tabular};
use crate::types::Type;

/// A graph operator.
pub(super) fn graph(b: &mut Binder<'_>, input: Tabular, tree: &Tree, keyword: Span, span: Span) -> Tabular {
    if let Tree::Make(make) = tree {
        return make::make_graph(b, input, make, keyword, span);
    }
    let Some(graph) = input.graph.clone() else {
        if !input.is_open {
            let message = "this operator needs a graph before it";
            let diagnostic = syntax::Diagnostic::error(codes::TABLE_EXPECTED, keyword, message);
            b.report(diagnostic.hint("`make-graph` makes one of a table of edges"));
        }
        return Tabular::open(span);
    };
    match tree {
        Tree::Make(_) => Tabular::open(span),
        Tree::Match(pattern) => matches::graph_match(b, &graph, pattern, keyword, span),
        Tree::MarkComponents { options } => mark_components(b, &graph, options, span),
        Tree::ToTable { parts } => to_table(b, &graph, parts, span),
    }
}

/// The bound graph.
fn bound_graph(graph: &Graph) -> bound::Graph {
    bound::Graph {
        edges: graph.edges.table.clone(),
        source: graph.source.clone(),
        target: graph.target.clone(),
        nodes: graph.nodes.table.clone(),
    }
}

/// `graph-mark-components`: a property more of each node.
fn mark_components(b: &mut Binder<'_>, graph: &Graph, options: &[OperatorOption], span: Span) -> Tabular {
    if graph.source.len() > 1 {
        // Each graph would count from zero on.
        b.unsupported(span, "graph-mark-components inside partitioned-by");
        return Tabular::open(span);
    }
    let is_strong = match option_word(options, "kind") {
        None | Some(("weak", _)) => false,
        Some(("strong", _)) => true,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not a kind of component: weak, strong"));
            return Tabular::open(span);
        }
    };
    let (name, place) = option_word(options, "with_component_id").unwrap_or(("ComponentId", span));
    let mut schema = graph.nodes.schema().clone();
    if schema.iter().any(|column| column.name == name) {
        b.error(codes::DUPLICATE_COLUMN, place, format!("the nodes have a property `{name}` already"));
        return Tabular::open(span);
    }
    schema.push(Column::new(name, Type::Long));
    let components = GraphComponents { graph: bound_graph(graph), is_strong };
    let nodes = Tabular::new(TableKind::GraphComponents(Box::new(components)), schema, span);
    let nodes = b.share(nodes, span);
    in_flight(Graph { nodes, ..graph.clone() }, span)
}

/// `graph-to-table`: the nodes or the edges; both are tables with names, and then there is no result.
fn to_table(b: &mut Binder<'_>, graph: &Graph, parts: &[GraphPart], span: Span) -> Tabular {
    if let [part] = parts {
        return one_table(b, graph, part, span);
    }
    let names: Vec<&str> = parts.iter().map(|part| part.what.text.as_str()).collect();
    if names != ["nodes", "edges"] && names != ["edges", "nodes"] {
        b.error(codes::OPTION_VALUE, span, "`nodes` and `edges`, each once, are expected here");
        return Tabular::open(span);
    }
    for part in parts {
        one_table(b, graph, part, span);
    }
    b.gives_nothing = true;
    Tabular::open(span)
}

/// The properties, without what the graph itself needs; before them the numbers of nodes that are asked for.
fn one_table(b: &mut Binder<'_>, graph: &Graph, part: &GraphPart, span: Span) -> Tabular {
    let [source, target] = [&graph.source, &graph.target].map(|ends| ends.first().copied().unwrap_or_default());
    let (table, ids): (_, &[(&str, usize)]) = match part.what.text.as_str() {
        "nodes" => (&graph.nodes, &[("with_node_id", 0)]),
        "edges" => (&graph.edges, &[("with_source_id", source), ("with_target_id", target)]),
        _ => {
            b.error(codes::OPTION_VALUE, part.what.span, "`nodes` or `edges` is expected here");
            return Tabular::open(span);
        }
    };
    let mut names = Names::default();
    let (mut schema, mut columns) = (vec![], vec![]);
    for (option, place) in ids {
        let Some((name, at)) = option_word(&part.options, option) else { continue };
        // The page's numbers are those that `hash` gives of the ids.
        let number = b.builtin("hash", vec![table.column_expr(*place, span)], span);
        let (Some(name), Some(number)) = (declared(b, &mut names, name, at), number) else { continue };
        schema.push(Column::new(name, number.ty));
        columns.push(number);
    }
    if let Some(option) = part.options.iter().find(|option| !ids.iter().any(|(known, _)| option.is(known))) {
        b.error(codes::OPTION_VALUE, option.name.span, format!("`{}` is not asked of these", option.name.text));
    }
    for (at, column) in table.schema().iter().enumerate().filter(|(_, column)| !is_hidden(&column.name)) {
        schema.push(Column::new(names.unique(&column.name), column.ty));
        columns.push(table.column_expr(at, span));
    }
    let table = table.clone().project(columns, schema, span);
    match &part.name {
        Some(name) => super::pass::r#as(b, table, name, span),
        None => table,
    }
}

/// What goes on through the pipe: no table until an operator makes one.
fn in_flight(graph: Graph, span: Span) -> Tabular {
    Tabular { graph: Some(Rc::new(graph)), ..Tabular::open(span) }
}
