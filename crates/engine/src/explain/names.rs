//! What bound operators are called, and what is said of those that cannot be looked into.
//!
//! In: an operator. Out: words.

use semantics::bound::TableKind;

/// What to call an operator whose text is not the query's.
pub(super) fn operator(kind: &TableKind) -> &'static str {
    match kind {
        TableKind::Scan { .. } => "table",
        TableKind::Shared { .. } => "shared table",
        TableKind::Rows { .. } => "datatable",
        TableKind::External { .. } => "externaldata",
        TableKind::OneRow => "print",
        TableKind::Range { .. } => "range",
        TableKind::Filter { .. } => "where",
        TableKind::Project { .. } => "project",
        TableKind::Summarize { .. } => "summarize",
        TableKind::Distinct { .. } => "distinct",
        TableKind::Sort { .. } => "sort",
        TableKind::Top { .. } => "top",
        TableKind::TopHitters { .. } => "top-hitters",
        TableKind::Take { .. } => "take",
        TableKind::Join(_) => "join",
        TableKind::Union { .. } => "union",
        TableKind::MvExpand { .. } => "mv-expand",
        TableKind::Window { .. } => "serialize",
        TableKind::Parse(_) => "parse",
        TableKind::Sample { .. } => "sample",
        TableKind::ScanSteps(_) => "scan",
        TableKind::GraphMatch(_) => "graph-match",
        TableKind::GraphComponents(_) => "graph-mark-components",
        TableKind::PerKey(_) => "partition",
        TableKind::Plugin(_) => "evaluate",
    }
}

/// What is said of an operator that is run as a whole.
pub(super) fn opaque(kind: &TableKind) -> Option<String> {
    let text = match kind {
        TableKind::Plugin(plugin) if plugin.question.is_some() => {
            "was run before the rest was bound, since its columns follow from the data"
        }
        TableKind::PerKey(_) => "runs once for each value of a key: the stages inside are not shown",
        TableKind::ScanSteps(_) | TableKind::GraphMatch(_) => {
            "run as a whole: what its conditions dropped is not shown"
        }
        _ => return None,
    };
    Some(text.to_owned())
}
