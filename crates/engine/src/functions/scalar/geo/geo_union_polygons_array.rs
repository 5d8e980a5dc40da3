//! `geo_union_polygons_array`: an array of polygons as one shape.

use crate::functions::prelude::*;
use crate::geography::{polygons_union_json, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_union_polygons_array",
    aliases: &[],
    summary: "The union of an array of polygons, as GeoJSON.",
    signatures: &[Signature::new(
        &[required("polygons", Accepts::Type(Type::Dynamic), "an array of polygons, as GeoJSON")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-union-polygons-array-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let arrays = args.json(0)?;
    try_json(args, |row| arrays.get(row).map_or(Ok(None), polygons_union_json))
}
