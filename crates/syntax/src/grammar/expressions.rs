//! Scalar expressions: operators by how strongly they bind, signs, paths.
//!
//! Kusto's text operators bind more strongly than arithmetic: `a + b has "x"` is `a + (b has "x")`. Comparisons do not chain.

use crate::ast::{BinaryOp, Call, Expr, ExprKind, Literal, Name, UnaryOp};
use crate::codes;
use crate::grammar::{closed_list, literals, names, pipes, primary};
use crate::parser::Parser;
use crate::reserved::Place;
use crate::span::Span;
use crate::token::TokenKind;
use crate::words;

/// How strongly an operator binds, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Text,
    Sign,
}

impl Strength {
    fn next(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Equality,
            Self::Equality => Self::Relation,
            Self::Relation => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Text,
            Self::Text | Self::Sign => Self::Sign,
        }
    }

    /// May another operator of the same strength follow?
    fn chains(self) -> bool {
        matches!(self, Self::Or | Self::And | Self::Sum | Self::Product)
    }
}

/// Chains of `or` and `and` longer than this become a balanced tree, whose height does not grow with the list of indicators that
/// a detection spells out. Both are associative, so the meaning is the same.
const LEFT_CHAIN_MAX: usize = 32;

/// An expression without pipes.
pub(crate) fn expression(p: &mut Parser) -> Expr {
    operation(p, Strength::Or)
}

/// What stood nowhere.
pub(crate) fn missing(p: &Parser) -> Expr {
    let start = p.span_from(0).end;
    Expr { kind: ExprKind::Missing, span: Span::new(start, start) }
}

fn operation(p: &mut Parser, weakest: Strength) -> Expr {
    p.deeper(|p| operation_at_depth(p, weakest)).unwrap_or_else(|| missing(p))
}

fn operation_at_depth(p: &mut Parser, weakest: Strength) -> Expr {
    let mut expr = operand(p);
    // What may follow grows weaker: after `a == b` neither `==` nor `+` may follow, `and` may.
    let mut strongest = Strength::Sign;
    while let Some((found, strength)) =
        operator(p).filter(|(_, strength)| *strength >= weakest && *strength <= strongest)
    {
        let measured = p.measure();
        expr = match found {
            Found::Logical(op) => logical(p, op, strength, expr),
            Found::Binary(op, tokens) => {
                let op_span = take_operator(p, tokens);
                let right = operation(p, strength.next());
                binary(op, op_span, expr, right)
            }
            Found::List => in_list(p, expr),
            Found::Between => between(p, expr),
        };
        p.beside(measured);
        if !p.grow() {
            break;
        }
        strongest = if strength.chains() { strength } else { weaker(strength) };
    }
    expr
}

fn weaker(strength: Strength) -> Strength {
    match strength {
        Strength::Or | Strength::And => Strength::Or,
        Strength::Equality => Strength::And,
        Strength::Relation => Strength::Equality,
        Strength::Sum => Strength::Relation,
        Strength::Product => Strength::Sum,
        Strength::Text | Strength::Sign => Strength::Product,
    }
}

/// What the next tokens are as an operator.
enum Found {
    /// `and`, `or`.
    Logical(BinaryOp),
    /// Any other, and how many tokens it has.
    Binary(BinaryOp, usize),
    /// `in`, `has_any` …
    List,
    /// `between`, `!between`.
    Between,
}

fn operator(p: &Parser) -> Option<(Found, Strength)> {
    let token = p.nth(0);
    let (op, strength) = match token.kind {
        TokenKind::EqualEqual => (BinaryOp::Equal, Strength::Equality),
        TokenKind::BangEqual | TokenKind::LessGreater => (BinaryOp::NotEqual, Strength::Equality),
        TokenKind::Less => (BinaryOp::Less, Strength::Relation),
        TokenKind::LessEqual => (BinaryOp::LessOrEqual, Strength::Relation),
        TokenKind::Greater => (BinaryOp::Greater, Strength::Relation),
        TokenKind::GreaterEqual => (BinaryOp::GreaterOrEqual, Strength::Relation),
        TokenKind::Plus => (BinaryOp::Add, Strength::Sum),
        TokenKind::Minus => (BinaryOp::Subtract, Strength::Sum),
        TokenKind::Star => (BinaryOp::Multiply, Strength::Product),
        TokenKind::Slash => (BinaryOp::Divide, Strength::Product),
        TokenKind::Percent => (BinaryOp::Modulo, Strength::Product),
        TokenKind::EqualTilde => (BinaryOp::EqualIgnoringCase, Strength::Text),
        TokenKind::BangTilde => (BinaryOp::NotEqualIgnoringCase, Strength::Text),
        TokenKind::Colon => (BinaryOp::Colon, Strength::Text),
        TokenKind::Word => return word_operator(p),
        _ => return None,
    };
    Some((Found::Binary(op, 1), strength))
}

