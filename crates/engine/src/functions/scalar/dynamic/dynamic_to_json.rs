//! `dynamic_to_json`: the canonical JSON text of a value.

use crate::dynamic::sorted_keys;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "dynamic_to_json",
    aliases: &[],
    summary: "Writes a dynamic as JSON with the keys of every bag in order; other scalars as `tostring` does.",
    signatures: &[Signature::new(&[required("expr", Accepts::Any, "the value")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/dynamic-to-json-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    if args.ty(0) != Type::Dynamic {
        let texts = args.texts(0)?;
        return args.write_strings(|row, out| texts.write(row, out));
    }
    let value = args.json(0)?;
    args.make_strings(|row| value.get(row).map(sorted_keys).unwrap_or_default())
}
