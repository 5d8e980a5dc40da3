//! `bin_at`: in which bin of this size does it fall, when bins begin there?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bin_at",
    aliases: &[],
    summary: "Rounds a number, datetime or timespan down to a bin of a size, with bins aligned to a fixed point; null for a size that is not positive.",
    signatures: &[
        Signature::new(
            &[
                required("value", Accepts::Number, "the number"),
                required("bin_size", Accepts::Number, "the size of a bin"),
                required("fixed_point", Accepts::Number, "where a bin begins"),
            ],
            Returns::Computed(returns),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::DateTime), "the datetime"),
                required("bin_size", Accepts::Type(Type::TimeSpan), "the size of a bin"),
                required("fixed_point", Accepts::Type(Type::DateTime), "where a bin begins"),
            ],
            Returns::Is(Type::DateTime),
        ),
        Signature::new(
            &[
                required("value", Accepts::Type(Type::TimeSpan), "the timespan"),
                required("bin_size", Accepts::Type(Type::TimeSpan), "the size of a bin"),
                required("fixed_point", Accepts::Type(Type::TimeSpan), "where a bin begins"),
            ],
            Returns::Is(Type::TimeSpan),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/bin-at-function",
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
            let (value, size, fixed) = (args.reals(0)?, args.reals(1)?, args.reals(2)?);
            args.make_reals(|row| {
                let (size, fixed) = (size.get(row).filter(|size| *size > 0.0)?, fixed.get(row)?);
                Some(fixed + ((value.get(row)? - fixed) / size).floor() * size)
            })
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let (value, size, fixed) = (args.longs(0)?, args.longs(1)?, args.longs(2)?);
            args.make_whole(|row| {
                let size = size.get(row).filter(|size| *size > 0)?;
                let value = value.get(row)?;
                value.checked_sub(value.checked_sub(fixed.get(row)?)?.rem_euclid(size))
            })
        }
        Type::Decimal => {
            let (value, size, fixed) = (args.decimals(0)?, args.decimals(1)?, args.decimals(2)?);
            args.make_decimals(|row| {
                let fixed = fixed.get(row)?;
                value.get(row)?.minus(fixed)?.bin(size.get(row)?)?.plus(fixed)
            })
        }
        other => exec_err!("`bin_at` does not round a {other}"),
    }
}
