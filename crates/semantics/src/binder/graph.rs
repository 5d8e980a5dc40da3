//! The functions of graph patterns: `all`, `any` and `map` along a path, and what a node says of itself.
//!
//! In: a call inside `graph-match`. Out: a column of the match. They are functions only there; elsewhere their names mean what they mean.

use syntax::Span;
use syntax::ast::{Call, Expr as Tree, ExprKind as TreeKind};

use super::{Binder, Scope};
use crate::bound::{Expr, ExprKind, PathKind, PathValue};
use crate::codes;
use crate::convert::constant;
use crate::names::state_column;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// The functions that go along a path.
pub(crate) const PATH_FUNCTIONS: [&str; 3] = ["all", "any", "map"];
/// How a node's id is called while expressions are bound.
pub(crate) const NODE_ID: &str = "$id";
/// How many edges end at a node.
pub(crate) const DEGREE_IN: &str = "$in";
/// How many edges begin at a node.
pub(crate) const DEGREE_OUT: &str = "$out";

/// What expressions of a pattern may ask of it.
pub(crate) struct GraphScope {
    /// The paths that have a name: which edges of the pattern they are.
    paths: Vec<(String, usize)>,
    nodes: Tabular,
    edges: Tabular,
    /// What was asked so far.
    pub(crate) values: Vec<PathValue>,
    /// The column of the first of them.
    base: usize,
    /// Inside `all`, `any` or `map`.
    is_inside: bool,
}

impl GraphScope {
    pub(crate) fn new(paths: Vec<(String, usize)>, nodes: Tabular, edges: Tabular, base: usize) -> Self {
        Self { paths, nodes, edges, values: vec![], base, is_inside: false }
    }

    /// Which edge of the pattern the path of that name is.
    pub(crate) fn path(&self, name: &str) -> Option<usize> {
        self.paths.iter().find(|(known, _)| known == name).map(|(_, edge)| *edge)
    }
}

impl Binder<'_> {
    /// A call of a function that only patterns have; none when it is another.
    pub(super) fn graph_call(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Option<Expr>> {
        self.graph.as_ref()?;
        match call.name.text.as_str() {
            "all" | "any" | "map" => Some(self.path_column(call, span)),
            "node_id" => Some(self.of_node(call, NODE_ID, span, scope)),
            "node_degree_in" => Some(self.of_node(call, DEGREE_IN, span, scope)),
            "node_degree_out" => Some(self.of_node(call, DEGREE_OUT, span, scope)),
            "array_length" => self.path_length(call, span),
            // Graphs that a query makes have no labels, as the page says.
            "labels" => Some(Some(constant(Value::Dynamic("[]".to_owned()), span))),
            _ => None,
        }
    }

    fn path_column(&mut self, call: &Call, span: Span) -> Option<Expr> {
        let value = self.path_value(call, span)?;
        self.value_column(value, span)
    }

    /// The column of the match that has the value.
    fn value_column(&mut self, value: PathValue, span: Span) -> Option<Expr> {
        let ty = if value.kind == PathKind::Map { Type::Dynamic } else { Type::Bool };
        let graph = self.graph.as_mut()?;
        let at = graph.values.iter().position(|known| *known == value).unwrap_or_else(|| {
            graph.values.push(value);
            graph.values.len() - 1
        });
        Some(Expr { kind: ExprKind::Column(graph.base + at), ty, span })
    }

    /// `array_length(path)`: how many edges it is. Of anything else the function is what it is everywhere.
    fn path_length(&mut self, call: &Call, span: Span) -> Option<Option<Expr>> {
        let [argument] = call.arguments.as_slice() else { return None };
        let TreeKind::Name(name) = &argument.value.kind else { return None };
        let edge = self.graph.as_ref()?.path(&name.text)?;
        let value = constant(Value::Long(0), span);
        let each = self.value_column(PathValue { edge, inner: false, kind: PathKind::Map, value }, span)?;
        Some(self.builtin("array_length", vec![each], span))
    }

    /// `all(path, condition)`, `any(inner_nodes(path), condition)`, `map(path, value)`.
    pub(crate) fn path_value(&mut self, call: &Call, span: Span) -> Option<PathValue> {
        let name = call.name.text.as_str();
        let [path, value] = call.arguments.as_slice() else {
            self.error(codes::ARGUMENT_COUNT, call.name.span, format!("`{name}` takes a path and an expression"));
            return None;
        };
        let (inner, path) = match &path.value.kind {
            TreeKind::Call(call) if call.name.text == "inner_nodes" && call.arguments.len() == 1 => {
                (true, &call.arguments.first()?.value)
            }
            _ => (false, &path.value),
        };
        let edge = self.path_of(path)?;
        let graph = self.graph.as_mut().filter(|graph| !graph.is_inside);
        let Some(graph) = graph else {
            self.error(codes::GRAPH_PATTERN, span, format!("`{name}` inside another function of a path"));
            return None;
        };
        graph.is_inside = true;
        let table = if inner { graph.nodes.clone() } else { graph.edges.clone() };
        let bound = self.scalar(&value.value, Scope::of(&table));
        self.graph.iter_mut().for_each(|graph| graph.is_inside = false);
        let bound = bound?;
        let kind = match name {
            "all" => PathKind::All,
            "any" => PathKind::Any,
            _ => PathKind::Map,
        };
        if kind != PathKind::Map && bound.ty != Type::Bool {
            self.error(codes::EXACT_TYPE, bound.span, format!("a bool is expected here, found a {}", bound.ty));
            return None;
        }
        Some(PathValue { edge, inner, kind, value: bound })
    }

    fn path_of(&mut self, tree: &Tree) -> Option<usize> {
        if let TreeKind::Name(name) = &tree.kind
            && let Some(edge) = self.graph.as_ref()?.path(&name.text)
        {
            return Some(edge);
        }
        self.error(codes::GRAPH_PATTERN, tree.span, "an edge of several, `-[e*1..5]->`, is expected here by its name");
        None
    }

    /// `node_id(n)` of a node of the pattern; `node_id()` of the node at hand, inside `map(inner_nodes(e), …)`.
    fn of_node(&mut self, call: &Call, what: &str, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let node = match call.arguments.as_slice() {
            [] => Some(""),
            [argument] => match &argument.value.kind {
                TreeKind::Name(name) => Some(name.text.as_str()),
                _ => None,
            },
            _ => None,
        };
        let column = node.and_then(|node| scope.row?.column(&state_column(node, what)));
        if let (Some(column), Some(row)) = (column, scope.row) {
            return Some(row.column_expr(column, span));
        }
        let message = format!("`{}` takes a node of the pattern, or nothing inside `inner_nodes`", call.name.text);
        self.error(codes::GRAPH_PATTERN, span, message);
        None
    }
}
