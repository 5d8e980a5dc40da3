//! Places on Earth: points, lines and polygons on a sphere, and the grids laid over it.
//!
//! In: longitudes and latitudes in degrees, GeoJSON as canonical JSON text, cell tokens. Out: the same, measured, compared or cut. The
//! Earth is a sphere and an edge the shorter arc of a great circle, as S2 has it, unless a function says otherwise. Shapes that break the
//! documented rules are no shapes (`None`, which becomes null). Knows nothing of plans; of batches only how arguments are read (`arguments`).

mod answer;
mod arc;
mod arguments;
mod covering;
mod edges;
mod geohash;
mod geojson;
mod h3;
mod h3_fill;
mod line;
mod line_overlay;
mod merge;
mod orientation;
mod overlay;
mod point;
mod polygon;
mod s2cell;
mod tessellate;
mod token_order;
mod unions;
mod wkt;

pub(crate) use answer::{collection, intersection_json};
pub(crate) use arguments::{Shapes, points, reals_of_points, try_bools, try_json, try_reals};
pub(crate) use covering::{LEVEL_DEFAULT, line_cells, polygon_cells};
pub(crate) use geohash::Geohash;
pub(crate) use geojson::{Shape, point_json, polygon_json};
pub(crate) use h3::{h3_cell, h3_center, h3_children, h3_neighbors, h3_parent, h3_polygon, h3_rings, point_to_h3};
pub(crate) use h3_fill::polygon_h3_cells;
pub(crate) use line::Line;
pub(crate) use line_overlay::{line_in_polygon, line_intersects_polygon, lines_intersect, lines_intersection};
pub(crate) use overlay::{Operation, intersects, overlay};
pub(crate) use point::{LngLat, distance_m, full_turn, spheroid_distance_m};
pub(crate) use polygon::{Polygon, Region};
pub(crate) use s2cell::{point_to_s2, s2_cell, s2_center, s2_neighbors, s2_polygon};
pub(crate) use tessellate::densify;
pub(crate) use token_order::in_set_order;
pub(crate) use unions::{lines_union_json, polygons_union_json};
pub(crate) use wkt::wkt_to_geojson;
