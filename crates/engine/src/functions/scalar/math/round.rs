//! `round`: which number with so many digits is nearest?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "round",
    aliases: &[],
    summary: "Rounds a number to digits after the point, halves away from zero; a negative count rounds to tens, hundreds …",
    signatures: &[Signature::new(
        &[
            required("number", Accepts::Number, "a number"),
            optional("precision", Accepts::Type(Type::Long), "how many digits, 0 when left out"),
        ],
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/round-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let precision = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    let digits = |row| precision.as_ref().map_or(Some(0), |precision| precision.get(row));
    match args.ty(0) {
        Type::Real => {
            let number = args.reals(0)?;
            args.make_reals(|row| Some(round(number.get(row)?, digits(row)?)))
        }
        Type::Int | Type::Long => {
            let number = args.longs(0)?;
            args.make_whole(|row| round_whole(number.get(row)?, digits(row)?))
        }
        Type::Decimal => {
            let number = args.decimals(0)?;
            args.make_decimals(|row| number.get(row)?.round(digits(row)?))
        }
        other => exec_err!("`round` does not round a {other}"),
    }
}

/// Beyond these a double has no digits left to round, or none that stay.
const DIGITS_MAX: i64 = 308;

fn round(number: f64, digits: i64) -> f64 {
    let scale = 10_f64.powi(i32::try_from(digits.unsigned_abs().min(DIGITS_MAX.unsigned_abs())).unwrap_or(0));
    let rounded = if digits < 0 { (number / scale).round() * scale } else { (number * scale).round() / scale };
    if rounded.is_finite() { rounded } else { number }
}

fn round_whole(number: i64, digits: i64) -> Option<i64> {
    if digits >= 0 {
        return Some(number);
    }
    let Some(unit) = u32::try_from(digits.unsigned_abs()).ok().and_then(|power| 10_i128.checked_pow(power)) else {
        return Some(0);
    };
    let number = i128::from(number);
    let away = if number < 0 { -unit / 2 } else { unit / 2 };
    i64::try_from((number + away) / unit * unit).ok()
}
