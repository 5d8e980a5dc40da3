//! What may stand where the cursor is: tables, columns, operators, words of an operator, values of an option.
//!
//! In: the tokens before the cursor. Out: kinds of things, without their names. Knows no catalog.

use syntax::TokenKind;

use super::clause::Clause;
use super::operators::{CHARTS, OperatorInfo, operator};
use super::place::{Inside, Place};

/// A kind of thing that may stand at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// What begins a statement besides a table.
    Statements,
    /// What may follow a bar.
    Operators,
    /// Tables, tabular variables, functions that give tables.
    Tables,
    /// The same where a value is likelier: from the first letter on.
    TablesLater,
    /// The input's columns.
    Columns,
    /// Those of the left side of a join.
    LeftColumns,
    /// Those of the right side.
    RightColumns,
    /// Those of both, which a join may meet on.
    CommonColumns,
    /// Variables and scalar functions.
    Values,
    /// Aggregates.
    Aggregates,
    /// Operators between two values.
    Infix,
    /// Names of types.
    Types,
    /// Plugins.
    Plugins,
    /// These words.
    Words(&'static [&'static str]),
    /// The options of an operator.
    Options(&'static OperatorInfo),
    /// What `hint.` may be followed by.
    Hints(&'static OperatorInfo),
    /// The documented values of the column that is the token at this place; in a string already, or not.
    TextsOf(usize, Quotes),
}

impl Wanted {
    /// Must the query be bound to know them?
    pub(super) fn needs_names(self) -> bool {
        match self {
            Self::Tables
            | Self::TablesLater
            | Self::Columns
            | Self::LeftColumns
            | Self::RightColumns
            | Self::CommonColumns
            | Self::Values
            | Self::TextsOf(..) => true,
            Self::Statements
            | Self::Operators
            | Self::Aggregates
            | Self::Infix
            | Self::Types
            | Self::Plugins
            | Self::Words(_)
            | Self::Options(_)
            | Self::Hints(_) => false,
        }
    }
}

/// Are the quotes there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// The cursor is between them.
    Written,
    /// They come with the value.
    Missing,
}

use Wanted::{
    Aggregates, Columns, CommonColumns, Hints, Infix, LeftColumns, Operators, Options, Plugins, RightColumns,
    Statements, Tables, TablesLater, TextsOf, Types, Values, Words,
};

/// Words after which a value is expected.
const BEFORE_VALUE: [&str; 32] = [
    "and",
    "or",
    "not",
    "has",
    "!has",
    "has_cs",
    "!has_cs",
    "contains",
    "!contains",
    "contains_cs",
    "!contains_cs",
    "startswith",
    "!startswith",
    "endswith",
    "!endswith",
    "hasprefix",
    "hassuffix",
    "regex",
    "has_any",
    "has_all",
    "in",
    "!in",
    "in~",
    "!in~",
    "between",
    "by",
    "on",
    "of",
    "from",
    "to",
    "step",
    "with",
];

const LISTS: [&str; 6] = ["in", "!in", "in~", "!in~", "has_any", "has_all"];

/// Operators whose values may hold aggregates.
const AGGREGATING: [&str; 4] = ["summarize", "make-series", "top-nested", "top-hitters"];

/// Operators that take columns, and no other expressions.
const OF_COLUMNS: [&str; 4] = ["project-away", "project-keep", "project-reorder", "project-rename"];

/// Operators whose parentheses hold a pipe.
const OF_PIPES: [&str; 3] = ["partition", "fork", "facet"];

/// What may stand at the cursor.
pub(super) fn wanted(place: &Place<'_>) -> Vec<Wanted> {
    match place.inside {
        Inside::Other => vec![],
        Inside::Text(_) => compared_column(place).map(|at| TextsOf(at, Quotes::Written)).into_iter().collect(),
        Inside::Code => in_code(place),
    }
}

fn in_code(place: &Place<'_>) -> Vec<Wanted> {
    let Some(last) = place.before.len().checked_sub(1) else { return vec![Statements, Tables] };
    let clause = Clause::of(place);
    match place.kind_at(last) {
        TokenKind::Semicolon | TokenKind::LessBar => return vec![Statements, Tables],
        TokenKind::OpenBrace => return in_brace(place, last),
        TokenKind::Bar => return vec![Operators],
        TokenKind::Dot => return behind_dot(place, &clause, last),
        TokenKind::Colon if matches!(clause.keyword.as_str(), "search" | "find") => return vec![],
        TokenKind::Colon => return vec![Types],
        TokenKind::Equal => {
            if let Some(values) = option_values(place, &clause, last) {
                return values;
            }
        }
        _ => {}
    }
    match clause.opener {
        Some(opener) => in_bracket(place, &clause, opener, last),
        None if clause.is_piped => in_operator(place, &clause, last),
        None => in_statement(place, &clause, last),
    }
}

