//! `indexof`: where does this text stand in that one?

use crate::text::characters::{Span, count};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "indexof",
    aliases: &[],
    summary: "Finds the place of a text, in characters from 0; -1 when it is not there. Minds case.",
    signatures: &[Signature::new(
        &[
            required("string", Accepts::Any, "where it is searched"),
            required("match", Accepts::Any, "what is searched"),
            optional("start", Accepts::Type(Type::Long), "from which character, a negative one counts from the end"),
            optional("length", Accepts::Type(Type::Long), "in how many characters, -1 for all"),
            optional("occurrence", Accepts::Type(Type::Long), "which one, from 1, overlaps included"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/indexof-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, needle) = (args.texts(0)?, args.texts(1)?);
    let span = Span::read(args)?;
    args.make_longs(|row| {
        let (text, needle) = (source.get(row), needle.get(row));
        let (window, before, occurrence) = span.window(row, &text)?;
        let mut found = None;
        let mut from = 0;
        for _ in 0..occurrence {
            let Some(at) = window.get(from..).and_then(|rest| rest.find(needle.as_ref())) else { return Some(-1) };
            found = Some(from + at);
            from += at + window.get(from + at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
        found.and_then(|at| Some(before + count(window.get(..at)?)))
    })
}
