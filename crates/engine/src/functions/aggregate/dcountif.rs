//! `dcountif`: about how many different values are there where a predicate holds?

use crate::accumulators::dcount;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "dcountif",
    aliases: &[],
    summary: "Estimates how many different values there are among the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is counted"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
            optional("accuracy", Accepts::Type(Type::Long), "0 to 4, from fast to exact").constant(),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/dcountif-aggregation-function",
    lower: dcount(Some(1)),
};
