//! `indexof_regex`: where does this pattern match in that text?

use crate::text::characters::{Reach, Span, characters, count};
use crate::text::patterns;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "indexof_regex",
    aliases: &[],
    summary: "Finds the place of a match of a regular expression, in characters from 0; -1 when there is none.",
    signatures: &[Signature::new(
        &[
            required("string", Accepts::Any, "where it is searched"),
            required("match", Accepts::Type(Type::String), "what is searched, a regular expression").constant(),
            optional("start", Accepts::Type(Type::Long), "from which character"),
            optional("length", Accepts::Type(Type::Long), "in how many characters, -1 for all"),
            optional("occurrence", Accepts::Type(Type::Long), "which match, from 1, without overlaps"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/indexof-regex-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    patterns::kernel_with_pattern(call, FUNCTION.name, evaluate, 1)
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let source = args.texts(0)?;
    let pattern = patterns::compile(&patterns::constant(args, 1)?)?;
    let span = Span::read(args)?;
    args.make_longs(|row| {
        if span.begins_before_start(row) {
            return None;
        }
        let text = source.get(row);
        let Reach { start, length, occurrence } = span.reach(row, &text)?;
        let window = characters(&text, start, length);
        match pattern.find_iter(window).nth(occurrence - 1) {
            Some(found) => Some(start + count(window.get(..found.start())?)),
            None => Some(-1),
        }
    })
}
