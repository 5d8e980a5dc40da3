//! Places in a text, counted in characters (Unicode code points), as KQL counts them.
//!
//! Sketch of cost: ASCII text is sliced at once; other text is walked once to the place.

use datafusion::common::Result;

use crate::functions::{Args, Longs};

/// How many characters a text has.
pub(crate) fn count(text: &str) -> i64 {
    let count = if text.is_ascii() { text.len() } else { text.chars().count() };
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `length` characters from `start` on. A negative start counts from the end, and stops at the beginning.
pub(crate) fn characters(text: &str, start: i64, length: i64) -> &str {
    let start = if start < 0 { start.saturating_add(count(text)).max(0) } else { start };
    let rest = text.get(byte_of(text, start)..).unwrap_or("");
    rest.get(..byte_of(rest, length.max(0))).unwrap_or(rest)
}

/// The byte where a character begins; the text's end when it has fewer.
fn byte_of(text: &str, character: i64) -> usize {
    let Ok(character) = usize::try_from(character) else { return text.len() };
    if text.is_ascii() {
        return character.min(text.len());
    }
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

/// The last arguments of `indexof` and `indexof_regex`: start, length, occurrence.
pub(crate) struct Span {
    start: Option<Longs>,
    length: Option<Longs>,
    occurrence: Option<Longs>,
}

impl Span {
    /// Arguments 2, 3 and 4, as far as given.
    pub(crate) fn read(args: &Args) -> Result<Self> {
        let given = |at| if args.len() > at { args.longs(at).map(Some) } else { Ok(None) };
        Ok(Self { start: given(2)?, length: given(3)?, occurrence: given(4)? })
    }

    /// Is the start negative?
    pub(crate) fn begins_before_start(&self, row: usize) -> bool {
        self.start.as_ref().and_then(|start| start.get(row)).is_some_and(|start| start < 0)
    }

    /// What is asked of a row; `None` when the arguments make no sense, which Kusto answers with null.
    pub(crate) fn reach(&self, row: usize, text: &str) -> Option<Reach> {
        let or = |given: &Option<Longs>, default| given.as_ref().map_or(Some(default), |given| given.get(row));
        let (start, length, occurrence) = (or(&self.start, 0)?, or(&self.length, -1)?, or(&self.occurrence, 1)?);
        if length < -1 || occurrence < 1 {
            return None;
        }
        Some(Reach {
            start: if start < 0 { start.saturating_add(count(text)).max(0) } else { start },
            length: if length == -1 { i64::MAX } else { length },
            occurrence: usize::try_from(occurrence).ok()?,
        })
    }
}

/// Where in a text something is searched.
pub(crate) struct Reach {
    /// The first character.
    pub(crate) start: i64,
    /// How many characters.
    pub(crate) length: i64,
    /// Which occurrence, from 1.
    pub(crate) occurrence: usize,
}
