//! The graph operators: what makes a graph of tables, looks for patterns in it, and makes tables of it.

use super::{Expr, Name, NamedExpr, OperatorOption, Subquery};
use crate::span::Span;

/// A graph operator.
#[derive(Debug, Clone, PartialEq)]
pub enum Graph {
    /// `make-graph`.
    Make(MakeGraph),
    /// `graph-match` and `graph-shortest-paths`.
    Match(GraphMatch),
    /// `graph-mark-components kind=weak with_component_id=x`.
    MarkComponents { options: Vec<OperatorOption> },
    /// `graph-to-table nodes as N with_node_id=x, edges …`.
    ToTable { parts: Vec<GraphPart> },
}

/// `Edges | make-graph source --> target with Nodes on id, …` or `with_node_id=name`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeGraph {
    /// The column of the nodes where edges begin.
    pub source: Expr,
    /// The column of the nodes where edges end.
    pub target: Expr,
    /// Tables of nodes, each with the column of its ids.
    pub nodes: Vec<(Expr, Expr)>,
    /// `with_node_id=`.
    pub options: Vec<OperatorOption>,
    /// `partitioned-by Column (…)`: a graph for each value of the column, and the operators that follow it.
    pub partition: Option<(Expr, Subquery)>,
}

/// `graph-match cycles=none (a)-[e]->(b), … where p project x, …`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphMatch {
    /// Is it `graph-shortest-paths`?
    pub is_shortest: bool,
    /// `cycles=`, `output=`.
    pub options: Vec<OperatorOption>,
    /// The pattern.
    pub sequences: Vec<GraphSequence>,
    /// What must be true of a match.
    pub predicate: Option<Expr>,
    /// The columns of a match.
    pub columns: Vec<NamedExpr>,
}

/// `(a)-[e]->(b)-->(c)`: one node more than edges.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphSequence {
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// The edges between them.
    pub edges: Vec<GraphEdge>,
}

/// `(a)` or `()`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphNode {
    /// Its name in the pattern.
    pub name: Option<Name>,
    /// With its parentheses.
    pub span: Span,
}

/// `-[e*1..3]->`, `<--`, `--` …
#[derive(Debug, Clone, PartialEq)]
pub struct GraphEdge {
    /// Its name in the pattern.
    pub name: Option<Name>,
    /// Which way it goes.
    pub direction: EdgeDirection,
    /// How many edges it may be, at least and at most; one when nothing is said.
    pub length: Option<(Expr, Expr)>,
    /// From dash to dash.
    pub span: Span,
}

/// Which way an edge of a pattern goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeDirection {
    /// `-->`.
    Right,
    /// `<--`.
    Left,
    /// `--`.
    Any,
}

/// `nodes as N with_node_id=x`.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphPart {
    /// `nodes` or `edges`.
    pub what: Name,
    /// The name of the table.
    pub name: Option<Name>,
    /// `with_node_id=`, `with_source_id=`, `with_target_id=`.
    pub options: Vec<OperatorOption>,
}