fn word_operator(p: &Parser) -> Option<(Found, Strength)> {
    let word = p.word();
    match word {
        "or" => return Some((Found::Logical(BinaryOp::Or), Strength::Or)),
        "and" => return Some((Found::Logical(BinaryOp::And), Strength::And)),
        "between" | "!between" => return Some((Found::Between, Strength::Equality)),
        // `make-series … on t in range(a, b, c)`: there `in` is no operator.
        "in" if p.nth_word(1) == "range" => return None,
        "matches" if p.nth_word(1) == "regex" => {
            let test = crate::ast::TextTest::MatchesRegex;
            let op = BinaryOp::Text { test, case: crate::ast::Case::Sensitive, negated: false };
            return Some((Found::Binary(op, 2), Strength::Text));
        }
        _ => {}
    }
    if words::list_operator(word).is_some() {
        return Some((Found::List, Strength::Equality));
    }
    words::text_operator(word).map(|op| (Found::Binary(op, 1), Strength::Text))
}

fn take_operator(p: &mut Parser, tokens: usize) -> Span {
    let start = p.start();
    for _ in 0..tokens {
        p.take();
    }
    p.span_from(start)
}

fn binary(op: BinaryOp, op_span: Span, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) }, span }
}

/// `first or second or third …`, read in one go.
fn logical(p: &mut Parser, op: BinaryOp, strength: Strength, first: Expr) -> Expr {
    let word = p.word();
    let mut rest = vec![];
    while let Some(token) = p.eat_word(word) {
        let measured = p.measure();
        rest.push((token.span, operation(p, strength.next())));
        p.beside(measured);
    }
    if rest.len() < LEFT_CHAIN_MAX {
        for _ in 0..rest.len() {
            p.grow();
        }
        return rest.into_iter().fold(first, |left, (op_span, right)| binary(op, op_span, left, right));
    }
    balanced(op, first, rest)
}

fn balanced(op: BinaryOp, first: Expr, mut rest: Vec<(Span, Expr)>) -> Expr {
    let mut right = rest.split_off(rest.len() / 2);
    if right.is_empty() {
        return first;
    }
    let (op_span, right_first) = right.remove(0);
    binary(op, op_span, balanced(op, first, rest), balanced(op, right_first, right))
}

/// `value in (list)`: a list of values, or one query.
fn in_list(p: &mut Parser, value: Expr) -> Expr {
    let (test, case, negated) = words::list_operator(p.word()).expect("`operator` saw a list operator");
    let op_span = p.take().span;
    let list = if p.is(TokenKind::OpenParen) {
        p.take();
        if p.is(TokenKind::CloseParen) {
            p.expected(codes::MISSING, "a value");
        }
        closed_list(p, TokenKind::CloseParen, false, pipes::pipe)
    } else {
        if let Some(error) = p.expected(codes::EXPECTED_TOKEN, "`(`") {
            error.hints.push("a list stands in parentheses, also when it is one name".to_string());
        }
        // What stands there is probably the list.
        primary::starts_operand(p).then(|| operand(p)).into_iter().collect()
    };
    let span = p.span_from(value.span.start);
    Expr { kind: ExprKind::In { test, case, negated, op_span, value: Box::new(value), list }, span }
}

/// `value between (low .. high)`.
fn between(p: &mut Parser, value: Expr) -> Expr {
    let negated = p.word().starts_with('!');
    p.take();
    let start = value.span.start;
    let value = Box::new(value);
    if !p.expect(TokenKind::OpenParen) {
        let (low, high) = (Box::new(missing(p)), Box::new(missing(p)));
        return Expr { kind: ExprKind::Between { negated, value, low, high }, span: p.span_from(start) };
    }
    let low = Box::new(expression(p));
    p.expect(TokenKind::DotDot);
    let measured = p.measure();
    let high = Box::new(expression(p));
    p.beside(measured);
    p.expect(TokenKind::CloseParen);
    Expr { kind: ExprKind::Between { negated, value, low, high }, span: p.span_from(start) }
}

