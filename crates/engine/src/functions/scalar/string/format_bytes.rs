//! `format_bytes`: how many bytes, kilobytes … are this?

use semantics::number::format_real;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "format_bytes",
    aliases: &[],
    summary: "Writes a number of bytes in the largest unit that leaves one at least, or in a given one.",
    signatures: &[Signature::new(
        &[
            required("size", Accepts::Number, "bytes"),
            optional("precision", Accepts::Type(Type::Long), "digits after the point, none by default").constant(),
            optional("units", Accepts::Type(Type::String), "`Bytes`, `KB`, `MB`, `GB`, `TB`, `PB` or `EB`").constant(),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/format-bytes-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let size = args.reals(0)?;
    let precision = if args.len() > 1 { args.longs(1)?.get(0).unwrap_or(0) } else { 0 };
    let precision = i32::try_from(precision.clamp(0, PRECISION_MAX)).unwrap_or(0);
    let wanted = if args.len() > 2 { args.strings(2)?.get(0).to_owned() } else { String::new() };
    let unit = UNITS.iter().position(|unit| *unit == wanted);
    if !wanted.is_empty() && unit.is_none() {
        return exec_err!("the units of `format_bytes` are {}, found `{wanted}`", UNITS.join(", "));
    }
    args.make_strings(|row| {
        let Some(size) = size.get(row) else { return String::new() };
        let mut value = size;
        let mut at = 0;
        while unit.map_or(value.abs() >= STEP && at + 1 < UNITS.len(), |unit| at < unit) {
            value /= STEP;
            at += 1;
        }
        format!("{} {}", rounded(value, precision), UNITS.get(at).copied().unwrap_or_default())
    })
}

fn rounded(value: f64, precision: i32) -> String {
    let scale = 10_f64.powi(precision);
    let text = format_real((value * scale).round() / scale);
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

/// From one unit to the next.
const STEP: f64 = 1024.0;

/// A double has no more digits.
const PRECISION_MAX: i64 = 15;
