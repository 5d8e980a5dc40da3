//! A polygon as the H3 cells whose middles it holds.
//!
//! In: a polygon with straight edges in longitude and latitude, as H3 has them, and a resolution. Out: the tokens of the cells, in the order
//! of the cells; `None` when they are too many. Cells are found along the outline and from there inwards, neighbor by neighbor.

use std::collections::{BTreeSet, HashSet};

use datafusion::common::{Result, exec_err};
use h3o::{CellIndex, LatLng, Resolution};

use super::geojson::Shape;
use super::point::{EARTH_RADIUS_M, LngLat};

/// The most cells of an answer, as documented.
const CELLS_MAX: usize = 61_680;

/// The most places of the outline that are looked at: 4 million of the finest cells are 1,000 km.
const STEPS_MAX: usize = 1 << 22;

/// Bands of latitude by which edges are found.
const BANDS: usize = 1024;

/// The cells of a polygon or several.
pub(crate) fn polygon_h3_cells(shape: &Shape, resolution: i64) -> Result<Option<Vec<String>>> {
    let resolution = u8::try_from(resolution).ok().and_then(|resolution| Resolution::try_from(resolution).ok());
    let Some(resolution) = resolution else { return Ok(None) };
    let mut cells = BTreeSet::new();
    for rings in &shape.members {
        let outline = Outline::new(rings);
        let mut seen = HashSet::new();
        let mut open = outline.cells_along(resolution)?;
        while let Some(cell) = open.pop() {
            if !seen.insert(cell) || !outline.contains(LatLng::from(cell)) {
                continue;
            }
            cells.insert(cell);
            if cells.len() > CELLS_MAX {
                return Ok(None);
            }
            open.extend(cell.grid_disk::<Vec<CellIndex>>(1).into_iter().filter(|next| !seen.contains(next)));
        }
    }
    Ok(Some(cells.iter().map(ToString::to_string).collect()))
}

/// The edges of a polygon on a map.
struct Outline {
    edges: Vec<(LngLat, LngLat)>,
    /// The numbers of the edges that touch each band of latitude.
    bands: Vec<Vec<usize>>,
    /// Are western longitudes counted on from 180, because the polygon lies across the antimeridian?
    is_shifted: bool,
}

impl Outline {
    fn new(rings: &[Vec<LngLat>]) -> Self {
        let pairs = rings.iter().flat_map(|ring| ring.windows(2)).filter_map(|pair| match pair {
            [from, to] => Some((*from, *to)),
            _ => None,
        });
        let mut edges: Vec<(LngLat, LngLat)> = pairs.collect();
        let is_shifted = edges.iter().any(|(from, to)| (from.lng - to.lng).abs() > 180.0);
        for (from, to) in &mut edges {
            (from.lng, to.lng) = (shifted(from.lng, is_shifted), shifted(to.lng, is_shifted));
        }
        let mut bands = vec![vec![]; BANDS];
        for (number, (from, to)) in edges.iter().enumerate() {
            for band in band(from.lat.min(to.lat))..=band(from.lat.max(to.lat)) {
                if let Some(numbers) = bands.get_mut(band) {
                    numbers.push(number);
                }
            }
        }
        Self { edges, bands, is_shifted }
    }

    /// Does an eastward ray from a place cross an odd number of edges?
    fn contains(&self, place: LatLng) -> bool {
        let (lng, lat) = (shifted(place.lng(), self.is_shifted), place.lat());
        let near = self.bands.get(band(lat)).into_iter().flatten().filter_map(|number| self.edges.get(*number));
        let crossed = near.filter(|(from, to)| {
            let spans = (from.lat > lat) != (to.lat > lat);
            spans && lng < from.lng + (to.lng - from.lng) * (lat - from.lat) / (to.lat - from.lat)
        });
        crossed.count() % 2 == 1
    }

    /// The cells along the edges and their neighbors.
    fn cells_along(&self, resolution: Resolution) -> Result<Vec<CellIndex>> {
        // Cells are at least half as wide as the average edge is long, everywhere.
        let step = (resolution.edge_length_m() / 2.0 / EARTH_RADIUS_M).to_degrees();
        let mut found = HashSet::new();
        let mut steps_left = STEPS_MAX;
        for (from, to) in &self.edges {
            let length = (to.lng - from.lng).abs().max((to.lat - from.lat).abs());
            let steps = (length / step).ceil().max(1.0) as usize;
            let Some(left) = steps_left.checked_sub(steps) else {
                return exec_err!("the outline of a polygon is too long for H3 cells of resolution {resolution}");
            };
            steps_left = left;
            for at in 0..=steps {
                let fraction = at as f64 / steps as f64;
                let (lng, lat) = (from.lng + (to.lng - from.lng) * fraction, from.lat + (to.lat - from.lat) * fraction);
                if let Ok(place) = LatLng::new(lat, lng) {
                    found.insert(place.to_cell(resolution));
                }
            }
        }
        let around = found.iter().flat_map(|cell| cell.grid_disk::<Vec<CellIndex>>(1));
        Ok(around.collect::<HashSet<_>>().into_iter().collect())
    }
}

fn shifted(lng: f64, is_shifted: bool) -> f64 {
    if is_shifted && lng < 0.0 { lng + 360.0 } else { lng }
}

fn band(lat: f64) -> usize {
    (((lat + 90.0) / 180.0 * BANDS as f64) as usize).min(BANDS - 1)
}