/// A body of a function or pattern; the brace of a bag is behind a bracket, a comma or a colon.
fn in_brace(place: &Place<'_>, last: usize) -> Vec<Wanted> {
    let before = last.checked_sub(1).map_or(TokenKind::End, |at| place.kind_at(at));
    match before {
        TokenKind::CloseParen | TokenKind::Word => vec![Statements, Tables],
        _ => vec![],
    }
}

fn behind_dot(place: &Place<'_>, clause: &Clause, last: usize) -> Vec<Wanted> {
    let Some(before) = last.checked_sub(1) else { return vec![] };
    match place.word_at(before) {
        "$left" => vec![LeftColumns],
        "$right" => vec![RightColumns],
        "hint" => operator(&clause.keyword).map(Hints).into_iter().collect(),
        "" if place.kind_at(before) == TokenKind::CloseParen && is_place(place, before) => vec![Tables],
        _ => vec![],
    }
}

/// Is it the closing bracket of `database("d")`?
fn is_place(place: &Place<'_>, close: usize) -> bool {
    let name = close.checked_sub(3).map_or("", |at| place.word_at(at));
    matches!(name, "database" | "workspace" | "app" | "cluster")
}

/// The values of `kind=` and its like; none when the equals sign is another one.
fn option_values(place: &Place<'_>, clause: &Clause, equal: usize) -> Option<Vec<Wanted>> {
    let info = operator(&clause.keyword)?;
    let mut start = equal.checked_sub(1)?;
    while start >= 2 && place.kind_at(start - 1) == TokenKind::Dot {
        start -= 2;
    }
    let name: String =
        (start..equal).filter_map(|at| place.before.get(at)).map(|token| place.text_of(*token)).collect();
    let (_, values) = info.options.iter().find(|(option, _)| *option == name)?;
    clause.only_options_before(place, start).then(|| vec![Words(values)])
}

fn in_bracket(place: &Place<'_>, clause: &Clause, opener: usize, last: usize) -> Vec<Wanted> {
    let before = opener.checked_sub(1).map_or("", |at| place.word_at(at));
    let is_first = last == opener;
    let keyword = clause.keyword.as_str();
    let is_list_of_tables = keyword == "union" || matches!(keyword, "search" | "find") && before == "in";
    match before {
        "typeof" => return vec![Types],
        "dynamic" | "datatable" | "externaldata" | "declare" => return vec![],
        "as" if keyword == "parse-kv" => return vec![],
        "view" => return vec![],
        "on" if keyword == "mv-apply" && is_first => return vec![Operators],
        "materialize" | "toscalar" | "join" | "lookup" | "union" if is_first => return vec![Tables, Words(&["print"])],
        "with" if matches!(keyword, "render" | "parse-kv") => return vec![],
        _ => {}
    }
    let is_call = !before.is_empty() && place.is_glued(opener) && !BEFORE_VALUE.contains(&before);
    if OF_PIPES.contains(&keyword) && is_first && !is_call {
        return vec![Operators];
    }
    if is_list_of_tables && !is_call && expects_value(place, last) {
        return vec![Tables];
    }
    if matches!(keyword, "join" | "lookup") && is_first && clause.only_options_before(place, opener) {
        return vec![Tables, Words(&["print"])];
    }
    if place.kind_at(opener) == TokenKind::OpenBracket && !(clause.is_piped || keyword == "print") {
        return vec![];
    }
    if !expects_value(place, last) {
        return vec![Infix];
    }
    let mut found = values_here(place, clause);
    if LISTS.contains(&before) || !clause.is_piped {
        found.push(TablesLater);
    }
    if let Some(at) = compared_column(place) {
        found.push(TextsOf(at, Quotes::Missing));
    }
    found
}

fn in_statement(place: &Place<'_>, clause: &Clause, last: usize) -> Vec<Wanted> {
    match clause.keyword.as_str() {
        "let" => match place.kind_at(last) {
            TokenKind::Equal => {
                vec![Tables, Values, Words(&["datatable", "externaldata", "materialize", "toscalar", "dynamic"])]
            }
            _ if !clause.outside(place).any(|at| place.kind_at(at) == TokenKind::Equal) => vec![],
            _ if expects_value(place, last) => vec![Values, TablesLater],
            _ => vec![Infix],
        },
        "set" | "declare" | "alias" | "restrict" | "" => vec![],
        keyword if operator(keyword).is_some() => in_operator(place, clause, last),
        _ => vec![],
    }
}

