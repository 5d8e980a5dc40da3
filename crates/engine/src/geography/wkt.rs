//! Well-known text → GeoJSON.
//!
//! In: `POINT`, `LINESTRING`, `POLYGON`, their `MULTI` forms and `GEOMETRYCOLLECTION`, in letters of any case. Out: GeoJSON with the
//! numbers in their order. Text that is no geometry gives `None`; so do empty geometries and positions of three or more numbers, for which
//! the documentation has no answer.

use super::geojson::{coordinate, geometry};
use crate::dynamic::array_of;

/// Collections in collections: GeoJSON discourages any, and a limit keeps hostile text off the stack.
const DEPTH_MAX: usize = 32;

/// Converts a geometry.
pub(crate) fn wkt_to_geojson(text: &str) -> Option<String> {
    let mut reader = Reader { rest: text.trim_start() };
    let geometry = reader.geometry(0)?;
    reader.rest.is_empty().then_some(geometry)
}

/// What is left to be read; white space in front is gone already.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn geometry(&mut self, depth: usize) -> Option<String> {
        let kind = self.word()?.to_ascii_uppercase();
        Some(match kind.as_str() {
            "POINT" => geometry("Point", &self.one_point()?),
            "LINESTRING" => geometry("LineString", &self.positions()?),
            "POLYGON" => geometry("Polygon", &self.list(Self::positions)?),
            "MULTIPOINT" => geometry("MultiPoint", &self.list(Self::point_of_many)?),
            "MULTILINESTRING" => geometry("MultiLineString", &self.list(Self::positions)?),
            "MULTIPOLYGON" => geometry("MultiPolygon", &self.list(|reader| reader.list(Self::positions))?),
            "GEOMETRYCOLLECTION" if depth < DEPTH_MAX => {
                let geometries = self.list(|reader| reader.geometry(depth + 1))?;
                format!("{{\"type\":\"GeometryCollection\",\"geometries\":{geometries}}}")
            }
            _ => return None,
        })
    }

    fn one_point(&mut self) -> Option<String> {
        self.expect('(')?;
        let position = self.position()?;
        self.expect(')')?;
        Some(position)
    }

    /// `1 2`, or `(1 2)`, which is written as well.
    fn point_of_many(&mut self) -> Option<String> {
        if self.rest.starts_with('(') { self.one_point() } else { self.position() }
    }

    fn positions(&mut self) -> Option<String> {
        self.list(Self::position)
    }

    fn position(&mut self) -> Option<String> {
        let (one, other) = (self.number()?, self.number()?);
        Some(array_of([coordinate(one), coordinate(other)]))
    }

    /// `(item, item …)`.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<String>) -> Option<String> {
        self.expect('(')?;
        let mut items = vec![item(self)?];
        while self.expect(',').is_some() {
            items.push(item(self)?);
        }
        self.expect(')')?;
        Some(array_of(items))
    }

    fn expect(&mut self, mark: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(mark)?.trim_start();
        Some(())
    }

    fn word(&mut self) -> Option<&'a str> {
        self.take(|byte| byte.is_ascii_alphabetic())
    }

    fn number(&mut self) -> Option<f64> {
        let text = self.take(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'))?;
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn take(&mut self, belongs: impl Fn(u8) -> bool) -> Option<&'a str> {
        let end = self.rest.bytes().position(|byte| !belongs(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.trim_start();
        (!taken.is_empty()).then_some(taken)
    }
}
