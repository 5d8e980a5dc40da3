//! `extract_all`: what does the pattern match, each time?

use regex::{CaptureLocations, Regex};

use crate::dynamic::{array_items, quote, unquote};
use crate::text::patterns;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "extract_all",
    aliases: &["extractall"],
    summary: "Takes what the groups of a regular expression matched, for every match: an array of texts for one group, of arrays for several.",
    signatures: &[
        Signature::new(
            &[
                required("regex", Accepts::Type(Type::String), "the regular expression, with 1 to 16 groups")
                    .constant(),
                required("source", Accepts::Type(Type::String), "the text"),
            ],
            Returns::Is(Type::Dynamic),
        ),
        Signature::new(
            &[
                required("regex", Accepts::Type(Type::String), "the regular expression, with 1 to 16 groups")
                    .constant(),
                required(
                    "captureGroups",
                    Accepts::Type(Type::Dynamic),
                    "an array of the groups to take, by number or name",
                ),
                required("source", Accepts::Type(Type::String), "the text"),
            ],
            Returns::Is(Type::Dynamic),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/extract-all-function",
    lower: Lower::Rewrite(rewrite),
};

/// The crate counts the whole match as a group.
const GROUPS_MAX: usize = 16;

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 0)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let pattern = patterns::compile(&patterns::constant(args, 0)?)?;
    let groups = pattern.captures_len() - 1;
    if args.rows() > 0 && (groups == 0 || groups > GROUPS_MAX) {
        return exec_err!(
            "`extract_all` takes a pattern with 1 to {GROUPS_MAX} groups, found {groups} in `{}`",
            pattern.as_str()
        );
    }
    let all: Vec<usize> = (1..=groups).collect();
    let chosen = if args.len() > 2 { Some(args.json(1)?) } else { None };
    let source = args.strings(args.len() - 1)?;
    let mut places = pattern.capture_locations();
    args.write_json(|row, out| {
        let some;
        let groups = match &chosen {
            Some(chosen) => {
                some = named_groups(&pattern, chosen.get(row)?)?;
                &some
            }
            None => &all,
        };
        let text = source.get(row);
        let mut at = 0;
        while let Some(found) = pattern.captures_read_at(&mut places, text, at) {
            out.push(if out.is_empty() { '[' } else { ',' });
            write_match(&places, text, groups, out);
            at = if found.end() > found.start() { found.end() } else { next_character(text, found.end()) };
            if at > text.len() {
                break;
            }
        }
        if out.is_empty() {
            return None;
        }
        out.push(']');
        Some(())
    })
}

fn write_match(places: &CaptureLocations, text: &str, groups: &[usize], out: &mut String) {
    // A group that took no part reads as the empty text.
    let value = |group: usize| places.get(group).and_then(|(start, end)| text.get(start..end)).unwrap_or("");
    if let [only] = groups {
        return quote(value(*only), out);
    }
    for (at, group) in groups.iter().enumerate() {
        out.push(if at == 0 { '[' } else { ',' });
        quote(value(*group), out);
    }
    out.push(']');
}

/// The groups that an array names; `None` when it names one that the pattern lacks.
fn named_groups(pattern: &Regex, json: &str) -> Option<Vec<usize>> {
    let groups = array_items(json)?.map(|item| match unquote(item) {
        Some(name) => pattern.capture_names().position(|group| group == Some(name.as_ref())),
        None => item.parse().ok().filter(|group| (1..pattern.captures_len()).contains(group)),
    });
    groups.collect::<Option<Vec<usize>>>().filter(|groups| !groups.is_empty())
}

fn next_character(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}
