//! `_parse_kv_words`: the bag that `parse-kv` takes its columns from when it names no delimiters.

use crate::dynamic::{array_items, as_text};
use crate::functions::prelude::*;
use crate::text::pairs::{Pairs, first_of_each, quotes_of};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_parse_kv_words",
    aliases: &[],
    summary: "Reads the values of keys out of a text, whatever stands between its words, into a bag; of a key that comes twice the first value.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("keys", Accepts::Type(Type::Dynamic), "the keys, an array of texts").constant(),
            required("quotes", Accepts::Type(Type::String), "opening and closing quotes in turn").constant(),
            required("escapes", Accepts::Type(Type::String), "characters that escape in quotes").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-kv-operator",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    let constant = |at: usize| args.constant_string(at).unwrap_or("");
    let keys = args.constant(1).and_then(|keys| keys.try_as_str().flatten()).unwrap_or("[]");
    let keys: Vec<String> = array_items(keys).into_iter().flatten().map(|key| as_text(key).into_owned()).collect();
    let pairs = Pairs { quotes: quotes_of(constant(2)), escapes: constant(3).chars().collect(), ..Pairs::default() };
    args.make_json(|row| Some(first_of_each(pairs.read_words(source.get(row), &keys))))
}
