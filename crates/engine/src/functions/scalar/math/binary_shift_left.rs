//! `binary_shift_left`: what is this with its bits moved left?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "binary_shift_left",
    aliases: &[],
    summary: "Shifts a whole number left by a count of bits, modulo 64; null for a negative count.",
    signatures: &[Signature::new(
        &[
            required("value", Accepts::Type(Type::Long), "a whole number"),
            required("shift", Accepts::Type(Type::Long), "by how many bits"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/binary-shift-left-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (value, shift) = (args.longs(0)?, args.longs(1)?);
    args.make_longs(|row| {
        let shift = u32::try_from(shift.get(row).filter(|shift| *shift >= 0)? % 64).ok()?;
        Some(value.get(row)?.wrapping_shl(shift))
    })
}
