//! Management commands: told by their dot, kept as text, the query after `<|` parsed.

use crate::ast::StatementKind;
use crate::codes;
use crate::grammar::statements;
use crate::parser::Parser;
use crate::token::TokenKind;

/// `.show tables`, `.set T <| Q`. A command is the rest of the text: semicolons are its own.
pub(crate) fn command(p: &mut Parser) -> StatementKind {
    let start = p.start();
    if p.nth(1).kind != TokenKind::Word {
        p.take();
        p.expected(codes::MISSING_COMMAND, "a command after `.`");
    }
    // What follows `.ingest inline … <|` is data.
    let carries_data = p.nth_word(1) == "ingest" && p.nth_word(2) == "inline";
    while !p.is(TokenKind::End) && (carries_data || !p.is(TokenKind::LessBar)) {
        p.take();
    }
    let text = p.span_from(start).text(p.text).to_string();
    let query = p.eat(TokenKind::LessBar).and_then(|_| p.deeper(statements::query)).map(Box::new);
    StatementKind::Command { text, query }
}
