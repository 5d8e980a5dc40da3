//! The formatter: text → the same query in the one layout, comments where they stood.
//!
//! It moves no token and changes none: only the blanks between tokens are written anew, so nothing can be lost.
//! `spacing` says what stands between two tokens of a line, `groups` where lines may break, `layout` breaks them.

mod brackets;
mod groups;
mod layout;
mod marks;
mod spacing;

use crate::lexer::is_blank;
use crate::outline::outline;
use crate::token::{Token, TokenKind};

/// Lays a query out anew; `None` when it has errors.
///
/// - Formatting twice changes nothing, and the tree stays the same but for its places.
/// - Text whose tree would not stay the same, which is a defect of ours, is given back as it was.
pub fn format(text: &str) -> Option<String> {
    let parsed = crate::parse(text);
    if parsed.errors.iter().any(crate::Diagnostic::is_error) {
        return None;
    }
    let source = Source::new(text, &parsed.tokens);
    let marks = marks::marks(&source, &parsed.query);
    let formatted = layout::layout(&source, &marks);
    let again = crate::parse(&formatted);
    let is_same = again.errors.is_empty() && outline(&again.query) == outline(&parsed.query);
    Some(if is_same { formatted } else { text.to_string() })
}

/// The tokens that the grammar sees, and what stands between them.
struct Source<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// One gap before each token and one at the end.
    gaps: Vec<Trivia<'a>>,
}

/// What stands before a token.
#[derive(Default)]
struct Trivia<'a> {
    /// Comments and directives in order.
    comments: Vec<Comment<'a>>,
    /// Is there an empty line right before the token?
    blank_line: bool,
    /// All of it, as written.
    text: &'a str,
}

/// A comment or directive.
struct Comment<'a> {
    text: &'a str,
    /// Does it begin its line?
    own_line: bool,
    /// Is there an empty line right before it?
    blank_line: bool,
}

impl<'a> Source<'a> {
    fn new(text: &'a str, all: &[Token]) -> Self {
        let mut source = Self { text, tokens: vec![], gaps: vec![] };
        let mut gap = Trivia::default();
        let mut gap_start = 0;
        // The text begins a line; a token ends that until the next line break.
        let mut breaks = 1;
        for token in all {
            let piece = token.span.text(text);
            match token.kind {
                TokenKind::Whitespace => breaks += line_breaks(piece),
                TokenKind::Comment | TokenKind::Directive => {
                    let blank_line = breaks > 1 && !(source.tokens.is_empty() && gap.comments.is_empty());
                    gap.comments.push(Comment {
                        text: piece.trim_end_matches(is_blank),
                        own_line: breaks > 0,
                        blank_line,
                    });
                    breaks = 0;
                }
                _ => {
                    gap.blank_line = breaks > 1;
                    gap.text = text.get(gap_start..token.span.start as usize).unwrap_or("");
                    source.gaps.push(std::mem::take(&mut gap));
                    source.tokens.push(*token);
                    gap_start = token.span.end as usize;
                    breaks = 0;
                }
            }
        }
        source.gaps.push(gap);
        source
    }

    fn text_of(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |token| token.span.text(self.text))
    }

    fn kind(&self, token: usize) -> TokenKind {
        self.tokens.get(token).map_or(TokenKind::End, |token| token.kind)
    }

    /// The token that starts at or after an offset.
    fn token_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.span.start < offset)
    }

    /// The tokens of a span.
    fn tokens_of(&self, span: crate::Span) -> std::ops::Range<usize> {
        let start = self.token_at(span.start);
        start..self.token_at(span.end).max(start)
    }

    /// Does nothing stand between this token and the one before it?
    fn is_glued(&self, token: usize) -> bool {
        self.gaps.get(token).is_some_and(|gap| gap.text.is_empty())
    }
}

/// How many lines end in a piece of white space; a carriage return and a line feed are one end.
fn line_breaks(blanks: &str) -> usize {
    let ends = blanks.chars().filter(|ch| crate::lexer::is_line_break(*ch)).count();
    ends - blanks.matches("\r\n").count()
}
