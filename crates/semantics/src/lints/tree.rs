//! Ways to look at a tree: its pipes, filters and expressions, one after the other, and what single expressions say.
//!
//! In: a tree. Out: its parts, for the lints. Knows no types.

use std::collections::HashSet;

use syntax::ast::{
    BinaryOp, Call, Expr, ExprKind, Join, JoinCondition, NamedExpr, Operator, OperatorKind, Parameter, ParsePart,
    PartitionBody, Query, Statement, StatementKind,
};
use syntax::visit::{Visitor, walk_expr, walk_operator, walk_query, walk_statement};
use syntax::{Span, TokenKind};

/// Shows every expression of a query.
pub(super) fn each_expr(query: &Query, see: impl FnMut(&Expr)) {
    struct Each<F>(F);
    impl<F: FnMut(&Expr)> Visitor for Each<F> {
        fn visit_expr(&mut self, expr: &Expr) {
            (self.0)(expr);
            walk_expr(self, expr);
        }
    }
    walk_query(&mut Each(see), query);
}

/// Shows every expression inside an expression, and itself.
pub(super) fn each_inside(expr: &Expr, see: impl FnMut(&Expr)) {
    struct Each<F>(F);
    impl<F: FnMut(&Expr)> Visitor for Each<F> {
        fn visit_expr(&mut self, expr: &Expr) {
            (self.0)(expr);
            walk_expr(self, expr);
        }
    }
    Each(see).visit_expr(expr);
}

/// Shows every operator of a query.
pub(super) fn each_operator(query: &Query, see: impl FnMut(&Operator)) {
    struct Each<F>(F);
    impl<F: FnMut(&Operator)> Visitor for Each<F> {
        fn visit_operator(&mut self, operator: &Operator) {
            (self.0)(operator);
            walk_operator(self, operator);
        }
    }
    walk_query(&mut Each(see), query);
}

/// Operators in a row.
#[derive(Clone, Copy)]
pub(super) struct Pipe<'e> {
    /// What they begin with; none in a subquery, and where the first operator makes the rows.
    pub(super) source: Option<&'e Expr>,
    /// One after the other.
    pub(super) operators: &'e [Operator],
}

/// Shows every pipe of a query, those of subqueries too.
pub(super) fn each_pipe(query: &Query, see: impl FnMut(Pipe<'_>)) {
    struct Each<F>(F);
    impl<F: FnMut(Pipe<'_>)> Visitor for Each<F> {
        fn visit_expr(&mut self, expr: &Expr) {
            if let ExprKind::Pipe { source, operators } = &expr.kind {
                (self.0)(Pipe { source: source.as_deref(), operators });
            }
            walk_expr(self, expr);
        }

        fn visit_operator(&mut self, operator: &Operator) {
            for operators in subqueries(operator) {
                (self.0)(Pipe { source: None, operators });
            }
            walk_operator(self, operator);
        }
    }
    walk_query(&mut Each(see), query);
}

fn subqueries(operator: &Operator) -> Vec<&[Operator]> {
    match &operator.kind {
        OperatorKind::Facet { with: Some(subquery), .. } => vec![&subquery.operators],
        OperatorKind::Fork { branches } => branches.iter().map(|(_, branch)| branch.operators.as_slice()).collect(),
        OperatorKind::MvApply(apply) => vec![&apply.subquery.operators],
        OperatorKind::Partition { body: PartitionBody::Operators(subquery), .. } => vec![&subquery.operators],
        _ => vec![],
    }
}

/// Shows the predicate of every `where`.
pub(super) fn each_filter(query: &Query, mut see: impl FnMut(&Expr)) {
    each_operator(query, |operator| {
        if let OperatorKind::Where { predicate, .. } = &operator.kind {
            see(predicate);
        }
    });
}

/// Shows every condition of every `where`: the parts of `and`, `or` and `not`, each with whether it says which rows are left out.
pub(super) fn each_condition(query: &Query, mut see: impl FnMut(&Expr, bool)) {
    each_filter(query, |predicate| conditions(predicate, false, &mut see));
}

/// The same of one predicate.
pub(super) fn conditions<'e>(predicate: &'e Expr, is_excluded: bool, see: &mut impl FnMut(&'e Expr, bool)) {
    match &predicate.kind {
        ExprKind::Paren(inner) => conditions(inner, is_excluded, see),
        ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right, .. } => {
            conditions(left, is_excluded, see);
            conditions(right, is_excluded, see);
        }
        ExprKind::Call(call) if call.name.text == "not" => {
            if let [argument] = call.arguments.as_slice() {
                conditions(&argument.value, !is_excluded, see);
            }
        }
        _ => see(predicate, is_excluded),
    }
}

