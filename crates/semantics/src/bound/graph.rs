//! Patterns in graphs, bound: which nodes and edges a match has, what each must be, and which columns a match gives.

use super::{Expr, Table};

/// A graph: its tables, and which columns of the edges say where they begin and end.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// An edge a row.
    pub edges: Table,
    /// The columns of the edges that say where the edge begins: the node's id, and what else a node is told by.
    pub source: Vec<usize>,
    /// The columns of the edges that say where the edge ends.
    pub target: Vec<usize>,
    /// A node a row; its first columns are what `source` and `target` say, of the same types, and different in each row.
    /// Expressions over nodes see two more columns behind: how many edges end there, and how many begin.
    pub nodes: Table,
}

/// `graph-match` and `graph-shortest-paths`: a row for each match.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphMatch {
    /// The graph.
    pub graph: Graph,
    /// The nodes of the pattern, each with what must be true of it; over the nodes.
    pub nodes: Vec<Option<Expr>>,
    /// The edges of the pattern.
    pub edges: Vec<PatternEdge>,
    /// Which matches that come back to where they were count.
    pub cycles: Cycles,
    /// Of the matches between two nodes, only the shortest: all, or any one.
    pub shortest: Option<Shortest>,
    /// What is computed of edges of several.
    pub paths: Vec<PathValue>,
    /// The output columns.
    pub columns: Vec<MatchColumn>,
}

/// An edge of a pattern, or a path of several.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternEdge {
    /// The node of the pattern on its left.
    pub left: usize,
    /// The node of the pattern on its right.
    pub right: usize,
    /// Which way it goes.
    pub direction: Direction,
    /// How many edges it is, at least and at most.
    pub length: (usize, usize),
    /// What must be true of each edge; over the edges.
    pub filter: Option<Expr>,
    /// What must be true of each node between two edges; over the nodes.
    pub inner_filter: Option<Expr>,
}

/// Which way an edge of a pattern goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From left to right.
    Right,
    /// From right to left.
    Left,
    /// Either.
    Any,
}

/// Which matches count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cycles {
    /// All.
    All,
    /// Those in which no node stands twice.
    None,
    /// Those in which no edge stands twice.
    UniqueEdges,
}

/// Which of the shortest paths between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shortest {
    /// Any one.
    Any,
    /// All.
    All,
}

/// `all(e, x)`, `any(e, x)`, `map(e, x)`, also of `inner_nodes(e)`.
#[derive(Debug, Clone, PartialEq)]
pub struct PathValue {
    /// The edge of the pattern.
    pub edge: usize,
    /// Is it about the nodes between the edges?
    pub inner: bool,
    /// What is made of the values.
    pub kind: PathKind,
    /// The value of each edge, over the edges; or of each node, over the nodes.
    pub value: Expr,
}

/// What is made of the values along a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathKind {
    /// Are all true?
    All,
    /// Is any true?
    Any,
    /// A dynamic array of them, from left to right.
    Map,
}

/// A column of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchColumn {
    /// A column that nothing reads: any value will do.
    Unused,
    /// A column of a node of the pattern, as expressions over nodes see them.
    Node { node: usize, column: usize },
    /// A column of an edge of the pattern that is one edge.
    Edge { edge: usize, column: usize },
    /// `GraphMatch::paths[…]`.
    Path(usize),
}

/// `graph-mark-components`: the nodes, and behind their columns the number of their component.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphComponents {
    /// The graph.
    pub graph: Graph,
    /// Are nodes together only where edges lead there and back?
    pub is_strong: bool,
}

impl GraphMatch {
    /// Every expression of the operator.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let edges = self.edges.iter().flat_map(|edge| edge.filter.iter().chain(&edge.inner_filter));
        self.nodes.iter().flatten().chain(edges).chain(self.paths.iter().map(|path| &path.value))
    }

    /// Every expression of the operator, to change it.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        let edges = self.edges.iter_mut().flat_map(|edge| edge.filter.iter_mut().chain(&mut edge.inner_filter));
        self.nodes.iter_mut().flatten().chain(edges).chain(self.paths.iter_mut().map(|path| &mut path.value))
    }
}
