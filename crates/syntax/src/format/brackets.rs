//! Brackets: a list in brackets that does not fit on its line has its items on lines of their own, or fills lines if they are short.
//!
//! Works on tokens alone: the text has no errors, so brackets match.

use super::Source;
use super::marks::{Indent, Marks, When};
use super::spacing::Flat;
use crate::token::TokenKind;

/// Items of one token and this many bytes on average fill lines; longer ones are easier read one a line.
const FILL_BYTES_MAX: usize = 12;

/// An opening bracket that waits for its closing one.
struct Open {
    token: usize,
    /// First tokens of the items, after commas and semicolons of this pair.
    items: Vec<usize>,
    /// Does a statement or step end in a semicolon here?
    has_semicolon: bool,
    /// `1 .. 2`, which stays together.
    has_range: bool,
}

/// Marks the breaks of every pair of brackets.
pub(super) fn mark(source: &Source, marks: &mut Marks) {
    let mut open: Vec<Open> = vec![];
    for token in 0..source.tokens.len() {
        match source.kind(token) {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                open.push(Open { token, items: vec![token + 1], has_semicolon: false, has_range: false });
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                if let Some(pair) = open.pop() {
                    mark_pair(source, marks, &pair, token);
                }
            }
            TokenKind::Comma | TokenKind::Semicolon => {
                if let Some(pair) = open.last_mut() {
                    pair.items.push(token + 1);
                    pair.has_semicolon |= source.kind(token) == TokenKind::Semicolon;
                }
            }
            TokenKind::DotDot => {
                if let Some(pair) = open.last_mut() {
                    pair.has_range = true;
                }
            }
            _ => {}
        }
    }
}

fn mark_pair(source: &Source, marks: &mut Marks, pair: &Open, close: usize) {
    let first = pair.token + 1;
    let is_bag = source.kind(pair.token) == TokenKind::OpenBrace && source.kind(first) == TokenKind::Text;
    if is_bag {
        marks.set_flat(first, Flat::Glue);
        marks.set_flat(close, Flat::Glue);
    }
    let is_name = source.kind(pair.token) == TokenKind::OpenBracket && close == first + 1;
    if first == close || is_name || pair.has_range || holds_one_pair(source, first, close) {
        return;
    }
    let group = marks.group(pair.token..close + 1);
    let items: Vec<usize> = pair.items.iter().copied().filter(|item| *item < close).collect();
    let when = match () {
        () if pair.has_semicolon => When::Always,
        () if fills(source, &items, close) => When::Fill,
        () => When::Full,
    };
    for item in items.iter().skip(1) {
        marks.set_break(*item, group, when, Indent::Inside);
    }
    let edges = if pair.has_semicolon { When::Always } else { When::Full };
    marks.set_break(first, group, edges, Indent::Inside);
    marks.set_break(close, group, edges, Indent::Same);
}

/// `dynamic([ … ])`: the inner pair breaks for both.
fn holds_one_pair(source: &Source, first: usize, close: usize) -> bool {
    let mut depth = 0_usize;
    for token in first..close {
        match source.kind(token) {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return token + 1 == close && token > first + 1;
        }
    }
    false
}

/// Is every item one short token?
fn fills(source: &Source, items: &[usize], close: usize) -> bool {
    let ends = items.iter().skip(1).map(|next| next - 1).chain([close]);
    let mut bytes = 0;
    for (start, end) in items.iter().zip(ends) {
        if end > start + 1 {
            return false;
        }
        bytes += source.text_of(*start).len();
    }
    bytes <= items.len() * FILL_BYTES_MAX
}
