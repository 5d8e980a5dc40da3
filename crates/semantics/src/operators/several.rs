//! `fork` and `facet`, which give several results, and `search`, which looks into several tables.

use syntax::Span;
use syntax::ast::{
    BinaryOp, Case, Expr as Tree, ExprKind as TreeKind, Literal, Name, NamedExpr, OperatorOption, Subquery, TextTest,
};

use super::union::{Shape, Source, add_sources, merge, source_name};
use super::{pipe, summarize};
use crate::binder::{Binder, Scope, balanced, is_searched};
use crate::bound::{Expr, ExprKind, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::names::{implied_name, is_hidden};
use crate::number::format_real;
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// `fork (…) (…)`: the input is read once; each branch is a result.
pub(super) fn fork(
    b: &mut Binder<'_>,
    input: Tabular,
    branches: &[(Option<Name>, Subquery)],
    keyword: Span,
) -> Tabular {
    let shared = b.share(input, keyword);
    let results: Vec<Tabular> =
        branches.iter().map(|(_, branch)| pipe(b, Some(shared.clone()), &branch.operators, branch.span)).collect();
    b.give_all(results, keyword)
}

/// `facet by a, b with (…)`: a result per column with the count of each value, then the one of `with`.
pub(super) fn facet(
    b: &mut Binder<'_>,
    input: Tabular,
    by: &[Tree],
    with: Option<&Subquery>,
    keyword: Span,
) -> Tabular {
    let shared = b.share(input, keyword);
    let mut results: Vec<Tabular> = vec![];
    for column in by {
        let key = NamedExpr { names: vec![], value: column.clone(), span: column.span };
        let call = syntax::ast::Call { name: Name { text: "count".to_owned(), span: column.span }, arguments: vec![] };
        let name = implied_name(column).unwrap_or_default();
        let count = NamedExpr {
            names: vec![Name { text: format!("count_{name}"), span: column.span }],
            value: Tree { kind: TreeKind::Call(call), span: column.span },
            span: column.span,
        };
        results.push(summarize::summarize(b, shared.clone(), &[count], &[key], None, column.span));
    }
    if let Some(with) = with {
        results.push(pipe(b, Some(shared), &with.operators, with.span));
    }
    b.give_all(results, keyword)
}

/// `search kind=… in (T, …) predicate`.
///
/// - Shape: `$table`, then the columns of all tables brought together as by `union`.
pub(super) fn search(
    b: &mut Binder<'_>,
    input: Option<Tabular>,
    options: &[OperatorOption],
    tables: &[Tree],
    predicate: &Tree,
    keyword: Span,
) -> Tabular {
    let case = match super::option_word(options, "kind") {
        Some(("case_sensitive", _)) => Case::Sensitive,
        None | Some(("default" | "case_insensitive", _)) => Case::Insensitive,
        Some((other, place)) => {
            let message = format!("`{other}` is not a kind of search: default, case_insensitive, case_sensitive");
            b.error(codes::OPTION_VALUE, place, message);
            Case::Insensitive
        }
    };
    let has_wildcard = input.is_none() && tables.is_empty();
    let sources = match (input, tables.is_empty()) {
        (Some(input), _) => {
            let name = source_name(b, &input, "search_arg", 0);
            vec![Source { table: input, name }]
        }
        (None, true) => {
            let mut sources = vec![];
            add_sources(b, &Tree { kind: TreeKind::Star, span: keyword }, false, &mut sources);
            matching(b, sources, predicate)
        }
        (None, false) => {
            let mut sources = vec![];
            for table in tables {
                add_sources(b, table, false, &mut sources);
            }
            for source in &mut sources {
                if let Some(place) = source.name.strip_prefix("union_arg") {
                    source.name = format!("search_arg{place}");
                }
            }
            sources
        }
    };
    // The predicate may name a column that only some tables have, so the tables come together first.
    let shape = Shape { is_inner: false, with_source: Some("$table"), has_wildcard };
    let merged = merge(b, sources, shape, keyword);
    match search_predicate(b, predicate, &merged, case) {
        Some(predicate) => merged.same_columns(keyword, |input| TableKind::Filter { input, predicate }),
        None => merged,
    }
}

/// Only tables that have the columns asked for are looked into: the result has no columns of others.
fn matching(b: &Binder<'_>, sources: Vec<Source>, predicate: &Tree) -> Vec<Source> {
    let wanted: Vec<Source> = sources.iter().filter(|source| may_match(b, predicate, &source.table)).cloned().collect();
    if wanted.is_empty() { sources } else { wanted }
}

/// The tables that `find` looks into.
pub(super) fn find_sources(
    b: &mut Binder<'_>,
    input: Option<Tabular>,
    tables: &[Tree],
    predicate: &Tree,
    keyword: Span,
) -> Vec<Source> {
    let mut sources = vec![];
    if let Some(input) = input {
        let name = source_name(b, &input, "find_arg", 0);
        sources.push(Source { table: input, name });
    } else if tables.is_empty() {
        add_sources(b, &Tree { kind: TreeKind::Star, span: keyword }, false, &mut sources);
    }
    for table in tables {
        add_sources(b, table, false, &mut sources);
    }
    matching(b, sources, predicate)
}

/// Could a row of the table fulfill the predicate, going by the columns that the table has?
fn may_match(b: &Binder<'_>, tree: &Tree, table: &Tabular) -> bool {
    match &tree.kind {
        TreeKind::Paren(inner) => may_match(b, inner, table),
        TreeKind::Binary { op: BinaryOp::And, left, right, .. } => {
            may_match(b, left, table) && may_match(b, right, table)
        }
        TreeKind::Binary { op: BinaryOp::Or, left, right, .. } => {
            may_match(b, left, table) || may_match(b, right, table)
        }
        TreeKind::Binary { left, .. } => may_match(b, left, table),
        TreeKind::In { value, .. } | TreeKind::Between { value, .. } => may_match(b, value, table),
        TreeKind::Member { base, .. } | TreeKind::Index { base, .. } => may_match(b, base, table),
        TreeKind::Name(name) => b.env.find(&name.text).is_some() || b.has_column(table, &name.text),
        TreeKind::Call(call) if call.name.text != "not" => {
            call.arguments.iter().all(|argument| may_match(b, &argument.value, table))
        }
        _ => true,
    }
}

/// A predicate of `search`: a bare text is sought in every column; the rest is as in `where`.
pub(super) fn search_predicate(b: &mut Binder<'_>, tree: &Tree, table: &Tabular, case: Case) -> Option<Expr> {
    match &tree.kind {
        TreeKind::Paren(inner) => search_predicate(b, inner, table, case),
        TreeKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
            let left = search_predicate(b, left, table, case);
            let right = search_predicate(b, right, table, case);
            balanced(*op, vec![left?, right?])
        }
        TreeKind::Call(call) if call.name.text == "not" && call.arguments.len() == 1 => {
            let inner = search_predicate(b, &call.arguments.first()?.value, table, case)?;
            let Some(info) = b.catalog.function("not", FunctionKind::Scalar) else {
                b.unsupported(call.name.span, "not");
                return None;
            };
            let kind = ExprKind::Call { function: info.name, arguments: vec![inner] };
            Some(Expr { kind, ty: Type::Bool, span: tree.span })
        }
        TreeKind::Star => Some(constant(Value::Bool(true), tree.span)),
        TreeKind::Literal(Literal::String { value, .. }) => any_column(b, table, value, case, tree.span),
        TreeKind::Literal(Literal::Real(value)) => any_column(b, table, &format_real(*value), case, tree.span),
        TreeKind::Literal(Literal::Long(value)) => any_column(b, table, &value.to_string(), case, tree.span),
        TreeKind::Binary { op: BinaryOp::Colon, left, right, .. } => {
            let column = b.scalar(left, Scope::of(table))?;
            let text = b.constant_text(right, Scope::default())?;
            let column = b.cast_to_text(column)?;
            Some(term_test(column, &text, case, tree.span))
        }
        _ => {
            let bound = b.scalar(tree, Scope::of(table))?;
            if bound.ty != Type::Bool {
                b.error(codes::EXACT_TYPE, tree.span, format!("the predicate must be a bool, found a {}", bound.ty));
                return None;
            }
            Some(bound)
        }
    }
}

