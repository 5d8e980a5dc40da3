//! H3 cells: tokens ↔ hexagons (and twelve pentagons) of the sphere.

use h3o::{CellIndex, LatLng, Resolution};

use super::point::LngLat;

/// A cell's children may be this many resolutions finer: up to 16,807 of them.
const CHILD_STEPS_MAX: u8 = 5;

/// The widest rings that Kusto computes.
const RINGS_MAX: i64 = 142;

/// The token of the cell of that resolution that holds a place.
pub(crate) fn point_to_h3(place: LngLat, resolution: i64) -> Option<String> {
    let resolution = to_resolution(resolution)?;
    Some(LatLng::new(place.lat, place.lng).ok()?.to_cell(resolution).to_string())
}

/// The cell of a token; `None` when there is none.
pub(crate) fn h3_cell(token: &str) -> Option<CellIndex> {
    let is_plain = (1..=16).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    token.parse().ok().filter(|_| is_plain)
}

/// The middle of a cell.
pub(crate) fn h3_center(cell: CellIndex) -> LngLat {
    place(&LatLng::from(cell))
}

/// The corners of a cell, counterclockwise.
pub(crate) fn h3_polygon(cell: CellIndex) -> Vec<LngLat> {
    cell.boundary().iter().map(place).collect()
}

/// The token of the cell of a coarser resolution that holds this one; of the next coarser when none is given.
pub(crate) fn h3_parent(cell: CellIndex, resolution: Option<i64>) -> Option<String> {
    let resolution = match resolution {
        Some(resolution) => to_resolution(resolution)?,
        None => cell.resolution().pred()?,
    };
    Some(cell.parent(resolution)?.to_string())
}

/// The tokens of the cells of a finer resolution in this one; of the next finer when none is given.
pub(crate) fn h3_children(cell: CellIndex, resolution: Option<i64>) -> Option<Vec<String>> {
    let resolution = match resolution {
        Some(resolution) => to_resolution(resolution)?,
        None => cell.resolution().succ()?,
    };
    let steps = u8::from(resolution).checked_sub(u8::from(cell.resolution()))?;
    (steps <= CHILD_STEPS_MAX).then(|| cell.children(resolution).map(|child| child.to_string()).collect())
}

/// The tokens of the cells around a cell.
pub(crate) fn h3_neighbors(cell: CellIndex) -> Vec<String> {
    rings(cell, 1).pop().unwrap_or_default()
}

/// The tokens of the cells at distance 0, 1 … from a cell; `None` when that is too far.
pub(crate) fn h3_rings(cell: CellIndex, distance: i64) -> Option<Vec<Vec<String>>> {
    let distance = u32::try_from(distance).ok().filter(|_| distance <= RINGS_MAX)?;
    Some(rings(cell, distance))
}

fn rings(cell: CellIndex, distance: u32) -> Vec<Vec<String>> {
    let mut rings = vec![vec![]; distance as usize + 1];
    for (cell, distance) in cell.grid_disk_distances::<Vec<(CellIndex, u32)>>(distance) {
        if let Some(ring) = rings.get_mut(distance as usize) {
            ring.push(cell.to_string());
        }
    }
    rings
}

fn to_resolution(number: i64) -> Option<Resolution> {
    Resolution::try_from(u8::try_from(number).ok()?).ok()
}

fn place(place: &LatLng) -> LngLat {
    LngLat { lng: place.lng(), lat: place.lat() }
}
