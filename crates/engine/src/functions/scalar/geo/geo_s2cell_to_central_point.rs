//! `geo_s2cell_to_central_point`: the middle of an S2 cell.

use crate::functions::prelude::*;
use crate::geography::{point_json, s2_cell, s2_center};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_s2cell_to_central_point",
    aliases: &[],
    summary: "The middle of an S2 cell, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[required("s2cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-s2cell-to-central-point-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(point_json(s2_center(s2_cell(tokens.get(row))?))))
}
