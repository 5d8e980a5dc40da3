//! Completion: what may be written at the cursor, by where it stands.
//!
//! In: a draft, an offset, a catalog. Out: items in the order in which they are likely, those only that hold the letters typed so far in their order.
//! A name that needs brackets brings them.

use std::collections::HashSet;

use syntax::Span;

use super::Draft;
use super::clause::Clause;
use super::operators::{OPERATORS, OperatorInfo};
use super::place::Place;
use super::shown;
use super::wanted::{Quotes, Wanted, wanted};
use crate::binder::{Row, Seen, What};
use crate::catalog::Catalog;
use crate::lints::vocabulary;
use crate::signature::{FunctionInfo, FunctionKind};
use crate::types::Type;

/// Items at most: more than the tables, or the columns of any table and the functions, that there are. A union of all tables has more columns.
const ITEMS_MAX: usize = 1_000;

/// Operators between two values, each with what it asks.
pub(super) const INFIX: [(&str, &str); 30] = [
    ("and", "both hold"),
    ("or", "one holds"),
    ("==", "is equal"),
    ("!=", "is not equal"),
    ("=~", "is equal, whatever its case"),
    ("!~", "is not equal, whatever its case"),
    (">", "is greater"),
    ("in", "is one of these"),
    ("in~", "is one of these, whatever its case"),
    ("has", "has the term, whatever its case"),
    ("has_any", "has one of the terms"),
    ("contains", "holds the text anywhere, whatever its case"),
    ("startswith", "begins with, whatever its case"),
    ("endswith", "ends with, whatever its case"),
    ("!has", "has not the term"),
    ("has_cs", "has the term, minding case"),
    ("has_all", "has all of the terms"),
    ("!contains", "does not hold the text"),
    ("contains_cs", "holds the text, minding case"),
    ("!startswith", "does not begin with"),
    ("startswith_cs", "begins with, minding case"),
    ("!endswith", "does not end with"),
    ("endswith_cs", "ends with, minding case"),
    ("hasprefix", "has a term that begins so"),
    ("hassuffix", "has a term that ends so"),
    ("!in", "is none of these"),
    ("!in~", "is none of these, whatever its case"),
    ("between", "is in the range, ends included"),
    ("!between", "is not in the range"),
    ("matches regex", "matches the regular expression"),
];

/// The operators that are written most, which are offered first.
const COMMON: [&str; 9] = ["where", "extend", "project", "summarize", "join", "sort", "take", "distinct", "union"];

/// What could be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// What is replaced.
    pub replace: Span,
    /// The likeliest first.
    pub items: Vec<Completion>,
    /// Were there more? They are found with more letters.
    pub has_more: bool,
}

/// One thing that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is shown, and what the letters typed are compared with.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A type, a form of a call: in the same line.
    pub detail: String,
    /// A sentence about it, in Markdown.
    pub documentation: String,
    /// What is written, when that is not the label.
    pub insert: Option<String>,
    /// What is written instead where places to fill in can be marked: `$1`, `${1:name}`, `$0`.
    pub snippet: Option<String>,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A table.
    Table,
    /// A column.
    Column,
    /// A `let` variable or a parameter.
    Variable,
    /// A function.
    Function,
    /// A tabular operator.
    Operator,
    /// A word of the language.
    Keyword,
    /// A type.
    Type,
    /// One of the values that an option or a column has.
    Value,
}

/// Completes at a place.
pub fn complete(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Completions {
    let place = Place::new(draft, offset);
    let wanted = wanted(&place);
    if wanted.is_empty() {
        return Completions::default();
    }
    let seen = match wanted.iter().any(|wanted| wanted.needs_names()) {
        true => draft.seen(place.word.start, catalog),
        false => Seen::default(),
    };
    let mut items = Items { typed: place.typed, found: vec![], known: HashSet::new(), has_more: false };
    for kind in wanted {
        add(&mut items, kind, &place, &seen, catalog);
    }
    // What begins with the letters goes before what only holds them.
    let typed = place.typed.to_lowercase();
    items.found.sort_by_key(|item| !item.label.to_lowercase().starts_with(&typed));
    Completions { replace: place.word, items: items.found, has_more: items.has_more }
}

/// The items so far.
struct Items<'t> {
    typed: &'t str,
    found: Vec<Completion>,
    known: HashSet<(String, CompletionKind)>,
    has_more: bool,
}

