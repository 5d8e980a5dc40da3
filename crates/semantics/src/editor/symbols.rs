//! An outline of a query: what it declares, and the statements that answer.
//!
//! In: a draft. Out: names with their places, those inside functions below them.

use syntax::Span;
use syntax::ast::{Body, Expr, ExprKind, Statement, StatementKind};

use super::Draft;

/// Letters of an answer that are shown as its name.
const NAME_CHARS_MAX: usize = 60;
/// Functions inside functions that are shown.
const DEPTH_MAX: usize = 20;

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, or how it begins.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub whole: Span,
    /// Its name.
    pub place: Span,
    /// What is declared inside.
    pub children: Vec<Symbol>,
}

/// What a part of a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// A function.
    Function,
    /// A value that is written there.
    Constant,
    /// Any other value or table.
    Variable,
    /// A parameter of the query.
    Parameter,
    /// A statement that answers.
    Query,
}

/// The outline of a query.
pub fn symbols(draft: &Draft<'_>) -> Vec<Symbol> {
    draft.parsed.query.statements.iter().flat_map(|statement| of_statement(draft, statement, DEPTH_MAX)).collect()
}

fn of_statement(draft: &Draft<'_>, statement: &Statement, depth: usize) -> Vec<Symbol> {
    let whole = statement.span;
    match &statement.kind {
        StatementKind::Let { name, value } => {
            let (kind, children) = of_value(draft, value, depth);
            vec![Symbol { name: name.text.clone(), kind, whole, place: name.span, children }]
        }
        StatementKind::QueryParameters { parameters } => {
            let parameter = parameters.iter().map(|parameter| Symbol {
                name: parameter.name.text.clone(),
                kind: SymbolKind::Parameter,
                whole,
                place: parameter.name.span,
                children: vec![],
            });
            parameter.collect()
        }
        StatementKind::Pattern(pattern) => vec![Symbol {
            name: pattern.name.text.clone(),
            kind: SymbolKind::Function,
            whole,
            place: pattern.name.span,
            children: vec![],
        }],
        StatementKind::Expression(expr) if whole.start < whole.end && !matches!(expr.kind, ExprKind::Missing) => {
            let line = whole.text(draft.text).lines().next().unwrap_or("").trim();
            let name = line.chars().take(NAME_CHARS_MAX).collect();
            vec![Symbol { name, kind: SymbolKind::Query, whole, place: whole, children: vec![] }]
        }
        _ => vec![],
    }
}

fn of_value(draft: &Draft<'_>, value: &Expr, depth: usize) -> (SymbolKind, Vec<Symbol>) {
    match &value.kind {
        ExprKind::Lambda { body, .. } => (SymbolKind::Function, of_body(draft, body, depth)),
        ExprKind::Literal(_) => (SymbolKind::Constant, vec![]),
        ExprKind::Pipe { source: Some(source), operators } if operators.is_empty() => of_value(draft, source, depth),
        _ => (SymbolKind::Variable, vec![]),
    }
}

fn of_body(draft: &Draft<'_>, body: &Body, depth: usize) -> Vec<Symbol> {
    let Some(depth) = depth.checked_sub(1) else { return vec![] };
    body.statements.iter().flat_map(|statement| of_statement(draft, statement, depth)).collect()
}
