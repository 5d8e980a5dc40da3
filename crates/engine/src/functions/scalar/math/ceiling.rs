//! `ceiling`: which whole number is next above?

use semantics::Decimal;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "ceiling",
    aliases: &[],
    summary: "Rounds a number up to a whole one, of the same type.",
    signatures: &[Signature::new(&[required("number", Accepts::Number, "a number")], Returns::Argument(0))],
    source: "https://learn.microsoft.com/kusto/query/ceiling-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Real => {
            let number = args.reals(0)?;
            args.make_reals(|row| number.get(row).map(f64::ceil))
        }
        Type::Int | Type::Long => args.array(0),
        Type::Decimal => {
            let number = args.decimals(0)?;
            args.make_decimals(|row| number.get(row).and_then(Decimal::ceiling))
        }
        other => exec_err!("`ceiling` does not round a {other}"),
    }
}
