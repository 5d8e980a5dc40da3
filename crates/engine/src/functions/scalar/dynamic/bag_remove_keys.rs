//! `bag_remove_keys`: a bag without some keys.

use crate::dynamic::{JsonPath, array_items, object_entries, unquote};
use crate::functions::prelude::*;
use std::borrow::Cow;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_remove_keys",
    aliases: &[],
    summary: "Removes keys of a bag, or inner ones by JSON paths.",
    signatures: &[Signature::new(
        &[
            required("bag", Accepts::Type(Type::Dynamic), "the bag"),
            required("keys", Accepts::Type(Type::Dynamic), "an array of keys or JSON paths"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-remove-keys-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (bag, keys) = (args.json(0)?, args.json(1)?);
    args.make_json(|row| {
        let bag = bag.get(row)?;
        let _ = object_entries(bag)?;
        let keys = keys.get(row).and_then(array_items).into_iter().flatten().filter_map(unquote);
        let without = |bag: String, key: Cow<'_, str>| match JsonPath::of_key(&key) {
            Some(path) => path.remove(&bag),
            None => bag,
        };
        Some(keys.fold(bag.to_owned(), without))
    })
}