impl Items<'_> {
    fn add(&mut self, item: Completion) {
        if !holds(&item.label, self.typed) || !self.known.insert((item.label.clone(), item.kind)) {
            return;
        }
        match self.found.len() < ITEMS_MAX {
            true => self.found.push(item),
            false => self.has_more = true,
        }
    }

    fn word(&mut self, word: &str, kind: CompletionKind, detail: &str) {
        self.add(item(word, kind, detail));
    }
}

fn item(label: &str, kind: CompletionKind, detail: &str) -> Completion {
    let (label, detail) = (label.to_owned(), detail.to_owned());
    Completion { label, kind, detail, documentation: String::new(), insert: None, snippet: None }
}

/// Does a name hold these letters in their order, whatever their case?
fn holds(name: &str, letters: &str) -> bool {
    let mut rest = name.chars().flat_map(char::to_lowercase);
    letters.chars().flat_map(char::to_lowercase).all(|letter| rest.any(|ch| ch == letter))
}

fn add(items: &mut Items<'_>, kind: Wanted, place: &Place<'_>, seen: &Seen, catalog: &dyn Catalog) {
    match kind {
        Wanted::Statements => add_statements(items),
        Wanted::Operators => {
            let common = COMMON.iter().filter_map(|keyword| super::operator(keyword));
            // What would be refused is not offered.
            let built = common.chain(OPERATORS).filter(|info| info.about().is_some_and(|about| about.is_built));
            built.for_each(|info| items.add(operator(info)));
        }
        Wanted::Tables => add_tables(items, seen, catalog),
        Wanted::TablesLater if items.typed.is_empty() => items.has_more = true,
        Wanted::TablesLater => add_tables(items, seen, catalog),
        Wanted::Columns | Wanted::LeftColumns => add_columns(items, seen.row.as_ref()),
        Wanted::RightColumns => add_columns(items, seen.right.as_ref()),
        Wanted::CommonColumns => add_common(items, seen),
        Wanted::Values => add_values(items, seen, catalog),
        Wanted::Aggregates => add_functions(items, FunctionKind::Aggregate, catalog),
        Wanted::Infix => add_infix(items),
        Wanted::Types => Type::ALL.iter().for_each(|ty| items.word(ty.name(), CompletionKind::Type, "type")),
        Wanted::Plugins => add_plugins(items, catalog),
        Wanted::Words(words) => {
            // `by` stands once in an operator.
            let clause = Clause::of(place);
            let left = words.iter().filter(|word| !clause.has_word(place, &[word]));
            left.for_each(|word| items.word(word, CompletionKind::Keyword, ""));
        }
        Wanted::Options(info) => add_options(items, info),
        Wanted::Hints(info) => {
            let hints = info.options.iter().filter_map(|(name, _)| name.strip_prefix("hint."));
            hints.for_each(|hint| items.word(hint, CompletionKind::Keyword, "option"));
        }
        Wanted::TextsOf(at, quotes) => add_texts(items, place.word_at(at), quotes, seen),
    }
}

fn operator(info: &OperatorInfo) -> Completion {
    Completion {
        documentation: info.about().map_or("", |about| about.summary).to_owned(),
        snippet: (info.snippet != info.keyword).then(|| info.snippet.to_owned()),
        ..item(info.keyword, CompletionKind::Operator, info.about().map_or("", |about| about.form))
    }
}

fn add_statements(items: &mut Items<'_>) {
    let snippets = [
        ("let", "let ${1:name} = $0", "names a value, a table or a function"),
        ("set", "set $0", "an option of the query"),
        (
            "declare query_parameters",
            "declare query_parameters(${1:name}: ${2:string} = $3);",
            "values given from outside",
        ),
        ("datatable", "datatable($1) [$0]", "a table written in the query"),
        ("externaldata", "externaldata($1) [@\"$2\"] with (format=\"$0\")", "a table read from a file"),
    ];
    for (word, snippet, says) in snippets {
        let snippet = Some(snippet.to_owned());
        items.add(Completion { snippet, ..item(word, CompletionKind::Keyword, says) });
    }
    let first = ["find", "print", "range", "search", "union", "evaluate"];
    OPERATORS.iter().filter(|info| first.contains(&info.keyword)).for_each(|info| items.add(operator(info)));
}

