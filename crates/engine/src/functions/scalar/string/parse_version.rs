//! `parse_version`: which of two versions is higher?

use semantics::Decimal;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_version",
    aliases: &[],
    summary: "Reads a version of one to four numbers as a decimal that compares as the version does; null for anything else.",
    signatures: &[Signature::new(
        &[required("version", Accepts::Type(Type::String), "numbers of up to eight digits between points")],
        Returns::Is(Type::Decimal),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-version-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let version = args.strings(0)?;
    args.make_decimals(|row| number(version.get(row)))
}

/// Parts that are left out are zeros at the end; each part takes eight digits, so that the whole has 32.
fn number(version: &str) -> Option<Decimal> {
    let mut digits = String::with_capacity(PARTS * PART_DIGITS);
    for part in version.split('.') {
        let is_number = (1..=PART_DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || digits.len() == PARTS * PART_DIGITS {
            return None;
        }
        digits.push_str(&format!("{part:0>PART_DIGITS$}"));
    }
    Decimal::parse(&format!("{digits:0<width$}", width = PARTS * PART_DIGITS))
}

const PARTS: usize = 4;
const PART_DIGITS: usize = 8;
