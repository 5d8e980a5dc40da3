//! `declare pattern`: tuples of texts that stand for tables, `app("a").Events`.

use std::rc::Rc;

use syntax::Span;
use syntax::ast::{Call, Expr as Tree, ExprKind as TreeKind, Literal, Name, PatternCase, PatternDeclaration, TypeExpr};

use super::{Binder, Item, Scope};
use crate::codes;
use crate::scope::{Binding, Pattern};
use crate::types::Type;

impl Binder<'_> {
    /// Declares a pattern; its arguments are texts.
    pub(super) fn pattern(&mut self, declaration: &PatternDeclaration) {
        for parameter in declaration.parameters.iter().chain(&declaration.path) {
            let is_text =
                matches!(&parameter.ty, TypeExpr::Scalar(ty) if Type::from_name(&ty.text) == Some(Type::String));
            if !is_text {
                self.error(codes::TYPE_EXPECTED, parameter.name.span, "an argument of a pattern is a string");
            }
        }
        let pattern =
            Pattern { declaration: declaration.clone(), env: self.env.clone(), allowed: self.catalog.allowed.clone() };
        self.env.declare(&declaration.name.text, Binding::Pattern(Rc::new(pattern)));
    }

    /// The table that `app("a").Events`, `app("a").["Events"]` or `app("a")` stands for; none when no pattern has that name.
    pub(super) fn pattern_call(&mut self, call: &Call, path: Option<&Name>, span: Span) -> Option<Option<Item>> {
        let Some(Binding::Pattern(pattern)) = self.env.find(&call.name.text) else { return None };
        let pattern = Rc::clone(pattern);
        let mut arguments = vec![];
        for argument in &call.arguments {
            arguments.push(self.constant_text(&argument.value, Scope::default()));
        }
        let Some(arguments) = arguments.into_iter().collect::<Option<Vec<String>>>() else { return Some(None) };
        let path = path.map(|name| name.text.as_str());
        let is_meant = |case: &&PatternCase| {
            case.arguments.len() == arguments.len()
                && case.arguments.iter().zip(&arguments).all(|(tree, text)| literal_text(tree) == Some(text))
                && case.path.as_ref().and_then(literal_text).map(String::as_str) == path
        };
        let Some(case) = pattern.declaration.cases.iter().find(is_meant) else {
            let quoted: Vec<String> = arguments.iter().map(|text| format!("'{text}'")).collect();
            let path = path.map(|path| format!(".['{path}']")).unwrap_or_default();
            let message = format!("no case of the pattern matches `{}({}){path}`", call.name.text, quoted.join(","));
            self.error(codes::PATTERN_UNMATCHED, span, message);
            return Some(None);
        };
        let env = std::mem::replace(&mut self.env, pattern.env.clone());
        let allowed = std::mem::replace(&mut self.catalog.allowed, pattern.allowed.clone());
        let item = self.descend(span, |binder| binder.body(&case.body));
        self.catalog.allowed = allowed;
        self.env = env;
        Some(item)
    }
}

fn literal_text(tree: &Tree) -> Option<&String> {
    match &tree.kind {
        TreeKind::Literal(Literal::String { value, .. }) => Some(value),
        _ => None,
    }
}
