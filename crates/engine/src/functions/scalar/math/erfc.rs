//! `erfc`: what does the error function leave to 1?

use crate::functions::prelude::*;
use crate::probability::erfc;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "erfc",
    aliases: &[],
    summary: "One less the error function.",
    signatures: &[Signature::new(&[required("x", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/erfc-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let x = args.reals(0)?;
    args.make_reals(|row| x.get(row).map(erfc))
}
