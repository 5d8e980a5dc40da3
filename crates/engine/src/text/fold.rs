//! Case, ignored ordinally: one character at a time, independent of language.
//!
//! Two characters are the same when their simple upper-case forms are. A character outside ASCII never equals one inside it (`ı` is not
//! `I`, `ſ` is not `S`, the Kelvin sign is not `k`), so ASCII needles can be searched as bytes.
//! Source: .NET's ordinal comparison, which Kusto's `=~` follows; `É` = `é` and `П` = `п` are recorded answers of Kusto.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The character that stands for all its case forms.
pub(crate) fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => c,
    }
}

/// A text that is the same for all texts that differ only in case.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| fold_char(c) == c) { Cow::Borrowed(text) } else { text.chars().map(fold_char).collect() }
}

/// A text that is the same for all texts that are the same to any of the ways in which case is ignored: to [`fold`], and to SQL's `lower`. Texts
/// that differ may have the same key; what is stored by it can say that something is absent, and never that it is there.
pub(crate) fn key(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return text.to_lowercase().chars().map(|c| fold_char(c).to_ascii_lowercase()).collect();
    }
    match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// `=~`.
pub(crate) fn equals_ignoring_case(a: &str, b: &str) -> bool {
    if a.is_ascii() || b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if x == y || fold_char(x) == fold_char(y) => {}
            _ => return false,
        }
    }
}

/// How many bytes of `text` the needle takes at its beginning, if it stands there.
pub(super) fn prefix_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    if needle.is_ascii() {
        let begin = text.as_bytes().get(..needle.len())?;
        return begin.eq_ignore_ascii_case(needle.as_bytes()).then_some(needle.len());
    }
    let mut rest = text.chars();
    needle
        .chars()
        .all(|n| rest.next().is_some_and(|c| c == n || fold_char(c) == fold_char(n)))
        .then(|| text.len() - rest.as_str().len())
}

/// Does the needle stand at the end?
pub(super) fn has_suffix_ignoring_case(text: &str, needle: &str) -> bool {
    if needle.is_ascii() {
        let begin = text.len().checked_sub(needle.len());
        return begin
            .and_then(|at| text.as_bytes().get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(needle.as_bytes()));
    }
    let mut rest = text.chars().rev();
    needle.chars().rev().all(|n| rest.next().is_some_and(|c| c == n || fold_char(c) == fold_char(n)))
}

/// Every character that is the same as this one but for case, itself too.
pub(super) fn case_forms(c: char) -> Vec<char> {
    static FORMS: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
        let mut forms: HashMap<char, Vec<char>> = HashMap::new();
        for c in '\0'..=char::MAX {
            let folded = fold_char(c);
            if folded != c {
                forms.entry(folded).or_insert_with(|| vec![folded]).push(c);
            }
        }
        forms
    });
    let folded = fold_char(c);
    FORMS.get(&folded).cloned().unwrap_or_else(|| vec![folded])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_one_character_at_a_time() {
        for (a, b) in [("Hello", "hELLO"), ("CAFÉ", "café"), ("ПРИВЕТ", "Привет"), ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"), ("", "")]
        {
            assert!(equals_ignoring_case(a, b), "{a} = {b}");
            assert_eq!(fold(a), fold(b));
        }
        for (a, b) in
            [("full", "ＦＵＬＬ"), ("straße", "STRASSE"), ("cafe", "café"), ("I", "ı"), ("k", "\u{212a}"), ("a", "ab")]
        {
            assert!(!equals_ignoring_case(a, b), "{a} = {b}");
            assert_ne!(fold(a), fold(b));
        }
    }

    /// Every character there is: what is the same without case has the same key, and is a letter or none of its forms is.
    #[test]
    fn forms_of_a_letter_have_one_key_and_are_letters_together() {
        for c in '\0'..=char::MAX {
            let folded = fold_char(c);
            assert_eq!(c.is_alphanumeric(), folded.is_alphanumeric(), "{c:?}");
            assert_eq!(key(&c.to_string()), key(&folded.to_string()), "{c:?}");
            let lower = c.to_string().to_lowercase();
            assert_eq!(key(&c.to_string()), key(&lower), "{c:?}");
            if let [only] = lower.chars().collect::<Vec<_>>().as_slice() {
                assert_eq!(c.is_alphanumeric(), only.is_alphanumeric(), "{c:?}");
            }
        }
        // A sigma at the end of a word is written otherwise.
        assert_eq!(key("ΟΔΟΣ"), key("οδος"));
        assert_eq!(key("ΟΔΟΣ"), key("οδοσ"));
        assert_eq!(key("Ab-1"), "ab-1");
    }

    #[test]
    fn all_forms_of_a_letter_are_known() {
        let mut forms = case_forms('σ');
        forms.sort_unstable();
        assert_eq!(forms, ['Σ', 'ς', 'σ']);
        assert_eq!(case_forms('1'), ['1']);
    }
}
