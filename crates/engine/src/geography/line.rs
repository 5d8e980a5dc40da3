//! Lines on the sphere: one or several chains of edges.
//!
//! In: a shape of GeoJSON. Out: its length, its middle, the point of it that is nearest to a place or at a fraction of its length. Several
//! lines are measured as their union, in which an edge that they share counts once.

use std::collections::HashSet;

use datafusion::common::Result;
use s2::point::Point;

use super::arc;
use super::edges::{Edge, Edges};
use super::geojson::Shape;
use super::point::EARTH_RADIUS_M;

/// A line, or several.
#[derive(Debug)]
pub(crate) struct Line {
    /// The vertices of every line.
    pub(crate) chains: Vec<Vec<Point>>,
    /// The edges, chain after chain.
    pub(crate) edges: Edges,
}

impl Line {
    /// Reads a line or several; `None` when it breaks a rule: at least two places each, edges of less than half a turn.
    pub(crate) fn parse(json: &str) -> Result<Option<Self>> {
        Ok(Shape::line(json)?.and_then(|shape| Self::new(&shape)))
    }

    fn new(shape: &Shape) -> Option<Self> {
        let mut chains = vec![];
        for chain in shape.members.iter().flatten() {
            if chain.len() < 2 {
                return None;
            }
            chains.push(chain.iter().map(|place| place.point()).collect::<Vec<Point>>());
        }
        Self::of_chains(chains)
    }

    /// Lines of these vertices; `None` when there are none, or an edge is half a turn.
    pub(crate) fn of_chains(chains: Vec<Vec<Point>>) -> Option<Self> {
        let edges: Vec<Edge> =
            chains.iter().flat_map(|chain| chain.iter().copied().zip(chain.iter().copied().skip(1))).collect();
        if edges.is_empty() || !edges.iter().all(arc::is_edge) {
            return None;
        }
        Some(Self { chains, edges: Edges::new(edges) })
    }

    /// The length of the union, in meters.
    pub(crate) fn length_m(&self) -> f64 {
        self.distinct_edges().iter().map(arc::length).sum::<f64>() * EARTH_RADIUS_M
    }

    /// The middle of the union's mass; none when it is balanced around the middle of the Earth.
    pub(crate) fn centroid(&self) -> Option<Point> {
        let weighted = self.distinct_edges().into_iter().map(|(a, b)| {
            let (sum, difference) = (a.0 + b.0, a.0 - b.0);
            sum * (difference.norm2() / sum.norm2()).sqrt()
        });
        let total = arc::sum(weighted);
        if total.norm2() > 0.0 {
            return Some(Point(total.normalize()));
        }
        // All edges have no length: the line is a point.
        self.chains.first().and_then(|chain| chain.first()).copied().filter(|_| self.length_m() == 0.0)
    }

    /// The point of the line that is nearest to a point.
    pub(crate) fn nearest(&self, point: &Point) -> Option<Point> {
        let (number, _) = self.nearest_edge(point)?;
        Some(arc::nearest(self.edges.all().get(number)?, point))
    }

    fn nearest_edge(&self, point: &Point) -> Option<(usize, f64)> {
        self.edges.nearest(point, |edge| arc::chord2(point, &arc::nearest(edge, point)))
    }

    /// The point at a fraction of the length; only for one line and fractions from 0 to 1.
    pub(crate) fn interpolate(&self, fraction: f64) -> Option<Point> {
        if self.chains.len() != 1 || !(0.0..=1.0).contains(&fraction) {
            return None;
        }
        let mut left = fraction * self.edges.all().iter().map(arc::length).sum::<f64>();
        for edge in self.edges.all() {
            let length = arc::length(edge);
            if left < length {
                return Some(arc::along(edge, left));
            }
            left -= length;
        }
        self.edges.all().last().map(|edge| edge.1)
    }

    /// The fraction of the length at which the line is nearest to a point; only for one line.
    pub(crate) fn locate(&self, point: &Point) -> Option<f64> {
        if self.chains.len() != 1 {
            return None;
        }
        let total: f64 = self.edges.all().iter().map(arc::length).sum();
        if total == 0.0 {
            return Some(0.0);
        }
        let (number, _) = self.nearest_edge(point)?;
        let edge = self.edges.all().get(number)?;
        let before: f64 = self.edges.all().iter().take(number).map(arc::length).sum();
        Some(((before + arc::length(&(edge.0, arc::nearest(edge, point)))) / total).min(1.0))
    }

    /// The edges; of several lines each once, whichever way it goes.
    fn distinct_edges(&self) -> Vec<Edge> {
        if self.chains.len() == 1 {
            return self.edges.all().to_vec();
        }
        let mut seen = HashSet::new();
        self.edges.all().iter().filter(|edge| seen.insert(undirected(edge))).copied().collect()
    }
}

/// What two edges between the same points have in common.
pub(crate) fn undirected((a, b): &Edge) -> [[u64; 3]; 2] {
    let (a, b) = (bits(a), bits(b));
    if a < b { [a, b] } else { [b, a] }
}

/// A point as something that can be looked up; zero has one sign.
pub(crate) fn bits(point: &Point) -> [u64; 3] {
    [point.0.x, point.0.y, point.0.z].map(|value| (value + 0.0).to_bits())
}