/// Behind the keyword of an operator, in no bracket.
fn in_operator(place: &Place<'_>, clause: &Clause, last: usize) -> Vec<Wanted> {
    let Some(info) = operator(&clause.keyword) else { return vec![] };
    let is_start = clause.behind_keyword > last;
    let options = || clause.only_options_before(place, last + 1).then_some(Options(info));
    match info.keyword {
        "join" | "lookup" => in_join(place, clause, info, last),
        "union" if is_start || place.kind_at(last) == TokenKind::Comma || options().is_some() => {
            [Tables].into_iter().chain(options()).collect()
        }
        "union" | "as" | "getschema" | "consume" | "assert-schema" | "fork" => vec![],
        "count" => vec![Words(info.words)],
        "render" if is_start => vec![Words(&CHARTS)],
        "render" => vec![Words(info.words)],
        "evaluate" if is_start || options().is_some() => [Plugins].into_iter().chain(options()).collect(),
        "evaluate" => vec![],
        "invoke" => vec![Tables],
        "graph-to-table" | "graph-mark-components" | "make-graph" => {
            [Columns, Words(info.words)].into_iter().chain(options()).collect()
        }
        "partition" | "facet" | "sort" | "order" | "reduce" if is_start => {
            [Words(info.words)].into_iter().chain(options()).collect()
        }
        "find" | "scan" if is_start => [Words(info.words)].into_iter().chain(options()).collect(),
        keyword if OF_COLUMNS.contains(&keyword) => match expects_value(place, last) || is_start {
            true => vec![Columns],
            false => vec![Words(info.words)],
        },
        _ if is_start || expects_value(place, last) => {
            let mut found = values_here(place, clause);
            found.extend(options());
            if let Some(at) = compared_column(place) {
                found.push(TextsOf(at, Quotes::Missing));
            }
            found
        }
        _ => vec![Words(info.words), Infix],
    }
}

fn in_join(place: &Place<'_>, clause: &Clause, info: &'static OperatorInfo, last: usize) -> Vec<Wanted> {
    if clause.has_word(place, &["on"]) {
        return match expects_value(place, last) {
            true => vec![CommonColumns, Words(&["$left", "$right"])],
            false => vec![Words(&["and", "=="])],
        };
    }
    match clause.only_options_before(place, last + 1) {
        true => vec![Options(info), Tables],
        false => vec![Words(info.words)],
    }
}

/// What a value may be made of in an operator.
fn values_here(place: &Place<'_>, clause: &Clause) -> Vec<Wanted> {
    let keyword = clause.keyword.as_str();
    let may_aggregate =
        AGGREGATING.contains(&keyword) && !clause.has_word(place, &["by", "on"]) || keyword == "top-nested";
    let mut found = match (may_aggregate, clause.opener) {
        (false, _) => vec![Columns, Values],
        (true, None) => vec![Aggregates, Columns, Values],
        (true, Some(_)) => vec![Columns, Values, Aggregates],
    };
    if matches!(keyword, "sort" | "order") && place.word_at(clause.behind_keyword) != "by" {
        found.push(Words(&["by"]));
    }
    found
}

/// Must a value stand behind this token?
fn expects_value(place: &Place<'_>, last: usize) -> bool {
    match place.kind_at(last) {
        TokenKind::Word => {
            let word = place.word_at(last);
            BEFORE_VALUE.contains(&word) || is_keyword(place, last)
        }
        TokenKind::CloseParen
        | TokenKind::CloseBracket
        | TokenKind::CloseBrace
        | TokenKind::Long
        | TokenKind::Real
        | TokenKind::Timespan
        | TokenKind::Guid
        | TokenKind::Text
        | TokenKind::Typed
        | TokenKind::Star => false,
        _ => true,
    }
}

/// Is the word the keyword of its clause?
fn is_keyword(place: &Place<'_>, last: usize) -> bool {
    let clause = Clause::of(place);
    clause.opener.is_none() && clause.behind_keyword == last + 1 && operator(&clause.keyword).is_some()
}

/// The column whose value is compared with what stands at the cursor: `Column == …`, `Column in (…`.
fn compared_column(place: &Place<'_>) -> Option<usize> {
    let last = place.before.len().checked_sub(1)?;
    let is_comparison = |at: usize| {
        matches!(
            place.kind_at(at),
            TokenKind::EqualEqual | TokenKind::BangEqual | TokenKind::EqualTilde | TokenKind::BangTilde
        )
    };
    let column = match place.kind_at(last) {
        _ if is_comparison(last) => last.checked_sub(1)?,
        TokenKind::OpenParen | TokenKind::Comma => {
            let opener = Clause::of(place).opener?;
            let word = opener.checked_sub(1)?;
            LISTS.contains(&place.word_at(word)).then(|| word.checked_sub(1)).flatten()?
        }
        _ => return None,
    };
    (place.kind_at(column) == TokenKind::Word).then_some(column)
}
