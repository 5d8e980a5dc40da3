//! Scalar expressions: literals, operators, and the way to everything else.

use syntax::ast::{BinaryOp, Expr as Tree, ExprKind as TreeKind, Literal, UnaryOp};
use syntax::{Diagnostic, Span};

use super::lists::InOperator;
use super::{Binder, Scope, typing};
use crate::bound::{ArithmeticOp, CompareOp, Expr, ExprKind};
use crate::codes;
use crate::convert::constant;
use crate::literal::value_of;
use crate::names::is_hidden;
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    /// An expression that must be a single value; none when something was wrong, which was said.
    pub(crate) fn scalar(&mut self, tree: &Tree, scope: Scope<'_>) -> Option<Expr> {
        self.used.nodes += 1;
        self.descend(tree.span, |binder| binder.scalar_inside(tree, scope))
    }

    /// Only the way to the part that knows: this frame is on the stack once per level.
    fn scalar_inside(&mut self, tree: &Tree, scope: Scope<'_>) -> Option<Expr> {
        let span = tree.span;
        match &tree.kind {
            TreeKind::Literal(literal) => self.literal(literal, span),
            TreeKind::Name(name) => self.name(name, scope),
            TreeKind::Call(call) => self.call(call, span, scope),
            TreeKind::Member { base, name } => self.member(base, name, span, scope),
            TreeKind::Index { base, index } => self.index(base, index, span, scope),
            TreeKind::Unary { op, operand } => self.unary(*op, operand, span, scope),
            TreeKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), op_span, .. } => {
                self.logical_chain(*op, *op_span, tree, scope)
            }
            TreeKind::Binary { .. } => self.binary_chain(tree, scope),
            TreeKind::In { test, case, negated, op_span, value, list } => {
                let op = InOperator { test: *test, case: *case, negated: *negated, span: *op_span };
                self.in_list(op, value, list, span, scope)
            }
            TreeKind::Between { negated, value, low, high } => self.between(*negated, [value, low, high], span, scope),
            TreeKind::Paren(inner) => self.scalar(inner, scope),
            TreeKind::List(items) if items.len() == 1 => self.scalar(items.first()?, scope),
            TreeKind::Star
            | TreeKind::Wildcard(_)
            | TreeKind::List(_)
            | TreeKind::Lambda { .. }
            | TreeKind::TypeOf(_) => {
                self.error(codes::SCALAR_EXPECTED, span, "a single value is expected here");
                None
            }
            TreeKind::MemberCall { .. }
            | TreeKind::Pipe { .. }
            | TreeKind::Datatable { .. }
            | TreeKind::ExternalData { .. }
            | TreeKind::InlineExternalTable(_) => {
                let item = self.item(tree, scope);
                self.scalar_of(item, span)
            }
            TreeKind::Missing => {
                self.is_incomplete = true;
                None
            }
        }
    }

    fn literal(&mut self, literal: &Literal, span: Span) -> Option<Expr> {
        if let Literal::Typed { text, .. } = literal
            && text.trim().is_empty()
            && is_datetime(literal)
        {
            return self.own_now(span).or_else(|| self.builtin("now", vec![], span));
        }
        match value_of(literal) {
            Ok(value) => Some(constant(value, span)),
            // The language service takes any text for a datetime, and published queries have places to fill in: no moment compares with null.
            Err(wrong) if is_datetime(literal) => {
                let message = format!("{wrong}, and so it is null");
                self.report(Diagnostic::warning(codes::BAD_LITERAL, span, message));
                Some(constant(Value::Null(Type::DateTime), span))
            }
            Err(wrong) => {
                self.error(codes::BAD_LITERAL, span, wrong);
                None
            }
        }
    }

    fn between(&mut self, negated: bool, operands: [&Tree; 3], span: Span, scope: Scope<'_>) -> Option<Expr> {
        let bound = operands.map(|operand| self.scalar(operand, scope));
        let [Some(value), Some(low), Some(high)] = bound else { return None };
        let types = (value.ty, low.ty, high.ty);
        let (low_span, high_span) = (low.span, high.span);
        let between = typing::between(negated, value, low, high, span);
        if between.is_none() {
            let message = format!("`between` is not defined for a {} between a {} and a {}", types.0, types.1, types.2);
            let (code, place) = odd_bound(types, [low_span, high_span]).unwrap_or((codes::OPERATOR_TYPES, span));
            self.error(code, place, message);
        }
        between
    }

    /// `a + b - c …`: the left side is as deep as the text is long, so it is walked in a loop.
    fn binary_chain(&mut self, tree: &Tree, scope: Scope<'_>) -> Option<Expr> {
        let mut steps = vec![];
        let mut first = tree;
        while let TreeKind::Binary { op, op_span, left, right } = &first.kind
            && !matches!(op, BinaryOp::And | BinaryOp::Or)
        {
            if let TreeKind::Star = left.kind {
                break;
            }
            steps.push((*op, *op_span, &**right, first.span));
            first = left;
        }
        let mut value = match &first.kind {
            TreeKind::Binary { op, op_span, left, right } if matches!(left.kind, TreeKind::Star) => {
                self.any_column(*op, *op_span, right, first.span, scope)
            }
            _ => self.scalar(first, scope),
        };
        for (op, op_span, right, span) in steps.into_iter().rev() {
            let right = self.scalar(right, scope);
            value = match (value, right) {
                (Some(left), Some(right)) => self.binary(op, op_span, left, right, span),
                _ => None,
            };
        }
        value
    }

    fn unary(&mut self, op: UnaryOp, operand: &Tree, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let operand = self.scalar(operand, scope)?;
        let ty = operand.ty;
        let result = match op {
            UnaryOp::Minus => typing::negate(operand, span),
            UnaryOp::Plus => typing::negate(operand.clone(), span).map(|_| operand),
        };
        if result.is_none() {
            let sign = if op == UnaryOp::Minus { '-' } else { '+' };
            let place = Span::new(span.start, span.start + 1);
            self.error(codes::OPERATOR_TYPES, place, format!("`{sign}` is not defined for a {ty}"));
        }
        result
    }

    /// A chain of `and` (or of `or`): bound one by one, joined as a balanced tree, because hundreds of terms are common in rules.
    fn logical_chain(&mut self, op: BinaryOp, op_span: Span, tree: &Tree, scope: Scope<'_>) -> Option<Expr> {
        let mut terms = vec![];
        let mut waiting = vec![tree];
        while let Some(next) = waiting.pop() {
            match &next.kind {
                TreeKind::Binary { op: inner, left, right, .. } if *inner == op => waiting.extend([&**right, &**left]),
                _ => terms.push(next),
            }
        }
        let mut bound = vec![];
        let mut is_complete = true;
        for term in terms {
            match self.scalar(term, scope) {
                Some(expr) if matches!(expr.ty, Type::Bool | Type::Dynamic) => bound.push(expr),
                Some(expr) => {
                    is_complete = false;
                    let word = if op == BinaryOp::And { "and" } else { "or" };
                    let message = format!("`{word}` is not defined for a {}", expr.ty);
                    self.report(
                        Diagnostic::error(codes::OPERATOR_TYPES, op_span, message).label(term.span, "this one"),
                    );
                }
                None => is_complete = false,
            }
        }
        if is_complete { balanced(op, bound) } else { None }
    }

    fn binary(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        let (left_ty, right_ty) = (left.ty, right.ty);
        if (op, left_ty, right_ty) == (BinaryOp::Divide, Type::DateTime, Type::TimeSpan) {
            // Microsoft's language service lets it pass as a real, and no page says of what.
            self.unsupported(op_span, "a datetime divided by a timespan");
            return None;
        }
        let bound = match op {
            BinaryOp::Or => typing::logical(ExprKind::Or, left, right, span),
            BinaryOp::And => typing::logical(ExprKind::And, left, right, span),
            BinaryOp::Equal => typing::compare(CompareOp::Equal, left, right, span),
            BinaryOp::NotEqual => typing::compare(CompareOp::NotEqual, left, right, span),
            BinaryOp::Less => typing::compare(CompareOp::Less, left, right, span),
            BinaryOp::LessOrEqual => typing::compare(CompareOp::LessOrEqual, left, right, span),
            BinaryOp::Greater => typing::compare(CompareOp::Greater, left, right, span),
            BinaryOp::GreaterOrEqual => typing::compare(CompareOp::GreaterOrEqual, left, right, span),
            BinaryOp::EqualIgnoringCase => typing::equal_ignoring_case(false, left, right, span),
            BinaryOp::NotEqualIgnoringCase => typing::equal_ignoring_case(true, left, right, span),
            BinaryOp::Text { test, case, negated } => typing::text((test, case, negated), left, right, span),
            BinaryOp::Add => typing::arithmetic(ArithmeticOp::Add, left, right, span),
            BinaryOp::Subtract => typing::arithmetic(ArithmeticOp::Subtract, left, right, span),
            BinaryOp::Multiply => typing::arithmetic(ArithmeticOp::Multiply, left, right, span),
            BinaryOp::Divide => typing::arithmetic(ArithmeticOp::Divide, left, right, span),
            BinaryOp::Modulo => typing::arithmetic(ArithmeticOp::Modulo, left, right, span),
            BinaryOp::Colon => {
                self.error(codes::OPERATOR_TYPES, op_span, "`:` is an operator of `search` and `find` only");
                return None;
            }
        };
        if bound.is_none() {
            self.operator_types(op, op_span, left_ty, right_ty);
        }
        bound
    }

    /// `* has "x"`: true of one of the columns that are looked into.
    fn any_column(&mut self, op: BinaryOp, op_span: Span, right: &Tree, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let right = self.scalar(right, scope)?;
        let Some(row) = scope.row else {
            self.error(codes::COLUMN_EXPECTED, span, "there are no columns here");
            return None;
        };
        let mut tests = vec![];
        for (at, column) in row.schema().iter().enumerate() {
            if !is_searched(column.ty) || is_hidden(&column.name) {
                continue;
            }
            let value = self.cast_to_text(row.column_expr(at, span))?;
            let test = match op {
                BinaryOp::Text { test, case, negated } => {
                    typing::text((test, case, negated), value, right.clone(), span)
                }
                BinaryOp::EqualIgnoringCase => typing::equal_ignoring_case(false, value, right.clone(), span),
                BinaryOp::Equal => typing::compare(CompareOp::Equal, value, right.clone(), span),
                _ => None,
            };
            let Some(test) = test else {
                self.operator_types(op, op_span, column.ty, right.ty);
                return None;
            };
            tests.push(test);
        }
        if tests.is_empty() && !row.is_open {
            return Some(constant(Value::Bool(false), span));
        }
        balanced(BinaryOp::Or, tests)
    }

    /// Text as it is, anything else by `tostring`.
    pub(crate) fn cast_to_text(&mut self, expr: Expr) -> Option<Expr> {
        let span = expr.span;
        if matches!(expr.ty, Type::String | Type::Dynamic) { Some(expr) } else { self.cast(expr, Type::String, span) }
    }

    fn operator_types(&mut self, op: BinaryOp, span: Span, left: Type, right: Type) {
        let message = format!("{} is not defined between a {left} and a {right}", operator_name(op));
        let mut diagnostic = Diagnostic::error(codes::OPERATOR_TYPES, span, message);
        let advice = match (left, right) {
            (Type::Dynamic, Type::Dynamic) => Some("say what the values are: `tostring(…)`, `tolong(…)`".to_owned()),
            (Type::String, Type::String) if is_order(op) => {
                Some("strings have no order here: `strcmp(a, b) < 0`".to_owned())
            }
            (Type::String, other) | (other, Type::String) if other != Type::Bool => {
                Some(format!("convert one of them: `to{other}(…)` or `tostring(…)`"))
            }
            _ => None,
        };
        if let Some(advice) = advice {
            diagnostic = diagnostic.hint(advice);
        }
        self.report(diagnostic);
    }
}

