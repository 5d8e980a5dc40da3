//! `indexof`: where does this text stand in that one?

use crate::text::characters::{Reach, Span, characters, count};

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
        let Reach { mut start, length, occurrence } = span.reach(row, &text)?;
        let needle_length = count(&needle);
        if start > count(&text) {
            return Some(-1);
        }
        let mut rest = characters(&text, start, i64::MAX);
        for found in 1.. {
            let Some(at) = rest.find(needle.as_ref()) else { break };
            let before = rest.get(..at).map_or(0, count);
            if before.saturating_add(needle_length) > length {
                break;
            }
            if found == occurrence {
                return Some(start + before);
            }
            // Kusto's page finds a second occurrence that ends one character beyond the length, so it counts anew from here.
            let mut behind = rest.get(at..).unwrap_or_default().chars();
            if behind.next().is_none() {
                break;
            }
            rest = behind.as_str();
            start += before + 1;
        }
        Some(-1)
    })
}
