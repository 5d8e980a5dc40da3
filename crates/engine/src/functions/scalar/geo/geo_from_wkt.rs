//! `geo_from_wkt`: well-known text as GeoJSON.

use crate::functions::prelude::*;
use crate::geography::wkt_to_geojson;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_from_wkt",
    aliases: &[],
    summary: "Converts a shape from well-known text (WKT) to GeoJSON.",
    signatures: &[Signature::new(
        &[required("wkt", Accepts::Type(Type::String), "the text")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-from-wkt-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let texts = args.strings(0)?;
    args.make_json(|row| wkt_to_geojson(texts.get(row)))
}
