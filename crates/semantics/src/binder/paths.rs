//! `base.name`, `base["key"]`, `base[index]`: walks into a dynamic, fused into one path.

use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Literal, Name, UnaryOp};
use syntax::{Diagnostic, Span};

use super::{Binder, Scope};
use crate::bound::{Expr, ExprKind, Step};
use crate::codes;
use crate::convert::convert;
use crate::names::{is_side, state_column};
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    /// `base.name`.
    pub(super) fn member(&mut self, base: &Tree, name: &Name, span: Span, scope: Scope<'_>) -> Option<Expr> {
        if let TreeKind::Name(side) = &base.kind
            && is_side(&side.text)
            && let (Some(left), Some(right)) = (scope.row, scope.right)
        {
            let table = if side.text == "$left" { left } else { right };
            let column = self.column_of(table, name)?;
            return Some(table.column_expr(column, span));
        }
        if let (TreeKind::Name(step), Some(row)) = (&base.kind, scope.row)
            && self.scan_steps.contains(&step.text)
        {
            let Some(column) = row.column(&state_column(&step.text, &name.text)) else {
                self.name_not_found(name, scope);
                return None;
            };
            return Some(row.column_expr(column, span));
        }
        if let TreeKind::Name(path) = &base.kind
            && self.graph.as_ref().is_some_and(|graph| graph.path(&path.text).is_some())
        {
            let message = format!("`{}` is several edges, each with its `{}`", path.text, name.text);
            let diagnostic = Diagnostic::error(codes::GRAPH_PATTERN, span, message);
            self.report(diagnostic.hint("`map(edge, x)` gives the values, `all(edge, x == …)` asks about each"));
            return None;
        }
        let base = self.scalar(base, scope)?;
        if base.ty != Type::Dynamic {
            let message = format!("`{}` is asked of a {}, and only a dynamic has properties", name.text, base.ty);
            self.error(codes::NAME_NOT_FOUND, name.span, message);
            return None;
        }
        Some(walk(base, Step::Key(name.text.clone()), span))
    }

    /// `base[index]`.
    pub(super) fn index(&mut self, base: &Tree, index: &Tree, span: Span, scope: Scope<'_>) -> Option<Expr> {
        let brackets = Span::new(base.span.end, span.end);
        let base = self.scalar(base, scope);
        let step = self.step(index, scope);
        let (base, step) = (base?, step?);
        if base.ty != Type::Dynamic {
            let message = format!("`[…]` takes an element of a dynamic, and this is a {}", base.ty);
            self.error(codes::ELEMENT_NOT_ALLOWED, brackets, message);
            return None;
        }
        Some(walk(base, step, span))
    }

    fn step(&mut self, index: &Tree, scope: Scope<'_>) -> Option<Step> {
        match &index.kind {
            TreeKind::Literal(Literal::String { value, .. }) => return Some(Step::Key(value.clone())),
            TreeKind::Literal(Literal::Long(at)) => return Some(Step::Index(*at)),
            TreeKind::Unary { op: UnaryOp::Minus, operand } => {
                if let TreeKind::Literal(Literal::Long(at)) = &operand.kind {
                    return Some(Step::Index(at.wrapping_neg()));
                }
            }
            _ => {}
        }
        let expr = self.scalar(index, scope)?;
        match (&expr.kind, expr.ty) {
            (ExprKind::Constant(Value::String(key)), _) => Some(Step::Key(key.clone())),
            (ExprKind::Constant(Value::Long(at)), _) => Some(Step::Index(*at)),
            (_, Type::String | Type::Long) => Some(Step::Computed(expr)),
            (_, Type::Int) => Some(Step::Computed(convert(expr, Type::Long))),
            (_, Type::Dynamic) => Some(Step::Computed(convert(expr, Type::String))),
            (_, other) => {
                let message = format!("an element is named by a string or a whole number, found a {other}");
                self.error(codes::TYPE_EXPECTED, index.span, message);
                None
            }
        }
    }
}

/// One step further; steps into the same base are one path.
fn walk(base: Expr, step: Step, span: Span) -> Expr {
    let (base, mut steps) = match base.kind {
        ExprKind::Path { base, steps } => (base, steps),
        kind => (Box::new(Expr { kind, ..base }), vec![]),
    };
    steps.push(step);
    Expr { kind: ExprKind::Path { base, steps }, ty: Type::Dynamic, span }
}
