//! `geo_union_lines_array`: an array of lines as one shape.

use crate::functions::prelude::*;
use crate::geography::{lines_union_json, try_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_union_lines_array",
    aliases: &[],
    summary: "The union of an array of lines, as GeoJSON.",
    signatures: &[Signature::new(
        &[required("lineStrings", Accepts::Type(Type::Dynamic), "an array of lines, as GeoJSON")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-union-lines-array-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let arrays = args.json(0)?;
    try_json(args, |row| arrays.get(row).map_or(Ok(None), lines_union_json))
}
