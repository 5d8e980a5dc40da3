//! Geohash: text of one to eighteen characters ↔ a rectangle of longitudes and latitudes.
//!
//! Every character is five bits, longitude and latitude in turn, longitude first; a bit halves the rectangle. All borders are binary
//! fractions of few bits, so that everything here is exact. (The crate of that name ends at twelve characters; Kusto goes to eighteen.)

use super::point::LngLat;

/// The 32 characters by value.
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The most characters that Kusto knows.
pub(crate) const LENGTH_MAX: i64 = 18;

/// A rectangle of the grid, as its column and row among all of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geohash {
    length: u32,
    column: u64,
    row: u64,
}

impl Geohash {
    /// The rectangle of that length that holds a place.
    pub(crate) fn of(place: LngLat, length: i64) -> Option<Self> {
        if !(1..=LENGTH_MAX).contains(&length) {
            return None;
        }
        let length = u32::try_from(length).ok()?;
        let cell = Self { length, column: 0, row: 0 };
        Some(Self {
            column: slot(place.lng, 180.0, cell.column_bits()),
            row: slot(place.lat, 90.0, cell.row_bits()),
            length,
        })
    }

    /// Reads a token; `None` when it is no geohash.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        if token.is_empty() || token.len() > usize::try_from(LENGTH_MAX).ok()? {
            return None;
        }
        let (mut column, mut row, mut is_column) = (0, 0, true);
        for character in token.bytes() {
            let value = ALPHABET.iter().position(|known| *known == character)?;
            for bit in (0..5).rev() {
                let half = u64::from((value >> bit) & 1 == 1);
                let axis = if is_column { &mut column } else { &mut row };
                *axis = *axis << 1 | half;
                is_column = !is_column;
            }
        }
        Some(Self { length: u32::try_from(token.len()).ok()?, column, row })
    }

    /// The token.
    pub(crate) fn token(self) -> String {
        let bits = self.length * 5;
        let bit = |at: u32| {
            let (axis, axis_bits) =
                if at.is_multiple_of(2) { (self.column, self.column_bits()) } else { (self.row, self.row_bits()) };
            (axis >> (axis_bits - 1 - at / 2)) & 1
        };
        let values = (0..bits).step_by(5).map(|from| (from..from + 5).fold(0, |value, at| value << 1 | bit(at)));
        values.filter_map(|value| ALPHABET.get(usize::try_from(value).ok()?)).map(|byte| char::from(*byte)).collect()
    }

    /// The middle of the rectangle.
    pub(crate) fn center(self) -> LngLat {
        let (lng, lat) = (self.lngs(), self.lats());
        LngLat { lng: f64::midpoint(lng[0], lng[1]), lat: f64::midpoint(lat[0], lat[1]) }
    }

    /// The corners, counterclockwise from the south-west.
    pub(crate) fn corners(self) -> [LngLat; 4] {
        let ([west, east], [south, north]) = (self.lngs(), self.lats());
        [(west, south), (east, south), (east, north), (west, north)].map(|(lng, lat)| LngLat { lng, lat })
    }

    /// Does a side of the rectangle lie on a pole?
    pub(crate) fn touches_pole(self) -> bool {
        self.row == 0 || self.row + 1 == 1 << self.row_bits()
    }

    /// The rectangle that many columns east and rows north, around the Earth in longitude; `None` beyond a pole.
    pub(crate) fn shifted(self, east: i64, north: i64) -> Option<Self> {
        let columns = 1_i64 << self.column_bits();
        let column = (i64::try_from(self.column).ok()? + east).rem_euclid(columns);
        let row = i64::try_from(self.row).ok()? + north;
        let row = u64::try_from(row).ok().filter(|row| *row < 1 << self.row_bits())?;
        Some(Self { column: u64::try_from(column).ok()?, row, length: self.length })
    }

    fn column_bits(self) -> u32 {
        (self.length * 5).div_ceil(2)
    }

    fn row_bits(self) -> u32 {
        self.length * 5 / 2
    }

    fn lngs(self) -> [f64; 2] {
        let width = 360.0 / (1_u64 << self.column_bits()) as f64;
        [self.column, self.column + 1].map(|column| column as f64 * width - 180.0)
    }

    fn lats(self) -> [f64; 2] {
        let height = 180.0 / (1_u64 << self.row_bits()) as f64;
        [self.row, self.row + 1].map(|row| row as f64 * height - 90.0)
    }
}

/// Halves -limit … limit as often as there are bits; the halves that the value is in, as bits. A value on a border is in the upper half.
fn slot(value: f64, limit: f64, bits: u32) -> u64 {
    let (mut low, mut high, mut slot) = (-limit, limit, 0);
    for _ in 0..bits {
        let middle = f64::midpoint(low, high);
        let is_upper = value >= middle;
        slot = slot << 1 | u64::from(is_upper);
        if is_upper {
            low = middle;
        } else {
            high = middle;
        }
    }
    slot
}
