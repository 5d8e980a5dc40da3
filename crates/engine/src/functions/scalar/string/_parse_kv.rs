//! `_parse_kv`: the bag that `parse-kv` takes its columns from.

use crate::functions::prelude::*;
use crate::text::pairs::{Pairs, first_of_each, quotes_of};

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
    let pairs = Pairs {
        between_pairs: constant(1).to_owned(),
        after_key: constant(2).to_owned(),
        quotes: quotes_of(constant(3)),
        escapes: constant(4).chars().collect(),
        is_greedy: args.bools(5)?.get(0) == Some(true),
    };
    args.make_json(|row| Some(first_of_each(pairs.read(source.get(row)))))
}
