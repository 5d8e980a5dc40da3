//! Edges of a shape under a tree of boxes, so that what lies far apart is never compared.
//!
//! In: edges as pairs of points of the unit sphere. Out: which of them are near an edge or a point. A box holds the arcs, not just the
//! chords: it is widened by how far the longest arc in it bulges.

use s2::point::Point;
use s2::r3::vector::Vector;

/// An edge: the arc from one point to another.
pub(crate) type Edge = (Point, Point);

/// A leaf of the tree holds this many edges at most.
const LEAF_MAX: usize = 8;

/// A box along the three axes.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    low: Vector,
    high: Vector,
}

/// A node: the box of a run of edges, split in two halves until it is small.
#[derive(Debug)]
struct Node {
    bounds: Bounds,
    from: usize,
    to: usize,
    halves: Option<Box<(Node, Node)>>,
}

/// Edges that can be searched; they keep the numbers that they were given in.
#[derive(Debug)]
pub(crate) struct Edges {
    edges: Vec<Edge>,
    /// The numbers of the edges, in the order of the tree.
    order: Vec<usize>,
    root: Option<Node>,
}

impl Edges {
    /// Edges, numbered as they come.
    pub(crate) fn new(edges: Vec<Edge>) -> Self {
        let mut order: Vec<usize> = (0..edges.len()).collect();
        let root = (!edges.is_empty()).then(|| Node::build(&edges, &mut order, 0));
        Self { edges, order, root }
    }

    /// All edges, by their numbers.
    pub(crate) fn all(&self) -> &[Edge] {
        &self.edges
    }

    /// The numbers of the edges that may touch an arc, until the visitor says stop.
    pub(crate) fn near_edge(&self, edge: &Edge, visit: &mut dyn FnMut(usize) -> bool) {
        let bounds = Bounds::of_edge(edge);
        let normal = edge.0.0.cross(&edge.1.0);
        let may_touch = |node: &Bounds| node.overlaps(&bounds) && node.meets_plane(&normal);
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            if !may_touch(&node.bounds) {
                continue;
            }
            match &node.halves {
                Some(halves) => open.extend([&halves.1, &halves.0]),
                None => {
                    for number in self.order.get(node.from..node.to).unwrap_or_default() {
                        if !visit(*number) {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// The number of the edge nearest to a point with the square of the chord to it, as the measure gives it for an edge.
    pub(crate) fn nearest(&self, point: &Point, measure: impl Fn(&Edge) -> f64) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        let mut open: Vec<(f64, &Node)> = self.root.iter().map(|node| (0.0, node)).collect();
        while let Some((distance, node)) = open.pop() {
            if best.is_some_and(|(_, known)| distance > known) {
                continue;
            }
            match &node.halves {
                Some(halves) => {
                    let mut pair = [&halves.0, &halves.1].map(|half| (half.bounds.distance2(&point.0), half));
                    pair.sort_by(|a, b| b.0.total_cmp(&a.0));
                    open.extend(pair);
                }
                None => {
                    for number in self.order.get(node.from..node.to).unwrap_or_default() {
                        let Some(edge) = self.edges.get(*number) else { continue };
                        let distance = measure(edge);
                        let is_better = best
                            .is_none_or(|(known, least)| distance < least || (distance == least && *number < known));
                        if is_better {
                            best = Some((*number, distance));
                        }
                    }
                }
            }
        }
        best
    }
}

impl Node {
    /// Splits edges in two along the longest side of their box until few are left; the depth grows with the logarithm of their number.
    fn build(edges: &[Edge], order: &mut [usize], from: usize) -> Self {
        let bounds = order.iter().filter_map(|number| edges.get(*number)).map(Bounds::of_edge).reduce(Bounds::with);
        let bounds = bounds.unwrap_or(Bounds { low: Vector::new(0.0, 0.0, 0.0), high: Vector::new(0.0, 0.0, 0.0) });
        let to = from + order.len();
        if order.len() <= LEAF_MAX {
            return Self { bounds, from, to, halves: None };
        }
        let size = bounds.high - bounds.low;
        let along = |edge: &Edge| {
            let sum = edge.0.0 + edge.1.0;
            if size.x >= size.y && size.x >= size.z {
                sum.x
            } else if size.y >= size.z {
                sum.y
            } else {
                sum.z
            }
        };
        let key = |number: &usize| edges.get(*number).map_or(0.0, along);
        let middle = order.len() / 2;
        order.select_nth_unstable_by(middle, |a, b| key(a).total_cmp(&key(b)));
        let (one, other) = order.split_at_mut(middle);
        let halves = (Self::build(edges, one, from), Self::build(edges, other, from + middle));
        Self { bounds, from, to, halves: Some(Box::new(halves)) }
    }
}

impl Bounds {
    fn of_edge((a, b): &Edge) -> Self {
        let (a, b) = (a.0, b.0);
        // An arc of the angle t rises 1 - cos(t/2) above its chord; the last term covers rounding.
        let half_chord2 = ((a - b).norm2() / 4.0).min(1.0);
        let slack = 1.0 - (1.0 - half_chord2).sqrt() + 1e-14;
        Self {
            low: Vector::new(a.x.min(b.x) - slack, a.y.min(b.y) - slack, a.z.min(b.z) - slack),
            high: Vector::new(a.x.max(b.x) + slack, a.y.max(b.y) + slack, a.z.max(b.z) + slack),
        }
    }

    fn with(self, other: Self) -> Self {
        let (a, b) = (self, other);
        Self {
            low: Vector::new(a.low.x.min(b.low.x), a.low.y.min(b.low.y), a.low.z.min(b.low.z)),
            high: Vector::new(a.high.x.max(b.high.x), a.high.y.max(b.high.y), a.high.z.max(b.high.z)),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        let is_in = |low: f64, high: f64, other_low: f64, other_high: f64| low <= other_high && other_low <= high;
        is_in(self.low.x, self.high.x, other.low.x, other.high.x)
            && is_in(self.low.y, self.high.y, other.low.y, other.high.y)
            && is_in(self.low.z, self.high.z, other.low.z, other.high.z)
    }

    /// Does the plane through the origin with that normal touch the box?
    fn meets_plane(&self, normal: &Vector) -> bool {
        let center = (self.low + self.high) * 0.5;
        let half = (self.high - self.low) * 0.5;
        let reach = normal.x.abs() * half.x + normal.y.abs() * half.y + normal.z.abs() * half.z;
        center.dot(normal).abs() <= reach + 1e-14
    }

    /// The square of the distance from a point to the box.
    fn distance2(&self, point: &Vector) -> f64 {
        let beyond = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0);
        let x = beyond(point.x, self.low.x, self.high.x);
        let y = beyond(point.y, self.low.y, self.high.y);
        let z = beyond(point.z, self.low.z, self.high.z);
        x * x + y * y + z * z
    }
}
