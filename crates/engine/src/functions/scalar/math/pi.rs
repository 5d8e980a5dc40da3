//! `pi`: what is the ratio of a circle's circumference to its diameter?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "pi",
    aliases: &[],
    summary: "Gives π.",
    signatures: &[Signature::new(&[], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/pi-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(_: &Rewrite) -> Result<Expr> {
    Ok(lit(std::f64::consts::PI))
}
