//! Any JSON text → canonical JSON text: no blanks outside strings, one spelling for each string and number.
//!
//! In: text from outside, of any size and content. Out: canonical text, or `None` when it is not JSON (RFC 8259) or deeper than
//! [`DEPTH_MAX`]. One pass, one output buffer.

use super::element::real_json;
use super::json::{quote, quoted};

/// As serde_json: deep enough for events, shallow enough for any thread's stack.
const DEPTH_MAX: usize = 128;

/// What `parse_json` and the ingestion of a dynamic column make of text: text that is not JSON is a string, no text is null.
pub(crate) fn parse(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    match minify(trimmed) {
        Some(json) if json == "null" => None,
        Some(json) => Some(json),
        None => Some(quoted(text)),
    }
}

/// The canonical text of JSON text.
pub(crate) fn minify(text: &str) -> Option<String> {
    let mut reader = Reader { text, at: 0, out: String::with_capacity(text.len()) };
    reader.value(0)?;
    reader.blanks();
    if reader.at == text.len() { Some(reader.out) } else { None }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    out: String,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes one punctuation byte over to the output.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.out.push(char::from(byte));
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.blanks();
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.many(b'{', b'}', depth, |reader, depth| {
                reader.blanks();
                reader.string()?;
                reader.take(b':')?;
                reader.value(depth)
            }),
            b'[' => self.many(b'[', b']', depth, Self::value),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn many(
        &mut self,
        open: u8,
        close: u8,
        depth: usize,
        mut one: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        self.blanks();
        if self.peek()? == close {
            return self.take(close);
        }
        loop {
            one(self, depth + 1)?;
            self.blanks();
            if self.peek()? == close {
                return self.take(close);
            }
            self.take(b',')?;
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.strip_prefix(word)?;
        self.at += word.len();
        self.out.push_str(word);
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        let mut is_plain = true;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    is_plain = false;
                    self.at += 2;
                }
                0x00..0x20 => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let json = self.text.get(start..self.at)?;
        if is_plain {
            self.out.push_str(json);
        } else {
            quote(&serde_json::from_str::<String>(json).ok()?, &mut self.out);
        }
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return None,
        }
        let mut is_real = false;
        if self.peek() == Some(b'.') {
            is_real = true;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_real = true;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at)?;
        match is_real {
            true => self.out.push_str(&real_json(text.parse().ok()?)),
            false if text == "-0" => self.out.push('0'),
            false => self.out.push_str(text),
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Some(()) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each_value() {
        assert_eq!(minify(" { \"a\" : [ 1 , 2.50 , \"\\u0041\\/\" ] } ").as_deref(), Some(r#"{"a":[1,2.5,"A/"]}"#));
        assert_eq!(minify("1e3").as_deref(), Some("1000.0"));
        assert_eq!(minify("[]").as_deref(), Some("[]"));
        assert_eq!(minify("[true,false,null]").as_deref(), Some("[true,false,null]"));
        assert_eq!(minify("12345678901234567890").as_deref(), Some("12345678901234567890"));
    }

    #[test]
    fn what_json_forbids_is_no_json() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "+1",
            ".5",
            "'a'",
            "\"\t\"",
            "[1 2]",
            "tru",
            "nul",
            "1 2",
            "\"\\x\"",
            "\"\\",
        ] {
            assert_eq!(minify(text), None, "{text}");
        }
        assert_eq!(minify(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), None);
    }

    /// Recorded from Kusto: `parse_json("not json")` is the string, `parse_json("")` and `parse_json("null")` are null.
    #[test]
    fn text_that_is_no_json_is_a_string() {
        assert_eq!(parse("not json").as_deref(), Some("\"not json\""));
        assert_eq!(parse(""), None);
        assert_eq!(parse("null"), None);
        assert_eq!(parse("{}").as_deref(), Some("{}"));
    }
}
