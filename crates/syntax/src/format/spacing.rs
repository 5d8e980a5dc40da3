//! What stands between two tokens of one line, as far as the tokens alone tell.

use super::Source;
use crate::token::TokenKind;

/// Between two tokens of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flat {
    /// Nothing.
    Glue,
    /// One blank.
    Space,
    /// What stood there: the text is part of the tree, as in a command.
    Verbatim,
}

/// Words that are written together with the parenthesis after them, as calls are.
const CALL_LIKE: [&str; 6] = ["dynamic", "typeof", "datatable", "externaldata", "external_data", "query_parameters"];

/// What stands before `token`.
pub(super) fn before(source: &Source, token: usize) -> Flat {
    let Some(previous) = token.checked_sub(1) else { return Flat::Glue };
    let is_glued = match (source.kind(previous), source.kind(token)) {
        (TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::Dot, _) => true,
        (
            _,
            TokenKind::Comma
            | TokenKind::Semicolon
            | TokenKind::CloseParen
            | TokenKind::CloseBracket
            | TokenKind::Dot
            | TokenKind::Colon,
        ) => true,
        (TokenKind::OpenBrace, TokenKind::CloseBrace) => true,
        // `project-away`: the dash of a keyword. A minus between operands is marked as such.
        (TokenKind::Word, TokenKind::Minus) => source.is_glued(token),
        (TokenKind::Minus, _) => true,
        (TokenKind::Word, TokenKind::OpenParen) => CALL_LIKE.contains(&source.text_of(previous)),
        _ => false,
    };
    if is_glued { Flat::Glue } else { Flat::Space }
}
