//! The forms of the call that the cursor is in, and which of its parameters is being written.
//!
//! In: a draft, an offset, a catalog. Out: labels with the places of their parameters. Works on tokens: a call that is not closed has no tree.

use std::ops::Range;

use syntax::TokenKind;

use super::Draft;
use super::place::Place;
use super::shown::{self, Form};
use crate::binder::What;
use crate::catalog::Catalog;
use crate::signature::FunctionKind;

/// Tokens that are looked back over.
const TOKENS_MAX: usize = 20_000;

/// The call that the cursor is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// Its forms.
    pub signatures: Vec<ShownSignature>,
    /// The form that takes so many arguments.
    pub active: usize,
}

/// A form of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSignature {
    /// The whole form.
    pub label: String,
    /// What the function does.
    pub documentation: String,
    /// Where each parameter is in the label, in bytes, and what is said of it.
    pub parameters: Vec<(Range<usize>, String)>,
    /// The parameter that is being written.
    pub active: Option<usize>,
}

/// A form, and how many of its last parameters repeat.
type Candidate = (Form, usize);

/// The call that a place is in.
pub fn signature(draft: &Draft<'_>, offset: u32, catalog: &dyn Catalog) -> Option<SignatureHelp> {
    let place = Place::new(draft, offset);
    let (opener, argument) = enclosing(&place)?;
    let name = place.word_at(opener.checked_sub(1)?);
    let before = opener.checked_sub(2).map_or("", |at| place.word_at(at));
    let (forms, documentation) = forms(draft, offset, (name, before), catalog)?;
    // Right behind the bracket nothing is given yet.
    let is_empty = place.before.len() == opener + 1 && place.typed.is_empty();
    let takes = |(form, repeated): &Candidate| {
        *repeated > 0 || argument < form.parameters.len() || is_empty && form.parameters.is_empty()
    };
    let active = forms.iter().position(takes).unwrap_or(0);
    let signatures = forms.into_iter().map(|(form, repeated)| {
        let active = parameter(argument, form.parameters.len(), repeated);
        ShownSignature { label: form.label, documentation: documentation.clone(), parameters: form.parameters, active }
    });
    Some(SignatureHelp { signatures: signatures.collect(), active })
}

/// The bracket that the cursor is in, of those behind a name, and the commas since.
fn enclosing(place: &Place<'_>) -> Option<(usize, usize)> {
    let (mut depth, mut commas) = (0_usize, 0);
    for at in (0..place.before.len()).rev().take(TOKENS_MAX) {
        match place.kind_at(at) {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
            TokenKind::OpenParen if depth == 0 => {
                let is_call = at.checked_sub(1).is_some_and(|name| !place.word_at(name).is_empty());
                if is_call && place.is_glued(at) {
                    return Some((at, commas));
                }
                commas = 0;
            }
            TokenKind::OpenBracket if depth == 0 => commas = 0,
            TokenKind::OpenBrace if depth == 0 => return None,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth -= 1,
            TokenKind::Comma if depth == 0 => commas += 1,
            TokenKind::Semicolon if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The forms of a name, and what is said of it.
fn forms(
    draft: &Draft<'_>,
    offset: u32,
    (name, before): (&str, &str),
    catalog: &dyn Catalog,
) -> Option<(Vec<Candidate>, String)> {
    let seen = draft.seen(offset, catalog);
    if let Some(named) = seen.names.iter().find(|named| named.name == name) {
        let What::Function(parameters) = &named.what else { return None };
        return Some((vec![(shown::form_of_declared(name, parameters, draft.text), 0)], String::new()));
    }
    if before == "evaluate" {
        let info = catalog.plugin(name)?;
        return Some((vec![(shown::form_of_plugin(info), 0)], info.summary.to_owned()));
    }
    if let Some((form, summary)) = shown::special(name) {
        return Some((vec![(form, 0)], summary.to_owned()));
    }
    if let Some(info) = shown::function(catalog, name, FunctionKind::Scalar) {
        let repeated = info.signatures.iter().map(|signature| signature.repeated);
        return Some((shown::forms_of(info).into_iter().zip(repeated).collect(), info.summary.to_owned()));
    }
    let function = catalog.stored_function(name)?;
    let (form, about) = shown::form_of_stored(name, &function);
    Some((vec![(form, 0)], about))
}

/// The place of an argument among the parameters; `…` at their end is none.
fn parameter(argument: usize, count: usize, repeated: usize) -> Option<usize> {
    let named = if repeated > 0 { count.saturating_sub(1) } else { count };
    match argument {
        _ if argument < named => Some(argument),
        _ if repeated == 0 || repeated > named => None,
        _ => {
            let first = named - repeated;
            Some(first + (argument - first) % repeated)
        }
    }
}
