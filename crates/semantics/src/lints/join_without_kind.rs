//! `join` without a kind is `innerunique`: of the left rows with one key, one is kept.

use syntax::ast::{Join, NamedExpr, Operator, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::tree::{self, Pipe};
use super::{Lint, Linted, Occasion, codes};

pub(super) const LINT: Lint = Lint {
    code: codes::JOIN_WITHOUT_KIND,
    name: "join-without-kind",
    summary: "a `join` without a kind keeps one left row of each key and drops the others",
    occasion: Occasion::Always,
    check,
};

/// Tables that have one row for each value of a column.
/// Source: learn.microsoft.com/defender-xdr/advanced-hunting-alertinfo-table.
const ONE_ROW_A_KEY: [(&str, &str); 1] = [("AlertInfo", "AlertId")];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            let OperatorKind::Join(join) = &operator.kind else { continue };
            let before = Pipe { source: pipe.source, operators: pipe.operators.get(..at).unwrap_or_default() };
            if tree::join_kind(join).is_none() && !has_one_row_a_key(linted, before, join) {
                found.push(complaint(operator));
            }
        }
    });
}

fn complaint(operator: &Operator) -> Diagnostic {
    let keyword = operator.keyword;
    let after = Span::new(keyword.end, keyword.end);
    let fix = |kind: &str, does: &str| Fix {
        title: format!("{does}: `kind={kind}`"),
        edits: vec![(after, format!(" kind={kind}"))],
        is_safe: false,
    };
    Diagnostic::warning(
        codes::JOIN_WITHOUT_KIND,
        keyword,
        "`join` without a kind is `innerunique`: of the left rows with the same key one is kept, and which one is left open",
    )
    .hint("say which is meant: `kind=inner` for every pair, `kind=innerunique` for one left row a key")
    .fix(fix("inner", "keep every pair of rows"))
    .fix(fix("innerunique", "say what it does anyway"))
}

/// Is there at most one left row of each key, so that both kinds give the same?
fn has_one_row_a_key(linted: &Linted<'_>, left: Pipe<'_>, join: &Join) -> bool {
    tree::left_keys(join).is_some_and(|keys| is_unique(linted, left, &keys, 4))
}

fn is_unique(linted: &Linted<'_>, pipe: Pipe<'_>, keys: &[&str], names_left: usize) -> bool {
    // A key that is computed behind a group is none of the group's.
    let mut is_computed = false;
    for operator in pipe.operators.iter().rev() {
        match &operator.kind {
            OperatorKind::Summarize { by, bin: None, .. } if by.is_empty() => return true,
            OperatorKind::Summarize { by, bin: None, .. } | OperatorKind::Distinct { columns: by, .. } => {
                return !is_computed && are_among(by, keys);
            }
            OperatorKind::Count { .. } | OperatorKind::Print { .. } => return true,
            OperatorKind::Extend { columns } | OperatorKind::Project { columns } => {
                let changes = |column: &NamedExpr| {
                    let is_key = column.names.iter().any(|name| keys.contains(&name.text.as_str()));
                    is_key && tree::name(&column.value) != column.names.first().map(|name| name.text.as_str())
                };
                is_computed |= columns.iter().any(changes);
            }
            OperatorKind::Where { .. }
            | OperatorKind::Sort { .. }
            | OperatorKind::Take { .. }
            | OperatorKind::Top { .. }
            | OperatorKind::As { .. }
            | OperatorKind::Serialize { .. }
            | OperatorKind::ProjectAway { .. }
            | OperatorKind::ProjectKeep { .. }
            | OperatorKind::ProjectReorder { .. } => {}
            _ => return false,
        }
    }
    let (Some(source), Some(names_left)) = (pipe.source.map(tree::bare), names_left.checked_sub(1)) else {
        return false;
    };
    match &source.kind {
        syntax::ast::ExprKind::Name(name) => match linted.constant(&name.text) {
            Some(value) => !is_computed && is_unique(linted, tree::as_pipe(value), keys, names_left),
            None => !is_computed && ONE_ROW_A_KEY.iter().any(|(table, key)| *table == name.text && keys.contains(key)),
        },
        syntax::ast::ExprKind::Pipe { .. } => {
            !is_computed && is_unique(linted, tree::as_pipe(source), keys, names_left)
        }
        syntax::ast::ExprKind::Call(call) if call.name.text == "materialize" => tree::argument(call, 0)
            .is_some_and(|inner| is_unique(linted, tree::as_pipe(tree::bare(inner)), keys, names_left)),
        _ => false,
    }
}

/// Are these columns, as far as they make groups, all keys?
fn are_among(by: &[NamedExpr], keys: &[&str]) -> bool {
    by.iter().all(|column| tree::output_name(column).is_some_and(|name| keys.contains(&name.as_str())))
}
