//! `extract_json`: a value inside JSON text.

use crate::dynamic::{JsonPath, as_text, parse};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "extract_json",
    aliases: &["extractjson"],
    summary: "Finds a value by a JSON path in JSON text, and gives its text.",
    signatures: &[Signature::new(
        &[
            required("jsonPath", Accepts::Type(Type::String), "`$.a.b[0]`"),
            required("dataSource", Accepts::Type(Type::String), "JSON text"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/extract-json-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (path, source) = (args.strings(0)?, args.strings(1)?);
    args.make_strings(|row| {
        let json = parse(source.get(row)).unwrap_or_default();
        let value =
            JsonPath::parse(path.get(row)).and_then(|path| path.find(&json).map(|value| as_text(&value).into_owned()));
        value.unwrap_or_default()
    })
}
