//! `treepath`: which paths has a dynamic?

use crate::dynamic::{array_items, array_of, object_entries, quoted};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "treepath",
    aliases: &[],
    summary: "Lists the paths of all values in a bag; the elements of an array share one path.",
    signatures: &[Signature::new(
        &[required("object", Accepts::Type(Type::Dynamic), "the value")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/treepath-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let object = args.json(0)?;
    args.make_json(|row| {
        let mut paths = vec![];
        visit(object.get(row)?, "", &mut paths);
        Some(array_of(paths.iter().map(|path| quoted(path))))
    })
}

/// Adds the paths below a value, each once. The depth is bounded, because `parse_json` bounds it.
fn visit(json: &str, path: &str, paths: &mut Vec<String>) {
    let mut below = |inner: String, value: &str| {
        if !paths.contains(&inner) {
            paths.push(inner.clone());
        }
        visit(value, &inner, paths);
    };
    if let Some(entries) = object_entries(json) {
        entries.for_each(|(key, value)| below(format!("{path}['{key}']"), value));
    } else if let Some(items) = array_items(json) {
        items.for_each(|item| below(format!("{path}[0]"), item));
    }
}
