//! The graph operators: `make-graph a --> b`, `graph-match (a)-[e*1..3]->(b) where … project …`, and what makes tables of graphs.

use super::options::{Allowed, options};
use crate::ast::{
    EdgeDirection, Expr, Graph, GraphEdge, GraphMatch, GraphNode, GraphPart, GraphSequence, MakeGraph, OperatorKind,
};
use crate::codes;
use crate::grammar::{expressions, list, names, pipes};
use crate::parser::Parser;
use crate::token::TokenKind;

pub(super) fn make_graph(p: &mut Parser) -> OperatorKind {
    let source = names::reference(p, "the column of the source nodes");
    p.expect(TokenKind::Minus);
    p.expect(TokenKind::Minus);
    p.expect(TokenKind::Greater);
    let target = names::reference(p, "the column of the target nodes");
    let options = options(p, Allowed::Only(&["with_node_id"]));
    let nodes = if p.eat_word("with").is_some() { list(p, nodes) } else { vec![] };
    let partition = (p.is_word("partitioned") && p.nth_word(2) == "by").then(|| {
        for _ in 0..3 {
            p.take();
        }
        (names::reference(p, "the column of the partition"), pipes::subquery(p))
    });
    OperatorKind::Graph(Graph::Make(MakeGraph { source, target, nodes, options, partition }))
}

/// `Nodes on id`.
fn nodes(p: &mut Parser) -> (Expr, Expr) {
    let table = expressions::entity(p);
    p.expect_word("on");
    (table, names::reference(p, "the column of the nodes' ids"))
}

pub(super) fn graph_match(p: &mut Parser) -> OperatorKind {
    pattern(p, false)
}

pub(super) fn graph_shortest_paths(p: &mut Parser) -> OperatorKind {
    pattern(p, true)
}

fn pattern(p: &mut Parser, is_shortest: bool) -> OperatorKind {
    let options = options(p, Allowed::Only(&["cycles", "output"]));
    let sequences = list(p, sequence);
    let predicate = p.eat_word("where").map(|_| expressions::expression(p));
    let columns = match p.eat_word("project") {
        Some(_) => list(p, names::named_expr),
        None => vec![],
    };
    OperatorKind::Graph(Graph::Match(GraphMatch { is_shortest, options, sequences, predicate, columns }))
}

fn sequence(p: &mut Parser) -> GraphSequence {
    let mut sequence = GraphSequence { nodes: vec![node(p)], edges: vec![] };
    while p.is(TokenKind::Minus) || p.is(TokenKind::Less) {
        sequence.edges.push(edge(p));
        sequence.nodes.push(node(p));
        if !p.grow() {
            break;
        }
    }
    sequence
}

fn node(p: &mut Parser) -> GraphNode {
    let start = p.start();
    p.expect(TokenKind::OpenParen);
    let name = names::opt_name(p);
    p.expect(TokenKind::CloseParen);
    GraphNode { name, span: p.span_from(start) }
}

/// `-->`, `<--`, `--`, or the same around `[name*least..most]`.
fn edge(p: &mut Parser) -> GraphEdge {
    let start = p.start();
    let is_left = p.eat(TokenKind::Less).is_some();
    p.expect(TokenKind::Minus);
    let (mut name, mut length) = (None, None);
    if p.eat(TokenKind::OpenBracket).is_some() {
        name = names::opt_name(p);
        length = p.eat(TokenKind::Star).map(|_| {
            let least = expressions::expression(p);
            p.expect(TokenKind::DotDot);
            (least, expressions::expression(p))
        });
        p.expect(TokenKind::CloseBracket);
    }
    p.expect(TokenKind::Minus);
    let is_right = p.is(TokenKind::Greater);
    if is_right && is_left {
        p.error_here(codes::UNEXPECTED, "an edge goes one way, or any: `-->`, `<--`, `--`".to_string());
    }
    if is_right {
        p.take();
    }
    let direction = match (is_left, is_right) {
        (true, _) => EdgeDirection::Left,
        (false, true) => EdgeDirection::Right,
        (false, false) => EdgeDirection::Any,
    };
    GraphEdge { name, direction, length, span: p.span_from(start) }
}

pub(super) fn graph_mark_components(p: &mut Parser) -> OperatorKind {
    OperatorKind::Graph(Graph::MarkComponents { options: options(p, Allowed::Any) })
}

pub(super) fn graph_to_table(p: &mut Parser) -> OperatorKind {
    OperatorKind::Graph(Graph::ToTable { parts: list(p, part) })
}

/// `nodes as N with_node_id=x`.
fn part(p: &mut Parser) -> GraphPart {
    let what = names::name(p, "`nodes` or `edges`");
    let name = p.eat_word("as").map(|_| names::name(p, "a table's name"));
    GraphPart { what, name, options: options(p, Allowed::Only(&["with_node_id", "with_source_id", "with_target_id"])) }
}
