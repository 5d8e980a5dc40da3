//! The tabular operators, a file each. The table here says which keyword begins which; keywords are words only where an operator
//! is expected, so columns may be called `count` or `kind`.
//!
//! Each function is called with its keyword taken, and gives the operator without its place.

mod as_;
mod assert_schema;
mod consume;
mod count;
mod distinct;
mod evaluate;
mod extend;
mod facet;
mod find;
mod fork;
mod getschema;
mod graph;
mod invoke;
mod join;
mod make_series;
mod mv_apply;
mod mv_expand;
mod other;
mod parse;
mod parse_kv;
mod partition;
mod print;
mod project;
mod range;
mod reduce;
mod render;
mod sample;
mod scan;
mod search;
mod serialize;
mod sort;
mod summarize;
mod take;
mod top;
mod top_nested;
mod union;
mod where_;

mod options;

pub(crate) use options::{external_clauses, properties};
pub(crate) use other::clauses;

use crate::ast::{Operator, OperatorKind};
use crate::codes;
use crate::grammar::statements;
use crate::parser::Parser;
use crate::span::Span;
use crate::suggest;
use crate::token::TokenKind;

type Production = fn(&mut Parser) -> OperatorKind;

/// Every keyword that begins an operator, the older spellings included.
const OPERATORS: [(&str, Production); 59] = [
    ("as", as_::as_),
    ("assert-schema", assert_schema::assert_schema),
    ("consume", consume::consume),
    ("count", count::count),
    ("distinct", distinct::distinct),
    ("evaluate", evaluate::evaluate),
    ("extend", extend::extend),
    ("facet", facet::facet),
    ("filter", where_::where_),
    ("find", find::find),
    ("fork", fork::fork),
    ("getschema", getschema::getschema),
    ("graph-mark-components", graph::graph_mark_components),
    ("graph-match", graph::graph_match),
    ("graph-shortest-paths", graph::graph_shortest_paths),
    ("graph-to-table", graph::graph_to_table),
    ("graph-where-edges", other::other),
    ("graph-where-nodes", other::other),
    ("invoke", invoke::invoke),
    ("join", join::join),
    ("limit", take::take),
    ("lookup", join::lookup),
    ("macro-expand", other::other),
    ("make-graph", graph::make_graph),
    ("make-series", make_series::make_series),
    ("mv-apply", mv_apply::mv_apply),
    ("mv-expand", mv_expand::mv_expand),
    ("mvapply", mv_apply::mv_apply),
    ("mvexpand", mv_expand::mvexpand),
    ("order", sort::sort),
    ("parse", parse::parse),
    ("parse-kv", parse_kv::parse_kv),
    ("parse-where", parse::parse_where),
    ("partition", partition::partition),
    ("print", print::print),
    ("project", project::project),
    ("project-away", project::project_away),
    ("project-by-names", project::project_by_names),
    ("project-keep", project::project_keep),
    ("project-rename", project::project_rename),
    ("project-reorder", project::project_reorder),
    ("range", range::range),
    ("reduce", reduce::reduce),
    ("render", render::render),
    ("sample", sample::sample),
    ("sample-distinct", sample::sample_distinct),
    ("scan", scan::scan),
    ("search", search::search),
    ("serialize", serialize::serialize),
    ("sort", sort::sort),
    ("summarize", summarize::summarize),
    ("take", take::take),
    ("top", top::top),
    ("top-hitters", top::top_hitters),
    ("top-nested", top_nested::top_nested),
    ("union", union::union),
    ("where", where_::where_),
    ("__executeAndCache", other::other),
    ("__partitionby", other::other),
];

/// Every word that begins an operator.
#[cfg(test)]
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(word, _)| *word)
}

/// How many words a keyword has at most: `graph-mark-components`.
const KEYWORD_WORDS_MAX: usize = 3;

/// The operator's keyword at the cursor and how many tokens it has; a keyword's words and dashes have no blanks between them.
pub(crate) fn keyword(p: &Parser) -> Option<(&'static str, usize)> {
    find_operator(p).map(|(keyword, _, tokens)| (keyword, tokens))
}

