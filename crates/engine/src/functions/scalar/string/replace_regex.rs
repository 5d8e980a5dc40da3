//! `replace_regex`: what is a text with this in place of what matches that?

use crate::text::patterns::{self, Replacement};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "replace_regex",
    aliases: &[],
    summary: "Replaces every match of a regular expression; `\\1` in the replacement is its first group, `\\0` all of it.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("lookup_regex", Accepts::Type(Type::String), "what is replaced, a regular expression").constant(),
            required("rewrite_pattern", Accepts::Type(Type::String), "what stands in its place").constant(),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/replace-regex-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 1)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    let pattern = patterns::compile(&patterns::constant(args, 1)?)?;
    let rewrite = Replacement::parse(&patterns::constant(args, 2)?);
    args.make_strings(|row| rewrite.apply(&pattern, text.get(row)))
}