/// The expression at a place inside another one, as far as operators and calls reach.
pub(super) fn part(expr: &Expr, span: Span) -> Option<&Expr> {
    if expr.span == span && !matches!(expr.kind, ExprKind::Paren(_)) {
        return Some(expr);
    }
    if span.start < expr.span.start || expr.span.end < span.end {
        return None;
    }
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => part(inner, span),
        ExprKind::Binary { left, right, .. } => part(left, span).or_else(|| part(right, span)),
        ExprKind::Between { value, low, high, .. } => [value, low, high].into_iter().find_map(|expr| part(expr, span)),
        ExprKind::In { value, list, .. } => {
            std::iter::once(value.as_ref()).chain(list).find_map(|expr| part(expr, span))
        }
        ExprKind::Call(call) => call.arguments.iter().find_map(|argument| part(&argument.value, span)),
        _ => None,
    }
}

/// The parts of a predicate that must all hold.
pub(super) fn conjuncts<'e>(predicate: &'e Expr, into: &mut Vec<&'e Expr>) {
    match &predicate.kind {
        ExprKind::Paren(inner) => conjuncts(inner, into),
        ExprKind::Binary { op: BinaryOp::And, left, right, .. } => {
            conjuncts(left, into);
            conjuncts(right, into);
        }
        _ => into.push(predicate),
    }
}

/// The parts of a predicate of which one must hold.
pub(super) fn disjuncts<'e>(predicate: &'e Expr, into: &mut Vec<&'e Expr>) {
    match &predicate.kind {
        ExprKind::Paren(inner) => disjuncts(inner, into),
        ExprKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            disjuncts(left, into);
            disjuncts(right, into);
        }
        _ => into.push(predicate),
    }
}

/// An expression without the parentheses around it.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        ExprKind::Pipe { source: Some(source), operators } if operators.is_empty() => bare(source),
        _ => expr,
    }
}

/// The name that an expression is.
pub(super) fn name(expr: &Expr) -> Option<&str> {
    match &bare(expr).kind {
        ExprKind::Name(name) => Some(&name.text),
        _ => None,
    }
}

/// The call that an expression is.
pub(super) fn call(expr: &Expr) -> Option<&Call> {
    match &bare(expr).kind {
        ExprKind::Call(call) => Some(call),
        _ => None,
    }
}

/// The argument of a call at a place.
pub(super) fn argument(call: &Call, at: usize) -> Option<&Expr> {
    call.arguments.get(at).map(|argument| &argument.value)
}

/// Does an expression name any of these, at any depth?
pub(super) fn mentions(expr: &Expr, names: &[&str]) -> bool {
    let mut found = false;
    each_inside(expr, |expr| {
        if let ExprKind::Name(name) = &expr.kind {
            found |= names.contains(&name.text.as_str());
        }
    });
    found
}

/// Does an operator name any of these, at any depth?
pub(super) fn operator_mentions(operator: &Operator, names: &[&str]) -> bool {
    struct Each<'n>(&'n [&'n str], bool);
    impl Visitor for Each<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            if let ExprKind::Name(name) = &expr.kind {
                self.1 |= self.0.contains(&name.text.as_str());
            }
            walk_expr(self, expr);
        }
    }
    let mut each = Each(names, false);
    each.visit_operator(operator);
    each.1
}

/// The name of the column that `value` or `name = value` makes.
pub(super) fn output_name(named: &NamedExpr) -> Option<String> {
    if let Some(name) = named.names.first() {
        return Some(name.text.clone());
    }
    let expr = bare(&named.value);
    let ExprKind::Call(call) = &expr.kind else { return name(expr).map(str::to_owned) };
    let first = call.arguments.first().and_then(|argument| name(&argument.value));
    let prefix = match call.name.text.as_str() {
        "count" => return Some("count_".to_owned()),
        "countif" => return Some("countif_".to_owned()),
        "make_set" | "makeset" | "make_set_if" => "set",
        "make_list" | "makelist" | "make_list_if" => "list",
        "bin" | "floor" | "take_any" | "any" | "arg_max" | "arg_min" => return first.map(str::to_owned),
        other => other,
    };
    first.map(|first| format!("{prefix}_{first}"))
}

