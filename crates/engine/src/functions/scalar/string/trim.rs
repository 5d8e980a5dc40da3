//! `trim`: what is left without this at either end?
//!
//! One match goes, not all that follow each other: `a` takes one of three, `a+` all three.
//! Source: recorded answers of Kusto; its page speaks of all matches.

use crate::text::patterns;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "trim",
    aliases: &[],
    summary: "Takes away one match of a regular expression at the beginning and one at the end.",
    signatures: &[Signature::new(
        &[
            required("regex", Accepts::Type(Type::String), "what is taken away, a regular expression").constant(),
            required("source", Accepts::Type(Type::String), "the text"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/trim-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 0)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(1)?;
    let (before, after) =
        (patterns::at_start(&patterns::constant(args, 0)?)?, patterns::at_end(&patterns::constant(args, 0)?)?);
    args.make_strings(|row| {
        let text = source.get(row);
        let text = before.find(text).and_then(|found| text.get(found.end()..)).unwrap_or(text);
        after.find(text).and_then(|found| text.get(..found.start())).unwrap_or(text)
    })
}
