//! The words of a command, one after another.
//!
//! In: its text. Out: words, names and punctuation, each with its place. What comes after `|` and `<|` is read by others.

use engine::Error;
use semantics::Type;
use syntax::{Diagnostic, Span, Token, TokenKind};

use super::{codes, unbuilt, wrong};

/// A place between two words.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Before the first word.
    pub(super) fn new(text: &'t str) -> Self {
        let tokens = syntax::lexer::tokenize(text).into_iter().filter(|token| !token.kind.is_trivia()).collect();
        Self { text, tokens, at: 0 }
    }

    /// The dot and the word behind it, with the words that dashes join to it.
    pub(super) fn verb(&mut self) -> Result<(String, Span), Error> {
        let start = self.expect(TokenKind::Dot)?;
        let (mut verb, mut place) = self.word("a command")?;
        while self.kind() == TokenKind::Minus {
            self.at += 1;
            let (next, end) = self.word("the rest of the command's name")?;
            verb = format!("{verb}-{next}");
            place = place.to(end);
        }
        Ok((verb, start.to(place)))
    }

    /// The kind of the next token.
    pub(super) fn kind(&self) -> TokenKind {
        self.tokens.get(self.at).map_or(TokenKind::End, |token| token.kind)
    }

    /// Where the next token is.
    pub(super) fn place(&self) -> Span {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.tokens.get(self.at).map_or(Span::new(end, end), |token| token.span)
    }

    /// Takes a word if it is that one.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let is_it = self.kind() == TokenKind::Word && self.place().text(self.text).eq_ignore_ascii_case(word);
        self.at += usize::from(is_it);
        is_it
    }

    /// Takes a token if it is of that kind.
    pub(super) fn eat_kind(&mut self, kind: TokenKind) -> bool {
        let is_it = self.kind() == kind;
        self.at += usize::from(is_it);
        is_it
    }

    pub(super) fn expect(&mut self, kind: TokenKind) -> Result<Span, Error> {
        let place = self.place();
        if self.eat_kind(kind) { Ok(place) } else { Err(self.expected(kind.describe())) }
    }

    /// Takes this word.
    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), Error> {
        if self.eat(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
    }

    fn word(&mut self, what: &str) -> Result<(String, Span), Error> {
        let place = self.place();
        if !self.eat_kind(TokenKind::Word) {
            return Err(self.expected(what));
        }
        Ok((place.text(self.text).to_owned(), place))
    }

    /// A name: a word, or a text in brackets or without.
    pub(super) fn name(&mut self, what: &str) -> Result<(String, Span), Error> {
        let start = self.place();
        let is_bracketed = self.eat_kind(TokenKind::OpenBracket);
        if self.kind() != TokenKind::Text {
            return self.word(what);
        }
        let name = self.text_literal()?;
        let end = if is_bracketed { self.expect(TokenKind::CloseBracket)? } else { start };
        Ok((name, start.to(end)))
    }

    /// `(name, …)`.
    pub(super) fn names(&mut self, what: &str) -> Result<Vec<(String, Span)>, Error> {
        let mut names = vec![];
        self.expect(TokenKind::OpenParen)?;
        while !self.eat_kind(TokenKind::CloseParen) {
            if !names.is_empty() {
                self.expect(TokenKind::Comma)?;
            }
            names.push(self.name(what)?);
        }
        Ok(names)
    }

    fn text_literal(&mut self) -> Result<String, Error> {
        let place = self.expect(TokenKind::Text)?;
        let written = place.text(self.text).trim_start_matches(['h', 'H']);
        let is_verbatim = written.starts_with('@');
        let inside = written.trim_start_matches('@');
        let inside = inside.get(1..inside.len().saturating_sub(1)).unwrap_or_default();
        match inside.contains('\\') && !is_verbatim {
            true => Err(unbuilt("an escape in a command's text".to_owned(), place)),
            false => Ok(inside.to_owned()),
        }
    }

    /// `(name: type, …)`.
    pub(super) fn columns(&mut self) -> Result<Vec<(String, Type, Span)>, Error> {
        let mut columns: Vec<(String, Type, Span)> = vec![];
        self.expect(TokenKind::OpenParen)?;
        while !self.eat_kind(TokenKind::CloseParen) {
            if !columns.is_empty() {
                self.expect(TokenKind::Comma)?;
            }
            let (name, place) = self.name("a column's name")?;
            self.expect(TokenKind::Colon)?;
            let (ty, of_type) = self.word("a type")?;
            let ty = Type::from_name(&ty).ok_or_else(|| {
                wrong(Diagnostic::error(semantics::codes::TYPE_NAME, of_type, format!("`{ty}` is not a type")))
            })?;
            columns.push((name, ty, place));
        }
        Ok(columns)
    }

    /// `with (name = value, …)`, if it is there: names in small letters, values as text.
    pub(super) fn properties(&mut self) -> Result<Vec<(String, String, Span)>, Error> {
        let mut properties = vec![];
        if !self.eat("with") {
            return Ok(properties);
        }
        self.expect(TokenKind::OpenParen)?;
        while !self.eat_kind(TokenKind::CloseParen) {
            if !properties.is_empty() {
                self.expect(TokenKind::Comma)?;
            }
            let (name, place) = self.word("a property")?;
            self.expect(TokenKind::Equal)?;
            let value = if self.kind() == TokenKind::Text { self.text_literal()? } else { self.word("a value")?.0 };
            properties.push((name.to_ascii_lowercase(), value, place));
        }
        Ok(properties)
    }

    /// The rest of the text behind the next token, of that kind, and where it begins.
    pub(super) fn rest(&mut self, kind: TokenKind) -> Result<(&'t str, usize), Error> {
        let end = usize::try_from(self.expect(kind)?.end).unwrap_or(usize::MAX);
        Ok((self.text.get(end..).unwrap_or_default(), end))
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        self.eat_kind(TokenKind::Semicolon);
        if self.kind() == TokenKind::End { Ok(()) } else { Err(self.expected("the end of the command")) }
    }

    /// What stands at this place instead.
    pub(super) fn expected(&self, what: &str) -> Error {
        let found = match self.kind() {
            TokenKind::End => "the end".to_owned(),
            _ => format!("`{}`", self.place().text(self.text)),
        };
        wrong(Diagnostic::error(codes::BAD_REQUEST, self.place(), format!("expected {what}, found {found}")))
    }

    /// The words up to the next `|`, as something that is not built.
    pub(super) fn unbuilt(&self) -> Error {
        let end = self
            .tokens
            .iter()
            .skip(self.at)
            .take_while(|token| !matches!(token.kind, TokenKind::Bar | TokenKind::LessBar));
        let place = end.map(|token| token.span).fold(self.place(), Span::to);
        let start = self.tokens.first().map_or(place, |token| token.span);
        unbuilt(start.to(place).text(self.text).split_whitespace().collect::<Vec<_>>().join(" "), place)
    }
}
