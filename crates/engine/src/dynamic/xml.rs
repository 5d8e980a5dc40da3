//! XML text → JSON, as `parse_xml` translates it.
//!
//! In: text from outside, up to 1 MB. Out: canonical JSON, or `None` when it is not well-formed. An element without anything is null, one
//! with text alone is its text, any other a bag of `@attribute`s, child elements and `#text`; what repeats is an array. Comments,
//! processing instructions and document types are skipped.
//!
//! Source: learn.microsoft.com/kusto/query/parse-xml-function. Text that is a number there is a number; we make it one only when its
//! spelling stays, so that `007` keeps its zeros.

use super::json::{array_of, object_of, quoted};
use super::minify::minify;

/// Documented: longer text gives null.
const TEXT_BYTES_MAX: usize = 1_048_576;

/// As for JSON.
const DEPTH_MAX: usize = 128;

/// The JSON of a document.
pub(crate) fn parse_xml(text: &str) -> Option<String> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}') };
    reader.skip_misc()?;
    let (name, value) = reader.element(0)?;
    reader.skip_misc()?;
    reader.rest.is_empty().then(|| object_of([(name, value)]))
}

struct Reader<'a> {
    rest: &'a str,
}

/// What an element holds, in the order of first occurrence; values are JSON.
#[derive(Default)]
struct Content<'a> {
    entries: Vec<(String, Vec<String>)>,
    has_markup: bool,
    name: &'a str,
}

impl Content<'_> {
    fn add(&mut self, key: String, json: String) {
        match self.entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(json),
            None => self.entries.push((key, vec![json])),
        }
    }

    fn add_text(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.add("#text".to_owned(), text_json(text));
        }
    }

    fn into_json(mut self) -> String {
        let json = |values: Vec<String>| match <[String; 1]>::try_from(values) {
            Ok([only]) => only,
            Err(several) => array_of(several),
        };
        if self.entries.is_empty() {
            return "null".to_owned();
        }
        if !self.has_markup {
            return self.entries.pop().map_or_else(|| "null".to_owned(), |(_, values)| json(values));
        }
        object_of(self.entries.into_iter().map(|(key, values)| (key, json(values))))
    }
}

impl<'a> Reader<'a> {
    fn take(&mut self, prefix: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(prefix)?;
        Some(())
    }

    /// What stands before the text, which is taken too.
    fn until(&mut self, text: &str) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(text)?;
        self.rest = after;
        Some(before)
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn name(&mut self) -> Option<&'a str> {
        let is_end = |ch: char| ch.is_whitespace() || matches!(ch, '>' | '/' | '=' | '<' | '"' | '\'' | '&');
        let (name, after) = self.rest.split_at(self.rest.find(is_end)?);
        let starts = name.chars().next().filter(|first| first.is_alphabetic() || matches!(first, '_' | ':'));
        self.rest = after;
        starts.map(|_| name)
    }

    /// Skips one comment, instruction or document type; says whether there was one.
    fn skip_one(&mut self) -> Option<bool> {
        if self.take("<!--").is_some() {
            self.until("-->")?;
        } else if self.take("<?").is_some() {
            self.until("?>")?;
        } else if self.rest.starts_with("<!DOCTYPE") {
            // A document type with declarations of its own could define entities, which are not read here.
            if self.until(">")?.contains('[') {
                return None;
            }
        } else {
            return Some(false);
        }
        Some(true)
    }

    fn skip_misc(&mut self) -> Option<()> {
        self.blanks();
        while self.skip_one()? {
            self.blanks();
        }
        Some(())
    }

    /// An element: its name and its JSON.
    fn element(&mut self, depth: usize) -> Option<(&'a str, String)> {
        self.take("<")?;
        let mut content = Content { name: self.name()?, ..Content::default() };
        let name = content.name;
        loop {
            self.blanks();
            if self.take("/>").is_some() {
                return Some((name, content.into_json()));
            }
            if self.take(">").is_some() {
                break;
            }
            self.attribute(&mut content)?;
        }
        self.children(&mut content, depth)?;
        Some((name, content.into_json()))
    }

    fn attribute(&mut self, content: &mut Content) -> Option<()> {
        let name = self.name()?;
        self.blanks();
        self.take("=")?;
        self.blanks();
        let quote = if self.take("\"").is_some() { "\"" } else { self.take("'").map(|()| "'")? };
        let value = unescape(self.until(quote)?)?;
        content.has_markup = true;
        content.add(format!("@{name}"), quoted(&value));
        Some(())
    }

    /// Everything up to the element's own end tag.
    fn children(&mut self, content: &mut Content, depth: usize) -> Option<()> {
        let mut text = String::new();
        loop {
            let at = self.rest.find('<')?;
            let (before, after) = self.rest.split_at(at);
            text.push_str(&unescape(before)?);
            self.rest = after;
            if self.take("<![CDATA[").is_some() {
                text.push_str(self.until("]]>")?);
            } else if self.take("</").is_some() {
                content.add_text(&text);
                let is_own = self.name()? == content.name;
                self.blanks();
                self.take(">")?;
                return is_own.then_some(());
            } else if !self.skip_one()? {
                content.add_text(&std::mem::take(&mut text));
                if depth >= DEPTH_MAX {
                    return None;
                }
                let (name, value) = self.element(depth + 1)?;
                content.has_markup = true;
                content.add(name.to_owned(), value);
            }
        }
    }
}

/// A number when it is spelled as JSON spells it, else a string.
fn text_json(text: &str) -> String {
    let is_number =
        text.starts_with(|first: char| first.is_ascii_digit() || first == '-') && minify(text).as_deref() == Some(text);
    if is_number { text.to_owned() } else { quoted(text) }
}

/// Replaces the five named entities and character numbers; any other reference is an error.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';')?;
        out.push_str(before);
        out.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            number => {
                let number = number.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_formed_is_none() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a><b></a></b>",
            "<a/><b/>",
            "<a x=1/>",
            "<a x='1/>",
            "<a>&nope;</a>",
            "<a>&lt</a>",
            "<1/>",
            "< a/>",
            "<a/>x",
        ] {
            assert_eq!(parse_xml(text), None, "{text}");
        }
        assert_eq!(parse_xml(&format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000))), None);
    }

    #[test]
    fn comments_and_instructions_are_skipped() {
        let text =
            "\u{feff}<?xml version='1.0'?><!DOCTYPE a><!-- c --><a><!-- <b> -->x<![CDATA[ <y> ]]><?p?></a> <!-- d -->";
        assert_eq!(parse_xml(text).as_deref(), Some(r#"{"a":"x <y>"}"#));
    }
}
