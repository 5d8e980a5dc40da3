//! The formats of `format_datetime` and `format_timespan`.
//!
//! In: a format of letters and delimiters. Out: a format that writes ticks. A run of one letter is cut into the longest pieces that mean
//! something, from the left: `dddd` is `dd` twice.
//! Source: learn.microsoft.com/kusto/query/format-datetime-function; the cutting is a recorded answer of Kusto (`MMM` in March is `033`).

use std::fmt::Write;

use datafusion::common::Result;
use semantics::time::{Civil, TICKS_PER_DAY, TICKS_PER_SECOND};

use crate::error::mistake;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeKind {
    /// A moment.
    DateTime,
    /// A length of time.
    TimeSpan,
}

/// A format, taken apart.
#[derive(Debug)]
pub(crate) struct TimeFormat {
    kind: TimeKind,
    pieces: Vec<Piece>,
}

/// A letter with how often it stands there; a delimiter stands once.
#[derive(Debug, Clone, Copy)]
struct Piece {
    letter: char,
    count: usize,
}

const DELIMITERS: [char; 9] = [' ', '/', '-', ':', ',', '.', '_', '[', ']'];

impl TimeFormat {
    /// Takes a format apart.
    ///
    /// - Errors: a letter that means nothing there.
    pub(crate) fn parse(kind: TimeKind, format: &str) -> Result<Self> {
        let mut pieces: Vec<Piece> = vec![];
        let mut letters = format.chars().peekable();
        while let Some(letter) = letters.next() {
            if DELIMITERS.contains(&letter) {
                pieces.push(Piece { letter, count: 1 });
                continue;
            }
            let mut run = 1;
            while letters.next_if_eq(&letter).is_some() {
                run += 1;
            }
            while run > 0 {
                let Some(count) = counts(kind, letter).iter().copied().filter(|count| *count <= run).max() else {
                    return mistake(format!("`{letter}` means nothing in the format `{format}`"));
                };
                pieces.push(Piece { letter, count });
                run -= count;
            }
        }
        Ok(Self { kind, pieces })
    }

    /// Writes ticks.
    pub(crate) fn write(&self, ticks: i64, out: &mut String) {
        if self.kind == TimeKind::TimeSpan && ticks < 0 {
            out.push('-');
        }
        // The calendar of a length of time begins at zero; the most negative one has no positive twin.
        let magnitude = ticks.checked_abs().unwrap_or(i64::MAX);
        let civil = Civil::from_ticks(magnitude);
        for piece in &self.pieces {
            piece.write(self.kind, &civil, magnitude / TICKS_PER_DAY, out);
        }
    }
}

/// How often a letter may stand in one piece.
fn counts(kind: TimeKind, letter: char) -> &'static [usize] {
    match (letter, kind) {
        ('f' | 'F', _) => &[1, 2, 3, 4, 5, 6, 7],
        ('h' | 'H' | 'm' | 's', _) | ('d' | 'M', TimeKind::DateTime) => &[1, 2],
        ('y', TimeKind::DateTime) => &[1, 2, 4],
        ('t', TimeKind::DateTime) => &[2],
        ('d', TimeKind::TimeSpan) => &[1, 2, 3, 4, 5, 6, 7, 8],
        _ => &[],
    }
}

impl Piece {
    fn write(self, kind: TimeKind, civil: &Civil, days: i64, out: &mut String) {
        let width = self.count;
        let number = match (self.letter, kind) {
            ('f' | 'F', _) => return self.write_fraction(civil.tick, out),
            ('t', _) => return out.push_str(if civil.hour < 12 { "AM" } else { "PM" }),
            ('d', TimeKind::TimeSpan) => days,
            ('d', TimeKind::DateTime) => civil.day,
            ('M', _) => civil.month,
            ('y', _) if width == 4 => civil.year,
            ('y', _) => civil.year % 100,
            ('h', TimeKind::DateTime) => (civil.hour + 11) % 12 + 1,
            ('h' | 'H', _) => civil.hour,
            ('m', _) => civil.minute,
            ('s', _) => civil.second,
            (delimiter, _) => return out.push(delimiter),
        };
        write!(out, "{number:0width$}").expect("a String grows");
    }

    /// The first digits of the second's fraction; `F` leaves out the zeros at the end.
    fn write_fraction(self, tick: i64, out: &mut String) {
        let digits = format!("{:07}", tick % TICKS_PER_SECOND);
        let digits = digits.get(..self.count).unwrap_or(&digits);
        out.push_str(if self.letter == 'F' { digits.trim_end_matches('0') } else { digits });
    }
}