/// The option of a join: `inner`, where `kind=inner` stands.
pub(super) fn join_kind(join: &Join) -> Option<&str> {
    let option = join.options.iter().find(|option| option.is("kind"))?;
    name(&option.value)
}

/// The names of a join's keys on the left side; none when a key is no name.
pub(super) fn left_keys(join: &Join) -> Option<Vec<&str>> {
    let JoinCondition::On(keys) = &join.condition else { return None };
    let mut names = vec![];
    for expr in keys {
        let mut parts = vec![];
        conjuncts(expr, &mut parts);
        for part in parts {
            names.push(left_key(part)?);
        }
    }
    Some(names)
}

fn left_key(expr: &Expr) -> Option<&str> {
    match &bare(expr).kind {
        ExprKind::Name(name) => Some(&name.text),
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => [left, right].into_iter().find_map(|side| {
            let ExprKind::Member { base, name } = &bare(side).kind else { return None };
            (self::name(base) == Some("$left")).then_some(name.text.as_str())
        }),
        _ => None,
    }
}

/// Every name that a query gives to something that it computes: columns, parameters, variables of subqueries.
pub(super) fn assigned_names(query: &Query) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Names {
        fn add_all<'e>(&mut self, named: impl IntoIterator<Item = &'e NamedExpr>) {
            for named in named {
                let is_itself =
                    name(&named.value).is_some_and(|value| named.names.iter().all(|name| name.text == value));
                if !is_itself {
                    self.0.extend(named.names.iter().map(|name| name.text.clone()));
                }
            }
        }

        fn add_parameters(&mut self, parameters: &[Parameter]) {
            self.0.extend(parameters.iter().map(|parameter| parameter.name.text.clone()));
        }
    }
    impl Visitor for Names {
        fn visit_expr(&mut self, expr: &Expr) {
            if let ExprKind::Lambda { parameters, .. } = &expr.kind {
                self.add_parameters(parameters);
            }
            walk_expr(self, expr);
        }

        fn visit_statement(&mut self, statement: &Statement) {
            if let StatementKind::QueryParameters { parameters } = &statement.kind {
                self.add_parameters(parameters);
            }
            walk_statement(self, statement);
        }

        fn visit_operator(&mut self, operator: &Operator) {
            use OperatorKind as Kind;
            match &operator.kind {
                Kind::Extend { columns } | Kind::Print { columns } | Kind::Project { columns } => self.add_all(columns),
                Kind::ProjectRename { columns } | Kind::Serialize { columns, .. } | Kind::Distinct { columns, .. } => {
                    self.add_all(columns);
                }
                Kind::Summarize { aggregates, by, .. } => self.add_all(aggregates.iter().chain(by)),
                Kind::MakeSeries(series) => self.add_all(series.aggregates.iter().map(|(column, _)| column)),
                Kind::MvExpand(expand) => self.add_all(expand.columns.iter().map(|column| &column.column)),
                Kind::MvApply(apply) => self.add_all(apply.columns.iter().map(|column| &column.column)),
                Kind::Parse(parse) => self.0.extend(parse.pattern.iter().filter_map(|part| match part {
                    ParsePart::Column { name, .. } => Some(name.text.clone()),
                    ParsePart::Star(_) | ParsePart::Text(_) => None,
                })),
                Kind::ParseKv { columns, .. } => {
                    self.0.extend(columns.iter().map(|column| column.name.text.clone()));
                }
                _ => {}
            }
            walk_operator(self, operator);
        }
    }
    let mut names = Names(HashSet::new());
    walk_query(&mut names, query);
    names.0
}

/// The places of the strings inside `span`, in order.
pub(super) fn string_places(text: &str, span: Span) -> Vec<Span> {
    let tokens = syntax::lexer::tokenize(span.text(text));
    let strings = tokens.into_iter().filter(|token| token.kind == TokenKind::Text);
    strings.map(|token| Span::new(span.start + token.span.start, span.start + token.span.end)).collect()
}

/// A tabular expression as a pipe; one without operators begins with itself.
pub(super) fn as_pipe(expr: &Expr) -> Pipe<'_> {
    match &bare(expr).kind {
        ExprKind::Pipe { source, operators } => Pipe { source: source.as_deref(), operators },
        _ => Pipe { source: Some(expr), operators: &[] },
    }
}
