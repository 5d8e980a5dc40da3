//! `dcount`: about how many different values has a group?

use crate::accumulators::dcount;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "dcount",
    aliases: &[],
    summary: "Estimates how many different values a group has; exact while they are few.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is counted"),
            optional("accuracy", Accepts::Type(Type::Long), "0 to 4, from fast to exact").constant(),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/dcount-aggregation-function",
    lower: dcount(None),
};
