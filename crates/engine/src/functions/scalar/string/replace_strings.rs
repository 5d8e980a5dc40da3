//! `replace_strings`: what is a text with each of these in place of each of those?

use std::borrow::Cow;

use memchr::memmem::Finder;

use crate::dynamic::{array_items, unquote};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "replace_strings",
    aliases: &[],
    summary: "Replaces every occurrence of several texts; where two overlap, the earlier in the list stands.",
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
        match &replacing {
            Some(replacing) => replacing.write(text.get(row), out),
            None => out.push_str(text.get(row)),
        }
    })
}

/// The last lists seen, compiled: lists are constant in practice.
struct Replacing {
    lookups: String,
    rewrites: String,
    pairs: Vec<(Finder<'static>, Option<String>)>,
}

/// A part of the text: no lookup's yet, or that of a lookup.
#[derive(Clone, Copy)]
enum Part<'a> {
    Free(&'a str),
    Matched(&'a str, &'a Option<String>),
}

impl Replacing {
    /// A lookup that is no text is left out. One whose rewrite is no text, or is missing, keeps what it finds.
    fn new(lookups: &str, rewrites: &str) -> Self {
        let texts_of = |json: &str| -> Vec<Option<String>> {
            array_items(json).into_iter().flatten().map(|item| unquote(item).map(Cow::into_owned)).collect()
        };
        let rewrites_of = texts_of(rewrites).into_iter().chain(std::iter::repeat(None));
        let pairs = texts_of(lookups).into_iter().zip(rewrites_of).filter_map(|(lookup, rewrite)| {
            let lookup = lookup.filter(|lookup| !lookup.is_empty())?;
            Some((Finder::new(&lookup).into_owned(), rewrite))
        });
        Self { lookups: lookups.to_owned(), rewrites: rewrites.to_owned(), pairs: pairs.collect() }
    }

    /// Each lookup in its turn takes what those before it left, so that the earlier one stands where two overlap.
    fn write(&self, text: &str, out: &mut String) {
        let mut parts = vec![Part::Free(text)];
        for (lookup, rewrite) in &self.pairs {
            // Most lookups are not in most texts.
            if lookup.find(text.as_bytes()).is_some() {
                parts = parts.into_iter().flat_map(|part| divided(part, lookup, rewrite)).collect();
            }
        }
        for part in parts {
            match part {
                Part::Free(kept) | Part::Matched(kept, None) => out.push_str(kept),
                Part::Matched(_, Some(rewrite)) => out.push_str(rewrite),
            }
        }
    }
}

/// A free part, with what the lookup finds in it set apart.
fn divided<'a>(part: Part<'a>, lookup: &Finder<'_>, rewrite: &'a Option<String>) -> Vec<Part<'a>> {
    let Part::Free(text) = part else { return vec![part] };
    let mut parts = vec![];
    let mut from = 0;
    for at in lookup.find_iter(text.as_bytes()) {
        let end = at + lookup.needle().len();
        if let (Some(before), Some(found)) = (text.get(from..at), text.get(at..end)) {
            parts.extend((!before.is_empty()).then_some(Part::Free(before)));
            parts.push(Part::Matched(found, rewrite));
            from = end;
        }
    }
    parts.extend(text.get(from..).filter(|rest| !rest.is_empty()).map(Part::Free));
    parts
}
