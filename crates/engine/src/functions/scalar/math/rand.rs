//! `rand`: which number comes up?

use std::hash::{BuildHasher, RandomState};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "rand",
    aliases: &[],
    summary: "Gives a random real from 0 to 1 (without 1), or with an argument n one of 0, 1, … n - 1; another one for each row.",
    signatures: &[Signature::new(
        &[optional("number", Accepts::Type(Type::Long), "how many numbers there are")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/rand-function",
    lower: Lower::Volatile(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let count = if args.len() > 0 { Some(args.longs(0)?) } else { None };
    // Each batch begins at a place that the standard library seeds from the system.
    let mut state = RandomState::new().hash_one(args.rows());
    let values: Vec<Option<f64>> = (0..args.rows())
        .map(|row| {
            let unit = next_unit(&mut state);
            match &count {
                None => Some(unit),
                Some(count) => count.get(row).map(|count| if count > 0 { (unit * count as f64).floor() } else { unit }),
            }
        })
        .collect();
    args.make_reals(|row| values.get(row).copied().flatten())
}

/// SplitMix64, 53 bits of it.
fn next_unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
