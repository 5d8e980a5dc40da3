//! `geo_line_length`: how long is a line?

use crate::functions::prelude::*;
use crate::geography::{Line, Shapes, try_reals};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_line_length",
    aliases: &[],
    summary: "The length of a line in meters; of several, that of their union.",
    signatures: &[Signature::new(
        &[required("lineString", Accepts::Type(Type::Dynamic), "a line or several, as GeoJSON")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-line-length-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let lines = Shapes::new(args, 0, Line::parse)?;
    try_reals(args, |row| lines.with(row, |line| Ok(Some(line.length_m()))))
}
