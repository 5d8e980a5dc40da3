//! The pattern of `graph-match`: its nodes and edges, each once, and which names they have.

use syntax::Span;
use syntax::ast::{EdgeDirection, Expr as Tree, GraphEdge, GraphMatch, GraphNode};

use crate::binder::Binder;
use crate::bound::{Direction, ExprKind};
use crate::codes;
use crate::value::Value;

/// So many nodes or edges; a pattern that a person writes has a few.
const ELEMENTS_MAX: usize = 64;
/// A match of more edges than this is not looked for: the search goes as deep.
const LENGTH_MAX: usize = 256;

/// A pattern.
#[derive(Default)]
pub(super) struct Pattern {
    /// The names of the nodes; a node that stands several times is one.
    pub(super) nodes: Vec<Option<String>>,
    pub(super) edges: Vec<Edge>,
}

pub(super) struct Edge {
    pub(super) name: Option<String>,
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) direction: Direction,
    /// How many edges it may be; none when it is one edge.
    pub(super) length: Option<(usize, usize)>,
}

/// What a name of a pattern stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Node(usize),
    Edge(usize),
    /// An edge of several.
    Path(usize),
}

impl Pattern {
    /// What a name stands for.
    pub(super) fn find(&self, name: &str) -> Option<Element> {
        let is_named = |known: &Option<String>| known.as_deref() == Some(name);
        let node = self.nodes.iter().position(is_named).map(Element::Node);
        node.or_else(|| {
            let at = self.edges.iter().position(|edge| is_named(&edge.name))?;
            let is_path = self.edges.get(at).is_some_and(|edge| edge.length.is_some());
            Some(if is_path { Element::Path(at) } else { Element::Edge(at) })
        })
    }
}

/// Reads the sequences; none when something was wrong.
pub(super) fn pattern(b: &mut Binder<'_>, tree: &GraphMatch, span: Span) -> Option<Pattern> {
    let mut pattern = Pattern::default();
    let before = b.error_count();
    for sequence in &tree.sequences {
        let mut nodes = sequence.nodes.iter();
        let mut left = node(b, &mut pattern, nodes.next()?);
        for (written, next) in sequence.edges.iter().zip(nodes) {
            let right = node(b, &mut pattern, next);
            edge(b, &mut pattern, written, (left, right));
            left = right;
        }
    }
    if pattern.nodes.len() > ELEMENTS_MAX || pattern.edges.len() > ELEMENTS_MAX {
        b.error(codes::TOO_LARGE, span, format!("a pattern of more than {ELEMENTS_MAX} nodes or edges"));
    } else if pattern.edges.iter().map(|edge| edge.length.map_or(1, |(_, most)| most)).sum::<usize>() > LENGTH_MAX {
        b.error(codes::TOO_LARGE, span, format!("a pattern of more than {LENGTH_MAX} edges"));
    } else if !is_connected(&pattern) {
        b.error(
            codes::GRAPH_PATTERN,
            span,
            "the sequences of a pattern must share nodes, so that all of it is connected",
        );
    }
    (b.error_count() == before).then_some(pattern)
}

fn node(b: &mut Binder<'_>, pattern: &mut Pattern, tree: &GraphNode) -> usize {
    if let Some(name) = &tree.name {
        match pattern.find(&name.text) {
            Some(Element::Node(at)) => return at,
            Some(_) => {
                b.error(codes::DUPLICATE_VARIABLE, name.span, format!("`{}` is an edge of this pattern", name.text));
            }
            None => {}
        }
    }
    pattern.nodes.push(tree.name.as_ref().map(|name| name.text.clone()));
    pattern.nodes.len() - 1
}

fn edge(b: &mut Binder<'_>, pattern: &mut Pattern, tree: &GraphEdge, (left, right): (usize, usize)) {
    if let Some(name) = tree.name.as_ref().filter(|name| pattern.find(&name.text).is_some()) {
        b.error(codes::DUPLICATE_VARIABLE, name.span, format!("`{}` stands in this pattern already", name.text));
    }
    let direction = match tree.direction {
        EdgeDirection::Right => Direction::Right,
        EdgeDirection::Left => Direction::Left,
        EdgeDirection::Any => Direction::Any,
    };
    let length = tree.length.as_ref().map(|(least, most)| length(b, least, most, tree.span));
    let name = tree.name.as_ref().map(|name| name.text.clone());
    pattern.edges.push(Edge { name, left, right, direction, length });
}

fn length(b: &mut Binder<'_>, least: &Tree, most: &Tree, span: Span) -> (usize, usize) {
    let mut bound = |tree: &Tree| {
        let count = b.count(tree)?;
        match count.kind {
            ExprKind::Constant(Value::Long(value)) => usize::try_from(value).ok(),
            _ => None,
        }
    };
    match (bound(least), bound(most)) {
        (Some(least), Some(most)) if least <= most && (1..=LENGTH_MAX).contains(&most) => (least, most),
        _ => {
            let message = format!("a path has from 0 to {LENGTH_MAX} edges, at least one at most: `*1..5`");
            b.error(codes::GRAPH_PATTERN, span, message);
            (1, 1)
        }
    }
}

/// Does a way along edges lead from the first node to each other?
fn is_connected(pattern: &Pattern) -> bool {
    let mut reached = vec![false; pattern.nodes.len()];
    let mut waiting = vec![0];
    while let Some(node) = waiting.pop() {
        match reached.get_mut(node) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        for edge in &pattern.edges {
            if edge.left == node {
                waiting.push(edge.right);
            }
            if edge.right == node {
                waiting.push(edge.left);
            }
        }
    }
    reached.into_iter().all(|reached| reached)
}