/// An operand with its sign. Kusto takes one sign: `- -1` is an error there too.
fn operand(p: &mut Parser) -> Expr {
    let start = p.start();
    let sign = p.kind();
    if !matches!(sign, TokenKind::Minus | TokenKind::Plus) {
        return path(p);
    }
    if sign == TokenKind::Minus && literals::is_long_min(p, 1) {
        p.take();
        p.take();
        return Expr { kind: ExprKind::Literal(Literal::Long(i64::MIN)), span: p.span_from(start) };
    }
    p.take();
    let operand = path(p);
    p.grow();
    signed(p, sign, start, operand)
}

/// `-x` or `+x`, from the sign's start.
pub(crate) fn signed(p: &Parser, sign: TokenKind, start: u32, operand: Expr) -> Expr {
    let op = if sign == TokenKind::Minus { UnaryOp::Minus } else { UnaryOp::Plus };
    Expr { kind: ExprKind::Unary { op, operand: Box::new(operand) }, span: p.span_from(start) }
}

/// A primary expression and what hangs on it: `.name`, `.f(…)`, `[index]`.
pub(crate) fn path(p: &mut Parser) -> Expr {
    let base = primary::primary(p);
    path_from(p, base, Names::Plain)
}

/// Where tables are named, the last name of a path may be a wildcard: `database("d").Sec*`.
pub(crate) fn entity(p: &mut Parser) -> Expr {
    match names::opt_wildcard(p) {
        Some(wildcard) => wildcard,
        None => {
            let base = primary::primary(p);
            path_from(p, base, Names::Wildcards)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Plain,
    Wildcards,
}

fn path_from(p: &mut Parser, mut base: Expr, allowed: Names) -> Expr {
    let start = base.span.start;
    loop {
        let kind = match p.kind() {
            TokenKind::Dot => {
                p.take();
                member(p, base, allowed)
            }
            TokenKind::OpenBracket => index(p, base),
            _ => return base,
        };
        base = Expr { kind, span: p.span_from(start) };
        if !p.grow() {
            return base;
        }
    }
}

fn member(p: &mut Parser, base: Expr, allowed: Names) -> ExprKind {
    let base = Box::new(base);
    if allowed == Names::Wildcards {
        let start = p.start();
        if names::opt_wildcard(p).is_some() {
            let span = p.span_from(start);
            return ExprKind::Member { base, name: Name { text: span.text(p.text).to_string(), span } };
        }
    }
    if p.is(TokenKind::OpenBracket) && names::length(p, 0).is_none() {
        return index(p, *base);
    }
    if let Some(at) = p.eat(TokenKind::At) {
        return ExprKind::Member { base, name: Name { text: "@".to_string(), span: at.span } };
    }
    if p.nth(1).kind != TokenKind::OpenParen {
        names::check(p, Place::Read);
    }
    let name = names::name(p, "a name after `.`");
    if p.is(TokenKind::OpenParen) && !name.text.is_empty() {
        let call = Call { name, arguments: primary::arguments(p) };
        return ExprKind::MemberCall { base, call };
    }
    ExprKind::Member { base, name }
}

fn index(p: &mut Parser, base: Expr) -> ExprKind {
    p.take();
    let measured = p.measure();
    let index = Box::new(expression(p));
    p.beside(measured);
    p.expect(TokenKind::CloseBracket);
    ExprKind::Index { base: Box::new(base), index }
}

/// A value, or a wildcard of columns.
pub(crate) fn expression_or_wildcard(p: &mut Parser) -> Expr {
    names::opt_wildcard(p).unwrap_or_else(|| expression(p))
}

/// A column and its path before a parenthesis that is not a call's: `partition by a.b ( … )`.
pub(crate) fn column_path(p: &mut Parser) -> Expr {
    let mut base = names::reference(p, "a column");
    let start = base.span.start;
    while p.eat(TokenKind::Dot).is_some() {
        let name = names::name(p, "a name after `.`");
        base = Expr { kind: ExprKind::Member { base: Box::new(base), name }, span: p.span_from(start) };
        if !p.grow() {
            break;
        }
    }
    base
}
