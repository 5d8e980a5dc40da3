//! `max_of`: which of these is the largest?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "max_of",
    aliases: &[],
    summary: "Gives the largest of its arguments, nulls aside.",
    signatures: &[Signature::repeating(
        &[required("arg", Accepts::Common, "a number, datetime, timespan, bool or text")],
        1,
        Returns::Common,
    )],
    source: "https://learn.microsoft.com/kusto/query/max-of-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.returns() {
        Type::Real => {
            let values = (0..args.len()).map(|at| args.reals(at)).collect::<Result<Vec<_>>>()?;
            args.make_reals(|row| values.iter().filter_map(|value| value.get(row)).reduce(greater))
        }
        Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
            let values = (0..args.len()).map(|at| args.longs(at)).collect::<Result<Vec<_>>>()?;
            args.make_whole(|row| values.iter().filter_map(|value| value.get(row)).max())
        }
        Type::Decimal => {
            let values = (0..args.len()).map(|at| args.decimals(at)).collect::<Result<Vec<_>>>()?;
            args.make_decimals(|row| values.iter().filter_map(|value| value.get(row)).max())
        }
        Type::Bool => {
            let values = (0..args.len()).map(|at| args.bools(at)).collect::<Result<Vec<_>>>()?;
            args.make_bools(|row| values.iter().filter_map(|value| value.get(row)).max())
        }
        Type::String => {
            let values = (0..args.len()).map(|at| args.strings(at)).collect::<Result<Vec<_>>>()?;
            args.write_strings(|row, out| out.push_str(values.iter().map(|value| value.get(row)).max().unwrap_or("")))
        }
        other => exec_err!("`max_of` does not compare a {other}"),
    }
}

/// NaN wins. Source: recorded answers of Kusto.
fn greater(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}
