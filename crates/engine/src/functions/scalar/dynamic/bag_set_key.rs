//! `bag_set_key`: a bag with one key set.

use crate::dynamic::{Elements, JsonPath};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_set_key",
    aliases: &[],
    summary: "Sets a key of a bag, or an inner one by a JSON path; what is no bag gives null.",
    signatures: &[Signature::new(
        &[
            required("bag", Accepts::Type(Type::Dynamic), "the bag"),
            required("key", Accepts::Type(Type::String), "a key, or a JSON path to an inner one"),
            required("value", Accepts::Any, "its new value"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-set-key-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (bag, key) = (args.json(0)?, args.strings(1)?);
    let values = Elements::new(&args.array(2)?, args.ty(2))?;
    args.make_json(|row| JsonPath::of_key(key.get(row))?.set(bag.get(row)?, &values.json(row)))
}
