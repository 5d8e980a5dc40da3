//! How far a literal reaches: strings, numbers, timespans, guids, and typed literals with raw text inside.
//!
//! In: the rest of the text. Out: how many bytes of it are the literal, or none. Values are read later, by the grammar.

use super::{continues_name, is_line_break};
use crate::token::TokenKind;
use crate::words;

/// The bytes of a string literal, with its prefix; an unclosed one reaches to the end of its line, a multi-line one to the
/// end of the text.
pub(super) fn string(rest: &str) -> Option<usize> {
    let hidden = usize::from(rest.starts_with(['h', 'H']));
    let body = rest.get(hidden..)?;
    let verbatim = body.starts_with('@');
    let body = body.get(usize::from(verbatim)..)?;
    let prefix = hidden + usize::from(verbatim);
    for fence in ["```", "~~~"] {
        if let Some(inside) = body.strip_prefix(fence) {
            let length = inside.find(fence).map_or(inside.len(), |at| at + fence.len());
            return Some(prefix + fence.len() + length);
        }
    }
    let quote = body.chars().next().filter(|ch| matches!(ch, '"' | '\''))?;
    let inside = body.get(1..)?;
    let length = if verbatim { verbatim_length(inside, quote) } else { escaped_length(inside, quote) };
    Some(prefix + 1 + length)
}

/// Up to and with the closing quote; a doubled quote is a quote.
fn verbatim_length(inside: &str, quote: char) -> usize {
    let mut chars = inside.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        if matches!(ch, '\r' | '\n') {
            return at;
        }
        if ch == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    inside.len()
}

/// Up to and with the closing quote; what follows a backslash does not close.
fn escaped_length(inside: &str, quote: char) -> usize {
    let mut chars = inside.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        match ch {
            '\r' | '\n' => return at,
            '\\' => {
                chars.next_if(|(_, next)| !matches!(next, '\r' | '\n'));
            }
            _ if ch == quote => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

/// A number, timespan or bare guid. What goes on as a name is one: `3tables`.
pub(super) fn number(rest: &str) -> Option<(TokenKind, usize)> {
    if let Some(length) = guid(rest) {
        return Some((TokenKind::Guid, length));
    }
    let digits = digits(rest);
    if digits == 0 {
        return None;
    }
    [
        (TokenKind::Real, real(rest, digits)),
        (TokenKind::Timespan, timespan(rest, digits)),
        (TokenKind::Long, long(rest, digits)),
    ]
    .into_iter()
    .find_map(|(kind, length)| Some((kind, length.filter(|length| ends_here(rest, *length))?)))
}

/// `datetime(2024-01-01)`: a type's name, at once a parenthesis, and what stands on that line up to the closing one.
pub(super) fn typed(rest: &str) -> Option<usize> {
    let name = rest.find(|ch: char| !continues_name(ch))?;
    if !words::TYPED_LITERALS.contains(&rest.get(..name)?) {
        return None;
    }
    let inside = rest.get(name..)?.strip_prefix('(')?;
    let end = inside.find(|ch| ch == ')' || is_line_break(ch)).unwrap_or(inside.len());
    let closed = usize::from(inside.get(end..).is_some_and(|after| after.starts_with(')')));
    Some(name + 1 + end + closed)
}

/// Is the literal over, or do its digits go on as a name?
fn ends_here(rest: &str, length: usize) -> bool {
    !rest.get(length..).and_then(|after| after.chars().next()).is_some_and(continues_name)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// `1.`, `1.5`, `1e3`, `1.5e-3`; the dots of `1..2` are a range, those of `1...2` a real and a range.
fn real(rest: &str, digits_length: usize) -> Option<usize> {
    let mut length = digits_length;
    let has_point = byte(rest, length) == Some(b'.')
        && (byte(rest, length + 1) != Some(b'.') || byte(rest, length + 2) == Some(b'.'));
    if has_point {
        length += 1;
        length += digits(rest.get(length..)?);
    }
    match exponent(rest.get(length..)?) {
        0 if !has_point => None,
        exponent => Some(length + exponent),
    }
}

fn exponent(text: &str) -> usize {
    if !text.starts_with(['e', 'E']) {
        return 0;
    }
    let sign = usize::from(matches!(byte(text, 1), Some(b'+' | b'-')));
    match digits(text.get(1 + sign..).unwrap_or("")) {
        0 => 0,
        digits => 1 + sign + digits,
    }
}

fn timespan(rest: &str, digits_length: usize) -> Option<usize> {
    let mut length = digits_length;
    if byte(rest, length) == Some(b'.') {
        match digits(rest.get(length + 1..)?) {
            0 => {}
            fraction => length += 1 + fraction,
        }
    }
    let unit = rest.get(length..)?;
    let unit_length = unit.find(|ch: char| !ch.is_ascii_alphabetic()).unwrap_or(unit.len());
    words::nanoseconds_of_unit(unit.get(..unit_length)?)?;
    Some(length + unit_length)
}

fn long(rest: &str, digits_length: usize) -> Option<usize> {
    if rest.starts_with("0x") || rest.starts_with("0X") {
        let hex = rest.bytes().skip(2).take_while(u8::is_ascii_hexdigit).count();
        return (hex > 0).then_some(2 + hex);
    }
    Some(digits_length)
}

/// 8-4-4-4-12 hexadecimal digits.
fn guid(rest: &str) -> Option<usize> {
    const LENGTH: usize = 36;
    let candidate = rest.as_bytes().get(..LENGTH)?;
    let fits = candidate.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    fits.then_some(LENGTH)
}
