//! `parse_url`: what are the parts of this URL?

use crate::dynamic::quote;
use crate::text::url::write_query;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_url",
    aliases: &["parseurl"],
    summary: "Takes a URL apart: scheme, host, port, path, user, password, query parameters and fragment.",
    signatures: &[Signature::new(
        &[required("url", Accepts::Type(Type::String), "a URL with its scheme")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-url-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let url = args.strings(0)?;
    args.write_json(|row, out| {
        write_parts(url.get(row), out);
        Some(())
    })
}

/// Text without a scheme has no parts but its query.
fn write_parts(url: &str, out: &mut String) {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", ""));
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(slash).unwrap_or((rest, ""));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    // The colons of an IPv6 address stand in brackets.
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (place, ""),
    };
    let parts = [
        ("Scheme", scheme),
        ("Host", host),
        ("Port", port),
        ("Path", path),
        ("Username", user),
        ("Password", password),
    ];
    for (at, (key, value)) in parts.into_iter().enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        quote(key, out);
        out.push(':');
        quote(value, out);
    }
    out.push_str(",\"Query Parameters\":");
    write_query(query, out);
    out.push_str(",\"Fragment\":");
    quote(fragment, out);
    out.push('}');
}
