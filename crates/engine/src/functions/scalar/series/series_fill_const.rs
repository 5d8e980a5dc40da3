//! `series_fill_const`: which number stands in for what is missing?

use crate::dynamic::{Elements, array_items, array_of};
use crate::functions::prelude::*;
use crate::series::Missing;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_const",
    aliases: &[],
    summary: "Replaces each missing element by a constant.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("constant_value", Accepts::Any, "what takes their place"),
            optional("missing_value_placeholder", Accepts::Real, "which elements are missing; nulls by default"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-const-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    // In an array a decimal is text, and a series holds numbers.
    let constant = match args.ty(1) {
        Type::Decimal => {
            let reals = args.reals(1)?;
            Elements::new(&args.make_reals(|row| reals.get(row))?, Type::Real)?
        }
        ty => Elements::new(&args.array(1)?, ty)?,
    };
    let missing = Missing::new(args, 2)?;
    args.make_json(|row| {
        let filler = constant.json(row);
        let items = array_items(series.get(row)?)?;
        Some(array_of(items.map(|item| if missing.is(item, row) { filler.as_str() } else { item })))
    })
}
