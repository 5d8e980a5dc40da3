//! Straight edges of a map → chains of arcs that stay close to them.
//!
//! In: places; the edge between two of them is straight in longitude and latitude. Out: the same with places in between, so that the arcs
//! deviate from the straight edges by no more than a tolerance. An edge is halved, and its halves again, until an estimate of the deviation
//! allows it. The estimate is that of S2's edge tessellator: the deviation at two fixed fractions of the edge, against a tolerance scaled
//! down to make up for what lies between.

use datafusion::common::{Result, exec_err, not_impl_err};
use s2::point::Point;

use super::arc;
use super::geojson::{Kind, Shape};
use super::point::{EARTH_RADIUS_M, LngLat};
use super::polygon::normal_ring;

/// The fraction of an edge, from either end, at which its deviation is measured.
const FRACTION: f64 = 0.312_156_910_822_482_3;

/// What part of the tolerance the deviation at those fractions may be.
const SCALE: f64 = 0.838_299_925_698_885_1;

/// The most places of a shape that comes out, as documented.
const PLACES_MAX: usize = 10_485_760;

/// The tolerances that are taken, in meters, as documented.
const TOLERANCES_M: std::ops::RangeInclusive<f64> = 0.1..=10_000.0;

/// Puts places in between; `None` when the tolerance is out of range or an edge is half a turn.
pub(crate) fn densify(shape: &Shape, tolerance_m: f64) -> Result<Option<Shape>> {
    let is_ring = matches!(shape.kind, Kind::Polygon | Kind::Polygons);
    let is_empty = shape.members.is_empty() || shape.members.iter().any(Vec::is_empty);
    if is_empty
        || !TOLERANCES_M.contains(&tolerance_m)
        || !shape.members.iter().flatten().all(|chain| is_chain(chain, is_ring))
    {
        return Ok(None);
    }
    let mut tessellator = Tessellator { chord2_max: chord2_of(SCALE * tolerance_m / EARTH_RADIUS_M), places: 0 };
    let mut members = Vec::with_capacity(shape.members.len());
    for member in &shape.members {
        members.push(member.iter().map(|chain| tessellator.chain(chain)).collect::<Result<Vec<_>>>()?);
    }
    Ok(Some(Shape { kind: shape.kind, members }))
}

/// Two places at least, a closed end and no place twice for a ring, edges of less than half a turn.
fn is_chain(chain: &[LngLat], is_ring: bool) -> bool {
    let is_whole = if is_ring { normal_ring(chain).is_some() } else { chain.len() >= 2 };
    is_whole && chain.windows(2).all(|pair| matches!(pair, [a, b] if arc::is_edge(&(a.point(), b.point()))))
}

struct Tessellator {
    chord2_max: f64,
    places: usize,
}

impl Tessellator {
    fn chain(&mut self, chain: &[LngLat]) -> Result<Vec<LngLat>> {
        let mut dense: Vec<LngLat> = chain.iter().take(1).copied().collect();
        for pair in chain.windows(2) {
            let [from, to] = pair else { continue };
            if (from.lng - to.lng).abs() > 180.0 {
                // Whether the edge goes on over the antimeridian or back around the Earth is not documented.
                return not_impl_err!("densifying an edge that crosses the antimeridian");
            }
            // Halves to do, the first on top; the depth is that of the bits of a coordinate.
            let mut open = vec![(*from, *to)];
            while let Some((from, to)) = open.pop() {
                let middle = between(from, to, 0.5);
                if self.is_close(from, to) || middle == from || middle == to {
                    self.places += 1;
                    if self.places > PLACES_MAX {
                        return exec_err!("a densified shape has more than {PLACES_MAX} places");
                    }
                    dense.push(to);
                } else {
                    open.extend([(middle, to), (from, middle)]);
                }
            }
        }
        Ok(dense)
    }

    fn is_close(&self, from: LngLat, to: LngLat) -> bool {
        let edge = (from.point(), to.point());
        if edge.0.0.dot(&edge.1.0) < -1e-14 {
            return false;
        }
        let length = arc::length(&edge);
        [FRACTION, 1.0 - FRACTION].into_iter().all(|fraction| {
            let straight: Point = between(from, to, fraction).point();
            arc::chord2(&arc::along(&edge, fraction * length), &straight) <= self.chord2_max
        })
    }
}

/// The place at a fraction of a straight edge.
fn between(from: LngLat, to: LngLat, fraction: f64) -> LngLat {
    let part = |from: f64, to: f64| (1.0 - fraction) * from + fraction * to;
    LngLat { lng: part(from.lng, to.lng), lat: part(from.lat, to.lat) }
}

/// The square of the chord of an angle.
pub(crate) fn chord2_of(radians: f64) -> f64 {
    let half = (0.5 * radians.min(std::f64::consts::PI)).sin();
    4.0 * half * half
}
