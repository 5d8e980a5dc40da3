//! One edge, the shorter arc between two points of the sphere: its length, its nearest point, a point along it, where it meets another.

use s2::point::Point;
use s2::r3::vector::Vector;

use super::edges::Edge;

/// The angle of an arc, in radians.
pub(crate) fn length((a, b): &Edge) -> f64 {
    a.0.angle(&b.0).rad()
}

/// Is the arc less than half a turn? Otherwise it is no edge.
pub(crate) fn is_edge(edge: &Edge) -> bool {
    length(edge) < std::f64::consts::PI
}

/// The point of an arc that is nearest to a point.
pub(crate) fn nearest((a, b): &Edge, point: &Point) -> Point {
    // Perpendicular to both ends, also when they are close to each other.
    let normal = (a.0 - b.0).cross(&(a.0 + b.0));
    let norm2 = normal.norm2();
    if norm2 > 0.0 {
        let foot = point.0 - normal * (point.0.dot(&normal) / norm2);
        let is_between = normal.cross(&a.0).dot(&foot) >= 0.0 && normal.cross(&b.0).dot(&foot) <= 0.0;
        if is_between && foot.norm2() > 0.0 {
            return Point(foot.normalize());
        }
    }
    if chord2(point, a) <= chord2(point, b) { *a } else { *b }
}

/// The square of the straight distance between two points.
pub(crate) fn chord2(one: &Point, other: &Point) -> f64 {
    (one.0 - other.0).norm2()
}

/// The point that many radians along an arc.
pub(crate) fn along(edge: &Edge, radians: f64) -> Point {
    let (a, b) = edge;
    let tangent = (a.0 - b.0).cross(&(a.0 + b.0)).cross(&a.0);
    if tangent.norm2() == 0.0 || radians == 0.0 {
        return *a;
    }
    Point((a.0 * radians.cos() + tangent.normalize() * radians.sin()).normalize())
}

/// The point inside both of two arcs that cross.
pub(crate) fn meeting(one: &Edge, other: &Edge) -> Point {
    // The plane of the longer arc is known best; the other is divided by how far its ends are from it.
    let (plane, divided) = if length(one) >= length(other) { (one, other) } else { (other, one) };
    let normal = (plane.0.0 - plane.1.0).cross(&(plane.0.0 + plane.1.0));
    let from_plane = |point: &Point| {
        let close = if chord2(point, &plane.0) <= chord2(point, &plane.1) { &plane.0 } else { &plane.1 };
        (point.0 - close.0).dot(&normal)
    };
    let (start, end) = (from_plane(&divided.0), from_plane(&divided.1));
    let met = divided.1.0 * start - divided.0.0 * end;
    if met.norm2() == 0.0 {
        // On one great circle: an end of one lies on the other.
        let ends = [(&divided.0, plane), (&divided.1, plane), (&plane.0, divided), (&plane.1, divided)];
        let off = |(end, arc): &(&Point, &Edge)| chord2(end, &nearest(arc, end));
        let end = ends.into_iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        return end.map_or(divided.0, |(end, _)| *end);
    }
    let met = met.normalize();
    let side = (one.0.0 + one.1.0) + (other.0.0 + other.1.0);
    Point(if met.dot(&side) < 0.0 { met * -1.0 } else { met })
}

/// The sum of vectors, one after the other.
pub(crate) fn sum(vectors: impl IntoIterator<Item = Vector>) -> Vector {
    vectors.into_iter().fold(Vector::new(0.0, 0.0, 0.0), |sum, vector| sum + vector)
}
