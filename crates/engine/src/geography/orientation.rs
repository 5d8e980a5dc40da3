//! On which side of a great circle does a point lie, and do two edges cross? Answered without rounding errors.
//!
//! In: points of the unit sphere. Out: a sign. Three points that lie on one great circle are told apart as if they had been moved by
//! infinitesimal amounts, always by the same (simulation of simplicity), so that all answers about a shape agree with one another: of the
//! polygons that tile an area, exactly one contains a point, and an edge that ends on another one crosses it or does not. This is what S2
//! does and Kusto documents. The signs are S2's, which uses the same perturbation; the crate's own end where floating point does.

use s2::point::Point;

/// What two edges have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// Nothing.
    Apart,
    /// An end.
    AtVertex,
    /// A point inside both.
    Inside,
}

/// An error bound of the determinant of three unit vectors in plain arithmetic.
const DETERMINANT_ERROR: f64 = 1.8274 * f64::EPSILON;

/// 1 when a, b and c go counterclockwise, -1 when they go clockwise, 0 only when two of them are the same.
pub(crate) fn sign(a: &Point, b: &Point, c: &Point) -> i8 {
    let determinant = a.0.cross(&b.0).dot(&c.0);
    if determinant.abs() > DETERMINANT_ERROR {
        return of(determinant);
    }
    if a == b || b == c || c == a {
        return 0;
    }
    exact_sign(a, b, c)
}

/// Does b's direction from o come at or after a's and at or before c's, going counterclockwise?
pub(crate) fn ordered_ccw(a: &Point, b: &Point, c: &Point, o: &Point) -> bool {
    let claims = [sign(b, o, a) >= 0, sign(c, o, b) >= 0, sign(a, o, c) > 0];
    claims.into_iter().filter(|claim| *claim).count() >= 2
}

/// What the edges ab and cd have in common.
pub(crate) fn crossing(a: &Point, b: &Point, c: &Point, d: &Point) -> Crossing {
    if a == c || a == d || b == c || b == d {
        return Crossing::AtVertex;
    }
    if a == b || c == d {
        return Crossing::Apart;
    }
    let side = sign(a, c, b);
    let crosses = sign(b, d, a) == side && sign(c, b, d) == side && sign(d, a, c) == side;
    if crosses { Crossing::Inside } else { Crossing::Apart }
}

/// Does a path along ab change sides of a boundary at cd? Summed over a boundary, this tells whether its ends are on the same side.
///
/// At a common vertex, ab counts as crossing cd when it comes after it, counterclockwise from a fixed direction.
pub(crate) fn changes_side(a: &Point, b: &Point, c: &Point, d: &Point) -> bool {
    match crossing(a, b, c, d) {
        Crossing::Apart => false,
        Crossing::Inside => true,
        Crossing::AtVertex if a == b || c == d => false,
        Crossing::AtVertex if a == c => b == d || ordered_ccw(&a.ortho(), d, b, a),
        Crossing::AtVertex if b == d => ordered_ccw(&b.ortho(), c, a, b),
        Crossing::AtVertex if a == d => b == c || ordered_ccw(&a.ortho(), c, b, a),
        Crossing::AtVertex => ordered_ccw(&b.ortho(), d, a, b),
    }
}

/// Does the corner abc of a boundary contain its vertex b? Of the corners that fill the turn around a vertex, exactly one does.
pub(crate) fn corner_contains_vertex(a: &Point, b: &Point, c: &Point) -> bool {
    !ordered_ccw(&b.ortho(), c, a, b)
}

