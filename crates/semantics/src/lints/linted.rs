//! A query as the lints see it: its tree, what binding found out about its parts, and the constants that its `let` statements name.
//!
//! In: text, tree, bound query. Out: answers about expressions: which column is it, of which table, which texts or times may it be?

use std::collections::{HashMap, HashSet};

use syntax::Span;
use syntax::ast::{DynamicLiteral, Expr, ExprKind, Literal, Query, StatementKind};

use super::facts::{Facts, Origin};
use super::tree;
use crate::bound::Bound;
use crate::types::Type;

/// How many names are followed from one to the next.
const NAMES_MAX: usize = 8;

/// Longer lists are data, and not looked into.
const VALUES_MAX: usize = 1_000;

/// A query to be looked at.
pub struct Linted<'a> {
    /// What was written.
    pub text: &'a str,
    /// Its tree.
    pub query: &'a Query,
    /// With names and types, if it binds.
    pub bound: Option<&'a Bound>,
    facts: Facts,
    constants: HashMap<&'a str, &'a Expr>,
    assigned: HashSet<String>,
    /// Where the strings of each list in `dynamic(…)` stand.
    places: HashMap<Span, Vec<Span>>,
}

/// A constant text, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) span: Span,
}

impl Text {
    /// The literal as it is written, if the place holds it alone and as it is: without escapes that a change would break.
    pub(super) fn written<'t>(&self, text: &'t str) -> Option<&'t str> {
        let written = self.span.text(text);
        let inner = written.trim_start_matches(['h', '@']);
        let is_plain = inner.len() == self.value.len() + 2 && inner.contains(self.value.as_str());
        is_plain.then_some(written)
    }
}

impl<'a> Linted<'a> {
    /// Prepares a query. Without the bound query fewer things are found, and none other.
    pub fn new(text: &'a str, query: &'a Query, bound: Option<&'a Bound>) -> Self {
        let mut constants = HashMap::new();
        for statement in &query.statements {
            if let StatementKind::Let { name, value } = &statement.kind {
                constants.insert(name.text.as_str(), value);
            }
        }
        let facts = bound.map(Facts::of).unwrap_or_default();
        let mut places = HashMap::new();
        tree::each_expr(query, |expr| {
            if let ExprKind::Literal(Literal::Dynamic(DynamicLiteral::Array(_))) = &expr.kind {
                places.insert(expr.span, tree::string_places(text, expr.span));
            }
        });
        Self { text, query, bound, facts, constants, assigned: tree::assigned_names(query), places }
    }

