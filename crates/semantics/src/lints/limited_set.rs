//! A set or list that keeps a few values, and is then tested: which values it keeps is left open.

use syntax::ast::{Expr, ExprKind, InTest, NamedExpr, Operator, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::stages::own_expressions;
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::LIMITED_SET,
    name: "limited-set",
    summary: "a test of a set or list that keeps some values only, and it is left open which",
    occasion: Occasion::Always,
    check,
};

/// Larger sets are bounded for safety, and hold all there is.
const LIMIT_MAX: f64 = 100.0;

/// A set that is cut off.
struct Limited {
    name: String,
    limit: f64,
    call: Span,
    limit_span: Span,
}

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            let OperatorKind::Summarize { aggregates, .. } = &operator.kind else { continue };
            let after = pipe.operators.get(at + 1..).unwrap_or_default();
            for set in aggregates.iter().filter_map(|aggregate| limited(linted, aggregate)) {
                found.extend(test(linted, &set, after));
            }
        }
    });
}

fn limited(linted: &Linted<'_>, aggregate: &NamedExpr) -> Option<Limited> {
    let call = tree::call(&aggregate.value)?;
    let at = match call.name.text.as_str() {
        "make_set" | "makeset" | "make_list" | "makelist" => 1,
        "make_set_if" | "make_list_if" => 2,
        _ => return None,
    };
    let limit = tree::argument(call, at)?;
    let name = tree::output_name(aggregate)?;
    let kept = linted.number(limit).filter(|kept| *kept <= LIMIT_MAX)?;
    Some(Limited { name, limit: kept, call: aggregate.value.span, limit_span: limit.span })
}

fn test(linted: &Linted<'_>, set: &Limited, after: &[Operator]) -> Option<Diagnostic> {
    for operator in after {
        if matches!(operator.kind, OperatorKind::Summarize { .. } | OperatorKind::MvExpand(_)) {
            return None;
        }
        for expr in own_expressions(operator) {
            let mut found = None;
            tree::each_inside(expr, |inner| {
                if found.is_none() {
                    found = complaint(linted, set, inner);
                }
            });
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn complaint(linted: &Linted<'_>, set: &Limited, expr: &Expr) -> Option<Diagnostic> {
    let is_set = |expr: &Expr| is_set(expr, &set.name);
    let limit = set.limit;
    let message = match &expr.kind {
        ExprKind::In { test: InTest::In, list, .. } if matches!(list.as_slice(), [one] if is_set(one)) => {
            members(limit)
        }
        ExprKind::In { value, .. } if is_set(value) => members(limit),
        ExprKind::Binary { op: syntax::ast::BinaryOp::Text { .. }, left, .. } if is_set(left) => members(limit),
        ExprKind::Call(call)
            if ["set_has_element", "array_index_of", "set_intersect"].contains(&call.name.text.as_str()) =>
        {
            call.arguments.iter().any(|argument| is_set(&argument.value)).then(|| members(limit))?
        }
        _ => {
            let bounded = super::stages::bounded(expr)?;
            let call = tree::call(bounded.value).filter(|call| call.name.text == "array_length")?;
            let least = linted.number(bounded.least?)?;
            let is_strict = matches!(expr.kind, ExprKind::Binary { op: syntax::ast::BinaryOp::Greater, .. });
            let is_out_of_reach = least > limit || is_strict && least >= limit;
            let is_length = tree::argument(call, 0).is_some_and(is_set);
            (is_length && is_out_of_reach)
                .then(|| format!("the set has at most {limit} values, so this never holds"))?
        }
    };
    let fix = Fix {
        title: "keep all values".to_owned(),
        edits: vec![(without_limit(linted.text, set.limit_span), String::new())],
        is_safe: false,
    };
    Some(Diagnostic::warning(codes::LIMITED_SET, expr.span, message).label(set.call, "cut off here").fix(fix))
}

fn members(limit: f64) -> String {
    format!(
        "only {limit} values are kept, and which ones is left open: with more, this holds on one run and not on the next"
    )
}

/// Is it the set, or its text?
fn is_set(expr: &Expr, name: &str) -> bool {
    match tree::call(expr) {
        Some(call) if ["tostring", "strcat_array", "tolower"].contains(&call.name.text.as_str()) => {
            tree::argument(call, 0).is_some_and(|inner| is_set(inner, name))
        }
        _ => tree::name(expr) == Some(name),
    }
}

/// The limit with the comma before it.
fn without_limit(text: &str, limit: Span) -> Span {
    let before = text.get(..limit.start as usize).unwrap_or_default();
    let comma = before.rfind(',').and_then(|at| u32::try_from(at).ok()).unwrap_or(limit.start);
    Span::new(comma, limit.end)
}
