//! Percent-encoding and query strings, as `url_encode`, `url_decode`, `parse_url` and `parse_urlquery` have them.
//!
//! Kusto's pages show lower-case digits and `+` for a space, which is form encoding as .NET does it: letters, digits and `-_.!*()` stay.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::percent_decode;

use crate::dynamic::quote;

/// Appends the encoded text.
pub(crate) fn encode(text: &str, space: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push_str(space),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02x}").expect("a String grows"),
        }
    }
}

/// The decoded text; a `%` that begins no byte stays.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let spaced: Cow<'_, str> =
        if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    if !spaced.contains('%') {
        return spaced;
    }
    Cow::Owned(percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned())
}

/// Appends the parameters of a query as a bag: names and values as written, the last value of a name.
pub(crate) fn write_query(query: &str, out: &mut String) {
    let mut pairs: Vec<(&str, &str)> = vec![];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => pairs.push((name, value)),
        }
    }
    out.push('{');
    for (at, (name, value)) in pairs.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quote(name, out);
        out.push(':');
        quote(value, out);
    }
    out.push('}');
}
