//! The value of a string literal: prefixes, quotes and escapes gone.
//!
//! Source: learn.microsoft.com/kusto/query/scalar-data-types/string.

use crate::codes;
use crate::parser::{Parser, quoted};
use crate::span::Span;
use crate::token::Token;

/// The value of one string token; says so when it is not closed or has an escape that does not exist.
pub(crate) fn value(p: &mut Parser, token: Token) -> String {
    let literal = p.text_of(token);
    let literal = literal.strip_prefix(['h', 'H']).unwrap_or(literal);
    let (verbatim, literal) = literal.strip_prefix('@').map_or((false, literal), |rest| (true, rest));
    for fence in ["```", "~~~"] {
        if let Some(inside) = literal.strip_prefix(fence) {
            let closed = inside.strip_suffix(fence);
            if closed.is_none() {
                unclosed(p, token, fence);
            }
            return closed.unwrap_or(inside).to_string();
        }
    }
    let mut chars = literal.chars();
    let quote = chars.next().unwrap_or('"');
    let inside = chars.as_str();
    let Some(inside) = closed_inside(inside, quote, verbatim) else {
        unclosed(p, token, &quote.to_string());
        return inside.to_string();
    };
    if verbatim {
        return inside.replace(&format!("{quote}{quote}"), &quote.to_string());
    }
    let inside_start = token.span.end - 1 - u32::try_from(inside.len()).unwrap_or(0);
    unescape(p, inside, inside_start)
}

/// Is the token a hidden string, `h"…"`?
pub(crate) fn is_obfuscated(text: &str) -> bool {
    text.starts_with(['h', 'H'])
}

fn unclosed(p: &mut Parser, token: Token, quote: &str) {
    // The place of the caret is where the quote is missing.
    let end = Span::new(token.span.end, token.span.end);
    if let Some(error) =
        p.error_at(codes::UNCLOSED, end, format!("expected {} at the end of the string", quoted(quote)))
    {
        error.labels.push((Span::new(token.span.start, token.span.start + 1), "the string begins here".to_string()));
    }
}

/// The text before the closing quote; none when the last quote is escaped or absent.
fn closed_inside(text: &str, quote: char, verbatim: bool) -> Option<&str> {
    let inside = text.strip_suffix(quote)?;
    let closes = if verbatim {
        inside.chars().rev().take_while(|ch| *ch == quote).count() % 2 == 0
    } else {
        inside.chars().rev().take_while(|ch| *ch == '\\').count() % 2 == 0
    };
    closes.then_some(inside)
}

fn unescape(p: &mut Parser, inside: &str, start: u32) -> String {
    let mut value = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        match escape(after) {
            Some((ch, length)) => {
                value.push(ch);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                let at = start + u32::try_from(inside.len() - after.len() - 1).unwrap_or(0);
                unknown_escape(p, after, at);
                value.push('\\');
                rest = after;
            }
        }
    }
    value.push_str(rest);
    value
}

/// The character that an escape stands for, and the bytes after the backslash it takes.
fn escape(after: &str) -> Option<(char, usize)> {
    let simple = |ch| Some((ch, 1));
    match after.chars().next()? {
        '\\' => simple('\\'),
        '"' => simple('"'),
        '\'' => simple('\''),
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        'x' => hexadecimal(after, 2),
        'u' => surrogate_pair(after).or_else(|| hexadecimal(after, 4)),
        'U' => hexadecimal(after, 8),
        '0'..='7' => octal(after),
        _ => None,
    }
}

/// `xHH`, `uHHHH`, `UHHHHHHHH`. Half of a surrogate pair has no character of its own and becomes U+FFFD.
fn hexadecimal(after: &str, digits: usize) -> Option<(char, usize)> {
    let code = hexadecimal_code(after, digits)?;
    let ch = if (0xd800..0xe000).contains(&code) { char::REPLACEMENT_CHARACTER } else { char::from_u32(code)? };
    Some((ch, 1 + digits))
}

fn hexadecimal_code(after: &str, digits: usize) -> Option<u32> {
    let code = after.get(1..=digits)?;
    code.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(code, 16).ok())?
}

/// Kusto's strings are UTF-16: two escapes may be one character.
fn surrogate_pair(after: &str) -> Option<(char, usize)> {
    let high = hexadecimal_code(after, 4).filter(|code| (0xd800..0xdc00).contains(code))?;
    let second = after.get(5..)?.strip_prefix('\\').filter(|second| second.starts_with('u'))?;
    let low = hexadecimal_code(second, 4).filter(|code| (0xdc00..0xe000).contains(code))?;
    let ch = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((ch, 11))
}

/// Up to three octal digits, of which the first of three is at most 3.
fn octal(after: &str) -> Option<(char, usize)> {
    let digits: Vec<u32> = after.chars().map_while(|ch| ch.to_digit(8)).take(3).collect();
    let length = if digits.len() == 3 && digits.first().is_some_and(|first| *first > 3) { 2 } else { digits.len() };
    let code = digits.iter().take(length).fold(0, |code, digit| code * 8 + digit);
    Some((char::from_u32(code)?, length))
}

fn unknown_escape(p: &mut Parser, after: &str, at: u32) {
    let shown: String = after.chars().take(1).collect();
    let span = Span::new(at, at + 1 + u32::try_from(shown.len()).unwrap_or(0));
    if let Some(error) = p.error_at(codes::UNKNOWN_ESCAPE, span, format!("`\\{shown}` is not an escape of a string")) {
        error
            .hints
            .push(format!("write `\\\\{shown}` for a backslash, or put @ before the string to take it as it stands"));
    }
}
