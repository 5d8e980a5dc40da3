//! `bag_pack`: a bag of keys and values.

use crate::dynamic::{Elements, object_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_pack",
    aliases: &["pack", "pack_dictionary"],
    summary: "Makes a bag of an alternating list of keys and values.",
    signatures: &[Signature::repeating(
        &[required("key", Accepts::Type(Type::String), "the name"), required("value", Accepts::Any, "its value")],
        2,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/pack-function",
    lower: Lower::Kernel(evaluate),
};

/// A key that comes again takes the later value.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let entries = (0..args.len() / 2)
        .map(|at| Ok((args.strings(2 * at)?, Elements::new(&args.array(2 * at + 1)?, args.ty(2 * at + 1))?)))
        .collect::<Result<Vec<(Strings, Elements)>>>()?;
    args.make_json(|row| {
        let mut bag: Vec<(&str, String)> = Vec::with_capacity(entries.len());
        for (keys, values) in &entries {
            let (key, value) = (keys.get(row), values.json(row));
            match bag.iter_mut().find(|(known, _)| *known == key) {
                Some(entry) => entry.1 = value,
                None => bag.push((key, value)),
            }
        }
        Some(object_of(bag))
    })
}
