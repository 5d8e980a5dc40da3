//! `bag_zip`: a bag of an array of keys and an array of values.

use crate::dynamic::{array_items, object_of, unquote};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_zip",
    aliases: &[],
    summary: "Makes a bag of keys and of the values at the same places.",
    signatures: &[Signature::new(
        &[
            required("KeysArray", Accepts::Type(Type::Dynamic), "the keys"),
            required("ValuesArray", Accepts::Type(Type::Dynamic), "the values"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-zip",
    lower: Lower::Kernel(evaluate),
};

/// A key that is no string is left out; a missing value is null.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (keys, values) = (args.json(0)?, args.json(1)?);
    args.make_json(|row| {
        let keys = array_items(keys.get(row)?)?;
        let mut values = values.get(row).and_then(array_items).into_iter().flatten();
        let pairs = keys.map(|key| (key, values.next().unwrap_or("null"))).collect::<Vec<_>>();
        Some(object_of(pairs.into_iter().filter_map(|(key, value)| Some((unquote(key)?, value)))))
    })
}