fn find_operator(p: &Parser) -> Option<(&'static str, Production, usize)> {
    (1..=KEYWORD_WORDS_MAX).rev().find_map(|words| {
        let text = dashed(p, words)?;
        let (keyword, production) = OPERATORS.iter().find(|(keyword, _)| *keyword == text)?;
        Some((*keyword, *production, 2 * words - 1))
    })
}

/// The text of `words` words with a dash between each two.
fn dashed<'a>(p: &Parser<'a>, words: usize) -> Option<&'a str> {
    let first = p.nth(0);
    let mut last = first;
    for ahead in 0..(2 * words - 1) {
        let token = p.nth(ahead);
        let wanted = if ahead % 2 == 0 { TokenKind::Word } else { TokenKind::Minus };
        if token.kind != wanted || (ahead > 0 && !p.is_glued(ahead)) {
            return None;
        }
        last = token;
    }
    Some(first.span.to(last.span).text(p.text))
}

/// One operator. After an error its rest is skipped, so that the next one is read.
pub(crate) fn operator(p: &mut Parser) -> Operator {
    let start = p.start();
    let found = if p.is(TokenKind::Word) && !is_misspelt(p) { find_operator(p) } else { None };
    let Some((_, production, tokens)) = found else {
        unknown(p);
        recover(p);
        return Operator { kind: OperatorKind::Error, span: p.span_from(start), keyword: Span::new(start, start) };
    };
    for _ in 0..tokens {
        p.take();
    }
    let keyword = p.span_from(start);
    let kind = production(p);
    let span = p.span_from(start);
    if !ends_operator(p) {
        statements::left_over(p);
        recover(p);
    }
    Operator { kind, span, keyword }
}

/// `project-awy` is no `project` of `-awy`: with a keyword so close, it is a slip. (`project-a` may be meant.)
fn is_misspelt(p: &Parser) -> bool {
    const LETTERS_WRONG_MAX: usize = 2;
    if !p.tells() {
        return false;
    }
    let is_known = find_operator(p).is_some_and(|(_, _, tokens)| tokens > 1);
    let dashed = (2..=KEYWORD_WORDS_MAX).rev().find_map(|words| dashed(p, words));
    let Some(written) = dashed.filter(|_| !is_known) else { return false };
    let dashed_keywords = OPERATORS.iter().map(|(keyword, _)| *keyword).filter(|keyword| keyword.contains('-'));
    let nearest = suggest::nearest(written, dashed_keywords);
    nearest.is_some_and(|(distance, _)| (1..=LETTERS_WRONG_MAX).contains(&distance))
}

fn unknown(p: &mut Parser) {
    if !p.tells() {
        return;
    }
    let written = (1..=KEYWORD_WORDS_MAX).rev().find_map(|words| dashed(p, words)).unwrap_or("");
    let known = OPERATORS.iter().map(|(keyword, _)| *keyword);
    let hint = match suggest::closest(written, known) {
        Some(close) => Some(format!("did you mean `{close}`?")),
        None if p.is(TokenKind::Bar) && p.is_glued(0) => Some("`or` joins conditions".to_string()),
        None => None,
    };
    let found = if written.is_empty() { p.found() } else { format!("`{written}`") };
    let end = p.start() + u32::try_from(written.len()).unwrap_or(0);
    if let Some(error) = p.error_here(codes::EXPECTED_OPERATOR, format!("expected a tabular operator, found {found}")) {
        error.span.end = error.span.end.max(end);
        error.hints.extend(hint);
    }
}

/// May an operator be over here? At the start of a line a word may begin the next statement, whose semicolon is missing.
fn ends_operator(p: &Parser) -> bool {
    match p.kind() {
        TokenKind::Bar
        | TokenKind::Semicolon
        | TokenKind::CloseParen
        | TokenKind::CloseBrace
        | TokenKind::CloseBracket
        | TokenKind::End => true,
        _ => p.begins_line() && matches!(p.word(), "let" | "set" | "declare"),
    }
}

fn recover(p: &mut Parser) {
    p.skip_until(|p| p.is(TokenKind::Bar));
}
