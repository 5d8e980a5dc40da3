//! `parse_version`: which number stands for this version?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_version",
    aliases: &[],
    summary: "Makes a number of a version of one to four parts, so that versions compare; null when it is none.",
    signatures: &[Signature::new(
        &[required("version", Accepts::Type(Type::String), "a version")],
        Returns::Is(Type::Decimal),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-version-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let version = args.strings(0)?;
    args.make_json(|row| number(version.get(row)).map(|number| number.to_string()))
}

/// Each part takes eight digits, the first the highest.
fn number(version: &str) -> Option<u128> {
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() > PARTS_MAX {
        return None;
    }
    let mut number = 0_u128;
    for at in 0..PARTS_MAX {
        number = number * PART_SIZE + parts.get(at).map_or(Some(0), |part| part_of(part))?;
    }
    Some(number)
}

fn part_of(text: &str) -> Option<u128> {
    let is_number = !text.is_empty() && text.len() <= DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

const PARTS_MAX: usize = 4;
const DIGITS_MAX: usize = 8;
const PART_SIZE: u128 = 100_000_000;
