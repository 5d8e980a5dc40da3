//! Two polygons laid over each other: their union and their intersection.
//!
//! In: polygons with their insides on the left of every edge. Out: the rings of the answer, and where the polygons only touch, the edges
//! and vertices that they share. Edges are cut where they cross; a piece is kept when it is inside (or outside) the other polygon, which
//! changes at every cut and nowhere else; the pieces are joined to rings by the sharpest turn to the left. Vertices closer than S2's merge
//! radius are one.
//!
//! Rings begin after the edge that came last in the input and come in the order of their first edges, as S2's do.

use std::collections::{BTreeMap, HashMap, HashSet};

use s2::point::Point;

use super::arc;
use super::edges::Edges;
use super::line::bits;
use super::merge::Merger;
use super::orientation::{Crossing, crossing, ordered_ccw};
use super::polygon::Polygon;

/// What is asked of two polygons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// What is in either.
    Union,
    /// What is in both.
    Intersection,
}

/// What comes of two polygons.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// The rings of the answer, its inside on their left.
    pub(crate) rings: Vec<Vec<Point>>,
    /// Edges along which the polygons touch from outside (intersection only).
    pub(crate) borders: Vec<(Point, Point)>,
    /// Vertices that they share and nothing else there (intersection only).
    pub(crate) touches: Vec<Point>,
}

/// A piece of the answer's boundary: from, to, and the number of the edge that it is a piece of.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: Point,
    to: Point,
    number: usize,
}

/// The union of polygons: of the two with the fewest vertices first, as S2 goes about it. A union counts as many as what went into it.
pub(crate) fn union_of(polygons: Vec<Polygon>) -> Option<Polygon> {
    // By vertices, then in order of arrival.
    let sized = polygons.into_iter().enumerate().map(|(place, polygon)| ((polygon.edges.all().len(), place), polygon));
    let mut queue: BTreeMap<(usize, usize), Polygon> = sized.collect();
    let mut arrived = queue.len();
    let ((mut count, _), mut first) = queue.pop_first()?;
    while let Some(((others, _), second)) = queue.pop_first() {
        let union = Polygon::of_rings(overlay(&first, &second, Operation::Union).rings)?;
        queue.insert((count + others, arrived), union);
        arrived += 1;
        ((count, _), first) = queue.pop_first()?;
    }
    Some(first)
}

/// Do two polygons have a point in common, their boundaries included?
pub(crate) fn intersects(one: &Polygon, other: &Polygon) -> bool {
    if meet(&one.edges, &other.edges, |crossing| crossing != Crossing::Apart) {
        return true;
    }
    let first = |polygon: &Polygon| polygon.rings.iter().filter_map(|ring| ring.first().copied()).collect::<Vec<_>>();
    first(one).iter().any(|vertex| other.contains(vertex)) || first(other).iter().any(|vertex| one.contains(vertex))
}

/// Do two of the edges meet in such a way?
pub(crate) fn meet(one: &Edges, other: &Edges, is_such: impl Fn(Crossing) -> bool) -> bool {
    let mut found = false;
    for edge in one.all() {
        other.near_edge(edge, &mut |number| {
            let near = other.all().get(number);
            found = near.is_some_and(|near| is_such(crossing(&edge.0, &edge.1, &near.0, &near.1)));
            !found
        });
        if found {
            return true;
        }
    }
    false
}

/// Lays two polygons over each other.
pub(crate) fn overlay(one: &Polygon, other: &Polygon, operation: Operation) -> Overlay {
    let mut merger = Merger::default();
    let (one, other) = (merged(one, &mut merger), merged(other, &mut merger));
    let (Some(one), Some(other)) = (one, other) else { return Overlay::default() };
    let (cuts_one, cuts_other) = cuts(&one.edges, &other.edges, &mut merger);
    let (sides_one, sides_other) = (Sides::new(&one), Sides::new(&other));
    let mut answer = Overlay::default();
    let mut pieces = vec![];
    let count = one.edges.all().len();
    let wants_inside = operation == Operation::Intersection;
    for (number, edge) in one.edges.all().iter().enumerate() {
        match sides_other.twin(edge) {
            Some(Twin::Same) => pieces.push(Piece { from: edge.0, to: edge.1, number }),
            Some(Twin::Opposite) => answer.borders.push(*edge),
            None => sides_other.keep(edge, &cuts_one[number], wants_inside, number, &mut pieces),
        }
    }
    for (number, edge) in other.edges.all().iter().enumerate() {
        if sides_one.twin(edge).is_none() {
            sides_one.keep(edge, &cuts_other[number], wants_inside, count + number, &mut pieces);
        }
    }
    let kept: HashSet<[u64; 3]> = pieces.iter().flat_map(|piece| [bits(&piece.from), bits(&piece.to)]).collect();
    if operation == Operation::Intersection {
        let on_border: HashSet<[u64; 3]> =
            answer.borders.iter().flat_map(|edge| [bits(&edge.0), bits(&edge.1)]).collect();
        let vertices = one.rings.iter().flatten();
        let shared = vertices.filter(|vertex| sides_other.spokes.contains_key(&bits(vertex)));
        let alone = shared.filter(|vertex| !kept.contains(&bits(vertex)) && !on_border.contains(&bits(vertex)));
        answer.touches = alone.copied().collect();
    }
    answer.rings = rings(pieces);
    answer
}

