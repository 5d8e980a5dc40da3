//! S2 cells: tokens ↔ cells of the sphere.

use s2::cell::Cell;
use s2::cellid::{CellID, MAX_LEVEL};
use s2::latlng::LatLng;

use super::point::LngLat;
use super::token_order::in_set_order;

/// The token of the cell of that level that holds a place.
pub(crate) fn point_to_s2(place: LngLat, level: i64) -> Option<String> {
    let level = u64::try_from(level).ok().filter(|level| *level <= MAX_LEVEL)?;
    Some(CellID::from(LatLng::from_degrees(place.lat, place.lng)).parent(level).to_token())
}

/// The cell of a token; `None` when there is none. A token is up to sixteen hexadecimal digits, those at the end that are zero left out.
pub(crate) fn s2_cell(token: &str) -> Option<CellID> {
    if !(1..=16).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some(CellID::from_token(token)).filter(CellID::is_valid)
}

/// The middle of a cell.
pub(crate) fn s2_center(cell: CellID) -> LngLat {
    LngLat::of(&Cell::from(cell).center())
}

/// The corners of a cell, counterclockwise.
pub(crate) fn s2_polygon(cell: CellID) -> Vec<LngLat> {
    Cell::from(cell).vertices().iter().map(LngLat::of).collect()
}

/// The tokens of the cells of the same level that share a side or a corner.
pub(crate) fn s2_neighbors(cell: CellID) -> Vec<String> {
    // At the eight corners of the cube only three cells meet, and the one across is found twice.
    in_set_order(cell.all_neighbors(cell.level()).iter().map(CellID::to_token).collect())
}
