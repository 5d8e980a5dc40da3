//! `replace_string`: what is a text with this in place of that?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "replace_string",
    aliases: &[],
    summary: "Replaces every occurrence of a text.",
    signatures: &[Signature::new(
        &[
            required("text", Accepts::Type(Type::String), "the text"),
            required("lookup", Accepts::Type(Type::String), "what is replaced, minding case"),
            required("rewrite", Accepts::Type(Type::String), "what stands in its place"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/replace-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (text, lookup, rewrite) = (args.strings(0)?, args.strings(1)?, args.strings(2)?);
    args.write_strings(|row, out| {
        let (text, lookup) = (text.get(row), lookup.get(row));
        if lookup.is_empty() {
            return out.push_str(text);
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(lookup) {
            out.push_str(before);
            out.push_str(rewrite.get(row));
            rest = after;
        }
        out.push_str(rest);
    })
}
