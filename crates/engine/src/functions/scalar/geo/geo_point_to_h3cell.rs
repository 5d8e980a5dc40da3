//! `geo_point_to_h3cell`: the H3 cell of a place.

use crate::functions::prelude::*;
use crate::geography::{point_to_h3, points};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_point_to_h3cell",
    aliases: &[],
    summary: "The token of the H3 cell that holds a place.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            optional("resolution", Accepts::Type(Type::Long), "0 to 15, the finest; 6 when not given"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-point-to-h3cell-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let places = points::<1>(args, 0)?;
    let resolution = if args.len() > 2 { args.longs(2)? } else { Longs::One(Some(6)) };
    args.make_strings(|row| {
        let token = || point_to_h3(places(row)?[0], resolution.get(row)?);
        token().unwrap_or_default()
    })
}