/// Variables that are tables or functions go before the catalog's.
fn add_tables(items: &mut Items<'_>, seen: &Seen, catalog: &dyn Catalog) {
    for named in &seen.names {
        if !matches!(named.what, What::Scalar(_)) {
            items.add(variable(&named.name, &named.what));
        }
    }
    for name in catalog.table_names() {
        let insert = shown::written(&name);
        items.add(Completion {
            insert: (insert != name).then_some(insert),
            ..item(&name, CompletionKind::Table, "table")
        });
    }
    for name in catalog.stored_function_names() {
        items.add(Completion {
            snippet: Some(format!("{name}($0)")),
            ..item(&name, CompletionKind::Function, "function written in KQL")
        });
    }
    for name in ["materialize", "table", "_GetWatchlist"] {
        items.add(special(name));
    }
}

fn variable(name: &str, what: &What) -> Completion {
    let insert = Some(shown::written(name)).filter(|written| written != name);
    match what {
        What::Function(parameters) => {
            let form = shown::form_of_declared(name, parameters, "");
            let hole = if parameters.is_empty() { "" } else { "$0" };
            let snippet = Some(format!("{}({hole})", escaped(&shown::written(name))));
            Completion { insert, snippet, ..item(name, CompletionKind::Function, &form.label) }
        }
        What::Scalar(ty) => Completion { insert, ..item(name, CompletionKind::Variable, ty.name()) },
        What::Table(columns) => Completion {
            insert,
            documentation: format!("```\n{}\n```", shown::columns(columns)),
            ..item(name, CompletionKind::Variable, "table")
        },
        What::Pattern => Completion { insert, ..item(name, CompletionKind::Function, "pattern") },
        What::Unknown => Completion { insert, ..item(name, CompletionKind::Variable, "") },
    }
}

/// What would be a place to fill in is written as it is.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

fn add_columns(items: &mut Items<'_>, row: Option<&Row>) {
    let Some(row) = row else { return };
    for column in
        row.columns.iter().filter(|column| holds(&column.name, items.typed)).take(ITEMS_MAX + 1).collect::<Vec<_>>()
    {
        let insert = shown::written(&column.name);
        let documentation = match &column.origin {
            Some((table, name)) if *name == column.name => format!("of `{table}`"),
            Some((table, name)) => format!("`{name}` of `{table}`"),
            None => String::new(),
        };
        items.add(Completion {
            insert: (insert != column.name).then_some(insert),
            documentation,
            ..item(&column.name, CompletionKind::Column, column.ty.name())
        });
    }
}

/// Columns that both sides of a join have, or those of the left while the right is not known.
fn add_common(items: &mut Items<'_>, seen: &Seen) {
    let (Some(left), Some(right)) = (&seen.row, &seen.right) else { return add_columns(items, seen.row.as_ref()) };
    if right.is_open && right.columns.is_empty() {
        return add_columns(items, Some(left));
    }
    let common = left.columns.iter().filter(|column| right.column(&column.name).is_some()).cloned().collect();
    add_columns(items, Some(&Row { columns: common, ..Row::default() }));
}

fn add_values(items: &mut Items<'_>, seen: &Seen, catalog: &dyn Catalog) {
    for named in &seen.names {
        items.add(variable(&named.name, &named.what));
    }
    add_functions(items, FunctionKind::Scalar, catalog);
    add_functions(items, FunctionKind::Window, catalog);
    shown::specials().for_each(|name| items.add(special(name)));
    ["true", "false"].into_iter().for_each(|word| items.word(word, CompletionKind::Value, "bool"));
    let literals = [
        ("dynamic", "dynamic([$0])"),
        ("datetime", "datetime($0)"),
        ("timespan", "timespan($0)"),
        ("guid", "guid($0)"),
    ];
    for (word, snippet) in literals {
        items.add(Completion { snippet: Some(snippet.to_owned()), ..item(word, CompletionKind::Keyword, "literal") });
    }
}

