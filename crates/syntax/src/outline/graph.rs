//! The graph operators in an outline.

use super::Outline;
use crate::ast::{EdgeDirection, Graph, GraphEdge, GraphMatch, GraphNode, GraphPart, MakeGraph};

impl Outline {
    pub(super) fn graph(&mut self, graph: &Graph) {
        match graph {
            Graph::Make(make) => self.make_graph(make),
            Graph::Match(pattern) => self.graph_match(pattern),
            Graph::MarkComponents { options } => self.node("graph-mark-components", |o| o.options(options)),
            Graph::ToTable { parts } => self.node("graph-to-table", |o| parts.iter().for_each(|part| o.part(part))),
        }
    }

    fn make_graph(&mut self, make: &MakeGraph) {
        self.node("make-graph", |o| {
            o.exprs([&make.source, &make.target]);
            o.options(&make.options);
            for (table, id) in &make.nodes {
                o.node("with", |o| o.exprs([table, id]));
            }
            if let Some((by, subquery)) = &make.partition {
                o.node("partitioned-by", |o| {
                    o.expr(by);
                    o.subquery(subquery);
                });
            }
        });
    }

    fn graph_match(&mut self, pattern: &GraphMatch) {
        let head = if pattern.is_shortest { "graph-shortest-paths" } else { "graph-match" };
        self.node(head, |o| {
            o.options(&pattern.options);
            for sequence in &pattern.sequences {
                o.node("sequence", |o| {
                    let mut edges = sequence.edges.iter();
                    for node in &sequence.nodes {
                        o.graph_node(node);
                        edges.next().into_iter().for_each(|edge| o.graph_edge(edge));
                    }
                });
            }
            if let Some(predicate) = &pattern.predicate {
                o.node("where", |o| o.expr(predicate));
            }
            if !pattern.columns.is_empty() {
                o.node("project", |o| o.named(&pattern.columns));
            }
        });
    }

    fn graph_node(&mut self, node: &GraphNode) {
        self.node("node", |o| node.name.iter().for_each(|name| o.name(name)));
    }

    fn graph_edge(&mut self, edge: &GraphEdge) {
        let head = match edge.direction {
            EdgeDirection::Right => "-->",
            EdgeDirection::Left => "<--",
            EdgeDirection::Any => "--",
        };
        self.node(head, |o| {
            edge.name.iter().for_each(|name| o.name(name));
            if let Some((least, most)) = &edge.length {
                o.node("*", |o| o.exprs([least, most]));
            }
        });
    }

    fn part(&mut self, part: &GraphPart) {
        self.node("part", |o| {
            o.name(&part.what);
            part.name.iter().for_each(|name| o.name(name));
            o.options(&part.options);
        });
    }
}
