//! `isnull` of text: text is never null, only empty.

use syntax::ast::ExprKind;
use syntax::{Diagnostic, Fix};

use super::{Lint, Linted, Occasion, codes, tree};
use crate::types::Type;

pub(super) const LINT: Lint = Lint {
    code: codes::NULL_TEXT,
    name: "null-text",
    summary: "`isnull` or `isnotnull` of text, which is never null",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let (answer, other) = match call.name.text.as_str() {
            "isnull" => ("false", "isempty"),
            "isnotnull" | "notnull" => ("true", "isnotempty"),
            _ => return,
        };
        let [argument] = call.arguments.as_slice() else { return };
        if linted.ty(&argument.value) != Some(Type::String) {
            return;
        }
        let message = format!("`{}` of text is always {answer}: text is never null, only empty", call.name.text);
        let fix = Fix {
            title: format!("ask whether it is empty: `{other}`"),
            edits: vec![(call.name.span, other.to_owned())],
            is_safe: true,
        };
        found.push(Diagnostic::warning(codes::NULL_TEXT, call.name.span, message).fix(fix));
    });
}
