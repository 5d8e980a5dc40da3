//! What somebody who wrote something else probably meant: words of other languages, wrong case, forgotten commas.
//!
//! Looks at the tokens around an unexpected one; decides nothing about the tree.

use crate::parser::Parser;
use crate::suggest;
use crate::token::TokenKind;

/// The words that may follow an operand.
const AFTER_OPERAND: [&str; 27] = [
    "and",
    "or",
    "in",
    "in~",
    "!in",
    "!in~",
    "has",
    "!has",
    "has_cs",
    "!has_cs",
    "has_any",
    "has_all",
    "hasprefix",
    "hassuffix",
    "contains",
    "!contains",
    "contains_cs",
    "!contains_cs",
    "startswith",
    "!startswith",
    "endswith",
    "!endswith",
    "matches",
    "between",
    "!between",
    "by",
    "on",
];

/// A hint for the token at the cursor, which has no place there.
pub(crate) fn unexpected(p: &Parser) -> Option<String> {
    match p.kind() {
        TokenKind::Equal => Some("`==` compares; `=` gives a name".to_string()),
        TokenKind::EqualEqual | TokenKind::BangEqual | TokenKind::Less | TokenKind::Greater => {
            Some("comparisons do not chain; join two with `and`".to_string())
        }
        TokenKind::Unknown if p.text_of(p.nth(0)) == "&" => Some("`and` joins conditions".to_string()),
        TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
            Some("nothing is open here that it could close".to_string())
        }
        _ => word(p),
    }
}

fn word(p: &Parser) -> Option<String> {
    match (p.before(), p.word()) {
        ("not", _) => return Some("`not` is a function: `not(…)`".to_string()),
        (_, "is" | "IS") => return Some("`isnull(x)` and `isempty(x)` ask whether there is a value".to_string()),
        _ => {}
    }
    if let Some(close) = suggest::closest(p.word(), AFTER_OPERAND.into_iter()) {
        return Some(format!("did you mean `{close}`?"));
    }
    if p.begins_line() {
        return Some("statements are separated by `;`, operators by `|`".to_string());
    }
    p.is(TokenKind::Word).then(|| "is a comma or an operator missing before it?".to_string())
}
