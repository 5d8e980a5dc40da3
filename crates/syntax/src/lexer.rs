//! Text → tokens, lossless: laid end to end the tokens are the text, whatever the bytes.
//!
//! In: a text. Out: its tokens. Nothing is wrong here: an unclosed string or a foreign character is a token like any other,
//! and the parser says so if it meets one. Knows which literals there are, not where they may stand.
//!
//! One pass, each byte looked at a bounded number of times.

mod literals;

use crate::span::Span;
use crate::token::{Token, TokenKind};

/// Cuts a text into tokens.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut lexer = Lexer { text, at: 0, line_is_blank: true };
    while lexer.at < text.len() {
        let start = lexer.at;
        let kind = lexer.token();
        // A token without a byte would never end; one character is always a token of its own.
        if lexer.at == start {
            lexer.take_char();
        }
        if !matches!(kind, TokenKind::Whitespace) {
            lexer.line_is_blank = false;
        }
        tokens.push(Token { kind, span: Span::new(offset(start), offset(lexer.at)) });
    }
    tokens
}

/// Blanks as Kusto counts them: Unicode's spaces, the zero-width space and the byte order mark, and every line break.
pub(crate) fn is_blank(ch: char) -> bool {
    matches!(
        ch,
        '\t' | ' ' | '\r' | '\n' | '\u{c}' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// Where a line ends, for comments and directives.
pub(crate) fn is_line_break(ch: char) -> bool {
    matches!(ch, '\r' | '\n' | '\u{2028}' | '\u{2029}')
}

/// May a name begin with it? (It may also begin with digits, when a letter follows them.)
pub(crate) fn starts_name(ch: char) -> bool {
    ch.is_alphabetic() || ch == '_' || ch == '$'
}

/// May a name go on with it?
pub(crate) fn continues_name(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '_'
}

/// `parse` refuses texts that do not fit `u32`.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The place in the text.
struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Has this line had nothing but blanks so far? Only there does `#` begin a directive.
    line_is_blank: bool,
}

impl Lexer<'_> {
    fn token(&mut self) -> TokenKind {
        let Some(ch) = self.peek(0) else { return TokenKind::End };
        if is_blank(ch) {
            return self.whitespace();
        }
        if self.starts_with("//") {
            self.take_while(|ch| !is_line_break(ch));
            return TokenKind::Comment;
        }
        if ch == '#' && self.line_is_blank {
            self.take_while(|ch| !is_line_break(ch));
            return TokenKind::Directive;
        }
        if let Some(length) = literals::string(self.rest()) {
            self.at += length;
            return TokenKind::Text;
        }
        if ch.is_ascii_digit() || starts_name(ch) {
            return self.number_or_name();
        }
        if ch == '!' && self.peek(1).is_some_and(|next| next.is_ascii_alphabetic()) {
            self.take_char();
            return self.name();
        }
        self.symbol(ch)
    }

    fn whitespace(&mut self) -> TokenKind {
        while let Some(ch) = self.peek(0).filter(|ch| is_blank(*ch)) {
            self.line_is_blank |= is_line_break(ch);
            self.at += ch.len_utf8();
        }
        TokenKind::Whitespace
    }

    fn number_or_name(&mut self) -> TokenKind {
        if let Some((kind, length)) = literals::number(self.rest()) {
            self.at += length;
            return kind;
        }
        if let Some(length) = literals::typed(self.rest()) {
            self.at += length;
            return TokenKind::Typed;
        }
        self.name()
    }

    /// A word; `in~` and `!in~` are one word, as in Kusto.
    fn name(&mut self) -> TokenKind {
        let start = self.at;
        self.take_char();
        self.take_while(continues_name);
        let word = self.text.get(start..self.at).unwrap_or("");
        if matches!(word, "in" | "!in") && self.peek(0) == Some('~') {
            self.at += 1;
        }
        TokenKind::Word
    }

    fn symbol(&mut self, ch: char) -> TokenKind {
        let (kind, length) = match (ch, self.peek(1)) {
            ('.', Some('.')) => (TokenKind::DotDot, 2),
            ('<', Some('=')) => (TokenKind::LessEqual, 2),
            ('<', Some('|')) => (TokenKind::LessBar, 2),
            ('<', Some('>')) => (TokenKind::LessGreater, 2),
            ('>', Some('=')) => (TokenKind::GreaterEqual, 2),
            ('=', Some('=')) => (TokenKind::EqualEqual, 2),
            ('=', Some('>')) => (TokenKind::FatArrow, 2),
            ('=', Some('~')) => (TokenKind::EqualTilde, 2),
            ('!', Some('=')) => (TokenKind::BangEqual, 2),
            ('!', Some('~')) => (TokenKind::BangTilde, 2),
            _ => (single(ch), ch.len_utf8()),
        };
        self.at += length;
        kind
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest().chars().nth(ahead)
    }

    fn starts_with(&self, piece: &str) -> bool {
        self.rest().starts_with(piece)
    }

    fn take_char(&mut self) {
        self.at += self.peek(0).map_or(0, char::len_utf8);
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        self.at += self.rest().find(|ch| !keep(ch)).unwrap_or(self.rest().len());
    }
}

fn single(ch: char) -> TokenKind {
    match ch {
        '(' => TokenKind::OpenParen,
        ')' => TokenKind::CloseParen,
        '[' => TokenKind::OpenBracket,
        ']' => TokenKind::CloseBracket,
        '{' => TokenKind::OpenBrace,
        '}' => TokenKind::CloseBrace,
        '|' => TokenKind::Bar,
        '.' => TokenKind::Dot,
        '+' => TokenKind::Plus,
        '-' => TokenKind::Minus,
        '*' => TokenKind::Star,
        '/' => TokenKind::Slash,
        '%' => TokenKind::Percent,
        '<' => TokenKind::Less,
        '>' => TokenKind::Greater,
        '=' => TokenKind::Equal,
        ':' => TokenKind::Colon,
        ';' => TokenKind::Semicolon,
        ',' => TokenKind::Comma,
        '@' => TokenKind::At,
        '?' => TokenKind::Question,
        _ => TokenKind::Unknown,
    }
}
