//! What comes of laying shapes over each other, as GeoJSON.
//!
//! In: points, chains and rings of the sphere. Out: one geometry; a collection when there are points and lines, or lines and areas, or
//! nothing at all, as documented.

use std::collections::HashSet;

use datafusion::common::{Result, not_impl_err};
use s2::point::Point;

use super::geojson::{Kind, Shape, geometry, point_json, position};
use super::line::bits;
use super::line_overlay::polylines;
use super::overlay::Overlay;
use super::point::LngLat;
use super::polygon::{Polygon, ring_area, total_area};
use crate::dynamic::array_of;

/// The geometry of an intersection of polygons.
pub(crate) fn intersection_json(overlay: Overlay) -> Result<String> {
    collection(&overlay.touches, &polylines(&overlay.borders)?, overlay.rings)
}

/// The geometry of points, lines and areas; an empty collection when there are none.
pub(crate) fn collection(points: &[Point], lines: &[Vec<Point>], rings: Vec<Vec<Point>>) -> Result<String> {
    let mut parts = vec![];
    match points {
        [] => {}
        [point] => parts.push(point_json(LngLat::of(point))),
        points => {
            parts.push(geometry("MultiPoint", &array_of(points.iter().map(|point| position(LngLat::of(point))))));
        }
    }
    parts.extend(lines_json(lines));
    parts.extend(rings_json(rings)?);
    if let [part] = parts.as_slice() {
        return Ok(part.clone());
    }
    Ok(format!("{{\"type\":\"GeometryCollection\",\"geometries\":{}}}", array_of(parts)))
}

/// A line or several; none when there are none.
pub(crate) fn lines_json(lines: &[Vec<Point>]) -> Option<String> {
    let kind = if lines.len() == 1 { Kind::Line } else { Kind::Lines };
    let members: Vec<Vec<Vec<LngLat>>> = lines.iter().map(|line| vec![line.iter().map(LngLat::of).collect()]).collect();
    (!members.is_empty()).then(|| Shape { kind, members }.json())
}

/// A polygon or several; none when there are none.
pub(crate) fn rings_json(rings: Vec<Vec<Point>>) -> Result<Option<String>> {
    if total_area(&rings) < 0.0 {
        return not_impl_err!("polygons of more than half of the Earth");
    }
    let members: Vec<Vec<Vec<LngLat>>> = shells_with_holes(rings)
        .iter()
        .map(|rings| rings.iter().map(|ring| ring.iter().chain(ring.first()).map(LngLat::of).collect()).collect())
        .collect();
    let kind = if members.len() == 1 { Kind::Polygon } else { Kind::Polygons };
    Ok((!members.is_empty()).then(|| Shape { kind, members }.json()))
}

/// The shells of rings with their holes, both as they are.
fn shells_with_holes(rings: Vec<Vec<Point>>) -> Vec<Vec<Vec<Point>>> {
    let (shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| ring_area(ring) >= 0.0);
    let mut members: Vec<Vec<Vec<Point>>> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let around = members.iter().enumerate().filter_map(|(place, rings)| {
            let shell = rings.first()?;
            let corners: HashSet<[u64; 3]> = shell.iter().map(bits).collect();
            let vertex = hole.iter().find(|vertex| !corners.contains(&bits(vertex)))?;
            let polygon = Polygon::of_rings(vec![shell.clone()])?;
            polygon.contains(vertex).then(|| (place, ring_area(shell)))
        });
        let least = around.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place);
        if let Some(rings) = least.and_then(|place| members.get_mut(place)) {
            rings.push(hole);
        }
    }
    members
}
