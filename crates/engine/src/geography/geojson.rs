//! GeoJSON ↔ shapes.
//!
//! In: canonical JSON text. Out: the places of a line or a polygon, in the order given. Read here is what GeoJSON says; what makes a line
//! or a polygon valid on the sphere is asked where it is built from this.

use datafusion::common::{Result, exec_err, not_impl_err};
use semantics::number::format_real;

use super::point::LngLat;
use crate::dynamic::{array_items, array_of, object_entries};

/// The most vertices of one shape: a dynamic value of Kusto has a mebibyte, in which no more than this fit.
const VERTICES_MAX: usize = 1 << 18;

/// What a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `LineString`.
    Line,
    /// `MultiLineString`.
    Lines,
    /// `Polygon`.
    Polygon,
    /// `MultiPolygon`.
    Polygons,
}

/// A line or polygon, or several: for each its chains of places. A line is one chain, a polygon its rings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// What it is.
    pub(crate) kind: Kind,
    /// The members, each as its chains.
    pub(crate) members: Vec<Vec<Vec<LngLat>>>,
}

impl Shape {
    /// Reads a line or several; `None` when it is neither, or a place is out of range.
    pub(crate) fn line(json: &str) -> Result<Option<Self>> {
        Ok(Self::parse(json)?.filter(|shape| matches!(shape.kind, Kind::Line | Kind::Lines)))
    }

    /// Reads a polygon or several; `None` when it is neither, or a place is out of range.
    pub(crate) fn polygon(json: &str) -> Result<Option<Self>> {
        Ok(Self::parse(json)?.filter(|shape| matches!(shape.kind, Kind::Polygon | Kind::Polygons)))
    }

    fn parse(json: &str) -> Result<Option<Self>> {
        let Some((kind, coordinates)) = type_and_coordinates(json) else { return Ok(None) };
        let mut reader = Reader { vertices: 0, refusal: None };
        let members = match kind {
            Kind::Line => reader.chain(coordinates).map(|line| vec![vec![line]]),
            Kind::Lines => reader.chains(coordinates).map(|lines| lines.into_iter().map(|line| vec![line]).collect()),
            Kind::Polygon => reader.chains(coordinates).map(|rings| vec![rings]),
            Kind::Polygons => {
                array_items(coordinates).and_then(|items| items.map(|item| reader.chains(item)).collect())
            }
        };
        match reader.refusal {
            Some(Refusal::TooMany) => exec_err!("a shape has more than {VERTICES_MAX} vertices"),
            Some(Refusal::Altitude) => not_impl_err!("positions of more than longitude and latitude in GeoJSON"),
            None => Ok(members.map(|members| Self { kind, members })),
        }
    }

    /// The shape as GeoJSON.
    pub(crate) fn json(&self) -> String {
        let chain = |chain: &Vec<LngLat>| array_of(chain.iter().map(|place| position(*place)));
        let chains = |chains: &Vec<Vec<LngLat>>| array_of(chains.iter().map(chain));
        let first = self.members.first().map(Vec::as_slice).unwrap_or_default();
        match self.kind {
            Kind::Line => geometry("LineString", &first.first().map(chain).unwrap_or_default()),
            Kind::Lines => geometry("MultiLineString", &array_of(self.members.iter().flatten().map(chain))),
            Kind::Polygon => geometry("Polygon", &array_of(first.iter().map(chain))),
            Kind::Polygons => geometry("MultiPolygon", &array_of(self.members.iter().map(chains))),
        }
    }
}

/// Why a shape is not read, though it may be one.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    TooMany,
    Altitude,
}

/// Reads coordinates; stops at the first thing that is out of order.
struct Reader {
    vertices: usize,
    refusal: Option<Refusal>,
}

impl Reader {
    fn chains(&mut self, json: &str) -> Option<Vec<Vec<LngLat>>> {
        array_items(json)?.map(|item| self.chain(item)).collect()
    }

    fn chain(&mut self, json: &str) -> Option<Vec<LngLat>> {
        array_items(json)?.map(|item| self.place(item)).collect()
    }

    fn place(&mut self, json: &str) -> Option<LngLat> {
        self.vertices += 1;
        if self.vertices > VERTICES_MAX {
            self.refusal = Some(Refusal::TooMany);
            return None;
        }
        let mut numbers = array_items(json)?;
        let place = LngLat::new(number(numbers.next()?)?, number(numbers.next()?)?)?;
        if numbers.next().is_some() {
            self.refusal = Some(Refusal::Altitude);
            return None;
        }
        Some(place)
    }
}

/// A JSON number; text is none.
fn number(json: &str) -> Option<f64> {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| json.parse().ok())?
}

fn type_and_coordinates(json: &str) -> Option<(Kind, &str)> {
    let (mut kind, mut coordinates) = (None, None);
    for (key, value) in object_entries(json)? {
        match key.as_ref() {
            "type" => kind = Some(value),
            "coordinates" => coordinates = Some(value),
            _ => {}
        }
    }
    let kind = match kind? {
        "\"LineString\"" => Kind::Line,
        "\"MultiLineString\"" => Kind::Lines,
        "\"Polygon\"" => Kind::Polygon,
        "\"MultiPolygon\"" => Kind::Polygons,
        _ => return None,
    };
    Some((kind, coordinates?))
}

/// A geometry of that type.
pub(crate) fn geometry(kind: &str, coordinates: &str) -> String {
    format!("{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}")
}

/// A place as a GeoJSON point.
pub(crate) fn point_json(place: LngLat) -> String {
    geometry("Point", &position(place))
}

/// A polygon without holes; the corners do not repeat the first.
pub(crate) fn polygon_json(corners: &[LngLat]) -> String {
    let ring = corners.iter().chain(corners.first()).map(|place| position(*place));
    geometry("Polygon", &array_of([array_of(ring)]))
}

/// `[longitude,latitude]`.
pub(crate) fn position(place: LngLat) -> String {
    array_of([place.lng, place.lat].map(coordinate))
}

/// A coordinate; whole degrees have no fraction, as the documented answers write them.
pub(crate) fn coordinate(degrees: f64) -> String {
    let text = format_real(degrees);
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}
