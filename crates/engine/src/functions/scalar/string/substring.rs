//! `substring`: what stands from here on, so many characters long?

use crate::text::characters::characters;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "substring",
    aliases: &[],
    summary: "Takes a part of a text, counted in characters.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Any, "the text"),
            required(
                "startingIndex",
                Accepts::Type(Type::Long),
                "where it begins, from 0, a negative one counts from the end",
            ),
            optional("length", Accepts::Type(Type::Long), "how many characters, all the rest when left out"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/substring-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, start) = (args.texts(0)?, args.longs(1)?);
    let length = if args.len() > 2 { Some(args.longs(2)?) } else { None };
    args.write_strings(|row, out| {
        let length = length.as_ref().map_or(Some(i64::MAX), |length| length.get(row));
        if let (Some(start), Some(length)) = (start.get(row), length) {
            out.push_str(characters(&source.get(row), start, length));
        }
    })
}
