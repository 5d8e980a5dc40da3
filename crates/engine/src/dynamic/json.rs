//! Takes canonical JSON text apart into the text of its parts, and puts parts together.
//!
//! In and out: text. Nothing is parsed that is not looked at; text that is not canonical JSON ends an iteration early and never panics.

use std::borrow::Cow;
use std::fmt::Write;

use super::convert::as_text;

/// The elements of an array, each as its own text; `None` when the value is no array.
pub(crate) fn array_items(json: &str) -> Option<impl Iterator<Item = &str> + use<'_>> {
    let inside = json.strip_prefix('[')?.strip_suffix(']')?;
    Some(Parts { rest: inside })
}

/// The keys (unescaped) and values of a bag; `None` when the value is no bag.
pub(crate) fn object_entries(json: &str) -> Option<impl Iterator<Item = (Cow<'_, str>, &str)> + use<'_>> {
    let inside = json.strip_prefix('{')?.strip_suffix('}')?;
    Some(Parts { rest: inside }.filter_map(|part| {
        let end = value_end(part)?;
        let (key, value) = (part.get(..end)?, part.get(end..)?.strip_prefix(':')?);
        Some((unquote(key)?, value))
    }))
}

/// Splits at commas that are inside no string, array or bag.
struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = value_end(self.rest)?;
        let end = match self.rest.as_bytes().get(end) {
            Some(b':') => end + 1 + value_end(self.rest.get(end + 1..)?)?,
            _ => end,
        };
        let part = self.rest.get(..end)?;
        let after = self.rest.get(end..)?;
        self.rest = after.strip_prefix(',').unwrap_or("");
        Some(part)
    }
}

/// Where the value that the text begins with ends.
fn value_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'"' => string_end(bytes, 0),
        b'[' | b'{' => {
            let mut depth = 0_usize;
            let mut at = 0;
            loop {
                at += memchr_structure(bytes.get(at..)?)?;
                match bytes.get(at)? {
                    b'"' => {
                        at = string_end(bytes, at)?;
                        continue;
                    }
                    b'[' | b'{' => depth += 1,
                    _ => depth = depth.checked_sub(1)?,
                }
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        _ => Some(memchr::memchr3(b',', b']', b'}', bytes).unwrap_or(bytes.len())),
    }
}

fn memchr_structure(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'"' | b'[' | b']' | b'{' | b'}'))
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// The text of a JSON string.
pub(crate) fn unquote(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str::<String>(json).ok().map(Cow::Owned)
}

/// Writes text as a JSON string.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        from = at + 1;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}").expect("a String grows");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// An array of these values.
pub(crate) fn array_of<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut out = String::from("[");
    for item in items {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(item.as_ref());
    }
    out.push(']');
    out
}

/// A bag of these entries, in this order; the keys must differ.
pub(crate) fn object_of<K: AsRef<str>, V: AsRef<str>>(entries: impl IntoIterator<Item = (K, V)>) -> String {
    let mut out = String::from("{");
    for (key, value) in entries {
        if out.len() > 1 {
            out.push(',');
        }
        quote(key.as_ref(), &mut out);
        out.push(':');
        out.push_str(value.as_ref());
    }
    out.push('}');
    out
}

/// The values that `in (dynamic)` and `has_any (dynamic)` look for: the elements of an array, or the value itself, as plain text.
pub(crate) fn elements(json: &str) -> Vec<String> {
    match array_items(json) {
        Some(items) => items.map(|item| as_text(item).into_owned()).collect(),
        None => vec![as_text(json).into_owned()],
    }
}

/// The same value with the keys of every bag in ordinal order.
pub(crate) fn sorted_keys(json: &str) -> String {
    if let Some(items) = array_items(json) {
        return array_of(items.map(sorted_keys));
    }
    let Some(entries) = object_entries(json) else { return json.to_owned() };
    let mut entries: Vec<(Cow<'_, str>, String)> = entries.map(|(key, value)| (key, sorted_keys(value))).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    object_of(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_whatever_strings_hold() {
        let items: Vec<&str> =
            array_items(r#"["a,]","\"{",{"k":[1,{"x":"}"}]},[],-1.5,null]"#).expect("an array").collect();
        assert_eq!(items, [r#""a,]""#, r#""\"{""#, r#"{"k":[1,{"x":"}"}]}"#, "[]", "-1.5", "null"]);
        let entries: Vec<(Cow<'_, str>, &str)> =
            object_entries(r#"{"a:\"b":1,"é":{"c":[2,3]},"":"x"}"#).expect("a bag").collect();
        assert_eq!(entries, [("a:\"b".into(), "1"), ("é".into(), r#"{"c":[2,3]}"#), ("".into(), r#""x""#)]);
        assert_eq!(array_items("[]").expect("an array").count(), 0);
        assert!(array_items("{}").is_none() && object_entries("[]").is_none() && object_entries("1").is_none());
    }

    #[test]
    fn broken_text_ends_early() {
        for text in ["[\"]", "[{]", "[[,]", "{\"a\"}", "{\"a}", "[\\]", "{:}", "[\"\\"] {
            let _ = array_items(text).map(Iterator::count);
            let _ = object_entries(text).map(Iterator::count);
        }
    }

    #[test]
    fn quoting_is_undone_by_unquoting() {
        for text in ["", "plain", "é\u{1}\n\t\"\\/\u{7f}😀", "\u{8}\u{c}\r"] {
            assert_eq!(unquote(&quoted(text)).as_deref(), Some(text));
        }
    }
}
