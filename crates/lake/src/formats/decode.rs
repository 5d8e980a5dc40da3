//! Text in any Unicode encoding → UTF-8.
//!
//! In: the first bytes of a file and a reader. Out: a reader of UTF-8 without byte order mark. UTF-16 is told by its mark, or by the zero bytes
//! of ASCII text in it; everything else is taken as UTF-8, whose errors the formats see to record by record.

use std::io::{Read, Result};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes decoded at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// The encoding of text that starts so, when it is not plain UTF-8.
pub(super) fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((encoding, _)) if encoding != UTF_8 => Some(encoding),
        Some(_) => None,
        None => unmarked(head),
    }
}

/// UTF-16 of mostly ASCII text has a zero in every other byte: PowerShell's `>` and old exports write no mark.
fn unmarked(head: &[u8]) -> Option<&'static Encoding> {
    let sample = head.get(..head.len().min(256) & !1)?;
    if sample.len() < 4 {
        return None;
    }
    let zeros = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let pair_count = sample.len() / 2;
    match (zeros(0) * 10 > pair_count * 9, zeros(1) * 10 > pair_count * 9) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// Text without its UTF-8 byte order mark.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// Reads text of another encoding as UTF-8; what cannot be decoded becomes U+FFFD.
pub(super) struct Decoded<'r> {
    inner: &'r mut dyn Read,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    is_ended: bool,
}

impl<'r> Decoded<'r> {
    /// Reads text of that encoding.
    pub(super) fn new(inner: &'r mut dyn Read, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: vec![0; BLOCK_BYTES], text: Vec::new(), given: 0, is_ended: false }
    }

    fn fill(&mut self) -> Result<()> {
        let count = self.inner.read(&mut self.raw)?;
        self.is_ended = count == 0;
        self.given = 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(count * 3 + 16);
        self.text.resize(room, 0);
        let raw = self.raw.get(..count).unwrap_or_default();
        let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.is_ended);
        self.text.truncate(written);
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, free: &mut [u8]) -> Result<usize> {
        while self.given == self.text.len() && !self.is_ended {
            self.fill()?;
        }
        let ready = self.text.get(self.given..).unwrap_or_default();
        let count = ready.len().min(free.len());
        if let (Some(to), Some(from)) = (free.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}
