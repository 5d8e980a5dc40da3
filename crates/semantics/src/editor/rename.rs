//! Another name for what a query declares, or the reason why not.
//!
//! In: a draft, an offset, the new name. Out: edits. They are made on a copy first: there the new name must mean the same at the same places, the query
//! must have no more mistakes, and its answer the same columns; otherwise nothing is renamed.

use syntax::{Diagnostic, Span, TokenKind};

use super::Draft;
use super::declarations::{Found, declaration_at};
use crate::catalog::Catalog;
use crate::schema::Schema;

/// The edits of a renaming: places and what stands there afterwards.
pub type Renamed = Vec<(Span, String)>;

/// The place and name of what can be renamed there.
///
/// # Errors
/// Why it cannot be renamed.
pub fn can_rename(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Result<(Span, String), String> {
    let found = renamable(draft, offset, catalog)?;
    let is_here = |span: &&Span| span.start <= offset && offset <= span.end;
    let place = std::iter::once(&found.declaration).chain(&found.uses).find(is_here);
    Ok((place.copied().unwrap_or(found.declaration), found.name))
}

/// Renames what is declared or used at a place.
///
/// # Errors
/// Why it cannot be renamed so.
pub fn rename(draft: &Draft<'_>, offset: u32, name: &str, catalog: &dyn Catalog) -> Result<Renamed, String> {
    let found = renamable(draft, offset, catalog)?;
    if name == found.name {
        return Ok(vec![]);
    }
    let test = format!("let {name} = 1;\nprint {name}");
    let is_word = name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
    if name.is_empty() || !is_word || syntax::parse(&test).errors.iter().any(Diagnostic::is_error) {
        return Err(format!("`{name}` is not a name that `let` takes"));
    }
    let mut edits: Renamed = std::iter::once((found.declaration, name.to_owned())).collect();
    for place in &found.uses {
        // The column keeps its name.
        let text = match found.naming.contains(place) {
            true => format!("{} = {name}", super::shown::written(&found.name)),
            false => name.to_owned(),
        };
        edits.push((*place, text));
    }
    edits.sort_by_key(|(span, _)| span.start);
    assert_same(draft, &found, name, &edits, catalog)?;
    Ok(edits)
}

fn renamable(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Result<Found, String> {
    if let Some(found) = declaration_at(draft, offset, catalog) {
        return Ok(found);
    }
    let Some(token) = draft.token_at(offset).filter(|token| token.kind == TokenKind::Word) else {
        return Err("there is no name here".to_owned());
    };
    let word = token.span.text(draft.text);
    let seen = draft.seen(offset, catalog);
    let is_column = seen.columns.contains(&token.span) || seen.row.is_some_and(|row| row.column(word).is_some());
    Err(match is_column {
        true => format!("`{word}` is a column; `project-rename` gives it another name"),
        false if catalog.table(word).is_some() => format!("`{word}` is a table, which the query does not name"),
        false => format!("`{word}` is not declared in the query"),
    })
}

/// Is the query with the edits the same query?
fn assert_same(
    draft: &Draft<'_>,
    found: &Found,
    name: &str,
    edits: &Renamed,
    catalog: &dyn Catalog,
) -> Result<(), String> {
    let (text, places) = edited(draft.text, edits);
    let after = Draft::new(&text);
    let declaration = places.iter().zip(edits).find(|(_, (span, _))| *span == found.declaration).map(|(at, _)| *at);
    let start = declaration.map_or(0, |span| span.end);
    let again = declaration_at(&after, start, catalog);
    let mut expected: Vec<u32> =
        places.iter().filter(|span| Some(**span) != declaration).map(|span| span.end).collect();
    expected.sort_unstable();
    let is_same = again.is_some_and(|again| {
        let mut ends: Vec<u32> = again.uses.iter().map(|span| span.end).collect();
        ends.sort_unstable();
        again.name == name && ends == expected
    });
    if !is_same {
        return Err(format!("`{name}` means something else in this query already"));
    }
    let (errors_before, columns_before) = outcome(draft, catalog);
    let (errors, columns) = outcome(&after, catalog);
    if errors > errors_before {
        return Err(format!("with the name `{name}` the query would have another mistake"));
    }
    match columns == columns_before {
        true => Ok(()),
        false => {
            Err(format!("`{}` is also the name of a column of the answer; give the column its name first", found.name))
        }
    }
}

fn outcome(draft: &Draft<'_>, catalog: &dyn Catalog) -> (usize, Vec<Schema>) {
    let (bound, diagnostics) = crate::bind(&draft.parsed.query, catalog);
    let errors = draft.parsed.errors.iter().chain(&diagnostics).filter(|found| found.is_error()).count();
    let columns = bound.map(|bound| bound.results.into_iter().map(|table| table.schema).collect());
    (errors, columns.unwrap_or_default())
}

/// The text with the edits, and where each new piece is in it.
fn edited(text: &str, edits: &Renamed) -> (String, Vec<Span>) {
    let (mut made, mut places, mut at) = (String::new(), vec![], 0);
    for (span, new) in edits {
        made.push_str(text.get(at..span.start as usize).unwrap_or(""));
        let start = narrow(made.len());
        made.push_str(new);
        places.push(Span::new(start, narrow(made.len())));
        at = span.end as usize;
    }
    made.push_str(text.get(at..).unwrap_or(""));
    (made, places)
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
