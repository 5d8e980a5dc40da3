//! Tokens: kinds, and that no byte is lost whatever the text.

use crate::{Noise, assert_lossless};
use syntax::{TokenKind, lexer};

fn kinds(text: &str) -> Vec<TokenKind> {
    let tokens = lexer::tokenize(text);
    assert_lossless(text, &tokens);
    tokens.into_iter().filter(|token| token.kind != TokenKind::Whitespace).map(|token| token.kind).collect()
}

#[test]
fn one_token_each() {
    use TokenKind as Kind;
    for (text, expect) in [
        ("a", Kind::Word),
        ("_a9", Kind::Word),
        ("$left", Kind::Word),
        ("naïve", Kind::Word),
        ("3tables", Kind::Word),
        ("1e5x", Kind::Word),
        ("5mins", Kind::Word),
        ("0x", Kind::Word),
        ("in~", Kind::Word),
        ("!in~", Kind::Word),
        ("!has_cs", Kind::Word),
        ("12", Kind::Long),
        ("0x1F", Kind::Long),
        ("1.", Kind::Real),
        ("1.5e-3", Kind::Real),
        ("1e3", Kind::Real),
        ("10m", Kind::Timespan),
        ("1.5days", Kind::Timespan),
        ("74be27de-1e4e-49d9-b579-fe0b331d3642", Kind::Guid),
        ("ffffffff-1e4e-49d9-b579-fe0b331d3642", Kind::Guid),
        ("\"a\\\"b\"", Kind::Text),
        ("'a\\'b'", Kind::Text),
        ("@\"a\\\"", Kind::Text),
        ("@'a''b'", Kind::Text),
        ("h'a'", Kind::Text),
        ("H@'a'", Kind::Text),
        ("```a\nb```", Kind::Text),
        ("~~~a\"b~~~", Kind::Text),
        ("\"unclosed", Kind::Text),
        ("```unclosed\n", Kind::Text),
        ("datetime(2024-01-01 10:00)", Kind::Typed),
        ("guid()", Kind::Typed),
        ("time(1d", Kind::Typed),
        ("// a | b", Kind::Comment),
        ("#connect x", Kind::Directive),
        ("`", Kind::Unknown),
        ("&", Kind::Unknown),
        ("#", Kind::Directive),
        ("\u{1}", Kind::Unknown),
        ("\u{1f600}", Kind::Unknown),
    ] {
        assert_eq!(kinds(text), [expect], "{text}");
    }
}

#[test]
fn several_tokens() {
    use TokenKind as Kind;
    for (text, expect) in [
        ("1..2", vec![Kind::Long, Kind::DotDot, Kind::Long]),
        ("1...2", vec![Kind::Real, Kind::DotDot, Kind::Long]),
        ("1d..2d", vec![Kind::Timespan, Kind::DotDot, Kind::Timespan]),
        ("a-b", vec![Kind::Word, Kind::Minus, Kind::Word]),
        ("a =~ b", vec![Kind::Word, Kind::EqualTilde, Kind::Word]),
        ("a!~b", vec![Kind::Word, Kind::BangTilde, Kind::Word]),
        ("a<>b", vec![Kind::Word, Kind::LessGreater, Kind::Word]),
        ("<|", vec![Kind::LessBar]),
        ("=>", vec![Kind::FatArrow]),
        ("datetime (1)", vec![Kind::Word, Kind::OpenParen, Kind::Long, Kind::CloseParen]),
        ("dynamic(1)", vec![Kind::Word, Kind::OpenParen, Kind::Long, Kind::CloseParen]),
        ("\"a\nb\"", vec![Kind::Text, Kind::Word, Kind::Text]),
        ("a // b\nc", vec![Kind::Word, Kind::Comment, Kind::Word]),
        ("a #b", vec![Kind::Word, Kind::Unknown, Kind::Word]),
        ("a\n #b\nc", vec![Kind::Word, Kind::Directive, Kind::Word]),
        ("!x", vec![Kind::Word]),
        ("! x", vec![Kind::Unknown, Kind::Word]),
        (".5", vec![Kind::Dot, Kind::Long]),
        ("\u{feff}T\u{200b}|\u{a0}count", vec![Kind::Word, Kind::Bar, Kind::Word]),
    ] {
        assert_eq!(kinds(text), expect, "{text}");
    }
}

#[test]
fn nothing_is_lost_of_noise() {
    const PIECES: [&str; 24] = [
        "\"",
        "'",
        "@",
        "h",
        "`",
        "```",
        "~~~",
        "\\",
        "\n",
        "\r\n",
        "#",
        "//",
        "datetime(",
        ")",
        "1",
        ".",
        "e",
        "-",
        "!",
        "in~",
        "é",
        "\u{1f600}",
        " ",
        "\0",
    ];
    let mut noise = Noise(1);
    for _ in 0..5_000 {
        let text: String = (0..noise.below(30)).map(|_| PIECES[noise.below(PIECES.len())]).collect();
        assert_lossless(&text, &lexer::tokenize(&text));
    }
}
