//! The part of a query that the cursor is in: from the bar, semicolon or brace before it, and the brackets that are open there.
//!
//! In: the tokens before the cursor. Out: the operator's keyword, and the innermost open bracket. Works on tokens, since half an operator has no tree.

use syntax::TokenKind;

use super::place::Place;

/// The part that the cursor is in.
#[derive(Debug)]
pub(super) struct Clause {
    /// Does a bar stand before it?
    pub(super) is_piped: bool,
    /// Its keyword, with dashes: `project-away`; the first word, where no bar is.
    pub(super) keyword: String,
    /// The first token behind the keyword.
    pub(super) behind_keyword: usize,
    /// The innermost bracket that is open.
    pub(super) opener: Option<usize>,
}

/// Tokens that are looked back over: a clause of a list of indicators has some ten thousand.
const TOKENS_MAX: usize = 50_000;

impl Clause {
    pub(super) fn of(place: &Place<'_>) -> Self {
        let mut depth = 0_usize;
        let mut opener = None;
        let (mut start, mut is_piped) = (0, false);
        for at in (0..place.before.len()).rev().take(TOKENS_MAX) {
            match place.kind_at(at) {
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
                TokenKind::OpenParen | TokenKind::OpenBracket if depth == 0 => {
                    opener = opener.or(Some(at));
                }
                TokenKind::OpenBrace if depth == 0 => {
                    start = at + 1;
                    break;
                }
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth -= 1,
                TokenKind::Bar | TokenKind::LessBar if depth == 0 => {
                    (start, is_piped) = (at + 1, place.kind_at(at) == TokenKind::Bar);
                    break;
                }
                TokenKind::Semicolon if depth == 0 => {
                    start = at + 1;
                    break;
                }
                _ => {}
            }
        }
        let (keyword, behind_keyword) = keyword(place, start);
        Self { is_piped, keyword, behind_keyword, opener }
    }

    /// Is a word of the clause there, outside of brackets?
    pub(super) fn has_word(&self, place: &Place<'_>, words: &[&str]) -> bool {
        self.outside(place).any(|at| words.contains(&place.word_at(at)))
    }

    /// The tokens behind the keyword that are in no bracket, those before the cursor.
    pub(super) fn outside<'p>(&self, place: &'p Place<'_>) -> impl Iterator<Item = usize> + use<'p> {
        let mut depth = 0_usize;
        (self.behind_keyword..place.before.len()).filter(move |at| match place.kind_at(*at) {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                depth += 1;
                depth == 1
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            _ => depth == 0,
        })
    }

    /// Do only options (`kind=inner`) stand between the keyword and a token?
    pub(super) fn only_options_before(&self, place: &Place<'_>, end: usize) -> bool {
        let mut at = self.behind_keyword;
        while at < end {
            if place.kind_at(at) != TokenKind::Word {
                return false;
            }
            at += 1;
            while place.kind_at(at) == TokenKind::Dot && place.kind_at(at + 1) == TokenKind::Word {
                at += 2;
            }
            if place.kind_at(at) != TokenKind::Equal {
                return false;
            }
            at += 2;
        }
        at == end
    }
}

/// The words with dashes between them at a token.
fn keyword(place: &Place<'_>, start: usize) -> (String, usize) {
    let mut text = place.word_at(start).to_owned();
    let mut at = start + usize::from(!text.is_empty());
    while !text.is_empty()
        && place.kind_at(at) == TokenKind::Minus
        && place.is_glued(at)
        && place.is_glued(at + 1)
        && !place.word_at(at + 1).is_empty()
    {
        let longer = format!("{text}-{}", place.word_at(at + 1));
        if !syntax::operator_keywords().any(|keyword| keyword.starts_with(&longer)) {
            break;
        }
        text = longer;
        at += 2;
    }
    (text, at)
}
