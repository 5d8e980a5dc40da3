//! `in`, `has_any`, `has_all`: a value against a list, which may be written out, be a dynamic, or be a table's first column.

use syntax::Span;
use syntax::ast::{Case, Expr as Tree, InTest};

use super::{Binder, Item, Scope, typing};
use crate::bound::{Expr, ExprKind, InList};
use crate::codes;
use crate::convert::{common_type, constant, convert, literal_as, text_of};
use crate::types::Type;
use crate::value::Value;

/// The operator as written.
#[derive(Clone, Copy)]
pub(super) struct InOperator {
    pub(super) test: InTest,
    pub(super) case: Case,
    pub(super) negated: bool,
    pub(super) span: Span,
}

impl Binder<'_> {
    /// `value in (list)`.
    pub(super) fn in_list(
        &mut self,
        op: InOperator,
        value: &Tree,
        list: &[Tree],
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Expr> {
        let tested = self.scalar(value, scope);
        let items: Option<Vec<Item>> =
            list.iter().map(|item| self.item(item, scope)).collect::<Vec<_>>().into_iter().collect();
        let (tested, items) = (tested?, items?);
        let is_text = op.test != InTest::In || op.case == Case::Insensitive;
        if is_text && !typing::is_textual(tested.ty) {
            let message = format!("a value of type string or dynamic is expected, found a {}", tested.ty);
            self.error(codes::TYPE_EXPECTED, value.span, message);
            return None;
        }
        let mut scalars = vec![];
        let mut tables = vec![];
        for item in items {
            match item {
                Item::Scalar(expr) => scalars.push(expr),
                Item::Tabular(table) => tables.push(table),
            }
        }
        match (scalars.len(), tables.len()) {
            (0, 1) => {
                let table = tables.pop()?;
                self.in_table(op, tested, table, span)
            }
            (_, 0) => self.in_values(op, tested, scalars, span),
            _ => {
                self.unsupported(op.span, "a table among other values of a list");
                None
            }
        }
    }

    fn in_table(&mut self, op: InOperator, tested: Expr, table: crate::tabular::Tabular, span: Span) -> Option<Expr> {
        if table.is_open {
            return None;
        }
        let Some(first) = table.schema().first().map(|column| column.ty) else {
            self.error(codes::COLUMN_EXPECTED, span, "the list is a table without columns");
            return None;
        };
        let is_text = op.test != InTest::In || op.case == Case::Insensitive;
        let wanted = match (tested.ty, first) {
            // A column of dynamics is compared by its text when the value is text.
            _ if is_text => Type::String,
            (a, b) if a == b => a,
            (Type::Dynamic, other) => other,
            (other, Type::Dynamic) => other,
            (a, b) => match a.promote(b) {
                Some(ty) => ty,
                None => {
                    let message = format!("a {a} is looked up among values of type {b}");
                    self.error(codes::OPERATOR_TYPES, op.span, message);
                    return None;
                }
            },
        };
        let tested = if op.test == InTest::In { convert(tested, wanted) } else { tested };
        let table = first_column_as(table, wanted);
        Some(membership(op, tested, InList::Table(Box::new(table)), span))
    }

    fn in_values(&mut self, op: InOperator, tested: Expr, mut values: Vec<Expr>, span: Span) -> Option<Expr> {
        let is_text = op.test != InTest::In || op.case == Case::Insensitive;
        if values.len() == 1
            && let Some(only) = values.pop_if(|value| value.ty == Type::Dynamic)
        {
            // `in~` compares text; the other tests take the value as it is.
            let tested = if is_text && op.test == InTest::In { convert(tested, Type::String) } else { tested };
            return Some(membership(op, tested, InList::Dynamic(Box::new(only)), span));
        }
        if values.iter().any(|value| value.ty == Type::Dynamic) {
            return self.in_several_dynamics(op, tested, values, span);
        }
        let wanted = if is_text {
            Type::String
        } else if tested.ty == Type::Dynamic {
            common_type(values.iter().map(|value| value.ty)).unwrap_or(Type::String)
        } else {
            values
                .iter()
                .filter_map(|value| tested.ty.promote(value.ty))
                .fold(tested.ty, |a, b| a.promote(b).unwrap_or(a))
        };
        let mut converted = vec![];
        for value in values {
            converted.push(self.element(op, value, wanted)?);
        }
        let keeps_dynamic = op.test != InTest::In;
        let tested = if keeps_dynamic { tested } else { convert(tested, wanted) };
        Some(membership(op, tested, InList::Values(converted), span))
    }

    /// An element of a written list as the type that is compared.
    fn element(&mut self, op: InOperator, value: Expr, wanted: Type) -> Option<Expr> {
        if value.ty == wanted || value.ty.promote(wanted) == Some(wanted) {
            return Some(convert(value, wanted));
        }
        if let Some(value) = literal_as(&value, wanted) {
            return Some(value);
        }
        if let ExprKind::Constant(Value::Null(_)) = &value.kind {
            return Some(constant(Value::absent(wanted), value.span));
        }
        let shown = match &value.kind {
            ExprKind::Constant(constant) => format!("`{}`", text_of(constant)),
            _ => "the element".to_owned(),
        };
        let message = format!("{shown} is a {}, and the list is compared with a {wanted}", value.ty);
        self.error(codes::OPERATOR_TYPES, if value.span == Span::default() { op.span } else { value.span }, message);
        None
    }

    /// `x in (list1, list2, "a")`: in one of them; not in any, when negated.
    fn in_several_dynamics(&mut self, op: InOperator, tested: Expr, values: Vec<Expr>, span: Span) -> Option<Expr> {
        let joins_with_or = !op.negated && op.test != InTest::HasAll;
        let (dynamics, plain): (Vec<Expr>, Vec<Expr>) = values.into_iter().partition(|value| value.ty == Type::Dynamic);
        let mut tests = vec![];
        for value in dynamics {
            tests.push(self.in_values(op, tested.clone(), vec![value], span)?);
        }
        if !plain.is_empty() {
            tests.push(self.in_values(op, tested, plain, span)?);
        }
        tests.into_iter().reduce(|left, right| {
            let (left, right) = (Box::new(left), Box::new(right));
            let kind = if joins_with_or { ExprKind::Or(left, right) } else { ExprKind::And(left, right) };
            Expr { kind, ty: Type::Bool, span }
        })
    }
}

fn membership(op: InOperator, value: Expr, list: InList, span: Span) -> Expr {
    let kind = ExprKind::In { test: op.test, case: op.case, negated: op.negated, value: Box::new(value), list };
    Expr { kind, ty: Type::Bool, span }
}

/// The table with only its first column, as that type.
fn first_column_as(table: crate::tabular::Tabular, wanted: Type) -> crate::bound::Table {
    let span = table.table.span;
    let first = table.column_expr(0, span);
    if table.schema().len() == 1 && first.ty == wanted {
        return table.table;
    }
    let mut schema = table.schema().clone();
    schema.truncate(1);
    if let Some(column) = schema.first_mut() {
        column.ty = wanted;
    }
    let column = convert_or_text(first, wanted);
    table.project(vec![column], schema, span).table
}

/// Kusto converts here by itself, or by the text of the value.
fn convert_or_text(expr: Expr, wanted: Type) -> Expr {
    if expr.ty == wanted || crate::convert::converts(expr.ty, wanted) {
        return convert(expr, wanted);
    }
    let span = expr.span;
    Expr { kind: ExprKind::Call { function: "tostring", arguments: vec![expr] }, ty: wanted, span }
}
