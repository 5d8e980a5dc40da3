//! `pack_array`: an array of values.

use crate::dynamic::{Elements, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "pack_array",
    aliases: &[],
    summary: "Makes an array of its arguments.",
    signatures: &[Signature::repeating(
        &[required("value", Accepts::Any, "an element")],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/pack-array-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let values = (0..args.len()).map(|at| Elements::new(&args.array(at)?, args.ty(at))).collect::<Result<Vec<_>>>()?;
    args.make_json(|row| Some(array_of(values.iter().map(|column| column.json(row)))))
}
