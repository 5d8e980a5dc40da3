//! `abs`: how far is this from zero?

use semantics::Decimal;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "abs",
    aliases: &[],
    summary: "Gives the absolute value of a number or timespan; of an int as a long, whose range it needs.",
    signatures: &[Signature::new(
        &[required("number", Accepts::Summable, "a number or timespan")],
        Returns::Computed(returns),
    )],
    source: "https://learn.microsoft.com/kusto/query/abs-function",
    lower: Lower::Kernel(evaluate),
};

fn returns(types: &[Type]) -> Type {
    match types.first() {
        Some(Type::Int | Type::Long) | None => Type::Long,
        Some(other) => *other,
    }
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Int | Type::Long | Type::TimeSpan => {
            let number = args.longs(0)?;
            args.make_longs(|row| number.get(row).map(i64::wrapping_abs))
        }
        Type::Real => {
            let number = args.reals(0)?;
            args.make_reals(|row| number.get(row).map(f64::abs))
        }
        Type::Decimal => {
            let number = args.decimals(0)?;
            args.make_decimals(|row| number.get(row).map(Decimal::magnitude))
        }
        other => exec_err!("`abs` takes a number or a timespan, found a {other}"),
    }
}