/// Does `search` look into columns of this type? Whole numbers count by their text, as the emulator shows; reals do not.
pub(crate) fn is_searched(ty: Type) -> bool {
    matches!(ty, Type::String | Type::Dynamic | Type::Int | Type::Long | Type::Guid)
}

/// The bound of `between` that is not of the value's kind, and what Kusto says of it; none when the value itself has no order.
fn odd_bound((value, low, high): (Type, Type, Type), spans: [Span; 2]) -> Option<(&'static str, Span)> {
    let (fits, code): (fn(Type) -> bool, _) = match value {
        number if number.is_number() => (Type::is_number, codes::NUMBER_EXPECTED),
        Type::DateTime => (|ty| ty == Type::DateTime, codes::EXACT_TYPE),
        Type::TimeSpan => (|ty| ty == Type::TimeSpan, codes::EXACT_TYPE),
        _ => return None,
    };
    [low, high].into_iter().zip(spans).find(|(ty, _)| !fits(*ty)).map(|(_, span)| (code, span))
}

fn is_datetime(literal: &Literal) -> bool {
    matches!(literal, Literal::Typed { ty, .. } if Type::from_name(&ty.text) == Some(Type::DateTime))
}

fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual)
}

/// Joins terms two by two; `and` and `or` do not mind how they are grouped.
pub(crate) fn balanced(op: BinaryOp, mut terms: Vec<Expr>) -> Option<Expr> {
    if terms.len() <= 1 {
        return terms.pop();
    }
    let right = terms.split_off(terms.len() / 2);
    let (left, right) = (balanced(op, terms)?, balanced(op, right)?);
    let span = left.span.to(right.span);
    if op == BinaryOp::And {
        typing::logical(ExprKind::And, left, right, span)
    } else {
        typing::logical(ExprKind::Or, left, right, span)
    }
}

