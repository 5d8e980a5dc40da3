//! KQL text → tree.
//!
//! In: any text. Out: a [`ast::Query`] with the place of every part, the tokens (every byte belongs to one), and what was wrong.
//! Never fails, never panics; depth and steps have limits. Knows no table, no type, no file; depends on nothing but std.

pub mod ast;
pub mod codes;
pub mod diagnostic;
mod format;
mod grammar;
pub mod lexer;
pub mod operators;
mod outline;
mod parser;
mod reserved;
pub mod span;
mod suggest;
pub mod token;
pub mod visit;
mod words;

pub use diagnostic::{Diagnostic, Fix, Severity};
pub use format::format;
pub use grammar::operators::operator_keywords;
pub use outline::outline;
pub use parser::limits;
pub use span::{Position, Span, position};
pub use token::{Token, TokenKind};

use parser::Parser;

/// What became of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The tree; where something is missing it says so.
    pub query: ast::Query,
    /// The whole text, cut into pieces.
    pub tokens: Vec<Token>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<Diagnostic>,
}

/// Reads a text as KQL. Text longer than [`limits::TEXT_BYTES_MAX`] is not read.
pub fn parse(text: &str) -> Parsed {
    if text.len() > limits::TEXT_BYTES_MAX {
        let message = format!("the text has {} bytes, more than {}", text.len(), limits::TEXT_BYTES_MAX);
        let errors = vec![Diagnostic::error(codes::TEXT_TOO_LONG, Span::new(0, 0), message)];
        return Parsed { query: ast::Query::default(), tokens: vec![], errors };
    }
    let tokens = lexer::tokenize(text);
    let mut p = Parser::new(text, &tokens);
    let query = grammar::statements::query(&mut p);
    let stuck = p.is_stuck();
    let mut errors = p.errors;
    if stuck {
        errors.push(Diagnostic::error(codes::STUCK, Span::new(0, 0), "the parser came to a stop: a defect of vedette"));
    }
    errors.sort_by_key(|error| error.span.start);
    Parsed { query, tokens, errors }
}
