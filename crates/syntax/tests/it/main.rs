//! Tests of the syntax room, in one binary: data in, one `check` each.

mod errors;
mod expressions;
mod format;
mod limits;
mod literals;
mod operators;
mod statements;
mod tokens;
mod visit;

use syntax::{Token, outline, parse};

/// Parses each query without an error into the tree that stands beside it; its tokens must be its text.
fn check_all(cases: &[(&str, &str)]) {
    for (kql, expect) in cases {
        let parsed = parse(kql);
        assert_eq!(parsed.errors, [], "{kql}");
        assert_eq!(outline(&parsed.query), *expect, "{kql}");
        assert_lossless(kql, &parsed.tokens);
    }
}

/// Laid end to end the tokens are the text, and none is empty.
fn assert_lossless(text: &str, tokens: &[Token]) {
    let mut end = 0;
    for token in tokens {
        assert_eq!(token.span.start, end, "a gap or an overlap in {text:?}");
        assert!(token.span.end > token.span.start, "an empty token in {text:?}");
        end = token.span.end;
    }
    assert_eq!(end as usize, text.len(), "the tokens end before {text:?} does");
}

/// Noise without a dependency: xorshift64* (Vigna 2016), always from the same seed so that a failure can be repeated.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits fit") % limit.max(1)
    }
}
