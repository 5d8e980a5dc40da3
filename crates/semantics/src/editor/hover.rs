//! What the name or word under the cursor is.
//!
//! In: a draft, an offset, a catalog. Out: Markdown and the place that it is about.

use syntax::ast::Operator;
use syntax::visit::{Visitor, walk_operator, walk_query};
use syntax::{Span, Token, TokenKind};

use super::Draft;
use super::complete::INFIX;
use super::declarations::among;
use super::operators::about;
use super::shown;
use crate::binder::{Row, RowColumn, Seen, What};
use crate::catalog::Catalog;
use crate::lints::vocabulary;
use crate::signature::FunctionKind;
use crate::types::Type;

/// Letters of a declaration that are shown.
const DECLARATION_CHARS_MAX: usize = 400;

/// What is said of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The place.
    pub span: Span,
    /// What is there, in Markdown.
    pub markdown: String,
}

/// Says what is at a place; none where nothing is to be said.
pub fn hover(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Option<Hover> {
    if let Some(span) = keyword_at(draft, offset) {
        let about = about(span.text(draft.text))?;
        let refused = if about.is_built { "" } else { " vedette does not run it." };
        let markdown =
            format!("{}\n\n{}{refused}\n\n[{}]({})", code(about.form), about.summary, about.name, about.source());
        return Some(Hover { span, markdown });
    }
    let token = draft.token_at(offset)?;
    let seen = draft.seen(offset, catalog);
    // `['odd name']` is several tokens and one name.
    let column = seen.columns.iter().find(|span| span.start <= offset && offset <= span.end).copied();
    let span = column.unwrap_or(token.span);
    let name = match token.kind {
        TokenKind::Word => token.span.text(draft.text),
        TokenKind::Text if column.is_some() => {
            let quoted = token.span.text(draft.text);
            quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("")
        }
        _ => return None,
    };
    let is_column = column.is_some();
    let markdown = of_declared(draft, offset, &seen, catalog)
        .filter(|_| !is_column)
        .or_else(|| of_column(name, &seen).filter(|_| is_column || !is_call(draft, token)))
        .or_else(|| of_function(draft, token, name, catalog))
        .or_else(|| of_table(name, catalog))
        .or_else(|| of_word(name))?;
    Some(Hover { span, markdown })
}

fn code(text: &str) -> String {
    format!("```kusto\n{text}\n```")
}

/// The keyword of an operator at a place.
fn keyword_at(draft: &Draft<'_>, offset: u32) -> Option<Span> {
    struct Keywords {
        offset: u32,
        found: Option<Span>,
    }
    impl Visitor for Keywords {
        fn visit_operator(&mut self, operator: &Operator) {
            let keyword = operator.keyword;
            if keyword.start <= self.offset && self.offset <= keyword.end && keyword.start < keyword.end {
                self.found = Some(keyword);
            }
            walk_operator(self, operator);
        }
    }
    let mut keywords = Keywords { offset, found: None };
    walk_query(&mut keywords, &draft.parsed.query);
    keywords.found
}

fn of_declared(draft: &Draft<'_>, offset: u32, seen: &Seen, catalog: &dyn Catalog) -> Option<String> {
    let found = among(draft, offset, seen.columns.clone())?;
    let known = seen.names.iter().find(|named| named.name == found.name).map(|named| named.what.clone());
    // Where it is declared it is not yet in scope.
    let known = known.or_else(|| {
        let seen = draft.seen(found.whole.end.saturating_add(1), catalog);
        seen.names.into_iter().find(|named| named.name == found.name).map(|named| named.what)
    });
    let written = found.whole.text(draft.text);
    let mut shown: String = written.chars().take(DECLARATION_CHARS_MAX).collect();
    if shown.len() < written.len() {
        shown.push('…');
    }
    let about = match known {
        Some(What::Scalar(ty)) => format!("a value of type `{ty}`"),
        Some(What::Table(columns)) if columns.is_empty() => "a table".to_owned(),
        Some(What::Table(columns)) => {
            format!("a table of {} columns\n\n{}", columns.len(), code(&shown::columns(&columns)))
        }
        Some(What::Function(parameters)) => {
            format!("`{}`", shown::form_of_declared(&found.name, &parameters, draft.text).label)
        }
        Some(What::Pattern) => "a pattern".to_owned(),
        Some(What::Unknown) | None => String::new(),
    };
    Some(format!("{}\n\n{about}", code(&shown)).trim_end().to_owned())
}

fn is_call(draft: &Draft<'_>, token: Token) -> bool {
    let next = draft.tokens.partition_point(|other| other.span.start < token.span.end);
    draft.tokens.get(next).is_some_and(|next| next.kind == TokenKind::OpenParen)
}

fn of_column(name: &str, seen: &Seen) -> Option<String> {
    let rows = [&seen.row, &seen.right, &seen.after].into_iter().flatten();
    rows.filter_map(|row: &Row| {
        let column = row.column(name).map(told);
        column.or_else(|| {
            let (_, stands_for, ty) = row.compat.iter().find(|(compat, ..)| compat == name)?;
            Some(format!("{}\n\nstands here for the column `{stands_for}`", code(&format!("{name}: {ty}"))))
        })
    })
    .next()
}

fn told(column: &RowColumn) -> String {
    let mut text = code(&format!("{}: {}", column.name, column.ty));
    let Some((table, stored)) = &column.origin else { return format!("{text}\n\na column that the query makes") };
    text.push_str(&match *stored == column.name {
        true => format!("\n\na column of `{table}`"),
        false => format!("\n\nthe column `{stored}` of `{table}`"),
    });
    if let Some(known) = vocabulary::of(table, stored) {
        let values: Vec<String> = known.values.iter().map(|value| format!("`{value}`")).collect();
        let kind = if known.is_closed { "values" } else { "documented values, among others" };
        text.push_str(&format!("\n\n{kind}: {}", values.join(", ")));
    }
    text
}

fn of_function(draft: &Draft<'_>, token: Token, name: &str, catalog: &dyn Catalog) -> Option<String> {
    let before = draft.tokens.partition_point(|other| other.span.end <= token.span.start).checked_sub(1);
    let is_plugin =
        before.and_then(|at| draft.tokens.get(at)).is_some_and(|word| word.span.text(draft.text) == "evaluate");
    if let Some(info) = catalog.plugin(name).filter(|_| is_plugin) {
        let link = format!("[{}]({})", info.name, info.source);
        return Some(format!("{}\n\n{}\n\n{link}", code(&shown::form_of_plugin(info).label), info.summary));
    }
    if let Some((form, summary)) = shown::special(name).filter(|_| is_call(draft, token)) {
        return Some(format!("{}\n\n{summary}", code(&form.label)));
    }
    if let Some(info) = shown::function(catalog, name, FunctionKind::Scalar).filter(|_| is_call(draft, token)) {
        let forms: Vec<String> = shown::forms_of(info).into_iter().map(|form| form.label).collect();
        let kind = match info.kind {
            FunctionKind::Scalar => "",
            FunctionKind::Aggregate => "an aggregate. ",
            FunctionKind::Window => "over the rows in their order. ",
        };
        let source = info.source;
        return Some(format!("{}\n\n{kind}{}\n\n[{name}]({source})", code(&forms.join("\n")), info.summary));
    }
    let function = catalog.stored_function(name)?;
    let (form, about) = shown::form_of_stored(name, &function);
    Some(
        format!("{}\n\na function written in KQL, `{}`\n\n{about}", code(&form.label), function.file)
            .trim_end()
            .to_owned(),
    )
}

fn of_table(name: &str, catalog: &dyn Catalog) -> Option<String> {
    let table = catalog.table(name)?;
    Some(format!("a table of {} columns\n\n{}", table.columns.len(), code(&shown::columns(&table.columns))))
}

fn of_word(name: &str) -> Option<String> {
    if let Some((word, says)) = INFIX.iter().find(|(word, _)| word.split(' ').next() == Some(name)) {
        return Some(format!("`{word}`: {says}"));
    }
    Type::from_name(name).map(|ty| format!("the type `{ty}`"))
}
