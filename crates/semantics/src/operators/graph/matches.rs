//! `graph-match` and `graph-shortest-paths`.
//!
//! In: a graph and the tree of a pattern. Out: the matches as a table, then a filter and a projection over it. A condition on one node or edge
//! alone, and `all(path, …)`, is asked while the engine looks for matches; what is left is asked of each match.

use std::collections::HashSet;

use syntax::Span;
use syntax::ast::{BinaryOp, Expr as Tree, ExprKind as TreeKind, GraphMatch as MatchTree};
use syntax::visit::{Visitor, walk_expr};

use super::bound_graph;
use super::pattern::{Element, Pattern, pattern};
use crate::binder::{Binder, DEGREE_IN, DEGREE_OUT, GraphScope, NODE_ID, PATH_FUNCTIONS, Scope, balanced};
use crate::bound::{
    Cycles, Expr, ExprKind, GraphMatch, MatchColumn, PathKind, PatternEdge, Shortest, Table, TableKind,
};
use crate::codes;
use crate::names::state_column;
use crate::operators::option_word;
use crate::operators::project::named_columns;
use crate::schema::{Column, Schema};
use crate::tabular::{Graph, Tabular};
use crate::types::Type;

/// What the conditions of a pattern come to.
struct Conditions {
    nodes: Vec<Vec<Expr>>,
    edges: Vec<Vec<Expr>>,
    inner: Vec<Vec<Expr>>,
    /// Those that need a whole match.
    rest: Vec<Expr>,
}

/// - Shape: a row for each match, with the columns of `project`.
/// - Source: learn.microsoft.com/kusto/query/graph-match-operator; what of a pattern may repeat is said there under `cycles`, and this takes it
///   to hold for the whole pattern.
pub(super) fn graph_match(b: &mut Binder<'_>, graph: &Graph, tree: &MatchTree, keyword: Span, span: Span) -> Tabular {
    let before = b.error_count();
    let cycles = cycles(b, tree);
    let shortest = shortest(b, tree);
    if tree.columns.is_empty() {
        b.error(codes::GRAPH_PATTERN, keyword, "a pattern needs `project`, which says what a match gives");
    }
    let Some(pattern) = pattern(b, tree, span) else { return Tabular::open(span) };
    let (wide, columns) = wide_row(&pattern, graph, span);
    let outer_names = std::mem::replace(&mut b.scan_steps, names(&pattern));
    let scope = GraphScope::new(paths(&pattern), nodes_scope(graph, None, span), graph.edges.clone(), columns.len());
    let outer_graph = b.graph.replace(Box::new(scope));
    let conditions = conditions(b, &pattern, graph, &wide, tree.predicate.as_ref(), span);
    let (made, faulty) = named_columns(b, &tree.columns, Scope::of(&wide));
    let paths = b.graph.take().map(|scope| scope.values).unwrap_or_default();
    b.graph = outer_graph;
    b.scan_steps = outer_names;
    if shortest.is_some() {
        check_shortest(b, tree, &pattern, &conditions, span);
    }
    if b.error_count() > before {
        return Tabular::open(span);
    }
    let mut schema = wide.schema().clone();
    let mut columns = columns;
    for (at, path) in paths.iter().enumerate() {
        let ty = if path.kind == PathKind::Map { Type::Dynamic } else { Type::Bool };
        schema.push(Column::new(format!("$row.path{at}"), ty));
        columns.push(MatchColumn::Path(at));
    }
    forget_unused(&mut columns, made.iter().map(|(_, expr)| expr).chain(&conditions.rest));
    let Conditions { nodes, edges, inner, rest } = conditions;
    let edges = pattern.edges.iter().zip(edges.into_iter().zip(inner)).map(|(edge, (filter, inner))| PatternEdge {
        left: edge.left,
        right: edge.right,
        direction: edge.direction,
        length: edge.length.unwrap_or((1, 1)),
        filter: balanced(BinaryOp::And, filter),
        inner_filter: balanced(BinaryOp::And, inner),
    });
    let nodes = nodes.into_iter().map(|filters| balanced(BinaryOp::And, filters)).collect();
    let edges = edges.collect();
    let found = GraphMatch { graph: bound_graph(graph), nodes, edges, cycles, shortest, paths, columns };
    let mut matches = Tabular::new(TableKind::GraphMatch(Box::new(found)), schema, span);
    if let Some(predicate) = balanced(BinaryOp::And, rest) {
        matches = matches.same_columns(span, |input| TableKind::Filter { input, predicate });
    }
    let (schema, exprs): (Schema, Vec<Expr>) = made.into_iter().unzip();
    Tabular { faulty, ..matches.project(exprs, schema, span) }
}

