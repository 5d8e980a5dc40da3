//! Where the cursor stands among the tokens: in a word, in a text, in a comment, between.
//!
//! In: the tokens and an offset. Out: the tokens before the cursor, and what is replaced when something is chosen there.

use syntax::{Span, Token, TokenKind};

use super::Draft;

/// The cursor and what is before it.
#[derive(Debug)]
pub(super) struct Place<'d> {
    text: &'d str,
    /// The tokens before the word at the cursor.
    pub(super) before: &'d [Token],
    /// The word at the cursor, dashes included; empty between words.
    pub(super) word: Span,
    /// What of the word stands before the cursor.
    pub(super) typed: &'d str,
    /// What the cursor is in.
    pub(super) inside: Inside,
}

/// What the cursor is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// A word, or nothing.
    Code,
    /// A string; what is between its quotes.
    Text(Span),
    /// A comment, a number, a literal: nothing is to be chosen there.
    Other,
}

impl<'d> Place<'d> {
    pub(super) fn new(draft: &'d Draft<'_>, offset: u32) -> Self {
        let text: &'d str = draft.text;
        let offset = boundary(text, offset);
        let tokens: &'d [Token] = &draft.tokens;
        let first = tokens.partition_point(|token| token.span.end < offset);
        let at = tokens.get(first).filter(|token| token.span.start < offset && offset <= token.span.end).copied();
        let in_trivia = draft.parsed.tokens.iter().any(|token| {
            matches!(token.kind, TokenKind::Comment | TokenKind::Directive)
                && token.span.start < offset
                && offset <= token.span.end
        });
        let none = Span::new(offset, offset);
        let (start, word, inside) = match at {
            _ if in_trivia => (first, none, Inside::Other),
            Some(token) if token.kind == TokenKind::Word => (first, token.span, Inside::Code),
            Some(token) if token.kind == TokenKind::Text => match between_quotes(text, token.span) {
                inner if inner.start <= offset && offset <= inner.end => (first, inner, Inside::Text(inner)),
                _ => (first + 1, none, Inside::Code),
            },
            Some(token) => match token.kind {
                TokenKind::Typed if offset < token.span.end || !token.span.text(text).ends_with(')') => {
                    (first, none, Inside::Other)
                }
                TokenKind::Long | TokenKind::Real | TokenKind::Timespan | TokenKind::Guid => {
                    (first, none, Inside::Other)
                }
                _ => (first + 1, none, Inside::Code),
            },
            None => (first.min(tokens.len()), none, Inside::Code),
        };
        // At the start of a token that also ends another one: all that ends here is before.
        let start = if at.is_none() { tokens.partition_point(|token| token.span.end <= offset) } else { start };
        let (start, word) = with_dashes(tokens, start, word);
        Self {
            text,
            before: tokens.get(..start).unwrap_or_default(),
            word,
            typed: Span::new(word.start, offset).text(text),
            inside,
        }
    }

    pub(super) fn text_of(&self, token: Token) -> &'d str {
        token.span.text(self.text)
    }

    /// The word that a token before the cursor is; empty when it is none.
    pub(super) fn word_at(&self, at: usize) -> &'d str {
        match self.before.get(at) {
            Some(token) if token.kind == TokenKind::Word => self.text_of(*token),
            _ => "",
        }
    }

    pub(super) fn kind_at(&self, at: usize) -> TokenKind {
        self.before.get(at).map_or(TokenKind::End, |token| token.kind)
    }

    /// Does nothing stand between a token and the one before it?
    pub(super) fn is_glued(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.before.get(at));
        before.is_some_and(|before| self.before.get(at).is_some_and(|token| token.span.start == before.span.end))
    }
}

/// `project-aw` at the beginning of an operator is one word.
fn with_dashes(tokens: &[Token], start: usize, word: Span) -> (usize, Span) {
    let (mut start, mut word) = (start, word);
    let mut found = (start, word);
    for _ in 0..2 {
        let Some([first, dash]) = start.checked_sub(2).and_then(|at| tokens.get(at..start)) else { break };
        let is_dashed = first.kind == TokenKind::Word && dash.kind == TokenKind::Minus;
        if !is_dashed || first.span.end != dash.span.start || dash.span.end != word.start {
            break;
        }
        (start, word) = (start - 2, Span::new(first.span.start, word.end));
        let begins =
            start.checked_sub(1).and_then(|at| tokens.get(at)).is_none_or(|token| token.kind == TokenKind::Bar);
        if begins {
            found = (start, word);
        }
    }
    found
}

/// What is between the quotes of a string, whose end may be missing.
fn between_quotes(text: &str, span: Span) -> Span {
    let literal = span.text(text);
    let prefix = literal.find(['"', '\'', '`', '~']).unwrap_or(0);
    let quoted = literal.get(prefix..).unwrap_or("");
    let quote = ["```", "~~~"].into_iter().find(|fence| quoted.starts_with(fence));
    let quote = quote.or_else(|| quoted.get(..1)).unwrap_or("");
    let start = prefix + quote.len();
    let is_closed = literal.len() >= start + quote.len() && literal.ends_with(quote) && !quote.is_empty();
    let end = if is_closed { literal.len() - quote.len() } else { literal.len() };
    let narrow = |at: usize| span.start + u32::try_from(at).unwrap_or(0);
    Span::new(narrow(start), narrow(end.max(start)))
}

fn boundary(text: &str, offset: u32) -> u32 {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    u32::try_from(at).unwrap_or(u32::MAX)
}
