//! What an editor asks about a query that is being written: completion, hover, signatures, declarations and their uses, an outline.
//!
//! In: a text, however broken, an offset in bytes, and a catalog. Out: items and places in bytes of the text. Pure functions; how a protocol counts
//! places, and where the text stands in a file, is the business of whoever asks.

mod clause;
mod complete;
mod declarations;
mod hover;
mod operators;
mod place;
mod rename;
mod shown;
mod signature;
mod symbols;
mod wanted;

use syntax::{Parsed, Token};

use crate::binder::{self, Seen};
use crate::catalog::Catalog;

pub use complete::{Completion, CompletionKind, Completions, complete};
pub use declarations::{Found, declaration_at};
pub use hover::{Hover, hover};
pub use operators::{OPERATORS, OperatorInfo, OptionInfo, operator};
pub use rename::{Renamed, can_rename, rename};
pub use signature::{ShownSignature, SignatureHelp, signature};
pub use symbols::{Symbol, SymbolKind, symbols};

/// A text that is being written, parsed once for all that is asked of it.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The text.
    pub text: &'a str,
    /// What became of it.
    pub parsed: Parsed,
    /// Its tokens without blanks and comments.
    tokens: Vec<Token>,
}

impl<'a> Draft<'a> {
    /// Reads a text.
    pub fn new(text: &'a str) -> Self {
        let parsed = syntax::parse(text);
        let tokens = parsed.tokens.iter().copied().filter(|token| !token.kind.is_trivia()).collect();
        Self { text, parsed, tokens }
    }

    /// What is in scope at a place, which is taken back over blanks to the end of the token before it.
    fn seen(&self, offset: u32, catalog: &dyn Catalog) -> Seen {
        let before = self.tokens.partition_point(|token| token.span.end <= offset);
        let at = match self.tokens.get(before) {
            Some(token) if token.span.start < offset => offset,
            _ => before.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end),
        };
        binder::watch(&self.parsed.query, catalog, at)
    }

    /// The token that a place is in or at an end of; a word goes before its neighbors.
    fn token_at(&self, offset: u32) -> Option<Token> {
        let first = self.tokens.partition_point(|token| token.span.end < offset);
        let touching: Vec<&Token> =
            self.tokens.iter().skip(first).take(2).take_while(|token| token.span.start <= offset).collect();
        let word = touching.iter().find(|token| token.kind == syntax::TokenKind::Word);
        word.or(touching.first()).map(|token| **token)
    }
}
