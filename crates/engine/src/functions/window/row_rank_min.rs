//! `row_rank_min`: the rank of a row.

use arrow::array::make_comparator;
use arrow::compute::SortOptions;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "row_rank_min",
    summary: "Ranks the rows by a value: equal ones share the place of their first.",
    signatures: &[Signature::new(
        &[
            required("term", Accepts::Any, "the value that is ranked"),
            optional("restart", Accepts::Type(Type::Bool), "where the ranks begin anew"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/row-rank-min-function",
    evaluate,
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let term = args.array(0)?;
    let restart = if args.len() > 1 { args.bools(1)? } else { Bools::One(None) };
    let compare = make_comparator(&term, &term, SortOptions::default())?;
    let mut ranks: Vec<i64> = Vec::with_capacity(args.rows());
    let mut rank = 0;
    let mut place = 0;
    for row in 0..args.rows() {
        let begins = row == 0 || restart.get(row) == Some(true);
        let differs = row > 0 && compare(row - 1, row).is_ne();
        place = if begins { 1 } else { place + 1 };
        if begins || differs {
            rank = place;
        }
        ranks.push(rank);
    }
    args.make_longs(|row| ranks.get(row).copied())
}
