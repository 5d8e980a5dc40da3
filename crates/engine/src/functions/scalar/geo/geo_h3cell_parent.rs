//! `geo_h3cell_parent`: the H3 cell around one.

use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_parent};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_parent",
    aliases: &[],
    summary: "The H3 cell of a coarser resolution that one was split from.",
    signatures: &[Signature::new(
        &[
            required("h3cell", Accepts::Type(Type::String), "the token of a cell"),
            optional("resolution", Accepts::Type(Type::Long), "0 to 14; the next coarser when not given"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-parent-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    let resolution = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    args.make_strings(|row| {
        let parent = || match &resolution {
            Some(resolution) => h3_parent(h3_cell(tokens.get(row))?, Some(resolution.get(row)?)),
            None => h3_parent(h3_cell(tokens.get(row))?, None),
        };
        parent().unwrap_or_default()
    })
}
