//! The cursor over the tokens: looking ahead, taking, expecting, recovering, and the limits. Holds no grammar.
//!
//! In: tokens. Out: errors; the grammar builds the tree. One error a place: what follows from an error already told is not told.

pub mod limits;

use std::cell::Cell;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::{Token, TokenKind};

/// The cursor.
pub(crate) struct Parser<'a> {
    /// The whole text.
    pub(crate) text: &'a str,
    /// What was wrong so far.
    pub(crate) errors: Vec<Diagnostic>,
    /// The tokens without trivia.
    tokens: Vec<Token>,
    at: usize,
    /// Token of the last error, to tell one error a place.
    erred_at: Option<usize>,
    depth: u32,
    /// How high the tree is that was built since the last `measure`.
    height: u32,
    /// Looks left until the parser counts as stuck; taking a token refills it.
    looks: Cell<u32>,
    end: Token,
}

impl<'a> Parser<'a> {
    /// A cursor before the first token.
    pub(crate) fn new(text: &'a str, tokens: &[Token]) -> Self {
        let tokens: Vec<_> = tokens.iter().copied().filter(|token| !token.kind.is_trivia()).collect();
        let end = tokens.last().map_or(0, |token| token.span.end);
        Self {
            text,
            errors: vec![],
            tokens,
            at: 0,
            erred_at: None,
            depth: 0,
            height: 0,
            looks: Cell::new(limits::LOOKS_MAX),
            end: Token { kind: TokenKind::End, span: Span::new(end, end) },
        }
    }

    // Looking.

    /// The token `ahead` of the cursor, which is at 0.
    pub(crate) fn nth(&self, ahead: usize) -> Token {
        match self.looks.get() {
            0 => self.end,
            looks => {
                self.looks.set(looks - 1);
                self.tokens.get(self.at + ahead).copied().unwrap_or(self.end)
            }
        }
    }

    /// The kind of the next token.
    pub(crate) fn kind(&self) -> TokenKind {
        self.nth(0).kind
    }

    /// Is the next token of that kind?
    pub(crate) fn is(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// The text of a token.
    pub(crate) fn text_of(&self, token: Token) -> &'a str {
        token.span.text(self.text)
    }

