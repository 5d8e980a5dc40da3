//! `bag_has_key`: has a bag this key?

use crate::dynamic::JsonPath;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_has_key",
    aliases: &[],
    summary: "Tells whether a bag has a key, which may be a JSON path.",
    signatures: &[Signature::new(
        &[
            required("bag", Accepts::Type(Type::Dynamic), "the bag"),
            required("key", Accepts::Type(Type::String), "a key, or a JSON path to an inner one"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-has-key-function",
    lower: Lower::Kernel(evaluate),
};

/// A key whose value is null counts. A path with an index finds nothing.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (bag, key) = (args.json(0)?, args.strings(1)?);
    args.make_bools(|row| {
        let bag = bag.get(row)?;
        Some(JsonPath::of_key(key.get(row)).is_some_and(|path| path.is_in(bag)))
    })
}
