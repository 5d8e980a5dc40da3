//! `split`: what stands between these delimiters?

use crate::dynamic::quote;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "split",
    aliases: &[],
    summary: "Cuts a text at each delimiter; with an index, only that piece, in an array.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Any, "the text"),
            required("delimiter", Accepts::Type(Type::String), "where it is cut"),
            optional("requestedIndex", Accepts::Type(Type::Long), "which piece, from 0"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/split-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, delimiter) = (args.texts(0)?, args.strings(1)?);
    if args.len() == 2 {
        return args.write_json(|row, out| {
            let text = source.get(row);
            out.push('[');
            for (at, piece) in pieces(&text, delimiter.get(row)).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quote(piece, out);
            }
            out.push(']');
            Some(())
        });
    }
    let index = args.longs(2)?;
    args.write_json(|row, out| {
        let text = source.get(row);
        let piece = pieces(&text, delimiter.get(row)).nth(usize::try_from(index.get(row)?).ok()?)?;
        out.push('[');
        quote(piece, out);
        out.push(']');
        Some(())
    })
}

/// An empty delimiter cuts nowhere. Source: our choice; Kusto's page is silent.
fn pieces<'a>(text: &'a str, delimiter: &'a str) -> impl Iterator<Item = &'a str> {
    let whole = delimiter.is_empty().then_some(text);
    let cut = (!delimiter.is_empty()).then(|| text.split(delimiter));
    whole.into_iter().chain(cut.into_iter().flatten())
}
