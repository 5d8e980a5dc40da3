//! Lines laid over lines and over polygons.
//!
//! In: lines, polygons. Out: whether they have a point in common, or the points and pieces of lines that they have in common. A piece goes
//! the way of the first line. Where pieces come together other than end to start, the documentation does not say how they are joined, and
//! the answer is refused.

use std::collections::{HashMap, HashSet};

use datafusion::common::{Result, not_impl_err};
use s2::point::Point;

use super::edges::{Edge, Edges};
use super::line::{Line, bits, undirected};
use super::merge::Merger;
use super::orientation::{Crossing, crossing};
use super::overlay::{Sides, cuts, meet, merged};
use super::polygon::Polygon;

/// Points and lines.
#[derive(Debug, Default)]
pub(crate) struct Common {
    /// Points that are on no line of the answer.
    pub(crate) points: Vec<Point>,
    /// Lines.
    pub(crate) lines: Vec<Vec<Point>>,
}

/// Do two lines have a point in common?
pub(crate) fn lines_intersect(one: &Line, other: &Line) -> bool {
    meet(&one.edges, &other.edges, |crossing| crossing != Crossing::Apart)
}

/// Does a line have a point in a polygon, which of its boundary contains what a point in it says?
pub(crate) fn line_intersects_polygon(line: &Line, polygon: &Polygon) -> Result<bool> {
    if meet(&line.edges, &polygon.edges, |crossing| crossing == Crossing::Inside)
        || line.chains.iter().flatten().any(|vertex| polygon.contains(vertex))
    {
        return Ok(true);
    }
    let sides = Sides::new(polygon);
    let mut edges = line.edges.all().iter().filter(|edge| edge.0 != edge.1);
    if edges.clone().any(|edge| sides.twin(edge).is_some()) {
        return not_impl_err!("a line that touches a polygon along an edge only");
    }
    Ok(edges.any(|edge| sides.starts_inside(edge)))
}

/// What two lines have in common.
pub(crate) fn lines_intersection(one: &Line, other: &Line) -> Result<Common> {
    let mut merger = Merger::default();
    let (Some(one), Some(other)) = (merged_line(one, &mut merger), merged_line(other, &mut merger)) else {
        return Ok(Common::default());
    };
    let shared: HashSet<[[u64; 3]; 2]> = other.edges.all().iter().map(undirected).collect();
    let pieces: Vec<Edge> = one.edges.all().iter().filter(|edge| shared.contains(&undirected(edge))).copied().collect();
    let vertices: HashSet<[u64; 3]> = other.chains.iter().flatten().map(bits).collect();
    let (cuts, _) = cuts(&one.edges, &other.edges, &mut merger);
    let met = one.chains.iter().flatten().filter(|vertex| vertices.contains(&bits(vertex)));
    let met = met.chain(cuts.iter().flatten()).copied().collect();
    Ok(Common { points: off(met, &pieces), lines: polylines(&pieces)? })
}

/// What a line has in common with a polygon and its boundary.
pub(crate) fn line_in_polygon(line: &Line, polygon: &Polygon) -> Result<Common> {
    let mut merger = Merger::default();
    let (Some(polygon), Some(line)) = (merged(polygon, &mut merger), merged_line(line, &mut merger)) else {
        return Ok(Common::default());
    };
    let (cuts, _) = cuts(&line.edges, &polygon.edges, &mut merger);
    let sides = Sides::new(&polygon);
    let mut pieces = vec![];
    for (edge, cuts) in line.edges.all().iter().zip(&cuts) {
        if sides.twin(edge).is_some() {
            pieces.push(*edge);
        } else if edge.0 != edge.1 {
            let inside = sides.pieces(edge, cuts).into_iter().filter(|(from, to, is_inside)| *is_inside && from != to);
            pieces.extend(inside.map(|(from, to, _)| (from, to)));
        }
    }
    let touches = line.chains.iter().flatten().filter(|vertex| sides.has_vertex(vertex)).copied().collect();
    Ok(Common { points: off(touches, &pieces), lines: polylines(&pieces)? })
}

/// The union of lines as lines; refused when lines cross or branch.
pub(crate) fn lines_union(lines: Vec<Vec<Point>>) -> Result<Option<Vec<Vec<Point>>>> {
    let mut merger = Merger::default();
    let Some(union) = Line::of_chains(lines).and_then(|line| merged_line(&line, &mut merger)) else { return Ok(None) };
    let mut seen = HashSet::new();
    let edges = union.edges.all().iter().filter(|edge| edge.0 != edge.1 && seen.insert(undirected(edge)));
    let edges: Vec<Edge> = edges.copied().collect();
    let tree = Edges::new(edges.clone());
    for edge in &edges {
        let mut crosses = false;
        tree.near_edge(edge, &mut |number| {
            let near = tree.all().get(number);
            crosses |= near.is_some_and(|near| crossing(&edge.0, &edge.1, &near.0, &near.1) == Crossing::Inside);
            !crosses
        });
        if crosses {
            return not_impl_err!("the union of lines that cross");
        }
    }
    polylines(&edges).map(|lines| Some(lines).filter(|lines| !lines.is_empty()))
}

/// Joins edges to lines, in the order of their first edges.
pub(crate) fn polylines(pieces: &[Edge]) -> Result<Vec<Vec<Point>>> {
    let mut leaving: HashMap<[u64; 3], usize> = HashMap::new();
    let mut arriving = HashSet::new();
    for (place, (from, to)) in pieces.iter().enumerate() {
        if leaving.insert(bits(from), place).is_some() || !arriving.insert(bits(to)) {
            return not_impl_err!("joining lines that branch or meet head to head");
        }
    }
    let mut used = vec![false; pieces.len()];
    let mut lines = vec![];
    let begins = |place: &usize| pieces.get(*place).is_some_and(|piece| !arriving.contains(&bits(&piece.0)));
    // First what has a beginning, then what goes around.
    let starts = (0..pieces.len()).filter(begins).chain((0..pieces.len()).filter(|place| !begins(place)));
    for start in starts {
        let mut line: Vec<Point> = vec![];
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| !used[*place]) {
            used[place] = true;
            let (from, to) = pieces[place];
            if line.is_empty() {
                line.push(from);
            }
            line.push(to);
            next = leaving.get(&bits(&to)).copied();
        }
        if !line.is_empty() {
            lines.push((start, line));
        }
    }
    lines.sort_by_key(|(start, _)| *start);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// The points that are no ends of pieces, each once.
fn off(points: Vec<Point>, pieces: &[Edge]) -> Vec<Point> {
    let mut seen: HashSet<[u64; 3]> = pieces.iter().flat_map(|piece| [bits(&piece.0), bits(&piece.1)]).collect();
    points.into_iter().filter(|point| seen.insert(bits(point))).collect()
}

/// The same line with vertices that are one already seen moved onto it.
fn merged_line(line: &Line, merger: &mut Merger) -> Option<Line> {
    Line::of_chains(line.chains.iter().map(|chain| chain.iter().map(|vertex| merger.merge(vertex)).collect()).collect())
}
