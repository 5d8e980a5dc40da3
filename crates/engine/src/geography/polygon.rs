//! Polygons on the sphere: shells with holes.
//!
//! In: a shape of GeoJSON. Out: a region that answers what it contains, what is nearest and how large it is. The rules are Kusto's: a ring
//! closes, its vertices differ, no edges cross or are shared, and it encloses the smaller of the two parts that it cuts the sphere into,
//! whichever way it was written.

use std::collections::HashSet;

use datafusion::common::Result;
use s2::point::{Point, true_centroid};
use std::f64::consts::{PI, TAU};

use super::arc;
use super::edges::{Edge, Edges};
use super::geojson::Shape;
use super::line::{bits, undirected};
use super::orientation::{Crossing, changes_side, corner_contains_vertex, crossing};
use super::overlay::union_of;
use super::point::{EARTH_RADIUS_M, LngLat};

/// A shell and its holes; where it comes from a union, several shells with theirs.
#[derive(Debug)]
pub(crate) struct Polygon {
    /// The shell, then the holes; the inside of the polygon is on the left of every edge.
    pub(crate) rings: Vec<Vec<Point>>,
    /// The edges, ring after ring.
    pub(crate) edges: Edges,
    /// Does it contain the point from which insides are counted?
    origin_inside: bool,
}

/// A polygon, or several, which may overlap.
#[derive(Debug)]
pub(crate) struct Region {
    /// The polygons.
    pub(crate) members: Vec<Polygon>,
}

impl Region {
    /// Reads a polygon or several; `None` when a rule is broken.
    pub(crate) fn parse(json: &str) -> Result<Option<Self>> {
        let Some(shape) = Shape::polygon(json)? else { return Ok(None) };
        let members = shape.members.iter().map(|rings| Polygon::new(rings)).collect::<Option<Vec<_>>>();
        Ok(members.filter(|members| !members.is_empty()).map(|members| Self { members }))
    }

    /// Is a point inside?
    pub(crate) fn contains(&self, point: &Point) -> bool {
        self.members.iter().any(|polygon| polygon.contains(point))
    }

    /// The point of the region that is nearest to a point outside.
    pub(crate) fn nearest(&self, point: &Point) -> Option<Point> {
        let candidates = self.members.iter().filter_map(|polygon| {
            let measure = |edge: &Edge| arc::chord2(point, &arc::nearest(edge, point));
            let (number, distance) = polygon.edges.nearest(point, measure)?;
            Some((distance, arc::nearest(polygon.edges.all().get(number)?, point)))
        });
        candidates.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, nearest)| nearest)
    }
}

impl Polygon {
    /// Reads a polygon, or several as their union; `None` when a rule is broken.
    pub(crate) fn parse(json: &str) -> Result<Option<Self>> {
        Ok(Region::parse(json)?.and_then(|region| union_of(region.members)))
    }

    fn new(rings: &[Vec<LngLat>]) -> Option<Self> {
        let rings = rings.iter().map(|ring| normal_ring(ring)).collect::<Option<Vec<_>>>()?;
        let mut rings = rings;
        rings.iter_mut().skip(1).for_each(|hole| hole.reverse());
        let polygon = Self::of_rings(rings)?;
        if !polygon.is_simple() {
            return None;
        }
        polygon.has_holes_inside().then_some(polygon)
    }

    /// A polygon of rings with its inside on their left: counterclockwise shells, clockwise holes.
    pub(crate) fn of_rings(rings: Vec<Vec<Point>>) -> Option<Self> {
        let mut origin_inside = false;
        for ring in &rings {
            // Insides are counted by parity, so that a hole counts as the part that it encloses.
            origin_inside ^= encloses_origin(ring)? != (ring_area(ring) < 0.0);
        }
        // Rings that enclose nothing but holes leave out a part of the sphere and hold the rest.
        origin_inside ^= total_area(&rings) < 0.0;
        let edges = Edges::new(rings.iter().flat_map(|ring| ring_edges(ring)).collect());
        (!edges.all().is_empty()).then_some(Self { rings, edges, origin_inside })
    }

    /// Is a point inside? Of the polygons that share a vertex and fill the turn around it, one contains it.
    pub(crate) fn contains(&self, point: &Point) -> bool {
        let path = (Point::origin(), *point);
        let mut is_inside = self.origin_inside;
        self.edges.near_edge(&path, &mut |number| {
            if let Some((c, d)) = self.edges.all().get(number) {
                is_inside ^= changes_side(&path.0, &path.1, c, d);
            }
            true
        });
        is_inside
    }

    /// The area in square meters.
    pub(crate) fn area_m2(&self) -> f64 {
        let area = total_area(&self.rings);
        let area = if area < 0.0 { area + 4.0 * PI } else { area };
        area * EARTH_RADIUS_M * EARTH_RADIUS_M
    }

