//! RE2's spellings of a regular expression → those of the `regex` crate.
//!
//! In: a pattern that the crate refuses. Out: the same with what only RE2 takes as a letter escaped: a `[` inside a class, a `{` that opens
//! no count, and `\0` and other octal numbers as the letter they mean. Anything else stays as it is; the crate then says what is wrong.
//! Source: github.com/google/re2/wiki/Syntax.

use std::iter::Peekable;
use std::str::Chars;

/// The pattern as the crate spells it.
pub(crate) fn rewritten(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern.chars().peekable();
    while let Some(ch) = rest.next() {
        match ch {
            '\\' => escape(&mut rest, &mut out),
            '[' => class(&mut rest, &mut out),
            '{' if !opens_count(rest.clone()) => out.push_str("\\{"),
            _ => out.push(ch),
        }
    }
    out
}

/// What follows a backslash: `\0`, `\07`, `\123` are numbers of letters, `\1` alone is none.
fn escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut digits = String::new();
    let mut ahead = rest.clone();
    while digits.len() < 3
        && let Some(digit) = ahead.next_if(|ch| ch.is_digit(8))
    {
        digits.push(digit);
    }
    match u32::from_str_radix(&digits, 8) {
        Ok(number) if digits.starts_with('0') || digits.len() > 1 => {
            out.push_str(&format!("\\x{{{number:x}}}"));
            *rest = ahead;
        }
        _ => {
            out.push('\\');
            out.extend(rest.next());
        }
    }
}

/// The inside of a class, after its `[`: brackets are letters, but those of `[:alpha:]`, and so is a `]` that comes first.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('[');
    out.extend(rest.next_if_eq(&'^'));
    if rest.next_if_eq(&']').is_some() {
        out.push_str("\\]");
    }
    while let Some(ch) = rest.next() {
        match ch {
            '\\' => escape(rest, out),
            '[' if rest.peek() == Some(&':') => {
                out.push('[');
                for ch in rest.by_ref() {
                    out.push(ch);
                    if ch == ']' {
                        break;
                    }
                }
            }
            '[' => out.push_str("\\["),
            ']' => {
                out.push(']');
                return;
            }
            // Doubled, these are operators on classes for the crate.
            '&' | '~' => {
                out.push('\\');
                out.push(ch);
            }
            _ => out.push(ch),
        }
    }
}

/// `3}`, `3,}` or `3,5}`.
fn opens_count(mut rest: Peekable<Chars<'_>>) -> bool {
    let mut digits = 0;
    while rest.next_if(char::is_ascii_digit).is_some() {
        digits += 1;
    }
    if rest.next_if_eq(&',').is_some() {
        while rest.next_if(char::is_ascii_digit).is_some() {}
    }
    digits > 0 && rest.next() == Some('}')
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    /// What RE2's page says of each spelling.
    #[test]
    fn what_only_re2_takes_is_a_letter() {
        for (pattern, text, expect) in [
            ("[[]", "a[b", true),
            (r#"[[",\]]"#, "]", true),
            ("[]a]x", "]x", true),
            ("[^[]", "[", false),
            (r"v\s{\d+}", "v {42}", true),
            ("a{2}{", "aa{", true),
            (r"\0", "a\0b", true),
            (r"\101\d{1}", "A7", true),
            ("[[:digit:][]x", "7x", true),
            ("[[&&]", "&", true),
        ] {
            let regex = Regex::new(&rewritten(pattern)).expect(pattern);
            assert_eq!(regex.is_match(text), expect, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        for pattern in ["a(", "[a", r"\1", "*a"] {
            assert!(Regex::new(&rewritten(pattern)).is_err(), "{pattern}");
        }
    }
}