fn cycles(b: &mut Binder<'_>, tree: &MatchTree) -> Cycles {
    match option_word(&tree.options, "cycles") {
        None | Some(("unique_edges", _)) => Cycles::UniqueEdges,
        Some(("all", _)) => Cycles::All,
        Some(("none", _)) => Cycles::None,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not one of all, none, unique_edges"));
            Cycles::All
        }
    }
}

fn shortest(b: &mut Binder<'_>, tree: &MatchTree) -> Option<Shortest> {
    if !tree.is_shortest {
        return None;
    }
    match option_word(&tree.options, "output") {
        None | Some(("any", _)) => Some(Shortest::Any),
        Some(("all", _)) => Some(Shortest::All),
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not an output of paths: any, all"));
            None
        }
    }
}

/// The shortest of the paths that fulfill a condition are not those of the shortest that do, so every condition must be asked on the way.
fn check_shortest(b: &mut Binder<'_>, tree: &MatchTree, pattern: &Pattern, conditions: &Conditions, span: Span) {
    if tree.sequences.len() > 1 || pattern.edges.iter().all(|edge| edge.length.is_none()) {
        b.error(codes::GRAPH_PATTERN, span, "a shortest path is one sequence, with an edge of several: `-[e*1..5]->`");
    } else if !conditions.rest.is_empty() {
        b.unsupported(span, "graph-shortest-paths … where of several nodes or edges at once");
    }
}

/// The names whose properties can be read: nodes, and edges that are one edge.
fn names(pattern: &Pattern) -> Vec<String> {
    let edges = pattern.edges.iter().filter(|edge| edge.length.is_none()).filter_map(|edge| edge.name.clone());
    pattern.nodes.iter().flatten().cloned().chain(edges).collect()
}

fn paths(pattern: &Pattern) -> Vec<(String, usize)> {
    let paths = pattern.edges.iter().enumerate().filter(|(_, edge)| edge.length.is_some());
    paths.filter_map(|(at, edge)| Some((edge.name.clone()?, at))).collect()
}

/// The nodes as expressions see them, under the names of a pattern's node or plain ones.
fn nodes_scope(graph: &Graph, name: Option<&str>, span: Span) -> Tabular {
    let called = |column: &str| match name {
        Some(name) => state_column(name, column),
        None if column.starts_with('$') => state_column("", column),
        None => column.to_owned(),
    };
    let mut columns = graph.nodes.schema().iter();
    let id = columns.next().map(|id| Column::new(called(NODE_ID), id.ty));
    let properties = columns.map(|column| Column::new(called(&column.name), column.ty));
    let degrees = [DEGREE_IN, DEGREE_OUT].map(|degree| Column::new(called(degree), Type::Long));
    let schema = id.into_iter().chain(properties).chain(degrees).collect();
    Tabular::new(TableKind::OneRow, schema, span)
}

/// The edges under the names of a pattern's edge.
fn edges_scope(graph: &Graph, name: &str, span: Span) -> Tabular {
    let schema = graph.edges.schema().iter().map(|column| Column::new(state_column(name, &column.name), column.ty));
    Tabular::new(TableKind::OneRow, schema.collect(), span)
}

/// A match as one row: the columns of each node that has a name, then those of each edge that has one.
fn wide_row(pattern: &Pattern, graph: &Graph, span: Span) -> (Tabular, Vec<MatchColumn>) {
    let (mut schema, mut columns): (Schema, _) = (vec![], vec![]);
    for (node, name) in pattern.nodes.iter().enumerate() {
        let Some(name) = name else { continue };
        let block = nodes_scope(graph, Some(name), span);
        columns.extend((0..block.schema().len()).map(|column| MatchColumn::Node { node, column }));
        schema.extend(block.schema().iter().cloned());
    }
    for (edge, known) in pattern.edges.iter().enumerate() {
        let (Some(name), None) = (&known.name, known.length) else { continue };
        let block = edges_scope(graph, name, span);
        columns.extend((0..block.schema().len()).map(|column| MatchColumn::Edge { edge, column }));
        schema.extend(block.schema().iter().cloned());
    }
    let table = Table { kind: TableKind::OneRow, schema: schema.clone(), span };
    (Tabular { table, ..Tabular::new(TableKind::OneRow, schema, span) }, columns)
}

