//! `parse_urlquery`: what are the parameters of this query?

use crate::text::url::write_query;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_urlquery",
    aliases: &["parseurlquery"],
    summary: "Takes the query of a URL apart.",
    signatures: &[Signature::new(
        &[required("query", Accepts::Type(Type::String), "the part of a URL after its question mark")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-url-query-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let query = args.strings(0)?;
    args.write_json(|row, out| {
        let query = query.get(row);
        out.push_str("{\"Query Parameters\":");
        write_query(query.strip_prefix('?').unwrap_or(query), out);
        out.push('}');
        Some(())
    })
}
