//! `replace`: what is a text with this in place of what matches that?

use crate::text::patterns::{self, Replacement};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "replace",
    aliases: &[],
    summary: "The older spelling of `replace_regex`, with the text last.",
    signatures: &[Signature::new(
        &[
            required("regex", Accepts::Type(Type::String), "what is replaced, a regular expression").constant(),
            required("rewrite", Accepts::Type(Type::String), "what stands in its place").constant(),
            required("source", Accepts::Type(Type::String), "the text"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/replace-regex-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 0)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(2)?;
    let pattern = patterns::compile(&patterns::constant(args, 0)?)?;
    let rewrite = Replacement::parse(&patterns::constant(args, 1)?);
    args.make_strings(|row| rewrite.apply(&pattern, text.get(row)))
}
