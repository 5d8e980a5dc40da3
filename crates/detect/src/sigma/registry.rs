//! Values of the registry, as Sysmon writes them, against columns that hold them as Defender does.
//!
//! In: what a rule compares. Out: the same about key, type and data. Sysmon shortens the roots of keys (`HKLM`), and writes numbers with their kind
//! (`DWORD (0x00000001)`); tables have long roots, and a type beside the data.

use rsigma_parser::{SigmaString, StringPart};

use super::item::Obstacle;
use super::kql::Kql;
use super::text::{Position, any_of};

const ROOTS: [(&str, &str); 4] = [
    (r"HKLM\", r"HKEY_LOCAL_MACHINE\"),
    (r"HKU\", r"HKEY_USERS\"),
    (r"HKCR\", r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes\"),
    (r"HKCU\", r"HKEY_CURRENT_USER\"),
];

/// The key with the long name of its root, where it begins with one.
pub(super) fn with_long_root(value: &SigmaString, position: Position) -> SigmaString {
    let mut value = value.clone();
    let is_start =
        |text: &str, root: &str| text.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root));
    // The end of a key may be any text; its start is a root wherever it stands.
    if position == Position::End {
        return value;
    }
    let first = value.parts.iter_mut().find_map(|part| match part {
        StringPart::Plain(text) => Some(text),
        StringPart::Special(_) => None,
    });
    if let Some(text) = first
        && let Some((short, long)) = ROOTS.iter().find(|(short, _)| is_start(text, short))
    {
        *text = format!("{long}{}", text.get(short.len()..).unwrap_or_default());
    }
    value
}

/// Data: numbers by their kind, all else as it stands.
pub(super) fn data(column: &str, texts: &[SigmaString], position: Position, is_cased: bool) -> Result<Kql, Obstacle> {
    let (mut tests, mut others) = (vec![], vec![]);
    for text in texts {
        match number(&text.original) {
            Some((kind, number)) => {
                tests.push(Kql::Test(format!("RegistryValueType =~ \"{kind}\" and {column} == \"{number}\"")))
            }
            None if mentions_a_kind(&text.original) => {
                return Err(Obstacle::Table(format!("part of a number of the registry (`{}`)", text.original)));
            }
            None => others.push(text.clone()),
        }
    }
    if !others.is_empty() {
        tests.insert(0, any_of(column, &others, position, is_cased));
    }
    Ok(Kql::any(tests))
}

fn mentions_a_kind(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.contains("DWORD") || upper.contains("QWORD") || upper.contains("(0X")
}

/// `DWORD (0x00000001)` or `QWORD (0x00000000-0x00000001)`.
fn number(text: &str) -> Option<(&'static str, u64)> {
    let text = text.trim_matches('*');
    let inside = |kind: &str| text.strip_prefix(kind)?.trim_start().strip_prefix("(0x")?.strip_suffix(')');
    if let Some(digits) = inside("DWORD").filter(|digits| digits.len() == 8) {
        return u64::from_str_radix(digits, 16).ok().map(|number| ("Dword", number));
    }
    let (high, low) = inside("QWORD")?.split_once("-0x")?;
    let part = |digits: &str| u64::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 8);
    Some(("Qword", part(high)? << 32 | part(low)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0x000000ff is 255; 0x00000001-0x00000000 is 2^32.
    #[test]
    fn numbers_have_a_kind() {
        assert_eq!(number("DWORD (0x000000ff)"), Some(("Dword", 255)));
        assert_eq!(number("QWORD (0x00000001-0x00000000)"), Some(("Qword", 4_294_967_296)));
        assert_eq!(number("DWORD (0x1)"), None);
        let value = |text: &str| [SigmaString::new(text)];
        assert_eq!(
            data("D", &value("DWORD (0x00000001)"), Position::Whole, false).map(|kql| kql.text()),
            Ok("RegistryValueType =~ \"Dword\" and D == \"1\"".to_owned())
        );
        assert!(data("D", &value("(0x0000000"), Position::Inside, false).is_err());
        assert_eq!(data("D", &value("x"), Position::Whole, false).map(|kql| kql.text()), Ok("D =~ \"x\"".to_owned()));
    }

    #[test]
    fn roots_are_long() {
        let key = |text: &str, position| with_long_root(&SigmaString::new(text), position).as_plain();
        assert_eq!(key(r"HKLM\System", Position::Start).as_deref(), Some(r"HKEY_LOCAL_MACHINE\System"));
        assert_eq!(key(r"\Software\x", Position::Inside).as_deref(), Some(r"\Software\x"));
        assert_eq!(key(r"hkcu\x", Position::Start).as_deref(), Some(r"HKEY_CURRENT_USER\x"));
    }
}
