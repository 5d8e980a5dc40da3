//! Text files as editors leave them: bytes → text and how it was encoded, and back.
//!
//! In: bytes. Out: text without its byte order mark. UTF-8 and, with a mark, UTF-16 are read; anything else is said to be something else.

/// A text with all that is needed to write it back as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Without a byte order mark; line ends as they are.
    pub(crate) text: String,
    /// How it was, and will be, written.
    pub(crate) encoding: Encoding,
}

/// How text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Without a mark.
    Utf8,
    /// With a byte order mark, as some editors of Windows write it.
    Utf8Marked,
    /// UTF-16 with a mark, the low byte first: what PowerShell's `>` writes.
    Utf16Little,
    /// UTF-16 with a mark, the high byte first.
    Utf16Big,
}

const UTF8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Reads bytes as text.
///
/// # Errors
/// What the bytes are instead, as a sentence without its subject.
pub(crate) fn decode(bytes: &[u8]) -> Result<Encoded, String> {
    let (encoding, text) = match bytes {
        [0xff, 0xfe, rest @ ..] => (Encoding::Utf16Little, utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => (Encoding::Utf16Big, utf16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => (Encoding::Utf8Marked, utf8(rest, UTF8_MARK.len())?),
        _ => (Encoding::Utf8, utf8(bytes, 0)?),
    };
    match text.find('\0') {
        Some(at) => Err(format!("is not text: byte {at} is zero; UTF-16 needs a byte order mark")),
        None => Ok(Encoded { text, encoding }),
    }
}

impl Encoding {
    /// The bytes of a text.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => [&UTF8_MARK, text.as_bytes()].concat(),
            Self::Utf16Little => {
                std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
            }
            Self::Utf16Big => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        }
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 text (line {line}, byte {})", skipped + error.valid_up_to())
    })?;
    Ok(text.to_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Ok(text),
        Ok(_) | Err(_) => Err("begins as UTF-16 and is not UTF-16 text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks are U+FEFF in each encoding form (Unicode 15, 23.8); é is U+00E9, 𝄞 the surrogates D834 DD1E.
    #[test]
    fn what_is_read_is_written_back() {
        let cases: [(&[u8], &str, Encoding); 4] = [
            (b"T\r\n", "T\r\n", Encoding::Utf8),
            (b"\xef\xbb\xbfT", "T", Encoding::Utf8Marked),
            (b"\xff\xfe\xe9\x00\x34\xd8\x1e\xdd", "é𝄞", Encoding::Utf16Little),
            (b"\xfe\xff\x00\xe9\xd8\x34\xdd\x1e", "é𝄞", Encoding::Utf16Big),
        ];
        for (bytes, text, encoding) in cases {
            let decoded = decode(bytes).expect(text);
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
            assert_eq!(encoding.encode(text), bytes);
        }
    }

    #[test]
    fn other_bytes_are_named() {
        assert!(decode(b"a\nb\xe9").is_err_and(|why| why.contains("line 2, byte 3")));
        assert!(decode(b"T\x00 \x00").is_err_and(|why| why.contains("byte order mark")));
        assert!(decode(b"\xff\xfe\x00\xd8").is_err_and(|why| why.contains("UTF-16")));
        assert!(decode(b"\xff\xfea").is_err());
    }
}
