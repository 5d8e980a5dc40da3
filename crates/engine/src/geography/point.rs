//! A place as longitude and latitude in degrees, and as a point of the unit sphere.

use s2::latlng::LatLng;
use s2::point::Point;

/// The radius of the Earth in meters, as S2 has it.
pub(crate) const EARTH_RADIUS_M: f64 = 6_371_010.0;

/// A place: longitude in -180 … 180 and latitude in -90 … 90, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LngLat {
    /// East of Greenwich.
    pub(crate) lng: f64,
    /// North of the equator.
    pub(crate) lat: f64,
}

impl LngLat {
    /// A place, if the numbers are in range.
    pub(crate) fn new(lng: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lng) && (-90.0..=90.0).contains(&lat)).then_some(Self { lng, lat })
    }

    /// The place as a point of the unit sphere.
    pub(crate) fn point(self) -> Point {
        Point::from(LatLng::from_degrees(self.lat, self.lng))
    }

    /// The place of a point of the sphere.
    pub(crate) fn of(point: &Point) -> Self {
        let place = LatLng::from(point);
        Self { lng: place.lng.deg(), lat: place.lat.deg() }
    }

    /// The direction to another place, clockwise from north, in radians from 0 to 2π; none to the same place.
    pub(crate) fn azimuth(self, to: Self) -> Option<f64> {
        if self == to {
            return None;
        }
        let (from_lat, to_lat) = (self.lat.to_radians(), to.lat.to_radians());
        let (sin, cos) = (to.lng - self.lng).to_radians().sin_cos();
        let east = sin * to_lat.cos();
        let north = from_lat.cos() * to_lat.sin() - from_lat.sin() * to_lat.cos() * cos;
        Some(full_turn(east.atan2(north)))
    }
}

/// An angle brought into 0 … 2π, the end left out.
pub(crate) fn full_turn(angle: f64) -> f64 {
    let turned = angle.rem_euclid(std::f64::consts::TAU);
    if turned >= std::f64::consts::TAU { 0.0 } else { turned }
}

/// The distance of two points of the sphere, in meters.
pub(crate) fn distance_m(one: &Point, other: &Point) -> f64 {
    one.0.angle(&other.0).rad() * EARTH_RADIUS_M
}

/// The distance of two places along the ellipsoid of WGS-84, in meters.
pub(crate) fn spheroid_distance_m(from: LngLat, to: LngLat) -> f64 {
    use geo::{Distance, Geodesic, Point};
    Geodesic.distance(Point::new(from.lng, from.lat), Point::new(to.lng, to.lat))
}
