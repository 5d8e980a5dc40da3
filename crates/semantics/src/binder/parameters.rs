//! `declare query_parameters`: names whose values come with the query, as texts that are read as literals of the declared type.
//!
//! A value is never a part of the query: what is more than one literal is refused, which is what such parameters are for.

use syntax::Diagnostic;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Literal, Parameter, StatementKind, TypeExpr};

use super::{Binder, Extent, Scope};
use crate::bound::{Expr, ExprKind};
use crate::codes;
use crate::convert::{constant, convert, converts, literal_as};
use crate::literal::value_of;
use crate::scope::Binding;
use crate::types::Type;
use crate::value::Value;

impl Binder<'_> {
    /// Declares a query parameter: the value that was given for it, or else its default.
    pub(super) fn query_parameter(&mut self, parameter: &Parameter) {
        let binding = match &parameter.ty {
            TypeExpr::Scalar(ty) => match Type::from_name(&ty.text) {
                Some(wanted) => self.parameter_value(parameter, wanted),
                None => {
                    self.error(codes::TYPE_NAME, ty.span, format!("`{}` is not a type", ty.text));
                    Binding::Faulty
                }
            },
            TypeExpr::Table(_, span) | TypeExpr::AnyTable(span) => {
                self.error(codes::SCALAR_EXPECTED, *span, "a query parameter is a single value");
                Binding::Faulty
            }
        };
        self.env.declare(&parameter.name.text, binding);
    }

    fn parameter_value(&mut self, parameter: &Parameter, wanted: Type) -> Binding {
        let name = &parameter.name;
        if let Some(text) = self.catalog.query_parameter(&name.text) {
            let value = given_value(text, wanted).map(|value| constant(value, name.span));
            let Some(expr) = value.and_then(|value| value_as(value, wanted)) else {
                let message = format!("`{text}`, given for the query parameter `{}`, is not a {wanted}", name.text);
                self.error(codes::TYPE_EXPECTED, name.span, message);
                return Binding::Faulty;
            };
            return Binding::Scalar { expr, extent: Extent::default() };
        }
        let Some(default) = &parameter.default else {
            let message = format!("the query parameter `{}` has no value", name.text);
            let hint = format!("give it a default (`= …`), or a value with the query: `--param {}=…`", name.text);
            self.report(Diagnostic::error(codes::CONSTANT_EXPECTED, name.span, message).hint(hint));
            return Binding::Faulty;
        };
        let Some(value) = self.scalar(default, Scope::default()) else { return Binding::Faulty };
        let ty = value.ty;
        match value_as(value, wanted) {
            Some(expr) => Binding::Scalar { expr, extent: Extent::default() },
            None => {
                let message = format!("the default of `{}` is a {ty}, not a {wanted}", name.text);
                self.error(codes::TYPE_EXPECTED, default.span, message);
                Binding::Faulty
            }
        }
    }
}

fn value_as(value: Expr, wanted: Type) -> Option<Expr> {
    if matches!(&value.kind, ExprKind::Constant(Value::Null(_))) {
        return Some(constant(Value::absent(wanted), value.span));
    }
    if converts(value.ty, wanted) { Some(convert(value, wanted)) } else { literal_as(&value, wanted) }
}

/// A text as a value: a literal as a query would have it (`datetime(2024-05-01)`, `'a'`), or only what stands inside it (`2024-05-01`, `a`).
fn given_value(text: &str, wanted: Type) -> Option<Value> {
    let literal = literal(text).filter(|literal| wanted != Type::String || matches!(literal, Literal::String { .. }));
    if let Some(literal) = literal {
        return value_of(&literal).ok();
    }
    match wanted {
        Type::String => Some(Value::String(text.to_owned())),
        _ => value_of(&self::literal(&format!("{wanted}({text})"))?).ok(),
    }
}

/// The literal that a text is, if it is one and nothing else.
fn literal(text: &str) -> Option<Literal> {
    let parsed = syntax::parse(&format!("let value = {text}"));
    if parsed.errors.iter().any(Diagnostic::is_error) || parsed.query.statements.len() > 1 {
        return None;
    }
    let StatementKind::Let { value, .. } = parsed.query.statements.into_iter().next()?.kind else { return None };
    match value.kind {
        TreeKind::Pipe { source: Some(source), operators } if operators.is_empty() => of_tree(*source),
        _ => of_tree(value),
    }
}

fn of_tree(tree: Tree) -> Option<Literal> {
    match tree.kind {
        TreeKind::Literal(literal) => Some(literal),
        _ => None,
    }
}
