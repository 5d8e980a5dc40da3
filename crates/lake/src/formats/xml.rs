//! Windows events exported as XML text → Windows events.
//!
//! In: a stream of text with `Event` elements, inside an `Events` element or one after the other, as `wevtutil qe` and Event Viewer write them.
//! Out: events. What stands between them is skipped.

use std::io::Read;

use super::account::Account;
use super::event_xml;
use super::rows::{Place, Rows};
use super::split::{Piece, Records, Splitter};
use crate::record::ReadError;

/// What ends an event.
const END: &[u8] = b"</Event>";

/// Is there an event in the first bytes of the text?
pub(super) fn has_events(head: &str) -> bool {
    start_of_event(head).is_some()
}

/// Reads a file that [`has_events`].
pub(super) fn read(
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    account.format("xml");
    let mut records = Records::new(reader, Events::default(), record_bytes_max);
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let text = String::from_utf8_lossy(bytes);
                let Some(start) = start_of_event(&text) else { continue };
                let event = text.get(start..).unwrap_or_default();
                match event_xml::parse(event) {
                    Ok(event) => {
                        account.good("Windows events");
                        rows.windows(&event, Place { file: account.path(), offset: offset + start as u64 })?;
                    }
                    Err(reason) => account.bad_record(offset + start as u64, reason, event.as_bytes()),
                }
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

fn start_of_event(text: &str) -> Option<usize> {
    text.match_indices("<Event").map(|(at, _)| at).find(|at| {
        let after = text.get(at + "<Event".len()..).unwrap_or_default();
        after.starts_with(['>', ' ', '\t', '\r', '\n'])
    })
}

/// Ends a record after each end tag.
#[derive(Default)]
struct Events {
    /// Bytes of [`END`] matched so far.
    matched: usize,
}

impl Splitter for Events {
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            // `<` stands only at the start of what is searched for, so a mismatch starts anew.
            self.matched = match END.get(self.matched) == Some(byte) {
                true => self.matched + 1,
                false => usize::from(*byte == b'<'),
            };
            if self.matched == END.len() {
                self.matched = 0;
                return Some(at + 1);
            }
        }
        None
    }

    fn give_up(&mut self) {}
}
