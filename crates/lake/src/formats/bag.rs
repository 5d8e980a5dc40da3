//! Writes a flat JSON bag, name by name.
//!
//! In: names and values. Out: minified JSON text in which each name occurs once: a name met again gets the next free number (`Data`, `Data1`).

use std::fmt::Write;

use hashbrown::{HashMap, HashSet};

/// A flat JSON object under construction.
#[derive(Default)]
pub(super) struct Bag {
    text: String,
    names: HashSet<String>,
    /// The next number to try for a name met more than once, so that a record of a million `Data` stays linear.
    next_numbers: HashMap<String, u64>,
}

impl Bag {
    /// Adds a string.
    pub(super) fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        write_string(&mut self.text, value);
    }

    /// Adds a value that is JSON text already.
    pub(super) fn json(&mut self, name: &str, value: &str) {
        self.name(name);
        self.text.push_str(value);
    }

    /// Its text; `{}` when nothing was added.
    pub(super) fn finish(&mut self) -> String {
        self.names.clear();
        self.next_numbers.clear();
        let mut text = std::mem::take(&mut self.text);
        if text.is_empty() {
            text.push('{');
        }
        text.push('}');
        text
    }

    fn name(&mut self, name: &str) {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        if self.names.insert(name.to_owned()) {
            write_string(&mut self.text, name);
        } else {
            let free = self.free_name(name);
            write_string(&mut self.text, &free);
        }
        self.text.push(':');
    }

    fn free_name(&mut self, name: &str) -> String {
        let number = self.next_numbers.entry(name.to_owned()).or_insert(1);
        loop {
            let numbered = format!("{name}{number}");
            *number += 1;
            if self.names.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// Appends text as a JSON string.
pub(super) fn write_string(to: &mut String, text: &str) {
    to.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            0..=0x1F => "",
            _ => continue,
        };
        to.push_str(text.get(plain_from..at).unwrap_or_default());
        to.push_str(escape);
        if escape.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(to, "\\u{byte:04x}");
        }
        plain_from = at + 1;
    }
    to.push_str(text.get(plain_from..).unwrap_or_default());
    to.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8259, section 7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped; all else may stand.
    #[test]
    fn strings_are_escaped_as_json_asks() {
        let mut text = String::new();
        write_string(&mut text, "a\"\\\n\u{1}é/");
        assert_eq!(text, r#""a\"\\\n\u0001é/""#);
        assert_eq!(serde_json::from_str::<String>(&text).ok().as_deref(), Some("a\"\\\n\u{1}é/"));
    }

    /// The names of unnamed values are part of the contract in `record.rs`: `Data`, then `Data1`.
    #[test]
    fn a_name_met_again_is_numbered() {
        let mut bag = Bag::default();
        for value in ["x", "y", "z"] {
            bag.string("Data", value);
        }
        bag.json("Data2", "1");
        assert_eq!(bag.finish(), r#"{"Data":"x","Data1":"y","Data2":"z","Data21":1}"#);
        assert_eq!(bag.finish(), "{}");
    }
}
