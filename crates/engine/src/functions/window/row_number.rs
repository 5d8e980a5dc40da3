//! `row_number`: the place of a row.

use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "row_number",
    summary: "Counts the rows, from a start and anew wherever a condition is true.",
    signatures: &[Signature::new(
        &[
            optional("startingIndex", Accepts::Type(Type::Long), "the first number, 1 unless given").constant(),
            optional("restart", Accepts::Type(Type::Bool), "where the count begins anew"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/row-number-function",
    evaluate,
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let start = if args.len() > 0 { args.longs(0)?.get(0) } else { Some(1) };
    let restart = if args.len() > 1 { args.bools(1)? } else { Bools::One(None) };
    let mut next = start;
    let mut numbers = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        if restart.get(row) == Some(true) {
            next = start;
        }
        numbers.push(next);
        next = next.map(|number| number.wrapping_add(1));
    }
    args.make_longs(|row| numbers.get(row).copied().flatten())
}