/// The sign of three different points, by exact arithmetic.
fn exact_sign(a: &Point, b: &Point, c: &Point) -> i8 {
    // The perturbation is defined for points in a fixed order; each exchange turns the sign.
    let (mut p, mut q, mut r) = (a, b, c);
    let mut turn = 1;
    for _ in 0..2 {
        if p.0 > q.0 {
            std::mem::swap(&mut p, &mut q);
            turn = -turn;
        }
        if q.0 > r.0 {
            std::mem::swap(&mut q, &mut r);
            turn = -turn;
        }
    }
    let [[px, py, pz], [qx, qy, qz], [rx, ry, rz]] = [p, q, r].map(|point| [point.0.x, point.0.y, point.0.z]);
    let determinant =
        sum_sign(&[[px, qy, rz], [-px, qz, ry], [py, qz, rx], [-py, qx, rz], [pz, qx, ry], [-pz, qy, rx]]);
    let minor = |[s, t]: [f64; 2], [u, v]: [f64; 2]| sum_sign(&[[s, v, 1.0], [-t, u, 1.0]]);
    // The terms of the perturbed determinant, the greatest first; the first that is not zero decides.
    let terms = [
        determinant,
        minor([qx, qy], [rx, ry]),
        minor([qz, qx], [rz, rx]),
        minor([qy, qz], [ry, rz]),
        minor([rx, ry], [px, py]),
        of(rx),
        -of(ry),
        minor([rz, rx], [pz, px]),
        of(rz),
        minor([px, py], [qx, qy]),
        -of(qx),
        of(qy),
        of(px),
    ];
    turn * terms.into_iter().find(|sign| *sign != 0).unwrap_or(1)
}

fn of(value: f64) -> i8 {
    match value.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Greater) => 1,
        Some(std::cmp::Ordering::Less) => -1,
        _ => 0,
    }
}

/// The sign of a sum of products, exactly.
///
/// The sum is kept as floats that do not overlap, in ascending order, so that the last that is not zero has its sign.
fn sum_sign(products: &[[f64; 3]]) -> i8 {
    let mut parts: Vec<f64> = Vec::with_capacity(4 * products.len());
    for [x, y, z] in products {
        let (high, low) = two_product(*x, *y);
        for part in [low, high] {
            let (high, low) = two_product(part, *z);
            grow(&mut parts, low);
            grow(&mut parts, high);
        }
    }
    parts.iter().rev().map(|part| of(*part)).find(|sign| *sign != 0).unwrap_or(0)
}

/// Adds a float to an exact sum.
fn grow(parts: &mut Vec<f64>, value: f64) {
    let mut carried = value;
    for part in parts.iter_mut() {
        let (sum, error) = two_sum(carried, *part);
        *part = error;
        carried = sum;
    }
    parts.push(carried);
}

/// A product and its rounding error.
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    (product, x.mul_add(y, -product))
}

/// A sum and its rounding error.
fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let added = sum - x;
    (sum, (x - (sum - added)) + (y - added))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geography::point::LngLat;

    fn at(lng: f64, lat: f64) -> Point {
        LngLat { lng, lat }.point()
    }

    #[test]
    fn points_of_the_equator_have_an_order_that_no_exchange_upsets() {
        let points: Vec<Point> = [0.0, 10.0, 20.0, 45.0, 90.0, -70.0].map(|lng| at(lng, 0.0)).to_vec();
        for a in &points {
            for b in &points {
                for c in &points {
                    let same = a == b || b == c || a == c;
                    assert_eq!(sign(a, b, c) == 0, same);
                    assert_eq!(sign(a, b, c), sign(b, c, a));
                    assert_eq!(sign(a, b, c), -sign(c, b, a));
                }
            }
        }
    }

    #[test]
    fn exact_signs_agree_with_plain_ones_where_those_are_certain() {
        let (a, b, c) = (at(1.0, 2.0), at(30.0, -4.0), at(-5.0, 60.0));
        assert_eq!(exact_sign(&a, &b, &c), sign(&a, &b, &c));
        assert_eq!(exact_sign(&b, &a, &c), -sign(&a, &b, &c));
    }

    #[test]
    fn a_difference_below_rounding_is_seen() {
        // 1 + 2^-60 - 1 is 2^-60, which plain arithmetic rounds away.
        assert_eq!(sum_sign(&[[1.0, 1.0, 1.0], [2_f64.powi(-60), 1.0, 1.0], [-1.0, 1.0, 1.0]]), 1);
        assert_eq!(sum_sign(&[[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]]), 0);
    }

    #[test]
    fn edges_cross_inside_at_a_vertex_or_not() {
        let (a, b, c, d) = (at(0.0, 0.0), at(10.0, 0.0), at(5.0, -5.0), at(5.0, 5.0));
        assert_eq!(crossing(&a, &b, &c, &d), Crossing::Inside);
        assert_eq!(crossing(&a, &b, &b, &d), Crossing::AtVertex);
        assert_eq!(crossing(&a, &c, &b, &d), Crossing::Apart);
    }
}
