//! A path compared with a column that holds the name of a file only.

use syntax::Diagnostic;
use syntax::ast::TextTest;

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, columns, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::PATH_AS_NAME,
    name: "path-as-name",
    summary: "a path compared with a column that holds names of files only",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_expr(linted.query, |expr| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        if comparison.how == How::Other(TextTest::MatchesRegex) {
            return;
        }
        let names = columns::FILE_NAMES.get(..4).unwrap_or_default();
        let Some(column) = linted.column(comparison.subject).filter(|column| names.contains(column)) else { return };
        let Some(value) = comparison.values.iter().find(|value| value.value.contains(['\\', '/'])) else { return };
        let path = match column {
            "FileName" => Some("FolderPath"),
            "InitiatingProcessFileName" => Some("InitiatingProcessFolderPath"),
            "PreviousFileName" => Some("PreviousFolderPath"),
            _ => None,
        };
        let message = format!("`{column}` is a name without its folder, which never has `{}`", value.value);
        let diagnostic = Diagnostic::warning(codes::PATH_AS_NAME, comparison.op_span, message);
        found.push(match path {
            Some(path) => diagnostic.hint(format!("the path is in `{path}`")),
            None => diagnostic,
        });
    });
}
