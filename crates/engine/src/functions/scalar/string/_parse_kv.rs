//! `_parse_kv`: the bag that `parse-kv` takes its columns from.

use crate::dynamic::{object_of, quoted};
use crate::functions::prelude::*;
use crate::text::pairs::Pairs;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_parse_kv",
    aliases: &[],
    summary: "Reads keys and values out of a text into a bag; of a key that comes twice the first value.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("pair_delimiter", Accepts::Type(Type::String), "what stands between pairs").constant(),
            required("kv_delimiter", Accepts::Type(Type::String), "what stands between a key and its value").constant(),
            required("quotes", Accepts::Type(Type::String), "opening and closing quotes in turn").constant(),
            required("escapes", Accepts::Type(Type::String), "characters that escape in quotes").constant(),
            required("greedy", Accepts::Type(Type::Bool), "may values hold delimiters of pairs?").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-kv-operator",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    let constant = |at: usize| args.constant_string(at).unwrap_or("");
    let mut quotes = vec![];
    let mut letters = constant(3).chars();
    while let (Some(opening), Some(closing)) = (letters.next(), letters.next()) {
        quotes.push((opening, closing));
    }
    let pairs = Pairs {
        between_pairs: constant(1).to_owned(),
        after_key: constant(2).to_owned(),
        quotes,
        escapes: constant(4).chars().collect(),
        is_greedy: args.bools(5)?.get(0) == Some(true),
    };
    args.make_json(|row| Some(first_of_each(pairs.read(source.get(row)))))
}

fn first_of_each(pairs: Vec<(String, String)>) -> String {
    let mut first: Vec<(String, String)> = vec![];
    for (key, value) in pairs {
        if !first.iter().any(|(known, _)| *known == key) {
            first.push((key, quoted(&value)));
        }
    }
    object_of(first)
}