/// The text in one of the columns that are looked into.
fn any_column(b: &mut Binder<'_>, table: &Tabular, text: &str, case: Case, span: Span) -> Option<Expr> {
    let mut tests = vec![];
    for (at, column) in table.schema().iter().enumerate() {
        // `$table` is not part of the data.
        if !is_searched(column.ty) || is_hidden(&column.name) || column.name == "$table" {
            continue;
        }
        let column = b.cast_to_text(table.column_expr(at, span))?;
        tests.push(term_test(column, text, case, span));
    }
    if tests.is_empty() {
        return Some(constant(Value::Bool(false), span));
    }
    balanced(BinaryOp::Or, tests)
}

/// `x` as a term, `x*` as the beginning of one, `*x` as the end of one, `*x*` anywhere, `x*y` from one end to the other.
fn term_test(column: Expr, text: &str, case: Case, span: Span) -> Expr {
    let (test, inner) = match (text.strip_prefix('*'), text.strip_suffix('*')) {
        (Some(rest), Some(_)) => (TextTest::Contains, rest.strip_suffix('*').unwrap_or(rest)),
        (Some(rest), None) => (TextTest::HasSuffix, rest),
        (None, Some(rest)) => (TextTest::HasPrefix, rest),
        (None, None) => (TextTest::Has, text),
    };
    let (test, case, right) = match inner.contains('*') {
        true => (TextTest::MatchesRegex, Case::Sensitive, starred_pattern(text, case)),
        false => (test, case, inner.to_owned()),
    };
    let right = constant(Value::String(right), span);
    let kind = ExprKind::Text { test, case, negated: false, left: Box::new(column), right: Box::new(right) };
    Expr { kind, ty: Type::Bool, span }
}

/// The regular expression of a text with stars inside: whole terms at the ends that have no star.
///
/// Source: the page of `search`, whose `"Lab*PC"` is `\bLab.*PC\b`.
fn starred_pattern(text: &str, case: Case) -> String {
    const MEANINGFUL: &str = "\\.+*?()|[]{}^$#&-~";
    let mut pattern = String::from(if case == Case::Insensitive { "(?i)" } else { "" });
    if !text.starts_with('*') {
        pattern.push_str(r"\b");
    }
    for letter in text.trim_matches('*').chars() {
        match letter {
            '*' => pattern.push_str(".*"),
            _ if MEANINGFUL.contains(letter) => pattern.extend(['\\', letter]),
            _ => pattern.push(letter),
        }
    }
    if !text.ends_with('*') {
        pattern.push_str(r"\b");
    }
    pattern
}
