//! A token: a kind and a byte range. Trivia are tokens too, so the tokens of a text, end to end, are the text.
//!
//! KQL's keywords are words here: whether `count` is an operator or a column is the grammar's business.

use crate::span::Span;

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks and line breaks.
    Whitespace,
    /// `// …` up to, not including, the line break.
    Comment,
    /// A line that begins with `#`: `#connect …`.
    Directive,
    /// A name or keyword; also `!has`, `in~`, `$left`.
    Word,
    /// `12`, `0x1f`.
    Long,
    /// `1.5`, `1e3`.
    Real,
    /// `10m`, `1.5h`.
    Timespan,
    /// A bare `74be27de-1e4e-49d9-b579-fe0b331d3642`.
    Guid,
    /// One string literal of any form, its `h` and `@` included.
    Text,
    /// `datetime(…)` and its relatives, whose inside is raw text.
    Typed,
    /// `(`.
    OpenParen,
    /// `)`.
    CloseParen,
    /// `[`.
    OpenBracket,
    /// `]`.
    CloseBracket,
    /// `{`.
    OpenBrace,
    /// `}`.
    CloseBrace,
    /// `|`.
    Bar,
    /// `.`.
    Dot,
    /// `..`.
    DotDot,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Star,
    /// `/`.
    Slash,
    /// `%`.
    Percent,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `<|`.
    LessBar,
    /// `<>`.
    LessGreater,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `=`.
    Equal,
    /// `==`.
    EqualEqual,
    /// `=>`.
    FatArrow,
    /// `=~`.
    EqualTilde,
    /// `!=`.
    BangEqual,
    /// `!~`.
    BangTilde,
    /// `:`.
    Colon,
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// `@` before anything but a quote.
    At,
    /// `?`.
    Question,
    /// A character that is no part of KQL.
    Unknown,
    /// After the last byte; the parser sees it, the token list does not hold it.
    End,
}

impl TokenKind {
    /// Does the grammar not see it?
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment | Self::Directive)
    }

    /// What it is called in a message.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Whitespace => "a blank",
            Self::Comment => "a comment",
            Self::Directive => "a directive",
            Self::Word => "a name",
            Self::Long => "a number",
            Self::Real => "a real number",
            Self::Timespan => "a timespan",
            Self::Guid => "a guid",
            Self::Text => "a string",
            Self::Typed => "a literal",
            Self::OpenParen => "`(`",
            Self::CloseParen => "`)`",
            Self::OpenBracket => "`[`",
            Self::CloseBracket => "`]`",
            Self::OpenBrace => "`{`",
            Self::CloseBrace => "`}`",
            Self::Bar => "`|`",
            Self::Dot => "`.`",
            Self::DotDot => "`..`",
            Self::Plus => "`+`",
            Self::Minus => "`-`",
            Self::Star => "`*`",
            Self::Slash => "`/`",
            Self::Percent => "`%`",
            Self::Less => "`<`",
            Self::LessEqual => "`<=`",
            Self::LessBar => "`<|`",
            Self::LessGreater => "`<>`",
            Self::Greater => "`>`",
            Self::GreaterEqual => "`>=`",
            Self::Equal => "`=`",
            Self::EqualEqual => "`==`",
            Self::FatArrow => "`=>`",
            Self::EqualTilde => "`=~`",
            Self::BangEqual => "`!=`",
            Self::BangTilde => "`!~`",
            Self::Colon => "`:`",
            Self::Semicolon => "`;`",
            Self::Comma => "`,`",
            Self::At => "`@`",
            Self::Question => "`?`",
            Self::Unknown => "a character that is no part of KQL",
            Self::End => "the end of the text",
        }
    }
}
