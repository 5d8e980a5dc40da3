//! A walk over the tree: every statement, operator and expression, from the top, in the order of the text.
//!
//! A room that looks for something implements [`Visitor`] for what it looks for; the rest walks on.

mod operators;

pub use operators::walk_operator;

use crate::ast::{
    Argument, Body, Call, Expr, ExprKind, NamedExpr, Operator, OperatorOption, Parameter, Query, Statement,
    StatementKind,
};

/// Sees the tree. An implementation that wants what is inside calls the `walk_…` function of the same stem.
pub trait Visitor {
    /// Sees a statement, those of lambdas included.
    fn visit_statement(&mut self, statement: &Statement) {
        walk_statement(self, statement);
    }

    /// Sees a tabular operator.
    fn visit_operator(&mut self, operator: &Operator) {
        walk_operator(self, operator);
    }

    /// Sees an expression.
    fn visit_expr(&mut self, expr: &Expr) {
        walk_expr(self, expr);
    }
}

/// Shows every statement of a query.
pub fn walk_query<V: Visitor + ?Sized>(visitor: &mut V, query: &Query) {
    for statement in &query.statements {
        visitor.visit_statement(statement);
    }
}

/// Shows what a statement holds.
pub fn walk_statement<V: Visitor + ?Sized>(visitor: &mut V, statement: &Statement) {
    match &statement.kind {
        StatementKind::Let { name: _, value }
        | StatementKind::Alias { name: _, value }
        | StatementKind::Expression(value) => {
            visitor.visit_expr(value);
        }
        StatementKind::Set { name: _, value } => each(visitor, value),
        StatementKind::Restrict { entities } => each(visitor, entities),
        StatementKind::QueryParameters { parameters } => walk_parameters(visitor, parameters),
        StatementKind::Pattern(pattern) => {
            walk_parameters(visitor, &pattern.parameters);
            for case in &pattern.cases {
                each(visitor, &case.arguments);
                each(visitor, &case.path);
                walk_body(visitor, &case.body);
            }
        }
        StatementKind::Command { text: _, query } => {
            if let Some(query) = query {
                walk_query(visitor, query);
            }
        }
    }
}

/// Shows what an expression holds.
pub fn walk_expr<V: Visitor + ?Sized>(visitor: &mut V, expr: &Expr) {
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::Wildcard(_)
        | ExprKind::Star
        | ExprKind::TypeOf(_)
        | ExprKind::Missing => {}
        ExprKind::Call(call) => walk_call(visitor, call),
        ExprKind::Member { base, name: _ } => visitor.visit_expr(base),
        ExprKind::MemberCall { base, call } => {
            visitor.visit_expr(base);
            walk_call(visitor, call);
        }
        ExprKind::Index { base, index } => {
            visitor.visit_expr(base);
            visitor.visit_expr(index);
        }
        ExprKind::Unary { op: _, operand } => visitor.visit_expr(operand),
        ExprKind::Binary { op: _, op_span: _, left, right } => {
            visitor.visit_expr(left);
            visitor.visit_expr(right);
        }
        ExprKind::In { test: _, case: _, negated: _, op_span: _, value, list } => {
            visitor.visit_expr(value);
            each(visitor, list);
        }
        ExprKind::Between { negated: _, value, low, high } => {
            visitor.visit_expr(value);
            visitor.visit_expr(low);
            visitor.visit_expr(high);
        }
        ExprKind::Paren(inner) => visitor.visit_expr(inner),
        ExprKind::List(items) => each(visitor, items),
        ExprKind::Pipe { source, operators } => {
            if let Some(source) = source {
                visitor.visit_expr(source);
            }
            walk_operators(visitor, operators);
        }
        ExprKind::Datatable { columns: _, values } => each(visitor, values),
        ExprKind::ExternalData { columns: _, sources, options } => {
            each(visitor, sources);
            walk_options(visitor, options);
        }
        ExprKind::InlineExternalTable(table) => {
            walk_options(visitor, &table.clauses);
            each(visitor, &table.sources);
            walk_options(visitor, &table.options);
        }
        ExprKind::Lambda { view: _, parameters, body } => {
            walk_parameters(visitor, parameters);
            walk_body(visitor, body);
        }
    }
}

fn walk_call<V: Visitor + ?Sized>(visitor: &mut V, call: &Call) {
    for Argument { name: _, value } in &call.arguments {
        visitor.visit_expr(value);
    }
}

fn walk_parameters<V: Visitor + ?Sized>(visitor: &mut V, parameters: &[Parameter]) {
    for parameter in parameters {
        each(visitor, &parameter.default);
    }
}

fn walk_body<V: Visitor + ?Sized>(visitor: &mut V, body: &Body) {
    for statement in &body.statements {
        visitor.visit_statement(statement);
    }
    if let Some(expression) = &body.expression {
        visitor.visit_expr(expression);
    }
}

fn walk_operators<V: Visitor + ?Sized>(visitor: &mut V, operators: &[Operator]) {
    for operator in operators {
        visitor.visit_operator(operator);
    }
}

fn walk_options<V: Visitor + ?Sized>(visitor: &mut V, options: &[OperatorOption]) {
    for option in options {
        visitor.visit_expr(&option.value);
    }
}

fn walk_named<'a, V: Visitor + ?Sized>(visitor: &mut V, named: impl IntoIterator<Item = &'a NamedExpr>) {
    for named in named {
        visitor.visit_expr(&named.value);
    }
}

fn each<'a, V: Visitor + ?Sized>(visitor: &mut V, exprs: impl IntoIterator<Item = &'a Expr>) {
    for expr in exprs {
        visitor.visit_expr(expr);
    }
}
