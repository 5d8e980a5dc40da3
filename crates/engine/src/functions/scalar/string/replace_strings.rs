//! `replace_strings`: what is a text with each of these in place of each of those?

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::dynamic::{array_items, unquote};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "replace_strings",
    aliases: &[],
    summary: "Replaces every occurrence of several texts in one pass; where two could stand, the earlier in the list does.",
    signatures: &[Signature::new(
        &[
            required("text", Accepts::Type(Type::String), "the text"),
            required("lookups", Accepts::Type(Type::Dynamic), "an array of what is replaced"),
            required("rewrites", Accepts::Type(Type::Dynamic), "an array of what stands in their places"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/replace-strings-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (text, lookups, rewrites) = (args.strings(0)?, args.json(1)?, args.json(2)?);
    let mut replacing: Option<Replacing> = None;
    args.write_strings(|row, out| {
        let (lookups, rewrites) = (lookups.get(row).unwrap_or("[]"), rewrites.get(row).unwrap_or("[]"));
        if replacing.as_ref().is_none_or(|replacing| replacing.lookups != lookups || replacing.rewrites != rewrites) {
            replacing = Some(Replacing::new(lookups, rewrites));
        }
        match replacing.as_ref().and_then(|replacing| Some((replacing.search.as_ref()?, &replacing.texts))) {
            Some((search, texts)) => search.replace_all_with(text.get(row), out, |found, _, out| {
                out.push_str(texts.get(found.pattern().as_usize()).map_or("", String::as_str));
                true
            }),
            None => out.push_str(text.get(row)),
        }
    })
}

/// The last lists seen, compiled: lists are constant in practice.
struct Replacing {
    lookups: String,
    rewrites: String,
    search: Option<AhoCorasick>,
    texts: Vec<String>,
}

impl Replacing {
    /// Pairs that are not both texts are left out.
    fn new(lookups: &str, rewrites: &str) -> Self {
        let texts_of = |json: &str| -> Vec<Option<String>> {
            array_items(json).into_iter().flatten().map(|item| unquote(item).map(Cow::into_owned)).collect()
        };
        let pairs = texts_of(lookups).into_iter().zip(texts_of(rewrites));
        let pairs: Vec<(String, String)> =
            pairs.filter_map(|(from, to)| Some((from?, to?))).filter(|(from, _)| !from.is_empty()).collect();
        let search =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(pairs.iter().map(|(from, _)| from)).ok();
        Self {
            lookups: lookups.to_owned(),
            rewrites: rewrites.to_owned(),
            search: search.filter(|_| !pairs.is_empty()),
            texts: pairs.into_iter().map(|(_, to)| to).collect(),
        }
    }
}
