//! `row_rank_dense`: the rank of a row.

use arrow::array::make_comparator;
use arrow::compute::SortOptions;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "row_rank_dense",
    summary: "Ranks the rows by the changes of a value: each change is the next rank.",
    signatures: &[Signature::new(
        &[
            required("term", Accepts::Any, "the value that is ranked"),
            optional("restart", Accepts::Type(Type::Bool), "where the ranks begin anew"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/row-rank-dense-function",
    evaluate,
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let term = args.array(0)?;
    let restart = if args.len() > 1 { args.bools(1)? } else { Bools::One(None) };
    let compare = make_comparator(&term, &term, SortOptions::default())?;
    let mut ranks: Vec<i64> = Vec::with_capacity(args.rows());
    let mut rank = 0;
    for row in 0..args.rows() {
        let begins = row == 0 || restart.get(row) == Some(true);
        let differs = row > 0 && compare(row - 1, row).is_ne();
        rank = if begins {
            1
        } else if differs {
            rank + 1
        } else {
            rank
        };
        ranks.push(rank);
    }
    args.make_longs(|row| ranks.get(row).copied())
}