    /// The value of a `let` of the query itself.
    pub(super) fn constant(&self, name: &str) -> Option<&'a Expr> {
        self.constants.get(name).copied()
    }

    /// The type of an expression, if it is known.
    pub(super) fn ty(&self, expr: &Expr) -> Option<Type> {
        self.facts.at(tree::bare(expr).span).map(|fact| fact.ty)
    }

    /// The column of a table that an expression is: not one that the query has computed.
    pub(super) fn column<'e>(&'e self, expr: &'e Expr) -> Option<&'e str> {
        let name = tree::name(expr)?;
        match self.facts.at(tree::bare(expr).span).map(|fact| &fact.origin) {
            Some(Origin::Column { column, .. }) => Some(column),
            Some(Origin::Constant | Origin::Computed) => None,
            None if self.constants.contains_key(name) || self.assigned.contains(name) => None,
            None => Some(name),
        }
    }

    /// The table whose column an expression is.
    pub(super) fn table(&self, expr: &Expr) -> Option<&str> {
        match &self.facts.at(tree::bare(expr).span)?.origin {
            Origin::Column { table, .. } => Some(table),
            Origin::Constant | Origin::Computed => None,
        }
    }

    /// The texts that an expression stands for: a literal, a list, or a `let` of either; none if it may be something else.
    pub(super) fn texts(&self, expr: &Expr) -> Option<Vec<Text>> {
        let mut texts = vec![];
        self.add_texts(expr, NAMES_MAX, &mut texts).then_some(texts)
    }

    /// The same for the list of `in` and `has_any`.
    pub(super) fn list_texts(&self, list: &[Expr]) -> Option<Vec<Text>> {
        let mut texts = vec![];
        (list.len() <= VALUES_MAX && list.iter().all(|expr| self.add_texts(expr, NAMES_MAX, &mut texts)))
            .then_some(texts)
    }

    fn add_texts(&self, expr: &Expr, names_left: usize, texts: &mut Vec<Text>) -> bool {
        let Some(names_left) = names_left.checked_sub(1) else { return false };
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(Literal::String { value, .. }) => {
                texts.push(Text { value: value.clone(), span });
                true
            }
            ExprKind::Literal(Literal::Dynamic(DynamicLiteral::Array(items))) => {
                let places = self.places.get(&span).filter(|places| places.len() == items.len());
                let place = |at: usize| places?.get(at).copied();
                items.len() <= VALUES_MAX
                    && items.iter().enumerate().all(|(at, item)| {
                        let DynamicLiteral::Value(value) = item else { return false };
                        let Literal::String { value, .. } = value.as_ref() else { return false };
                        texts.push(Text { value: value.clone(), span: place(at).unwrap_or(span) });
                        true
                    })
            }
            ExprKind::Paren(inner) => self.add_texts(inner, names_left, texts),
            ExprKind::List(items) => {
                items.len() <= VALUES_MAX && items.iter().all(|item| self.add_texts(item, names_left, texts))
            }
            ExprKind::Pipe { source: Some(source), operators } if operators.is_empty() => {
                self.add_texts(source, names_left, texts)
            }
            ExprKind::Name(name) if !self.assigned.contains(&name.text) => {
                self.constant(&name.text).is_some_and(|value| self.add_texts(value, names_left, texts))
            }
            ExprKind::Call(call) if ["pack_array", "set_union", "array_concat"].contains(&call.name.text.as_str()) => {
                call.arguments.iter().all(|argument| self.add_texts(&argument.value, names_left, texts))
            }
            _ => false,
        }
    }

    /// The number that an expression stands for, through `let` and a minus sign.
    pub(super) fn number(&self, expr: &Expr) -> Option<f64> {
        match &self.literal(expr)?.kind {
            #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
            ExprKind::Literal(Literal::Long(number)) => Some(*number as f64),
            ExprKind::Literal(Literal::Real(number)) => Some(*number),
            ExprKind::Literal(Literal::Typed { ty, text })
                if Type::from_name(&ty.text).is_some_and(Type::is_number) =>
            {
                text.parse().ok()
            }
            ExprKind::Unary { op: syntax::ast::UnaryOp::Minus, operand } => Some(-self.number(operand)?),
            _ => None,
        }
    }

    /// The ticks of a timespan that an expression stands for, through `let`, a factor and a minus sign.
    pub(super) fn ticks(&self, expr: &Expr) -> Option<f64> {
        match &self.literal(expr)?.kind {
            #[expect(clippy::cast_precision_loss, reason = "exact up to thirty years")]
            ExprKind::Literal(Literal::Timespan(ticks)) => Some(*ticks as f64),
            #[expect(clippy::cast_precision_loss, reason = "exact up to thirty years")]
            ExprKind::Literal(Literal::Typed { ty, text }) if Type::from_name(&ty.text) == Some(Type::TimeSpan) => {
                crate::time::parse_timespan(text).map(|ticks| ticks as f64)
            }
            ExprKind::Unary { op: syntax::ast::UnaryOp::Minus, operand } => Some(-self.ticks(operand)?),
            ExprKind::Binary { op: syntax::ast::BinaryOp::Multiply, left, right, .. } => {
                let (span, factor) = match self.ticks(left) {
                    Some(ticks) => (ticks, self.number(right)?),
                    None => (self.ticks(right)?, self.number(left)?),
                };
                Some(span * factor)
            }
            _ => None,
        }
    }

    /// Does the query make a column of that name itself?
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.assigned.contains(name)
    }

    /// What a name of a `let` stands for, without parentheses.
    pub(super) fn literal<'e>(&self, expr: &'e Expr) -> Option<&'e Expr>
    where
        'a: 'e,
    {
        let mut expr = tree::bare(expr);
        for _ in 0..NAMES_MAX {
            match &expr.kind {
                ExprKind::Name(name) => expr = tree::bare(self.constant(&name.text)?),
                _ => return Some(expr),
            }
        }
        None
    }
}