/// The same polygon with vertices that are one already seen moved onto it; none when nothing is left of it.
pub(crate) fn merged(polygon: &Polygon, merger: &mut Merger) -> Option<Polygon> {
    let rings = polygon.rings.iter().map(|ring| {
        let mut ring: Vec<Point> = ring.iter().map(|vertex| merger.merge(vertex)).collect();
        ring.dedup();
        ring
    });
    Polygon::of_rings(rings.filter(|ring| ring.len() > 2).collect())
}

/// Where two sets of edges cut each other, for each edge of either.
pub(crate) fn cuts(one: &Edges, other: &Edges, merger: &mut Merger) -> (Vec<Vec<Point>>, Vec<Vec<Point>>) {
    let mut cuts_one = vec![vec![]; one.all().len()];
    let mut cuts_other = vec![vec![]; other.all().len()];
    for (edge, cuts) in one.all().iter().zip(&mut cuts_one) {
        other.near_edge(edge, &mut |number| {
            let Some(near) = other.all().get(number) else { return true };
            if crossing(&edge.0, &edge.1, &near.0, &near.1) == Crossing::Inside {
                let met = merger.merge(&arc::meeting(edge, near));
                cuts.push(met);
                if let Some(cuts) = cuts_other.get_mut(number) {
                    cuts.push(met);
                }
            }
            true
        });
    }
    (cuts_one, cuts_other)
}

/// An edge of the other polygon between the same vertices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twin {
    /// It goes the same way: both insides are on one side.
    Same,
    /// It goes the other way: the polygons lie side by side.
    Opposite,
}

/// What lies on which side of a polygon's edges and vertices.
pub(crate) struct Sides<'a> {
    polygon: &'a Polygon,
    /// For every vertex, the edges there: the other end, and whether the edge leaves the vertex.
    spokes: HashMap<[u64; 3], Vec<(Point, bool)>>,
    directed: HashSet<[[u64; 3]; 2]>,
}

impl<'a> Sides<'a> {
    pub(crate) fn new(polygon: &'a Polygon) -> Self {
        let mut spokes: HashMap<[u64; 3], Vec<(Point, bool)>> = HashMap::new();
        let mut directed = HashSet::new();
        for (from, to) in polygon.edges.all() {
            spokes.entry(bits(from)).or_default().push((*to, true));
            spokes.entry(bits(to)).or_default().push((*from, false));
            directed.insert([bits(from), bits(to)]);
        }
        Self { polygon, spokes, directed }
    }

    /// Is this one of the vertices?
    pub(crate) fn has_vertex(&self, point: &Point) -> bool {
        self.spokes.contains_key(&bits(point))
    }

    /// The edge of the polygon between the same vertices.
    pub(crate) fn twin(&self, edge: &(Point, Point)) -> Option<Twin> {
        let (from, to) = (bits(&edge.0), bits(&edge.1));
        if self.directed.contains(&[from, to]) {
            return Some(Twin::Same);
        }
        self.directed.contains(&[to, from]).then_some(Twin::Opposite)
    }

    /// Is an edge inside just after its start?
    pub(crate) fn starts_inside(&self, edge: &(Point, Point)) -> bool {
        let (from, to) = edge;
        let Some(spokes) = self.spokes.get(&bits(from)) else { return self.polygon.contains(from) };
        // The first spoke clockwise of the edge: on the left of an edge that leaves is the inside.
        let nearest = spokes
            .iter()
            .copied()
            .reduce(|best, spoke| if ordered_ccw(&best.0, &spoke.0, to, from) { spoke } else { best });
        nearest.is_some_and(|(_, leaves)| leaves)
    }

