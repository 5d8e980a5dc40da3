//! `extract`: what does this part of the pattern match?

use crate::text::patterns;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "extract",
    aliases: &[],
    summary: "Takes the text that a group of a regular expression matched first; empty when it did not match.",
    signatures: &[Signature::new(
        &[
            required("regex", Accepts::Type(Type::String), "the regular expression").constant(),
            required("captureGroup", Accepts::Type(Type::Long), "which group, 0 for the whole match"),
            required("source", Accepts::Type(Type::String), "the text"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/extract-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 0)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let pattern = patterns::compile(&patterns::constant(args, 0)?)?;
    let (group, source) = (args.longs(1)?, args.strings(2)?);
    let mut places = pattern.capture_locations();
    args.write_strings(|row, out| {
        let text = source.get(row);
        let found = match group.get(row).and_then(|group| usize::try_from(group).ok()) {
            Some(0) => pattern.find(text).map(|found| found.as_str()),
            Some(group) => pattern
                .captures_read(&mut places, text)
                .and_then(|_| places.get(group))
                .and_then(|(start, end)| text.get(start..end)),
            None => None,
        };
        out.push_str(found.unwrap_or(""));
    })
}
