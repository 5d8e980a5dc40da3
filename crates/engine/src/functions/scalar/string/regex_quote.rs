//! `regex_quote`: how is this text written as a regular expression?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "regex_quote",
    aliases: &[],
    summary: "Escapes a text so that it matches itself in a regular expression.",
    signatures: &[Signature::new(&[required("string", Accepts::Any, "the text")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/regex-quote-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.texts(0)?;
    args.write_strings(|row, out| out.push_str(&regex::escape(&text.get(row))))
}