fn operator_name(op: BinaryOp) -> &'static str {
    use syntax::ast::TextTest;
    match op {
        BinaryOp::Or => "`or`",
        BinaryOp::And => "`and`",
        BinaryOp::Equal => "`==`",
        BinaryOp::NotEqual => "`!=`",
        BinaryOp::Less => "`<`",
        BinaryOp::LessOrEqual => "`<=`",
        BinaryOp::Greater => "`>`",
        BinaryOp::GreaterOrEqual => "`>=`",
        BinaryOp::EqualIgnoringCase => "`=~`",
        BinaryOp::NotEqualIgnoringCase => "`!~`",
        BinaryOp::Colon => "`:`",
        BinaryOp::Add => "`+`",
        BinaryOp::Subtract => "`-`",
        BinaryOp::Multiply => "`*`",
        BinaryOp::Divide => "`/`",
        BinaryOp::Modulo => "`%`",
        BinaryOp::Text { test, .. } => match test {
            TextTest::Contains => "`contains`",
            TextTest::Has => "`has`",
            TextTest::HasPrefix => "`hasprefix`",
            TextTest::HasSuffix => "`hassuffix`",
            TextTest::StartsWith => "`startswith`",
            TextTest::EndsWith => "`endswith`",
            TextTest::MatchesRegex => "`matches regex`",
            TextTest::Like => "`like`",
        },
    }
}
