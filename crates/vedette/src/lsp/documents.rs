//! The texts that are open, as the client has them, and where the KQL of each is.
//!
//! In: what was opened and changed. Out: texts with lines, and the query of each: the whole text, the body of a function, the block of a rule.
//! A text that is too long is kept and not looked at.

use std::path::PathBuf;
use std::sync::Arc;

use detect::rule::places::{self, QueryText};
use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};
use syntax::Span;

use super::positions::{Lines, Units, narrow};
use crate::files;
use crate::findings::TextKind;

/// A longer text is not looked at while it is edited: an answer would not come in time. The longest published detection has a tenth.
pub(crate) const TEXT_BYTES_MAX: usize = 256 << 10;

/// Stands before the text of a function, which is what a `let` gives a name to.
const HEAD: &str = "let function = ";

/// An open text.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    pub(crate) lines: Lines,
    /// What it is; none for YAML that is no rule.
    pub(crate) kind: Option<TextKind>,
    /// Its query; none when it has none, or is too long.
    pub(crate) kql: Option<Kql>,
    /// Is it called KQL by the client, whatever its name?
    is_kql: bool,
}

/// The query of a document.
#[derive(Debug)]
pub(crate) struct Kql {
    pub(crate) text: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Whole,
    Function,
    Rule(QueryText),
}

impl Document {
    pub(crate) fn new(uri: Uri, language: &str, version: i32, text: String, units: Units) -> Self {
        let is_kql = matches!(language.to_ascii_lowercase().as_str(), "kql" | "kusto" | "csl");
        let lines = Lines::of(&text, units);
        let mut document = Self { uri, version, text: text.into(), lines, kind: None, kql: None, is_kql };
        document.read();
        document
    }

    /// Its path, where it is a file.
    pub(crate) fn path(&self) -> PathBuf {
        path_of(self.uri.as_str())
    }

    /// Makes changes, one after the other.
    pub(crate) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, units: Units) {
        let mut text = self.text.to_string();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let start = self.lines.offset(&text, range.start);
                    let end = self.lines.offset(&text, range.end).max(start);
                    text.replace_range(start..end, &change.text);
                }
            }
            self.lines = Lines::of(&text, units);
        }
        self.version = version;
        self.text = text.into();
        self.read();
    }

    pub(crate) fn is_too_long(&self) -> bool {
        self.text.len() > TEXT_BYTES_MAX
    }

    fn read(&mut self) {
        (self.kind, self.kql) = (None, None);
        if self.is_too_long() {
            return;
        }
        let path = self.path();
        let kind = files::kind(&path.display().to_string(), &self.text);
        self.kind = match kind {
            None if self.is_kql => Some(TextKind::Query),
            Some(TextKind::Rule) if self.is_kql => Some(TextKind::Query),
            kind => kind,
        };
        self.kql = match self.kind {
            None => None,
            Some(TextKind::Query) => Some(Kql { text: self.text.to_string(), place: Place::Whole }),
            Some(TextKind::Function) => Some(Kql { text: format!("{HEAD}{}", self.text), place: Place::Function }),
            Some(TextKind::Rule) => {
                places::query(&self.text).map(|query| Kql { text: query.text.clone(), place: Place::Rule(query) })
            }
        };
    }

    /// The query and the place in it that a position is; none outside of it.
    pub(crate) fn at(&self, position: Position) -> Option<(&Kql, u32)> {
        let kql = self.kql.as_ref()?;
        let offset = narrow(self.lines.offset(&self.text, position));
        Some((kql, kql.offset(offset)?))
    }

    /// A place of the query as a range of the document; none for what is not in it.
    pub(crate) fn range(&self, kql: &Kql, span: Span) -> Option<Range> {
        Some(self.lines.range(&self.text, kql.span(span)?))
    }
}

impl Kql {
    /// A place of the document in the query.
    fn offset(&self, offset: u32) -> Option<u32> {
        match &self.place {
            Place::Whole => Some(offset),
            Place::Function => Some(offset + narrow(HEAD.len())),
            // Blank lines at the end of a block are no part of the query, and its author may be about to write there.
            Place::Rule(query) => query.to_query(offset).map(|at| at.min(narrow(self.text.len()))),
        }
    }

