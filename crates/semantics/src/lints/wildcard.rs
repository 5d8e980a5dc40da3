//! `*` and `|` in a text that is compared: they are characters like any other.

use syntax::Diagnostic;
use syntax::ast::TextTest;

use super::comparison::{Comparison, How};
use super::{Lint, Linted, Occasion, codes, columns, tree};

pub(super) const LINT: Lint = Lint {
    code: codes::WILDCARD,
    name: "wildcard",
    summary: "a `*` or a `|` in a text that is compared, where it stands for itself",
    occasion: Occasion::Always,
    check,
};

fn check(linted: &Linted<'_>, found: &mut Vec<Diagnostic>) {
    tree::each_condition(linted.query, |expr, _| {
        let Some(comparison) = Comparison::of(linted, expr) else { return };
        if matches!(comparison.how, How::Other(TextTest::MatchesRegex | TextTest::Like)) {
            return;
        }
        if let Some(value) = comparison.values.iter().find(|value| is_alternative(&value.value)) {
            let operator = comparison.op_span.text(linted.text);
            let message = format!("`{operator}` takes `|` as it is, and looks for `{}` as a whole", value.value);
            found.push(
                Diagnostic::warning(codes::WILDCARD, value.span, message)
                    .hint("use `has_any` with a list, or `matches regex`"),
            );
            return;
        }
        // A command may hold a `*`; a name of a file, a host or an account cannot.
        let Some(column) = tree::name(comparison.subject).filter(|name| names_things(name)) else { return };
        let Some(value) = comparison.values.iter().find(|value| is_pattern(&value.value)) else { return };
        let operator = comparison.op_span.text(linted.text);
        let message = format!("`{operator}` takes `*` as it is, and no `{column}` has one");
        let hint = match (value.value.starts_with('*'), value.value.ends_with('*')) {
            (true, true) => "use `contains` with what stands between",
            (true, false) => "use `endswith` with what stands behind it",
            _ => "use `startswith` with what stands before it",
        };
        found.push(Diagnostic::warning(codes::WILDCARD, value.span, message).hint(hint));
    });
}

fn names_things(column: &str) -> bool {
    columns::has_varying_case(column) && !column.contains("CommandLine")
}

/// Words with a bar between them and no blank: alternatives of a regular expression. A command with a pipe in it has blanks, or more than words.
fn is_alternative(value: &str) -> bool {
    let is_word =
        |word: &str| word.chars().count() >= 3 && word.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    value.contains('|') && value.split('|').all(is_word)
}

fn is_pattern(value: &str) -> bool {
    let has_star = value.starts_with('*') || value.ends_with('*');
    has_star && value.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}
