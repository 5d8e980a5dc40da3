//! `has_any_index`: which of these terms is in the text?

use syntax::ast::Case;

use crate::dynamic::{array_items, as_text};
use crate::text::matcher::{TextMatcher, Way, test_once};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "has_any_index",
    aliases: &[],
    summary: "Finds the first of several terms that the text has, ignoring case: its place in the array, or -1.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("values", Accepts::Type(Type::Dynamic), "an array of terms"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/has-any-index-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (source, values) = (args.strings(0)?, args.json(1)?);
    let terms_of = |json: Option<&str>| -> Vec<String> {
        json.and_then(array_items).into_iter().flatten().map(|item| as_text(item).into_owned()).collect()
    };
    if args.constant(1).is_some() {
        let terms = terms_of(values.get(0));
        let matchers = terms
            .iter()
            .map(|term| TextMatcher::compile(Way::Has, Case::Insensitive, std::slice::from_ref(term)))
            .collect::<Result<Vec<_>>>()?;
        return args.make_longs(|row| place(matchers.iter().position(|matcher| matcher.is_match(source.get(row)))));
    }
    args.make_longs(|row| {
        let has = |term: &String| test_once(Way::Has, Case::Insensitive, source.get(row), term);
        place(terms_of(values.get(row)).iter().position(has))
    })
}

fn place(found: Option<usize>) -> Option<i64> {
    found.map_or(Some(-1), |at| i64::try_from(at).ok())
}