    /// A place of the query in the document.
    pub(crate) fn span(&self, span: Span) -> Option<Span> {
        match &self.place {
            Place::Whole => Some(span),
            Place::Function => {
                let head = narrow(HEAD.len());
                Some(Span::new(span.start.checked_sub(head)?, span.end.checked_sub(head)?))
            }
            Place::Rule(query) if matches!(query.layout, places::Layout::Other(_)) => None,
            Place::Rule(query) => Some(query.to_file(span)),
        }
    }

    /// May a piece of it be replaced by other KQL?
    pub(crate) fn can_be_edited(&self) -> bool {
        match &self.place {
            Place::Whole | Place::Function => true,
            Place::Rule(query) => query.is_verbatim(),
        }
    }
}

/// The path that a URI names; for any other than `file:` what stands behind the colon.
fn path_of(uri: &str) -> PathBuf {
    let rest = uri.strip_prefix("file://").unwrap_or_else(|| uri.split_once(':').map_or(uri, |(_, rest)| rest));
    let written = rest.as_bytes();
    let mut bytes = Vec::with_capacity(written.len());
    let mut at = 0;
    while let Some(byte) = written.get(at) {
        let digits = written.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                at += 3;
            }
            _ => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // `file:///c:/rules`: the slash is the URI's.
    let is_drive = path.as_bytes().get(2) == Some(&b':') && path.starts_with('/');
    PathBuf::from(if is_drive { path.get(1..).unwrap_or("").to_owned() } else { path })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(name: &str, language: &str, text: &str) -> Document {
        let uri = name.parse().expect("a URI");
        Document::new(uri, language, 1, text.to_owned(), Units::Utf16)
    }

    #[test]
    fn a_path_is_decoded() {
        assert_eq!(path_of("file:///a/b%20c/%C3%A9.kql"), PathBuf::from("/a/b c/é.kql"));
        assert_eq!(path_of("file:///c%3A/rules/x.kql"), PathBuf::from("c:/rules/x.kql"));
        assert_eq!(path_of("untitled:Untitled-1"), PathBuf::from("Untitled-1"));
        assert_eq!(path_of("file:///100%/x.kql"), PathBuf::from("/100%/x.kql"));
    }

    #[test]
    fn changes_are_made_one_after_the_other() {
        let mut document = document("file:///x.kql", "kql", "T\r\n| where é == '𐐀'\r\n");
        let change = |line, from, to, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(line, from), Position::new(line, to))),
            range_length: None,
            text: text.to_owned(),
        };
        // Behind the letter of two units, then at the beginning.
        document.change(2, vec![change(1, 16, 17, "x'"), change(0, 0, 1, "U")], Units::Utf16);
        assert_eq!(&*document.text, "U\r\n| where é == '𐐀x'\r\n");
        document.change(3, vec![change(9, 0, 9, "end"), change(5, 9, 2, "")], Units::Utf16);
        assert_eq!(&*document.text, "U\r\n| where é == '𐐀x'\r\nend");
    }

    #[test]
    fn the_query_of_a_rule_has_its_places_in_the_file() {
        let rule = "id: x\nkind: Scheduled\nname: ü\nquery: |\n  T\n  | where x == 1\nseverity: Low\n";
        let document = document("file:///rule.yaml", "yaml", rule);
        assert_eq!(document.kind, Some(TextKind::Rule));
        let (kql, offset) = document.at(Position::new(5, 4)).expect("it is in the query");
        assert_eq!(&kql.text[offset as usize..offset as usize + 5], "where");
        let range = document.range(kql, Span::new(offset, offset + 5));
        assert_eq!(range, Some(Range::new(Position::new(5, 4), Position::new(5, 9))));
        assert!(document.at(Position::new(0, 2)).is_none());
        assert!(document.at(Position::new(6, 2)).is_none());
    }

    #[test]
    fn a_text_that_is_too_long_is_not_looked_at() {
        let long = format!("T | where x == '{}'", "a".repeat(TEXT_BYTES_MAX));
        let document = document("file:///x.kql", "kql", &long);
        assert!(document.is_too_long() && document.kql.is_none());
    }

    #[test]
    fn what_a_text_is_follows_from_its_name_and_language() {
        assert_eq!(document("untitled:Untitled-1", "kusto", "T").kind, Some(TextKind::Query));
        assert_eq!(document("file:///a/functions/f.kql", "kql", "() { T }").kind, Some(TextKind::Function));
        assert_eq!(document("file:///a/compose.yaml", "yaml", "services: {}").kind, None);
    }
}
