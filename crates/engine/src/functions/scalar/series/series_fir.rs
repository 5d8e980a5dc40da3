//! `series_fir`: what does a filter of finite answer make of a series?

use crate::functions::prelude::*;
use crate::series::{finite_response, reals, series_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fir",
    aliases: &[],
    summary: "Filters a series by coefficients: a moving average, a difference …; null when one is no number.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("filter", Accepts::Type(Type::Dynamic), "the coefficients"),
            optional("normalize", Accepts::Type(Type::Bool), "divide by their sum? By default when none is negative"),
            optional("center", Accepts::Type(Type::Bool), "look ahead as far as back? By default not"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fir-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (series, filter) = (args.json(0)?, args.json(1)?);
    let option = |index| if args.len() > index { args.bools(index).map(Some) } else { Ok(None) };
    let (normalize, center) = (option(2)?, option(3)?);
    args.make_json(|row| {
        let filter = reals(filter.get(row)?)?;
        let said = |option: &Option<Bools>| option.as_ref().and_then(|option| option.get(row));
        let normalize = said(&normalize).unwrap_or_else(|| filter.iter().all(|coefficient| *coefficient >= 0.0));
        let center = said(&center).unwrap_or(false);
        Some(series_json(&finite_response(&reals(series.get(row)?)?, &filter, normalize, center)?))
    })
}