    /// The length of the boundary in meters.
    pub(crate) fn perimeter_m(&self) -> f64 {
        self.edges.all().iter().map(arc::length).sum::<f64>() * EARTH_RADIUS_M
    }

    /// The middle of the mass.
    pub(crate) fn centroid(&self) -> Option<Point> {
        let total = arc::sum(self.rings.iter().flat_map(|ring| fan(ring).map(|(a, b, c)| true_centroid(&a, &b, &c).0)));
        (total.norm2() > 0.0).then(|| Point(total.normalize()))
    }

    /// Do no two edges cross, and are no two the same?
    fn is_simple(&self) -> bool {
        let mut seen = HashSet::new();
        if !self.edges.all().iter().all(|edge| seen.insert(undirected(edge))) {
            return false;
        }
        for (number, edge) in self.edges.all().iter().enumerate() {
            let mut crosses = false;
            self.edges.near_edge(edge, &mut |other| {
                let Some(near) = self.edges.all().get(other).filter(|_| other > number) else { return true };
                crosses = crossing(&edge.0, &edge.1, &near.0, &near.1) == Crossing::Inside;
                !crosses
            });
            if crosses {
                return false;
            }
        }
        true
    }

    /// Are the holes in the shell? Vertices may be shared.
    fn has_holes_inside(&self) -> bool {
        let Some((shell, holes)) = self.rings.split_first() else { return false };
        if holes.is_empty() {
            return true;
        }
        let Some(alone) = Self::of_rings(vec![shell.clone()]) else { return false };
        let corners: HashSet<[u64; 3]> = shell.iter().map(bits).collect();
        let mut own = holes.iter().flatten().filter(|vertex| !corners.contains(&bits(vertex)));
        own.all(|vertex| alone.contains(vertex))
    }
}

/// The vertices of a ring, counterclockwise around the smaller part; `None` when it does not close or a vertex comes twice.
pub(crate) fn normal_ring(places: &[LngLat]) -> Option<Vec<Point>> {
    let (last, places) = places.split_last()?;
    if places.len() < 3 || places.first() != Some(last) {
        return None;
    }
    let mut ring: Vec<Point> = places.iter().map(|place| place.point()).collect();
    let mut seen = HashSet::new();
    if !ring.iter().all(|vertex| seen.insert(bits(vertex))) || !ring_edges(&ring).all(|edge| arc::is_edge(&edge)) {
        return None;
    }
    if ring_area(&ring) < 0.0 {
        ring.reverse();
    }
    Some(ring)
}

/// The edges of a ring, the closing one last.
pub(crate) fn ring_edges(ring: &[Point]) -> impl Iterator<Item = Edge> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// The area on the left of a ring on the unit sphere, from -2π to 2π: negative when the left is the larger part.
pub(crate) fn ring_area(ring: &[Point]) -> f64 {
    let area: f64 = fan(ring).map(|(a, b, c)| triangle_area(&a, &b, &c)).sum();
    let turned = (area + TAU).rem_euclid(4.0 * PI) - TAU;
    if turned <= -TAU { turned + 4.0 * PI } else { turned }
}

/// The areas of rings together: negative when they are the holes of all that is around them.
pub(crate) fn total_area(rings: &[Vec<Point>]) -> f64 {
    rings.iter().map(|ring| ring_area(ring)).sum()
}

/// The triangles from the first vertex to every edge.
fn fan(ring: &[Point]) -> impl Iterator<Item = (Point, Point, Point)> {
    let apex = ring.first().copied();
    ring.windows(2).skip(1).filter_map(move |pair| match (apex, pair) {
        (Some(apex), [b, c]) => Some((apex, *b, *c)),
        _ => None,
    })
}

/// The area of a triangle, negative when it goes clockwise.
fn triangle_area(a: &Point, b: &Point, c: &Point) -> f64 {
    // Differences keep small triangles exact.
    let volume = (b.0 - a.0).cross(&(c.0 - a.0)).dot(&a.0);
    2.0 * volume.atan2(1.0 + a.0.dot(&b.0) + b.0.dot(&c.0) + c.0.dot(&a.0))
}

/// Is the point from which insides are counted on the left of a ring?
fn encloses_origin(ring: &[Point]) -> Option<bool> {
    let [a, b, c] = [0, 1, 2].map(|at| ring.get(at));
    let (a, b, c) = (a?, b?, c?);
    let origin = Point::origin();
    let crossed = ring_edges(ring).filter(|(from, to)| changes_side(&origin, b, from, to)).count();
    Some(corner_contains_vertex(a, b, c) != (crossed % 2 == 1))
}
