//! `unicode_codepoints_to_string`: which text do these code points make?

use crate::dynamic::array_items;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "unicode_codepoints_to_string",
    aliases: &["make_string"],
    summary: "Makes a text of Unicode code points, given one by one or in arrays; empty when one of them is none.",
    signatures: &[Signature::repeating(
        &[required(
            "value",
            Accepts::AnyOf(&[Type::Int, Type::Long, Type::Dynamic]),
            "a code point, or an array of them",
        )],
        1,
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/unicode-codepoints-to-string-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let values = (0..args.len()).map(|at| args.texts(at)).collect::<Result<Vec<_>>>()?;
    args.make_strings(|row| {
        let mut text = String::new();
        for value in &values {
            let json = value.get(row);
            let is_whole = match array_items(&json) {
                Some(mut items) => items.all(|item| push(item, &mut text)),
                None => push(&json, &mut text),
            };
            if !is_whole {
                return String::new();
            }
        }
        text
    })
}

/// Adds a code point; false when it is none.
fn push(json: &str, text: &mut String) -> bool {
    let character = character(json);
    text.extend(character);
    character.is_some()
}

fn character(json: &str) -> Option<char> {
    char::from_u32(json.parse().ok()?)
}
