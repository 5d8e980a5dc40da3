//! A function written in KQL, as it stands in a file of its own → findings.
//!
//! In: the text, parameters and body. Out: findings about it. A body is bound where it is called, so it is called here with a value of each
//! parameter's type; only what such a call says of names is kept, since another value may be right where this one is not.

use syntax::ast::{Expr, ExprKind, Parameter, StatementKind, TypeExpr};
use syntax::{Diagnostic, Parsed, Span};

use super::query::{bind, moved};
use super::{Finding, Looked, Product, Setting};
use semantics::codes;

/// Stands before the text, which is what a `let` gives a name to.
const HEAD: &str = "let function = ";

/// What is true of a body whatever it is called with: names that are not there.
const ABOUT_NAMES: [&str; 3] = [codes::NAME_NOT_FOUND, codes::TABLE_NOT_FOUND, codes::FUNCTION_NOT_FOUND];

/// Finds what is wrong with the text of a function.
pub(super) fn look(text: &str, setting: Setting<'_>) -> Looked {
    let parsed = syntax::parse(&format!("{HEAD}{text}\n;\nprint 1"));
    let mut found = parsed.errors.clone();
    if !found.iter().any(Diagnostic::is_error)
        && let Some(call) = call(&parsed)
    {
        let called = syntax::parse(&format!("{HEAD}{text}\n;\n{call}"));
        let (_, mut said) = bind(&called, Product::Vedette, setting);
        let inside = text.len() + HEAD.len();
        said.retain(|said| ABOUT_NAMES.contains(&said.code) && (said.span.start as usize) < inside);
        found.extend(said);
    }
    let (head, end) = (narrow(HEAD.len()), narrow(text.len()));
    let back = |at: u32| at.saturating_sub(head).min(end);
    let to = |span: Span| Span::new(back(span.start), back(span.end));
    let findings = found.into_iter().map(|diagnostic| Finding::from(moved(diagnostic, &to, None))).collect();
    Looked { findings, rule_id: None }
}

/// A call with a value for each parameter that needs one; none where a table of any columns is needed.
fn call(parsed: &Parsed) -> Option<String> {
    let Some(StatementKind::Let { value, .. }) = parsed.query.statements.first().map(|statement| &statement.kind)
    else {
        return None;
    };
    let Expr { kind: ExprKind::Lambda { parameters, .. }, .. } = value else { return None };
    let needed = parameters.iter().filter(|parameter| parameter.default.is_none());
    let values: Option<Vec<String>> = needed.map(argument).collect();
    Some(format!("function({})", values?.join(", ")))
}

fn argument(parameter: &Parameter) -> Option<String> {
    Some(match &parameter.ty {
        TypeExpr::Scalar(name) => match name.text.as_str() {
            "string" => "''".to_owned(),
            "bool" | "boolean" => "false".to_owned(),
            "dynamic" => "dynamic([])".to_owned(),
            "datetime" | "date" => "datetime(2024-01-01)".to_owned(),
            "timespan" | "time" => "1d".to_owned(),
            other => format!("{other}(1)"),
        },
        TypeExpr::Table(columns, _) => {
            let columns: Vec<String> =
                columns.iter().map(|column| format!("['{}']: {}", column.name.text, column.ty.text)).collect();
            format!("(datatable({}) [])", columns.join(", "))
        }
        TypeExpr::AnyTable(_) => return None,
    })
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