    /// The word `ahead`; empty when it is no word.
    pub(crate) fn nth_word(&self, ahead: usize) -> &'a str {
        let token = self.nth(ahead);
        if token.kind == TokenKind::Word { self.text_of(token) } else { "" }
    }

    /// The next word; empty when it is no word.
    pub(crate) fn word(&self) -> &'a str {
        self.nth_word(0)
    }

    /// Is the next token that word?
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word() == word
    }

    /// Does nothing stand between the token `ahead` and the one before it?
    pub(crate) fn is_glued(&self, ahead: usize) -> bool {
        let before = (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|before| before.span.end == self.nth(ahead).span.start)
    }

    /// The word before the cursor; empty when it is no word.
    pub(crate) fn before(&self) -> &'a str {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.filter(|token| token.kind == TokenKind::Word).map_or("", |token| self.text_of(*token))
    }

    /// Is the next token the first of its line?
    pub(crate) fn begins_line(&self) -> bool {
        let between = Span::new(self.last_end(), self.nth(0).span.start);
        between.text(self.text).contains('\n')
    }

    /// Where the next token starts.
    pub(crate) fn start(&self) -> u32 {
        self.nth(0).span.start
    }

    /// From `start` to the end of the last token taken; empty at `start` when none was.
    pub(crate) fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.last_end().max(start))
    }

    fn last_end(&self) -> u32 {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    // Taking.

    /// Takes the next token, whatever it is; at the end it takes nothing.
    pub(crate) fn take(&mut self) -> Token {
        let token = self.nth(0);
        if token.kind != TokenKind::End {
            self.at += 1;
            self.looks.set(limits::LOOKS_MAX);
        }
        token
    }

    /// Takes the next token if it is of that kind.
    pub(crate) fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        self.is(kind).then(|| self.take())
    }

    /// Takes the next token if it is that word.
    pub(crate) fn eat_word(&mut self, word: &str) -> Option<Token> {
        self.is_word(word).then(|| self.take())
    }

    /// Takes a token of that kind, or says that it is missing.
    pub(crate) fn expect(&mut self, kind: TokenKind) -> bool {
        let found = self.eat(kind).is_some();
        if !found {
            self.expected(codes::EXPECTED_TOKEN, kind.describe());
        }
        found
    }

    /// Takes that word, or says that it is missing.
    pub(crate) fn expect_word(&mut self, word: &str) -> bool {
        let found = self.eat_word(word).is_some();
        if !found {
            self.expected(codes::EXPECTED_TOKEN, &format!("`{word}`"));
        }
        found
    }

    // Errors.

    /// What the next token is called in a message.
    pub(crate) fn found(&self) -> String {
        let token = self.nth(0);
        match token.kind {
            TokenKind::Word | TokenKind::Long | TokenKind::Real | TokenKind::Timespan | TokenKind::Unknown => {
                quoted(self.text_of(token))
            }
            kind => kind.describe().to_string(),
        }
    }

    /// Says that the next token is not what was expected; gives the diagnostic for a hint, unless this place has one already.
    pub(crate) fn expected(&mut self, code: &'static str, what: &str) -> Option<&mut Diagnostic> {
        let message = format!("expected {what}, found {}", self.found());
        self.error_here(code, message)
    }

    /// Says that the next token is wrong.
    pub(crate) fn error_here(&mut self, code: &'static str, message: String) -> Option<&mut Diagnostic> {
        if self.erred_at == Some(self.at) {
            return None;
        }
        self.erred_at = Some(self.at);
        let token = self.nth(0);
        // A foreign character is the cause of whatever else is wrong with it.
        let (code, message) = match token.kind {
            TokenKind::Unknown => {
                (codes::UNKNOWN_CHARACTER, format!("unexpected character {}", quoted(self.text_of(token))))
            }
            _ => (code, message),
        };
        self.push(Diagnostic::error(code, token.span, message))
    }

    /// Says that something already read is wrong.
    pub(crate) fn error_at(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> Option<&mut Diagnostic> {
        self.push(Diagnostic::error(code, span, message))
    }

    /// Will an error at the cursor be told? If not, what to say about it need not be thought of.
    pub(crate) fn tells(&self) -> bool {
        self.erred_at != Some(self.at) && self.errors.len() < limits::ERRORS_MAX
    }

    fn push(&mut self, error: Diagnostic) -> Option<&mut Diagnostic> {
        match self.errors.len() {
            limits::ERRORS_MAX => return None,
            count if count + 1 == limits::ERRORS_MAX => {
                self.errors.push(Diagnostic::error(
                    codes::TOO_MANY_ERRORS,
                    error.span,
                    "too many errors; the rest is not told",
                ));
                return None;
            }
            _ => self.errors.push(error),
        }
        self.errors.last_mut()
    }

    // Recovering.

    /// Skips to the next token at this level of brackets for which `stop` holds, or to a closing bracket of an outer level, or a
    /// semicolon.
    pub(crate) fn skip_until(&mut self, stop: impl Fn(&Self) -> bool) {
        let mut open = 0_u32;
        loop {
            match self.kind() {
                TokenKind::End | TokenKind::Semicolon => break,
                _ if open == 0 && stop(self) => break,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => match open.checked_sub(1) {
                    Some(outer) => open = outer,
                    None => break,
                },
                _ => {}
            }
            self.take();
        }
    }

    // Limits.

    /// Runs `parse` one level deeper, unless that is too deep: then the rest of the statement is skipped.
    pub(crate) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= limits::DEPTH_MAX {
            self.too_deep();
            return None;
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        self.height += 1;
        Some(parsed)
    }

    /// Starts measuring how high a tree becomes; gives back what was measured so far.
    pub(crate) fn measure(&mut self) -> u32 {
        std::mem::take(&mut self.height)
    }

    /// The measured tree stands beside others, of which the highest counts.
    pub(crate) fn beside(&mut self, measured: u32) {
        self.height = self.height.max(measured);
    }

    /// The tree grew by one level from below, as `a + b` does in `a + b + c`; false when it is too high.
    pub(crate) fn grow(&mut self) -> bool {
        self.height += 1;
        let fits = self.height + self.depth <= limits::HEIGHT_MAX;
        if !fits {
            self.too_deep();
        }
        fits
    }

    fn too_deep(&mut self) {
        let max = limits::DEPTH_MAX;
        self.error_here(
            codes::TOO_DEEP,
            format!("nested deeper than {max} levels; the rest of the statement is not read"),
        );
        while !matches!(self.kind(), TokenKind::Semicolon | TokenKind::End) {
            self.take();
        }
        self.erred_at = Some(self.at);
    }

    /// Did the parser read one place too often? Then it saw the end of the text there.
    pub(crate) fn is_stuck(&self) -> bool {
        self.looks.get() == 0
    }

    /// The place of the next token, to see whether something was taken since.
    pub(crate) fn place(&self) -> usize {
        self.at
    }
}

/// A piece of the text in a message.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('`') { format!("'{text}'") } else { format!("`{text}`") }
}
