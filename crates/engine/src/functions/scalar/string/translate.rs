//! `translate`: what is a text with these characters in place of those?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "translate",
    aliases: &[],
    summary: "Replaces characters one by one; a shorter replacement list repeats its last character, an empty one deletes.",
    signatures: &[Signature::new(
        &[
            required("searchList", Accepts::Type(Type::String), "the characters that are replaced"),
            required("replacementList", Accepts::Type(Type::String), "the characters that stand in their places"),
            required("source", Accepts::Type(Type::String), "the text"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/translate-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (search, replacement, source) = (args.strings(0)?, args.strings(1)?, args.strings(2)?);
    args.write_strings(|row, out| {
        let replacement = replacement.get(row);
        for c in source.get(row).chars() {
            match search.get(row).chars().position(|searched| searched == c) {
                Some(at) => out.extend(replacement.chars().nth(at).or_else(|| replacement.chars().next_back())),
                None => out.push(c),
            }
        }
    })
}
