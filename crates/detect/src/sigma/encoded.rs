//! What a value looks like once it is encoded: Base64, UTF-16, other dashes.
//!
//! In: a modifier and a value. Out: the texts that stand for it; the value itself for modifiers that encode nothing, and nothing when the
//! value has wildcards where its bytes are meant. Sigma's specification: modifiers `wide`, `base64`, `base64offset`, `windash`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsigma_parser::{Modifier, SigmaString, StringPart};

/// The dashes that Windows programs take for one another.
const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// The texts that a value stands for under a modifier.
pub(super) fn variants(modifier: Modifier, value: &SigmaString) -> Option<Vec<SigmaString>> {
    // Bytes of UTF-16 are carried as characters of one byte each until they are Base64.
    let raw = |bytes: Vec<u8>| SigmaString::from_raw(&bytes.into_iter().map(char::from).collect::<String>());
    let units = |value: &SigmaString| Some(value.as_plain()?.encode_utf16().collect::<Vec<u16>>());
    Some(match modifier {
        Modifier::Wide => vec![raw(units(value)?.into_iter().flat_map(u16::to_le_bytes).collect())],
        Modifier::Utf16be => vec![raw(units(value)?.into_iter().flat_map(u16::to_be_bytes).collect())],
        Modifier::Utf16 => {
            let bytes = units(value)?.into_iter().flat_map(u16::to_le_bytes);
            vec![raw([0xFF, 0xFE].into_iter().chain(bytes).collect())]
        }
        Modifier::Base64 => vec![SigmaString::from_raw(&STANDARD.encode(bytes(value)?))],
        Modifier::Base64Offset => offsets(&bytes(value)?),
        Modifier::WindAsh => dashes(value),
        _ => vec![value.clone()],
    })
}

/// The bytes of a value: those of UTF-8, or those that an earlier modifier made.
fn bytes(value: &SigmaString) -> Option<Vec<u8>> {
    let text = value.as_plain()?;
    let is_made = text.contains('\0') || text.starts_with("\u{FF}\u{FE}");
    Some(match is_made {
        true => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        false => text.into_bytes(),
    })
}

/// What is the same in Base64 wherever the bytes stand: the characters at both ends depend on the bytes beside them.
fn offsets(bytes: &[u8]) -> Vec<SigmaString> {
    let at = |offset: usize| {
        let padded: Vec<u8> = std::iter::repeat_n(b' ', offset).chain(bytes.iter().copied()).collect();
        let text = STANDARD.encode(&padded);
        let start = [0, 2, 3].get(offset).copied().unwrap_or(0);
        let cut = [0, 3, 2].get(padded.len() % 3).copied().unwrap_or(0);
        SigmaString::from_raw(text.get(start..text.len().saturating_sub(cut)).unwrap_or_default())
    };
    (0..3).map(at).collect()
}

/// The value, and the same with each other dash before its options.
fn dashes(value: &SigmaString) -> Vec<SigmaString> {
    let with = |dash: char| {
        let mut value = value.clone();
        let mut before = None;
        for part in &mut value.parts {
            let StringPart::Plain(text) = part else {
                before = None;
                continue;
            };
            let replaced = text.chars().map(|c| {
                // An option starts a word.
                let is_option =
                    DASHES.contains(&c) && c != '/' && before.is_none_or(|before: char| !before.is_alphanumeric())
                        || c == '/' && before.is_none_or(char::is_whitespace);
                before = Some(c);
                if is_option { dash } else { c }
            });
            *text = replaced.collect();
        }
        value
    };
    let mut variants: Vec<SigmaString> = vec![];
    for variant in std::iter::once(value.clone()).chain(DASHES.map(with)) {
        if !variants.iter().any(|other| other.parts == variant.parts) {
            variants.push(variant);
        }
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(modifier: Modifier, value: &str) -> Vec<String> {
        let variants = variants(modifier, &SigmaString::new(value)).expect("no wildcards");
        variants.into_iter().map(|variant| variant.as_plain().unwrap_or_default()).collect()
    }

    /// RFC 4648: "foobar" is `Zm9vYmFy`. The offsets are the worked example of the specification of Sigma's modifiers ("base64offset"): a text at
    /// each place of a group of three, without the characters that its neighbours change.
    #[test]
    fn base64_at_every_offset() {
        assert_eq!(texts(Modifier::Base64, "foobar"), ["Zm9vYmFy"]);
        let found = texts(Modifier::Base64Offset, "foobar");
        for offset in 0..3_usize {
            let whole = STANDARD.encode(format!("{}foobar!!", "xyz".get(..offset).expect("three letters")));
            assert!(
                found.get(offset).is_some_and(|text| whole.contains(text.as_str()) && text.len() >= 6),
                "{offset} {found:?} {whole}"
            );
        }
    }

    /// RFC 2781: `A` is 41 00 in UTF-16LE; RFC 4648: these two bytes are `QQA=`.
    #[test]
    fn utf16_before_base64() {
        let wide = variants(Modifier::Wide, &SigmaString::new("A")).expect("no wildcards");
        let encoded = variants(Modifier::Base64, &wide[0]).expect("no wildcards");
        assert_eq!(encoded[0].as_plain().as_deref(), Some("QQA="));
    }

    #[test]
    fn options_have_any_dash() {
        let found = texts(Modifier::WindAsh, " -enc a-b");
        assert_eq!(found, [" -enc a-b", " /enc a-b", " –enc a-b", " —enc a-b", " ―enc a-b"]);
        assert!(variants(Modifier::Base64, &SigmaString::new("a*")).is_none());
    }
}
