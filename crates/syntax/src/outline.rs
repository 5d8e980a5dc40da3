//! The tree as one line of text, places left out: two queries with the same outline say the same.
//!
//! Every field of the tree is in it, and quoting is exact, so different trees have different outlines. Tests and the formatter
//! compare trees by it; people read it when a query is not understood as they meant it.

mod graph;
mod operators;

use crate::ast::{
    Argument, BinaryOp, Body, Call, Case, ColumnDeclaration, DynamicLiteral, Expr, ExprKind, InTest, Literal, Name,
    NamedExpr, Operator, OperatorOption, Parameter, PatternDeclaration, Query, Statement, StatementKind, TextTest,
    TypeExpr, TypeOf, UnaryOp,
};
use crate::lexer;

/// The outline of a query, such as `(pipe T (where (== a 1)) (take 5))`.
pub fn outline(query: &Query) -> String {
    let mut outline = Outline { out: String::new() };
    outline.query(query);
    outline.out
}

/// The line so far.
struct Outline {
    out: String,
}

impl Outline {
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('(') {
            self.out.push(' ');
        }
    }

    fn atom(&mut self, text: &str) {
        self.gap();
        self.out.push_str(text);
    }

    /// `(head …)`, the rest written by `inside`.
    fn node(&mut self, head: &str, inside: impl FnOnce(&mut Self)) {
        self.gap();
        self.out.push('(');
        self.out.push_str(head);
        inside(self);
        self.out.push(')');
    }

    fn query(&mut self, query: &Query) {
        query.statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => self.node("let", |o| {
                o.name(name);
                o.expr(value);
            }),
            StatementKind::Set { name, value } => self.node("set", |o| {
                o.name(name);
                o.exprs(value);
            }),
            StatementKind::Alias { name, value } => self.node("alias", |o| {
                o.name(name);
                o.expr(value);
            }),
            StatementKind::Restrict { entities } => self.node("restrict", |o| o.exprs(entities)),
            StatementKind::QueryParameters { parameters } => {
                self.node("query_parameters", |o| o.parameters(parameters))
            }
            StatementKind::Pattern(pattern) => self.node("pattern", |o| o.pattern(pattern)),
            StatementKind::Expression(expr) => self.expr(expr),
            StatementKind::Command { text, query } => self.node("command", |o| {
                o.atom(&format!("{text:?}"));
                query.iter().for_each(|query| o.node("query", |o| o.query(query)));
            }),
        }
    }

    fn pattern(&mut self, pattern: &PatternDeclaration) {
        self.name(&pattern.name);
        self.node("parameters", |o| o.parameters(&pattern.parameters));
        self.parameters(pattern.path.as_slice());
        for case in &pattern.cases {
            self.node("case", |o| {
                o.node("arguments", |o| o.exprs(&case.arguments));
                o.exprs(&case.path);
                o.body(&case.body);
            });
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for Parameter { name, ty, default } in parameters {
            self.node("parameter", |o| {
                o.name(name);
                o.type_expr(ty);
                o.exprs(default);
            });
        }
    }

    fn type_expr(&mut self, ty: &TypeExpr) {
        match ty {
            TypeExpr::Scalar(name) => self.name(name),
            TypeExpr::Table(columns, _) => self.node("table", |o| o.columns(columns)),
            TypeExpr::AnyTable(_) => self.atom("(*)"),
        }
    }

    fn columns(&mut self, columns: &[ColumnDeclaration]) {
        for ColumnDeclaration { name, ty } in columns {
            self.node(":", |o| {
                o.name(name);
                o.name(ty);
            });
        }
    }

    fn body(&mut self, body: &Body) {
        self.node("body", |o| {
            body.statements.iter().for_each(|statement| o.statement(statement));
            body.expression.iter().for_each(|expr| o.node("answer", |o| o.expr(expr)));
        });
    }

    /// Plain, or in brackets where a plain one would be something else.
    fn name(&mut self, name: &Name) {
        let is_plain = name.text.starts_with(lexer::starts_name)
            && name.text.chars().skip(1).all(lexer::continues_name)
            && crate::words::boolean(&name.text).is_none();
        if is_plain {
            self.atom(&name.text);
        } else {
            self.atom(&format!("[{:?}]", name.text));
        }
    }

    fn exprs<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Wildcard(name) => self.node("wildcard", |o| o.atom(&name.text)),
            ExprKind::Star => self.atom("*"),
            ExprKind::Call(call) => self.call("call", call),
            ExprKind::Member { base, name } => self.node(".", |o| {
                o.expr(base);
                o.name(name);
            }),
            ExprKind::MemberCall { base, call } => self.node(".", |o| {
                o.expr(base);
                o.call("call", call);
            }),
            ExprKind::Index { base, index } => self.node("index", |o| o.exprs([base.as_ref(), index.as_ref()])),
            ExprKind::Unary { op: UnaryOp::Minus, operand } => self.node("minus", |o| o.expr(operand)),
            ExprKind::Unary { op: UnaryOp::Plus, operand } => self.node("plus", |o| o.expr(operand)),
            ExprKind::Binary { op, op_span: _, left, right } => {
                self.node(&binary_op(*op), |o| o.exprs([left.as_ref(), right.as_ref()]));
            }
            ExprKind::In { test, case, negated, op_span: _, value, list } => {
                self.node(&in_op(*test, *case, *negated), |o| {
                    o.expr(value);
                    o.exprs(list);
                })
            }
            ExprKind::Between { negated, value, low, high } => {
                let head = if *negated { "!between" } else { "between" };
                self.node(head, |o| o.exprs([value.as_ref(), low.as_ref(), high.as_ref()]));
            }
            ExprKind::Paren(inner) => self.node("paren", |o| o.expr(inner)),
            ExprKind::List(items) => self.node("list", |o| o.exprs(items)),
            ExprKind::Pipe { source, operators } => self.node("pipe", |o| {
                o.exprs(source.as_deref());
                o.operators(operators);
            }),
            ExprKind::Datatable { columns, values } => self.node("datatable", |o| {
                o.columns(columns);
                o.exprs(values);
            }),
            ExprKind::ExternalData { columns, sources, options } => self.node("externaldata", |o| {
                o.columns(columns);
                o.exprs(sources);
                o.options(options);
            }),
            ExprKind::InlineExternalTable(table) => self.node("inline_external_table", |o| {
                o.columns(&table.columns);
                o.options(&table.clauses);
                o.exprs(&table.sources);
                o.options(&table.options);
                if table.unread.is_some() {
                    o.atom("…");
                }
            }),
            ExprKind::Lambda { view, parameters, body } => self.node(if *view { "view" } else { "lambda" }, |o| {
                o.parameters(parameters);
                o.body(body);
            }),
            ExprKind::TypeOf(ty) => self.type_of(ty),
            ExprKind::Missing => self.atom("?"),
        }
    }

    fn type_of(&mut self, ty: &TypeOf) {
        self.node("typeof", |o| match ty {
            TypeOf::Scalar(name) => o.name(name),
            TypeOf::Columns { columns, star } => {
                o.flag("*", *star);
                o.columns(columns);
            }
        });
    }

    fn flag(&mut self, text: &str, is_set: bool) {
        if is_set {
            self.atom(text);
        }
    }

    fn call(&mut self, head: &str, call: &Call) {
        self.node(head, |o| {
            o.name(&call.name);
            for Argument { name, value } in &call.arguments {
                match name {
                    Some(name) => o.node("=", |o| {
                        o.name(name);
                        o.expr(value);
                    }),
                    None => o.expr(value),
                }
            }
        });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(value) => self.atom(&value.to_string()),
            Literal::Long(value) => self.atom(&value.to_string()),
            Literal::Real(value) => self.atom(&format!("{value:?}")),
            Literal::Timespan(ticks) => self.atom(&format!("{ticks}ticks")),
            Literal::String { value, obfuscated } => {
                self.atom(&format!("{}{value:?}", if *obfuscated { "h" } else { "" }))
            }
            Literal::Typed { ty, text } => self.atom(&format!("{}({text:?})", ty.text)),
            Literal::Dynamic(value) => self.node("dynamic", |o| o.dynamic(value)),
            Literal::Null => self.atom("null()"),
        }
    }

    fn dynamic(&mut self, value: &DynamicLiteral) {
        match value {
            DynamicLiteral::Null => self.atom("null()"),
            DynamicLiteral::Value(literal) => self.literal(literal),
            DynamicLiteral::Array(items) => self.node("array", |o| items.iter().for_each(|item| o.dynamic(item))),
            DynamicLiteral::Bag(pairs) => self.node("bag", |o| {
                for (key, value) in pairs {
                    o.atom(&format!("{key:?}"));
                    o.dynamic(value);
                }
            }),
        }
    }

    fn operators(&mut self, operators: &[Operator]) {
        operators.iter().for_each(|operator| self.operator(operator));
    }

    fn options(&mut self, options: &[OperatorOption]) {
        for OperatorOption { name, value } in options {
            self.node("option", |o| {
                o.atom(&name.text);
                o.expr(value);
            });
        }
    }

    fn named<'a>(&mut self, named: impl IntoIterator<Item = &'a NamedExpr>) {
        for NamedExpr { names, value, span: _ } in named {
            if names.is_empty() {
                self.expr(value);
                continue;
            }
            self.node("=", |o| {
                names.iter().for_each(|name| o.name(name));
                o.expr(value);
            });
        }
    }
}

