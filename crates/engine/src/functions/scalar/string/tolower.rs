//! `tolower`: what is a text in small letters?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tolower",
    aliases: &[],
    summary: "Writes a text in lower case, one character at a time, in no particular language.",
    signatures: &[Signature::new(&[required("source", Accepts::Any, "the text")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/tolower-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    args.write_strings(|row, out| {
        let text = source.get(row);
        if text.is_ascii() {
            out.push_str(&text);
            out.make_ascii_lowercase();
        } else {
            out.extend(text.chars().map(lower_char));
        }
    })
}

/// A character whose lower case is several characters (`İ`) stays, so that the length does.
fn lower_char(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}
