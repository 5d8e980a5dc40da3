//! `new_guid`: which guid has nobody used?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "new_guid",
    aliases: &[],
    summary: "Makes a random guid, another one for each row.",
    signatures: &[Signature::new(&[], Returns::Is(Type::Guid))],
    source: "https://learn.microsoft.com/kusto/query/new-guid-function",
    lower: Lower::Volatile(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    args.make_json(|_| Some(uuid::Uuid::new_v4().hyphenated().to_string()))
}
