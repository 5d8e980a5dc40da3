//! `toupper`: what is a text in capitals?

use crate::text::fold::fold_char;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "toupper",
    aliases: &[],
    summary: "Writes a text in upper case, one character at a time, in no particular language.",
    signatures: &[Signature::new(&[required("source", Accepts::Any, "the text")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/toupper-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    args.write_strings(|row, out| {
        let text = source.get(row);
        if text.is_ascii() {
            out.push_str(&text);
            out.make_ascii_uppercase();
        } else {
            out.extend(text.chars().map(fold_char));
        }
    })
}