fn binary_op(op: BinaryOp) -> String {
    let fixed = match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::EqualIgnoringCase => "=~",
        BinaryOp::NotEqualIgnoringCase => "!~",
        BinaryOp::Colon => "colon",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Text { test, case, negated } => return text_op(test, case, negated),
    };
    fixed.to_string()
}

/// The spelling of a text operator; `matches regex` and `like` aside it is the one Kusto recommends.
pub(crate) fn text_op(test: TextTest, case: Case, negated: bool) -> String {
    let stem = match test {
        TextTest::Contains => "contains",
        TextTest::Has => "has",
        TextTest::HasPrefix => "hasprefix",
        TextTest::HasSuffix => "hassuffix",
        TextTest::StartsWith => "startswith",
        TextTest::EndsWith => "endswith",
        TextTest::MatchesRegex => return "matches regex".to_string(),
        TextTest::Like => {
            let case = if case == Case::Sensitive { "cs" } else { "" };
            return format!("{}like{case}", if negated { "not" } else { "" });
        }
    };
    format!("{}{stem}{}", if negated { "!" } else { "" }, if case == Case::Sensitive { "_cs" } else { "" })
}

/// The spelling of a list operator.
pub(crate) fn in_op(test: InTest, case: Case, negated: bool) -> String {
    let stem = match (test, case) {
        (InTest::In, Case::Sensitive) => "in",
        (InTest::In, Case::Insensitive) => "in~",
        (InTest::HasAny, _) => "has_any",
        (InTest::HasAll, _) => "has_all",
    };
    format!("{}{stem}", if negated { "!" } else { "" })
}