    /// Cuts an edge and keeps the pieces on the side that is wanted.
    fn keep(&self, edge: &(Point, Point), cuts: &[Point], wants_inside: bool, number: usize, pieces: &mut Vec<Piece>) {
        for (from, to, is_inside) in self.pieces(edge, cuts) {
            if is_inside == wants_inside && from != to {
                pieces.push(Piece { from, to, number });
            }
        }
    }

    /// The pieces of an edge between its cuts, and whether each is inside.
    pub(crate) fn pieces(&self, edge: &(Point, Point), cuts: &[Point]) -> Vec<(Point, Point, bool)> {
        let mut cuts = cuts.to_vec();
        cuts.sort_by(|a, b| arc::chord2(&edge.0, a).total_cmp(&arc::chord2(&edge.0, b)));
        let mut is_inside = self.starts_inside(edge);
        let mut from = edge.0;
        let mut pieces = Vec::with_capacity(cuts.len() + 1);
        for to in cuts.into_iter().chain([edge.1]) {
            pieces.push((from, to, is_inside));
            from = to;
            is_inside = !is_inside;
        }
        pieces
    }
}

/// Joins pieces to rings.
fn rings(pieces: Vec<Piece>) -> Vec<Vec<Point>> {
    let pieces = without_pairs(pieces);
    let mut leaving: HashMap<[u64; 3], Vec<usize>> = HashMap::new();
    for (place, piece) in pieces.iter().enumerate() {
        leaving.entry(bits(&piece.from)).or_default().push(place);
    }
    let mut used = vec![false; pieces.len()];
    let mut loops: Vec<Vec<Piece>> = vec![];
    for start in 0..pieces.len() {
        let mut path: Vec<Piece> = vec![];
        let mut on_path: HashMap<[u64; 3], usize> = HashMap::new();
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| !used[*place]) {
            used[place] = true;
            let piece = pieces[place];
            on_path.insert(bits(&piece.from), path.len());
            path.push(piece);
            // A path that comes back to one of its vertices has closed a ring.
            if let Some(from) = on_path.get(&bits(&piece.to)).copied() {
                let closed = path.split_off(from);
                closed.iter().for_each(|piece| {
                    on_path.remove(&bits(&piece.from));
                });
                loops.push(closed);
            }
            let free = leaving.get(&bits(&piece.to)).into_iter().flatten().copied().filter(|place| !used[*place]);
            next = free.reduce(|best, place| {
                let is_sharper = ordered_ccw(&pieces[best].to, &pieces[place].to, &piece.from, &piece.to);
                if is_sharper { place } else { best }
            });
        }
    }
    for pieces in &mut loops {
        begin_after_last(pieces);
    }
    loops.sort_by_key(|pieces| pieces.first().map(|piece| piece.number));
    let rings = loops.into_iter().map(|pieces| pieces.into_iter().map(|piece| piece.from).collect());
    rings.filter(|ring: &Vec<Point>| ring.len() > 2).collect()
}

/// Leaves out pieces that go there and back, and all but one of those that are the same.
fn without_pairs(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut seen = HashSet::new();
    let pieces: Vec<Piece> =
        pieces.into_iter().filter(|piece| seen.insert([bits(&piece.from), bits(&piece.to)])).collect();
    let has_way_back: Vec<bool> =
        pieces.iter().map(|piece| seen.contains(&[bits(&piece.to), bits(&piece.from)])).collect();
    pieces.into_iter().zip(has_way_back).filter(|(_, way_back)| !way_back).map(|(piece, _)| piece).collect()
}

/// Turns a ring so that the piece with the greatest number comes last; of several in a row, the last of them.
fn begin_after_last(pieces: &mut [Piece]) {
    let count = pieces.len();
    let Some(greatest) = pieces.iter().map(|piece| piece.number).max() else { return };
    let is_greatest = |place: usize| pieces.get(place % count).is_some_and(|piece| piece.number == greatest);
    let last = (0..count).find(|place| is_greatest(*place) && !is_greatest(place + 1));
    if let Some(last) = last {
        pieces.rotate_left((last + 1) % count);
    }
}
