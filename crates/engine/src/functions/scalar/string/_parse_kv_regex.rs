//! `_parse_kv_regex`: the bag that `parse-kv … with (regex=…)` takes its columns from.

use crate::dynamic::{object_of, quoted};
use crate::error::mistake;
use crate::functions::prelude::*;
use crate::text::patterns;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_parse_kv_regex",
    aliases: &[],
    summary: "Reads keys and values out of a text into a bag, by a regular expression with a group for each of both.",
    signatures: &[Signature::new(
        &[
            required("source", Accepts::Type(Type::String), "the text"),
            required("regex", Accepts::Type(Type::String), "a regular expression of two groups").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-kv-operator",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    if let Some(Expr::Literal(value, _)) = call.arguments.get(1) {
        let groups = patterns::compile(value.try_as_str().flatten().unwrap_or(""))?.captures_len() - 1;
        if groups != 2 {
            return mistake(format!("the regular expression of `parse-kv` needs 2 groups, found {groups}"));
        }
    }
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 1)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    let pattern = patterns::compile(&patterns::constant(args, 1)?)?;
    args.make_json(|row| {
        let mut first: Vec<(&str, String)> = vec![];
        for found in pattern.captures_iter(source.get(row)) {
            let group = |at: usize| found.get(at).map_or("", |group| group.as_str().trim());
            if !first.iter().any(|(known, _)| *known == group(1)) {
                first.push((group(1), quoted(group(2))));
            }
        }
        Some(object_of(first))
    })
}
