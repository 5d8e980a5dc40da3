//! `has` over a list that a group has made: it looks into the text of the whole list.

use syntax::ast::{BinaryOp, Expr, ExprKind, InTest, TextTest};
use syntax::{Diagnostic, Span};

use super::linted::Text;
use super::stages::{Definitions, each_stage, own_expressions};
use super::{Lint, Linted, Occasion, codes, note, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::ARRAY_AS_TEXT,
    name: "array-as-text",
    summary: "a test of text over a list that a group has made, which looks into its members",
    occasion: Occasion::Always,
    check,
};

/// What makes a list of a group.
const LISTS: [&str; 8] =
    ["make_set", "make_list", "makeset", "makelist", "make_set_if", "make_list_if", "set_union", "array_concat"];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        each_stage(pipe, |_, operator, definitions| {
            for whole in own_expressions(operator) {
                tree::each_inside(whole, |expr| {
                    let Some((op_span, subject)) = text_test(linted, expr) else { return };
                    // The walk lends its parts for a moment only: they are looked up again by their places.
                    let Some(list) = tree::part(whole, subject).and_then(|subject| list(definitions, subject)) else {
                        return;
                    };
                    let operator = op_span.text(linted.text);
                    let message =
                        format!("`{operator}` looks into the text of the whole list, and finds parts of its members");
                    found.push(
                        note(codes::ARRAY_AS_TEXT, op_span, message)
                            .label(list, "the list")
                            .hint("count what is meant in the group, `countif(FileName in~ (…))`, or ask for members: `set_has_element`"),
                    );
                });
            }
        });
    });
}

/// The operator of a test of text that may find parts of members, and the place of what it tests.
///
/// Codes and words are found as wholes; what finds parts is `contains` of another column, and a text with a separator inside, because what stands
/// before it in a longer name is cut off there.
fn text_test(linted: &Linted<'_>, expr: &Expr) -> Option<(Span, Span)> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Text { test, .. }, op_span, left, right } => {
            let texts = linted.texts(right);
            let finds_parts = match test {
                TextTest::Contains => texts.as_deref().is_none_or(has_names),
                TextTest::Has => texts.as_deref().is_some_and(has_names),
                _ => false,
            };
            finds_parts.then_some((*op_span, tree::bare(left).span))
        }
        ExprKind::In { test: InTest::HasAny | InTest::HasAll, op_span, value, list, .. } => {
            let finds_parts = linted.list_texts(list).as_deref().is_some_and(has_names);
            finds_parts.then_some((*op_span, tree::bare(value).span))
        }
        _ => None,
    }
}

/// Are there names of files, hosts or accounts among these?
fn has_names(texts: &[Text]) -> bool {
    texts.iter().any(|text| text.value.trim_matches(|c: char| !c.is_alphanumeric()).contains(['.', '\\', '@']))
}

/// Where the list was made that an expression is, or is the text of.
fn list<'e>(definitions: &Definitions<'e>, subject: &'e Expr) -> Option<Span> {
    let subject = match tree::call(subject) {
        Some(call) if call.name.text == "tostring" => tree::argument(call, 0)?,
        _ => subject,
    };
    let call = tree::call(definitions.resolve(subject))?;
    LISTS.contains(&call.name.text.as_str()).then_some(call.name.span)
}
