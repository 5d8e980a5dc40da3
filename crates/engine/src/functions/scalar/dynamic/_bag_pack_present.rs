//! `_bag_pack_present`: what `pack_all(true)` makes of a row.

use crate::dynamic::{Elements, object_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_bag_pack_present",
    aliases: &[],
    summary: "Makes a bag of an alternating list of keys and values, without values that are null or an empty text.",
    signatures: &[Signature::repeating(
        &[required("key", Accepts::Type(Type::String), "the name"), required("value", Accepts::Any, "its value")],
        2,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/pack-all-function",
    lower: Lower::Kernel(evaluate),
};

/// The keys are the names of columns, so none comes twice.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let entries = (0..args.len() / 2)
        .map(|at| Ok((args.strings(2 * at)?, Elements::new(&args.array(2 * at + 1)?, args.ty(2 * at + 1))?)))
        .collect::<Result<Vec<(Strings, Elements)>>>()?;
    args.make_json(|row| {
        let present = entries.iter().filter_map(|(keys, values)| {
            let value = values.json(row);
            (!matches!(value.as_str(), "null" | "\"\"")).then(|| (keys.get(row), value))
        });
        Some(object_of(present.collect::<Vec<_>>()))
    })
}
