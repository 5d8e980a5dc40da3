//! `geo_point_to_s2cell`: the S2 cell of a place.

use crate::functions::prelude::*;
use crate::geography::{point_to_s2, points};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_point_to_s2cell",
    aliases: &[],
    summary: "The token of the S2 cell that holds a place.",
    signatures: &[Signature::new(
        &[
            required("longitude", Accepts::Real, "degrees east"),
            required("latitude", Accepts::Real, "degrees north"),
            optional("level", Accepts::Type(Type::Long), "0 to 30, the finest; 11 when not given"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-point-to-s2cell-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let places = points::<1>(args, 0)?;
    let level = if args.len() > 2 { args.longs(2)? } else { Longs::One(Some(11)) };
    args.make_strings(|row| {
        let token = || point_to_s2(places(row)?[0], level.get(row)?);
        token().unwrap_or_default()
    })
}
