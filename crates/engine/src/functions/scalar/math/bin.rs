//! `bin`: in which bin of this size does it fall?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bin",
    aliases: &["floor"],
    summary: "Rounds a number, datetime or timespan down to a multiple of a size; null for a size that is not positive.",
    signatures: &[
        Signature::new(
            &[
                required("value", Accepts::Number, "the number"),
                required("roundTo", Accepts::Number, "the size of a bin"),
            ],
            Returns::Computed(returns),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::DateTime), "the datetime"),
                required("roundTo", Accepts::Type(Type::TimeSpan), "the size of a bin"),
            ],
            Returns::Is(Type::DateTime),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::TimeSpan), "the timespan"),
                required("roundTo", Accepts::Type(Type::TimeSpan), "the size of a bin"),
            ],
            Returns::Is(Type::TimeSpan),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/bin-function",
    lower: Lower::Kernel(evaluate),
};

/// The number type that holds both, or the type of the time.
fn returns(types: &[Type]) -> Type {
    match types {
        [first, rest @ ..] if first.is_number() => {
            rest.iter().fold(*first, |wide, ty| wide.promote(*ty).unwrap_or(wide))
        }
        [first, ..] => *first,
        [] => Type::Long,
    }
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.returns() {
        Type::Real => {
            let (value, size) = (args.reals(0)?, args.reals(1)?);
            args.make_reals(|row| {
                let size = size.get(row).filter(|size| *size > 0.0)?;
                Some((value.get(row)? / size).floor() * size)
            })
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let (value, size) = (args.longs(0)?, args.longs(1)?);
            args.make_whole(|row| {
                let size = size.get(row).filter(|size| *size > 0)?;
                let value = value.get(row)?;
                value.checked_sub(value.rem_euclid(size))
            })
        }
        Type::Decimal => {
            let (value, size) = (args.decimals(0)?, args.decimals(1)?);
            args.make_decimals(|row| value.get(row)?.bin(size.get(row)?))
        }
        other => exec_err!("`bin` does not round a {other}"),
    }
}
