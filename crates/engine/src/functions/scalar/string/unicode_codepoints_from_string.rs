//! `unicode_codepoints_from_string`: which code points is this text made of?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unicode_codepoints_from_string",
    aliases: &["to_utf8"],
    summary: "Lists the Unicode code points of a text.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "the text")], Returns::Is(Type::Dynamic))],
    source: "https://learn.microsoft.com/kusto/query/unicode-codepoints-from-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.texts(0)?;
    args.write_json(|row, out| {
        out.push('[');
        for (at, c) in value.get(row).chars().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&u32::from(c).to_string());
        }
        out.push(']');
        Some(())
    })
}
