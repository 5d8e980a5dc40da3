//! Arrays of shapes as one shape.

use datafusion::common::Result;

use super::answer::{lines_json, rings_json};
use super::line::Line;
use super::line_overlay::lines_union;
use super::overlay::union_of;
use super::polygon::Region;
use crate::dynamic::array_items;

/// The union of an array of polygons; `None` when one of them is none.
pub(crate) fn polygons_union_json(json: &str) -> Result<Option<String>> {
    let Some(items) = array_items(json) else { return Ok(None) };
    let mut polygons = vec![];
    for item in items {
        let Some(region) = Region::parse(item)? else { return Ok(None) };
        polygons.extend(region.members);
    }
    union_of(polygons).map_or(Ok(None), |union| rings_json(union.rings))
}

/// The union of an array of lines; `None` when one of them is none.
pub(crate) fn lines_union_json(json: &str) -> Result<Option<String>> {
    let Some(items) = array_items(json) else { return Ok(None) };
    let mut chains = vec![];
    for item in items {
        let Some(line) = Line::parse(item)? else { return Ok(None) };
        chains.extend(line.chains);
    }
    Ok(lines_union(chains)?.and_then(|lines| lines_json(&lines)))
}