fn special(name: &str) -> Completion {
    let (form, summary) = shown::special(name).unwrap_or_default();
    let hole = if form.parameters.is_empty() { "" } else { "$0" };
    Completion {
        documentation: summary.to_owned(),
        snippet: Some(format!("{name}({hole})")),
        ..item(name, CompletionKind::Function, &form.label)
    }
}

/// Names that begin with an underscore are the engine's own.
fn add_functions(items: &mut Items<'_>, kind: FunctionKind, catalog: &dyn Catalog) {
    let names = catalog.function_names(kind).into_iter().filter(|name| !name.starts_with('_'));
    for info in names
        .filter(|name| holds(name, items.typed))
        .filter_map(|name| catalog.function(name, kind))
        .collect::<Vec<_>>()
    {
        items.add(function(info));
    }
}

fn function(info: &FunctionInfo) -> Completion {
    let form = shown::forms_of(info).into_iter().next().unwrap_or_default();
    Completion {
        documentation: info.summary.to_owned(),
        snippet: Some(format!("{}({})", info.name, holes(info))),
        ..item(info.name, CompletionKind::Function, &form.label)
    }
}

/// A place to fill in for each parameter that must be given.
fn holes(info: &FunctionInfo) -> String {
    let parameters = info.signatures.first().map(|signature| signature.parameters).unwrap_or_default();
    let required = parameters.iter().filter(|parameter| !parameter.optional).enumerate();
    let required: Vec<String> = required.map(|(at, parameter)| format!("${{{}:{}}}", at + 1, parameter.name)).collect();
    if required.is_empty() && !parameters.is_empty() { "$0".to_owned() } else { required.join(", ") }
}

fn add_plugins(items: &mut Items<'_>, catalog: &dyn Catalog) {
    for info in catalog.plugin_names().into_iter().filter_map(|name| catalog.plugin(name)) {
        items.add(Completion {
            documentation: info.summary.to_owned(),
            snippet: Some(format!("{}($0)", info.name)),
            ..item(info.name, CompletionKind::Function, &shown::form_of_plugin(info).label)
        });
    }
}

fn add_options(items: &mut Items<'_>, info: &OperatorInfo) {
    for (name, values) in info.options {
        let snippet = match values.is_empty() {
            true => format!("{name}=$0"),
            false => format!("{name}=${{1|{}|}}", values.join(",")),
        };
        let insert = Some(format!("{name}="));
        let detail = if values.is_empty() { "option".to_owned() } else { values.join(" | ") };
        items.add(Completion {
            insert,
            snippet: Some(snippet),
            ..item(&format!("{name}="), CompletionKind::Keyword, &detail)
        });
    }
}

fn add_infix(items: &mut Items<'_>) {
    for (word, says) in INFIX {
        let snippet = match word {
            "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all" => Some(format!("{word} ($0)")),
            "between" | "!between" => Some(format!("{word} ($1 .. $0)")),
            "matches regex" => Some("matches regex @\"$0\"".to_owned()),
            _ => None,
        };
        items.add(Completion { snippet, ..item(word, CompletionKind::Keyword, says) });
    }
}

/// The documented values of a column.
fn add_texts(items: &mut Items<'_>, column: &str, quotes: Quotes, seen: &Seen) {
    let row = seen.row.as_ref();
    let origin = row.and_then(|row| row.column(column)).and_then(|column| column.origin.as_ref());
    let Some(known) = origin.and_then(|(table, column)| vocabulary::of(table, column)) else { return };
    for value in known.values {
        let text = match quotes {
            Quotes::Written => (*value).to_owned(),
            Quotes::Missing => format!("\"{value}\""),
        };
        let documentation = format!("a documented value of `{column}` ({})", known.source);
        items.add(Completion { documentation, ..item(&text, CompletionKind::Value, "value") });
    }
}