/// Each condition where it can be asked first.
fn conditions(
    b: &mut Binder<'_>,
    pattern: &Pattern,
    graph: &Graph,
    wide: &Tabular,
    predicate: Option<&Tree>,
    span: Span,
) -> Conditions {
    let (nodes, edges) = (vec![vec![]; pattern.nodes.len()], vec![vec![]; pattern.edges.len()]);
    let mut found = Conditions { nodes, inner: edges.clone(), edges, rest: vec![] };
    for conjunct in predicate.map(conjuncts).unwrap_or_default() {
        if let TreeKind::Call(call) = &conjunct.kind
            && call.name.text == "all"
        {
            if let Some(path) = b.path_value(call, conjunct.span) {
                let filters = if path.inner { &mut found.inner } else { &mut found.edges };
                filters.get_mut(path.edge).into_iter().for_each(|filters| filters.push(path.value.clone()));
            }
            continue;
        }
        let alone = alone(conjunct, pattern);
        let block = alone.as_ref().and_then(|(element, name)| match element {
            Element::Node(_) => Some(nodes_scope(graph, Some(name), span)),
            Element::Edge(_) => Some(edges_scope(graph, name, span)),
            Element::Path(_) => None,
        });
        let scope = block.as_ref().unwrap_or(wide);
        let Some(condition) = b.scalar(conjunct, Scope::of(scope)) else { continue };
        if condition.ty != Type::Bool {
            let message = format!("the predicate must be a bool, found a {}", condition.ty);
            b.error(codes::EXACT_TYPE, conjunct.span, message);
            continue;
        }
        let filters = match alone.map(|(element, _)| element) {
            Some(Element::Node(at)) => found.nodes.get_mut(at),
            Some(Element::Edge(at)) => found.edges.get_mut(at),
            Some(Element::Path(_)) | None => Some(&mut found.rest),
        };
        filters.into_iter().for_each(|filters| filters.push(condition.clone()));
    }
    found
}

/// The terms of `a and b and c`.
fn conjuncts(tree: &Tree) -> Vec<&Tree> {
    match &tree.kind {
        TreeKind::Binary { op: BinaryOp::And, left, right, .. } => {
            let mut terms = conjuncts(left);
            terms.extend(conjuncts(right));
            terms
        }
        TreeKind::Paren(inner) => conjuncts(inner),
        _ => vec![tree],
    }
}

/// The one node or edge that a condition is about, if it is about one only.
fn alone(tree: &Tree, pattern: &Pattern) -> Option<(Element, String)> {
    struct Mentions<'p> {
        pattern: &'p Pattern,
        names: HashSet<String>,
        has_path: bool,
    }
    impl Visitor for Mentions<'_> {
        fn visit_expr(&mut self, expr: &Tree) {
            match &expr.kind {
                TreeKind::Name(name) if self.pattern.find(&name.text).is_some() => {
                    self.names.insert(name.text.clone());
                }
                TreeKind::Call(call) => self.has_path |= PATH_FUNCTIONS.contains(&call.name.text.as_str()),
                _ => {}
            }
            walk_expr(self, expr);
        }
    }
    let mut mentions = Mentions { pattern, names: HashSet::new(), has_path: false };
    mentions.visit_expr(tree);
    let mut names = mentions.names.into_iter();
    match (names.next(), names.next(), mentions.has_path) {
        (Some(name), None, false) => match pattern.find(&name)? {
            Element::Path(_) => None,
            element => Some((element, name)),
        },
        _ => None,
    }
}

/// Marks the columns that no expression reads.
fn forget_unused<'e>(columns: &mut [MatchColumn], exprs: impl Iterator<Item = &'e Expr>) {
    let mut used = HashSet::new();
    let mut waiting: Vec<&Expr> = exprs.collect();
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Column(column) = expr.kind {
            used.insert(column);
        }
        waiting.extend(crate::wide::children(expr));
    }
    for (at, column) in columns.iter_mut().enumerate() {
        if !used.contains(&at) {
            *column = MatchColumn::Unused;
        }
    }
}
