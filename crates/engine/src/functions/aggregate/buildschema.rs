//! `buildschema`: which types have the dynamics of a group, and their parts?

use crate::accumulators::schema;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "buildschema",
    aliases: &[],
    summary: "Describes the types of a group's dynamics and of all their parts.",
    signatures: &[Signature::new(
        &[required("expr", Accepts::Type(Type::Dynamic), "the dynamics")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/buildschema-aggregation-function",
    lower: schema(),
};
