//! `countof`: how often does this stand in that text?

use crate::text::patterns;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "countof",
    aliases: &[],
    summary: "Counts occurrences of a text, overlapping ones too, or matches of a regular expression, which do not overlap.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("search", Accepts::Type(Type::String), "what is counted"),
            optional("kind", Accepts::Type(Type::String), "`normal` or `regex`").constant(),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/countof-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, search) = (args.strings(0)?, args.strings(1)?);
    match args.constant_string(2).filter(|_| args.len() > 2) {
        None | Some("normal") => {
            args.make_longs(|row| i64::try_from(occurrences(source.get(row), search.get(row))).ok())
        }
        Some("regex") => {
            let patterns = patterns::each(args, 1)?;
            args.make_longs(|row| i64::try_from(patterns.get(row)?.find_iter(source.get(row)).count()).ok())
        }
        Some(other) => exec_err!("`countof` counts `normal` or `regex`, found `{other}`"),
    }
}

/// An empty text is nowhere. Source: our choice; Kusto's page is silent.
fn occurrences(text: &str, needle: &str) -> usize {
    let Some(first) = needle.chars().next() else { return 0 };
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find(needle) {
        count += 1;
        rest = rest.get(at + first.len_utf8()..).unwrap_or("");
    }
    count
}
