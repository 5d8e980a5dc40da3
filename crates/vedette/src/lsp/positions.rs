//! Offsets in bytes ↔ lines and characters, as a client counts them: in UTF-16 units, or in bytes where it can.
//!
//! In: a text, and a place. Out: the other kind of place, always one that the text has: what is past the end of a line is its end.

use lsp_types::{Position, PositionEncodingKind, Range};
use syntax::Span;

/// What a client counts as a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Units {
    /// A byte.
    Utf8,
    /// A UTF-16 code unit: what every client can.
    Utf16,
}

impl Units {
    /// What the client would rather have, of what we can.
    pub(crate) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8)) {
            true => Self::Utf8,
            false => Self::Utf16,
        }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    units: Units,
}

impl Lines {
    pub(crate) fn of(text: &str, units: Units) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { starts, units }
    }

    /// The byte of a position.
    pub(crate) fn offset(&self, text: &str, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let content = text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']);
        start + self.bytes_of(content, position.character as usize)
    }

    fn bytes_of(&self, line: &str, characters: usize) -> usize {
        match self.units {
            Units::Utf8 => {
                let mut at = characters.min(line.len());
                while !line.is_char_boundary(at) {
                    at -= 1;
                }
                at
            }
            Units::Utf16 => {
                let mut units = 0;
                for (at, ch) in line.char_indices() {
                    // In the middle of a pair is before it.
                    if units + ch.len_utf16() > characters {
                        return at;
                    }
                    units += ch.len_utf16();
                }
                line.len()
            }
        }
    }

    /// The position of a byte.
    pub(crate) fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = text.get(start..offset).unwrap_or("");
        let character = match self.units {
            Units::Utf8 => before.len(),
            Units::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position::new(narrow(line), narrow(character))
    }

    /// The range of a span.
    pub(crate) fn range(&self, text: &str, span: Span) -> Range {
        Range::new(self.position(text, span.start as usize), self.position(text, span.end as usize))
    }
}

/// Texts are shorter than four gigabytes.
pub(crate) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LSP 3.17, "Position": in `a𐐀b` the letter b is at character 3 in UTF-16, since 𐐀 takes two units; it is at byte 5 in UTF-8.
    #[test]
    fn the_protocol_s_own_example() {
        let text = "a𐐀b";
        for (units, character) in [(Units::Utf16, 3), (Units::Utf8, 5)] {
            let lines = Lines::of(text, units);
            assert_eq!(lines.position(text, 5), Position::new(0, character));
            assert_eq!(lines.offset(text, Position::new(0, character)), 5);
        }
        // In the middle of the letter is before it.
        assert_eq!(Lines::of(text, Units::Utf16).offset(text, Position::new(0, 2)), 1);
        assert_eq!(Lines::of(text, Units::Utf8).offset(text, Position::new(0, 3)), 1);
    }

    /// LSP 3.17, "Text Documents": lines end with `\n`, `\r\n` or `\r`; a character past the end of a line is its end.
    #[test]
    fn lines_end_in_three_ways() {
        let text = "ab\r\ncd\ref\n";
        let lines = Lines::of(text, Units::Utf16);
        let offsets = [(0, 9), (1, 0), (1, 9), (2, 1), (3, 0), (9, 9)]
            .map(|(line, at)| lines.offset(text, Position::new(line, at)));
        assert_eq!(offsets, [2, 4, 6, 8, 10, 10]);
        assert_eq!(lines.position(text, 7), Position::new(2, 0));
        assert_eq!(lines.position(text, 99), Position::new(3, 0));
        assert_eq!(Lines::of("", Units::Utf16).position("", 0), Position::new(0, 0));
    }

    #[test]
    fn bytes_are_used_where_the_client_can() {
        let both = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(Units::negotiated(Some(&both)), Units::Utf8);
        assert_eq!(Units::negotiated(Some(&both[..1])), Units::Utf16);
        assert_eq!(Units::negotiated(None), Units::Utf16);
    }
}
