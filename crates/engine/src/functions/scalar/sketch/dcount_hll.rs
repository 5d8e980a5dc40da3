//! `dcount_hll`: about how many different values did a sketch see?

use crate::accumulators::{Hll, Mergeable};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "dcount_hll",
    aliases: &[],
    summary: "Counts the different values that a sketch of `hll` saw; null when it is none.",
    signatures: &[Signature::new(
        &[required("hll", Accepts::Type(Type::Dynamic), "the sketch")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/dcount-hll-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let sketch = args.json(0)?;
    args.make_longs(|row| i64::try_from(Hll::parse(sketch.get(row)?)?.count()).ok())
}
