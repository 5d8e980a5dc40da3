//! A sort whose order a later operator undoes.

use syntax::ast::{Expr, ExprKind, InTest, Operator, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::stages::own_expressions;
use super::{Lint, Linted, Occasion, codes, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::SORT_DISCARDED,
    name: "sort-discarded",
    summary: "a sort whose order a later operator undoes",
    occasion: Occasion::Always,
    check,
};

/// Functions that read rows in their order.
const ORDERED: [&str; 19] = [
    "prev",
    "next",
    "row_number",
    "row_cumsum",
    "row_rank_dense",
    "row_rank_min",
    "row_window_session",
    "make_list",
    "makelist",
    "make_list_if",
    "make_list_with_nulls",
    "make_set",
    "makeset",
    "make_set_if",
    "make_bag",
    "make_dictionary",
    "make_bag_if",
    "take_any",
    "any",
];

/// What becomes of an order.
enum Fate {
    Kept,
    Used,
    Undone(&'static str),
}

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            if !matches!(operator.kind, OperatorKind::Sort { .. }) {
                continue;
            }
            let undone = pipe.operators.iter().skip(at + 1).find_map(|later| match fate(later) {
                Fate::Kept => None,
                Fate::Used => Some(None),
                Fate::Undone(how) => Some(Some((later.keyword, how))),
            });
            if let Some(Some((by, how))) = undone {
                found.push(complaint(linted, operator, by, how));
            }
        }
    });
    tree::each_expr(linted.query, |expr| {
        if let ExprKind::In { test: InTest::In, list, op_span, .. } = &expr.kind
            && let [table] = list.as_slice()
        {
            found.extend(last_sort(table).map(|sort| complaint(linted, sort, *op_span, "a list has no order")));
        }
    });
    tree::each_operator(linted.query, |operator| {
        let tables: Vec<&Expr> = match &operator.kind {
            OperatorKind::Join(join) | OperatorKind::Lookup(join) => vec![&join.right],
            OperatorKind::Union { tables, .. } => tables.iter().collect(),
            _ => vec![],
        };
        for table in tables {
            found.extend(
                last_sort(table)
                    .map(|sort| complaint(linted, sort, operator.keyword, "it does not keep the order of its tables")),
            );
        }
    });
}

/// The sort with whose order a table ends.
fn last_sort(table: &Expr) -> Option<&Operator> {
    let ExprKind::Pipe { operators, .. } = &tree::bare(table).kind else { return None };
    let last = operators.iter().rposition(|operator| !matches!(fate(operator), Fate::Kept))?;
    operators.get(last).filter(|operator| matches!(operator.kind, OperatorKind::Sort { .. }))
}

fn fate(operator: &Operator) -> Fate {
    use OperatorKind as Kind;
    let mut is_used = false;
    for expr in own_expressions(operator) {
        tree::each_inside(expr, |inner| {
            if let ExprKind::Call(call) = &inner.kind {
                is_used |= ORDERED.contains(&call.name.text.as_str());
            }
        });
    }
    if is_used {
        return Fate::Used;
    }
    match &operator.kind {
        Kind::Where { .. }
        | Kind::Extend { .. }
        | Kind::Project { .. }
        | Kind::ProjectAway { .. }
        | Kind::ProjectKeep { .. }
        | Kind::ProjectRename { .. }
        | Kind::ProjectReorder { .. }
        | Kind::ProjectByNames { .. }
        | Kind::Parse(_)
        | Kind::ParseKv { .. }
        | Kind::MvExpand(_) => Fate::Kept,
        Kind::Summarize { .. } => Fate::Undone("groups come in any order"),
        Kind::Distinct { .. } => Fate::Undone("distinct rows come in any order"),
        Kind::Count { .. } => Fate::Undone("a count has no order"),
        Kind::Sort { .. } | Kind::Top { .. } => Fate::Undone("rows are put in another order"),
        Kind::Join(_) => Fate::Undone("joined rows come in any order"),
        Kind::Union { .. } => Fate::Undone("the rows of a union come in any order"),
        _ => Fate::Used,
    }
}

fn complaint(linted: &Linted<'_>, sort: &Operator, by: Span, how: &str) -> Diagnostic {
    let diagnostic = Diagnostic::warning(
        codes::SORT_DISCARDED,
        sort.keyword,
        "the order of this sort is undone before anything reads it",
    )
    .label(by, how.to_owned())
    .hint("sort at the end, or not at all: it costs memory and a pass over all rows");
    match with_bar(linted.text, sort.span) {
        Some(place) => {
            let is_safe = !place.text(linted.text).contains("//");
            diagnostic.fix(Fix { title: "take the sort away".to_owned(), edits: vec![(place, String::new())], is_safe })
        }
        None => diagnostic,
    }
}

/// An operator with the bar before it and the blanks before that; none when a comment stands between them.
fn with_bar(text: &str, operator: Span) -> Option<Span> {
    let before = text.get(..operator.start as usize)?.trim_end().strip_suffix('|')?;
    Some(Span::new(u32::try_from(before.trim_end().len()).ok()?, operator.end))
}
