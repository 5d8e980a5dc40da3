//! `degrees`: how many degrees is this?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "degrees",
    aliases: &[],
    summary: "Converts an angle from radians to degrees.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/degrees-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let number = args.reals(0)?;
    args.make_reals(|row| number.get(row).map(f64::to_degrees))
}
