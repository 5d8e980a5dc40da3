//! `join` without a kind is `innerunique`: of the left rows with one key, one is kept.

use std::collections::HashSet;

use syntax::ast::{ColumnDeclaration, Expr, ExprKind, Join, NamedExpr, Operator, OperatorKind};
use syntax::{Diagnostic, Fix, Span};

use super::tree::{self, Pipe};
use super::{Lint, Linted, Occasion, codes, note};

pub(super) const LINT: Lint = Lint {
    code: codes::JOIN_WITHOUT_KIND,
    name: "join-without-kind",
    summary: "a `join` without a kind keeps one left row of each key and drops the others",
    occasion: Occasion::Always,
    check,
};

/// How many `let` names are followed from one to the next.
const NAMES_MAX: usize = 4;

/// Tables that have one row for each value of a column.
/// Sources: learn.microsoft.com/defender-xdr/advanced-hunting-alertinfo-table and -exposuregraphnodes-table;
/// learn.microsoft.com/azure/azure-monitor/reference/tables/behavioranalytics.
const ONE_ROW_A_KEY: [(&str, &str); 3] =
    [("AlertInfo", "AlertId"), ("ExposureGraphNodes", "NodeId"), ("BehaviorAnalytics", "SourceRecordId")];

/// Aggregates for which it is the same how often a value is there.
const OF_VALUES: [&str; 6] = ["make_set", "makeset", "dcount", "min", "max", "count_distinct"];

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_pipe(linted.query, |pipe| {
        for (at, operator) in pipe.operators.iter().enumerate() {
            let OperatorKind::Join(join) = &operator.kind else { continue };
            let before = Pipe { source: pipe.source, operators: pipe.operators.get(..at).unwrap_or_default() };
            let after = pipe.operators.get(at + 1..).unwrap_or_default();
            if tree::join_kind(join).is_some() || has_one_row_a_key(linted, before, join) {
                continue;
            }
            let table = table_of_events(linted, before, NAMES_MAX);
            if !table.as_deref().is_some_and(|table| asks_for_others(linted, after, table)) {
                found.push(complaint(operator, table.is_some()));
            }
        }
    });
}

/// The table whose rows the left side are, if it has them one for one: of anything else it is not known how many rows a key has.
fn table_of_events(linted: &Linted<'_>, left: Pipe<'_>, names_left: usize) -> Option<String> {
    let names_left = names_left.checked_sub(1)?;
    let is_one_for_one = |operator: &Operator| {
        matches!(
            operator.kind,
            OperatorKind::Where { .. }
                | OperatorKind::Extend { .. }
                | OperatorKind::Project { .. }
                | OperatorKind::ProjectAway { .. }
                | OperatorKind::ProjectKeep { .. }
                | OperatorKind::ProjectRename { .. }
                | OperatorKind::ProjectReorder { .. }
                | OperatorKind::Parse(_)
                | OperatorKind::ParseKv { .. }
                | OperatorKind::Sort { .. }
        )
    };
    if !left.operators.iter().all(is_one_for_one) {
        return None;
    }
    let source = tree::bare(left.source?);
    match &source.kind {
        ExprKind::Name(name) => match linted.constant(&name.text) {
            Some(value) => table_of_events(linted, tree::as_pipe(value), names_left),
            None => Some(name.text.clone()),
        },
        ExprKind::Pipe { .. } => table_of_events(linted, tree::as_pipe(source), names_left),
        ExprKind::Call(call) if call.name.text == "materialize" => {
            table_of_events(linted, tree::as_pipe(tree::argument(call, 0)?), names_left)
        }
        _ => None,
    }
}

/// Does only the other side of the join matter? Then it is the same which left rows are kept.
fn asks_for_others(linted: &Linted<'_>, after: &[Operator], table: &str) -> bool {
    let is_other = |expr: &Expr| linted.table(expr).is_some_and(|of| !of.is_empty() && of != table);
    let next = after.iter().find(|operator| !matches!(operator.kind, OperatorKind::Where { .. }));
    match next.map(|operator| &operator.kind) {
        Some(OperatorKind::Distinct { columns, .. }) => columns.iter().all(|column| is_other(&column.value)),
        Some(OperatorKind::Summarize { aggregates, by, .. }) => {
            let of_values = |column: &NamedExpr| {
                tree::call(&column.value).is_some_and(|call| {
                    OF_VALUES.contains(&call.name.text.as_str())
                        && call.arguments.iter().all(|argument| is_other(&argument.value))
                })
            };
            aggregates.iter().all(of_values) && by.iter().all(|column| is_other(&column.value))
        }
        _ => false,
    }
}

fn complaint(operator: &Operator, has_events: bool) -> Diagnostic {
    let keyword = operator.keyword;
    let after = Span::new(keyword.end, keyword.end);
    let fix = |kind: &str, does: &str| Fix {
        title: format!("{does}: `kind={kind}`"),
        edits: vec![(after, format!(" kind={kind}"))],
        is_safe: false,
    };
    let message = "`join` without a kind is `innerunique`: of the left rows with the same key one is kept, and which one is left open";
    let diagnostic = match has_events {
        true => Diagnostic::warning(codes::JOIN_WITHOUT_KIND, keyword, message),
        false => note(codes::JOIN_WITHOUT_KIND, keyword, message),
    };
    diagnostic
        .hint("say which is meant: `kind=inner` for every pair, `kind=innerunique` for one left row a key")
        .fix(fix("inner", "keep every pair of rows"))
        .fix(fix("innerunique", "say what it does anyway"))
}

/// Is there at most one left row of each key, so that both kinds give the same?
fn has_one_row_a_key(linted: &Linted<'_>, left: Pipe<'_>, join: &Join) -> bool {
    let Some(keys) = tree::left_keys(join) else { return false };
    // Of rows that are nothing but keys, one is as good as all.
    let has_only_keys = match left.operators.last().map(|operator| &operator.kind) {
        Some(OperatorKind::Project { columns }) => are_among(columns, &keys),
        _ => false,
    };
    has_only_keys || is_unique(linted, left, &keys, NAMES_MAX)
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
        ExprKind::Name(name) => match linted.constant(&name.text) {
            Some(value) => !is_computed && is_unique(linted, tree::as_pipe(value), keys, names_left),
            None => !is_computed && ONE_ROW_A_KEY.iter().any(|(table, key)| *table == name.text && keys.contains(key)),
        },
        ExprKind::Pipe { .. } => !is_computed && is_unique(linted, tree::as_pipe(source), keys, names_left),
        ExprKind::Datatable { columns, values } => !is_computed && is_distinct(linted, columns, values, keys),
        ExprKind::Call(call) if call.name.text == "materialize" => tree::argument(call, 0)
            .is_some_and(|inner| is_unique(linted, tree::as_pipe(tree::bare(inner)), keys, names_left)),
        _ => false,
    }
}

/// Are these columns, as far as they make groups, all keys?
fn are_among(by: &[NamedExpr], keys: &[&str]) -> bool {
    by.iter().all(|column| tree::output_name(column).is_some_and(|name| keys.contains(&name.as_str())))
}

/// Is a column that is a key different in every row that is written?
fn is_distinct(linted: &Linted<'_>, columns: &[ColumnDeclaration], values: &[Expr], keys: &[&str]) -> bool {
    columns.iter().enumerate().filter(|(_, column)| keys.contains(&column.name.text.as_str())).any(|(at, _)| {
        let cells: Vec<&str> =
            values.iter().skip(at).step_by(columns.len()).map(|value| value.span.text(linted.text)).collect();
        cells.iter().collect::<HashSet<_>>().len() == cells.len()
    })
}
