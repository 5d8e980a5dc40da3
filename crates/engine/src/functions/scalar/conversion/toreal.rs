//! `toreal`: which real number is this?

use crate::dynamic::{as_real, parse_real};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "toreal",
    aliases: &["todouble"],
    summary: "Converts a scalar to a real; null for what is no number.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::Real))],
    source: "https://learn.microsoft.com/kusto/query/toreal-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_reals(|row| value.get(row).map(f64::from))
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let value = args.longs(0)?;
            args.make_reals(|row| value.get(row).map(|value| value as f64))
        }
        Type::Real | Type::Decimal => {
            let value = args.reals(0)?;
            args.make_reals(|row| value.get(row))
        }
        Type::Dynamic => {
            let value = args.json(0)?;
            args.make_reals(|row| value.get(row).and_then(as_real))
        }
        Type::String => {
            let value = args.strings(0)?;
            args.make_reals(|row| parse_real(value.get(row)))
        }
        Type::Guid => args.make_reals(|_| None),
    }
}
