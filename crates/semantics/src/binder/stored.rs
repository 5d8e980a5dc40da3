//! Functions that the catalog keeps as text: found when a query names them, parsed once, and said so when they are wrong.
//!
//! The text of a function is read as if it stood behind the query and the functions before it. So a place (a span) tells by itself which
//! text it is in, and what is wrong inside a function is told with the file and the line, at the call in the query.

use std::collections::HashMap;
use std::rc::Rc;

use syntax::ast::{Expr as Tree, ExprKind as TreeKind, Name, Query, StatementKind};
use syntax::{Diagnostic, Span, position};

use super::Binder;
use crate::catalog::StoredFunction;
use crate::codes;
use crate::scope::{Env, Function};

/// All functions that one query names, together. The longest library in use (every parser of ASIM) has a quarter of it.
const BYTES_MAX: usize = 2 << 20;
/// A function's text is parsed as the value of a declaration.
const DECLARATION: &str = "let f = ";

/// The stored functions that a query named.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// By name; none for one whose text is wrong, which was said.
    functions: HashMap<String, Option<Rc<Function>>>,
    /// Where they lie, in that order.
    texts: Vec<StoredText>,
    /// Where the next one would begin.
    end: usize,
    /// The other names that are being followed.
    following: Vec<String>,
}

#[derive(Debug)]
struct StoredText {
    name: String,
    function: StoredFunction,
    start: usize,
    /// The place in the query that brought it in.
    call: Span,
}

impl Stored {
    /// Nothing yet; functions begin behind the query.
    pub(super) fn behind(query: &Query) -> Self {
        let end = query.statements.iter().map(|statement| statement.span.end).max().unwrap_or(0);
        Self { end: usize::try_from(end).unwrap_or(usize::MAX).saturating_add(1), ..Self::default() }
    }

    /// Brings what is said about a place in a function to the call of it; `call` is where the query is at, if it is inside a function.
    pub(super) fn relate(&self, diagnostic: &mut Diagnostic, call: Option<Span>) {
        diagnostic.labels.retain(|(span, _)| self.text_at(*span).is_none());
        let Some(text) = self.text_at(diagnostic.span) else { return };
        let place = text.place(diagnostic.span);
        diagnostic.message = format!("in `{}` ({place}): {}", text.name, diagnostic.message);
        diagnostic.span = call.unwrap_or(text.call);
        // They would change the call.
        diagnostic.fixes.clear();
    }

    fn text_at(&self, span: Span) -> Option<&StoredText> {
        let start = usize::try_from(span.start).ok()?;
        self.texts.iter().rev().find(|text| text.start <= start)
    }
}

impl StoredText {
    /// `functions/_Im_Dns.kql, line 3, column 5`.
    fn place(&self, span: Span) -> String {
        let start = usize::try_from(span.start).unwrap_or(usize::MAX).saturating_sub(self.start);
        let place = position(&self.function.text, u32::try_from(start).unwrap_or(u32::MAX));
        format!("{}, line {}, column {}", self.function.file, place.line, place.column)
    }
}

impl Binder<'_> {
    /// The stored function of that name, parsed; `Some(None)` when its text is wrong.
    pub(super) fn stored_function(&mut self, name: &Name) -> Option<Option<Rc<Function>>> {
        if !self.catalog.shows(&name.text) {
            return None;
        }
        if let Some(known) = self.stored.functions.get(&name.text) {
            return Some(known.clone());
        }
        let function = self.catalog.stored_function(&name.text)?;
        if self.stored.following.contains(&name.text) {
            self.error(codes::RECURSION, name.span, format!("`{}` is another name for itself", name.text));
            return Some(None);
        }
        self.stored.following.push(name.text.clone());
        let function = self.read_stored(name, function);
        self.stored.following.pop();
        self.stored.functions.insert(name.text.clone(), function.clone());
        Some(function)
    }

    fn read_stored(&mut self, name: &Name, function: StoredFunction) -> Option<Rc<Function>> {
        let start = self.stored.end;
        if start + function.text.len() > BYTES_MAX {
            let message = format!("the stored functions of this query have more than {BYTES_MAX} bytes");
            self.error(codes::TOO_LARGE, name.span, message);
            return None;
        }
        let outer = self.foreign.or_else(|| self.stored.text_at(name.span).map(|text| text.call));
        let call = outer.unwrap_or(name.span);
        let width = start + DECLARATION.len();
        let parsed = syntax::parse(&format!("{DECLARATION:>width$}{}", function.text));
        self.stored.end = width + function.text.len() + 1;
        self.stored.texts.push(StoredText { name: name.text.clone(), function, start: width, call });
        if let Some(error) = parsed.errors.iter().find(|error| error.is_error()) {
            let place = self.stored.text_at(error.span).map(|text| text.place(error.span)).unwrap_or_default();
            let message = format!("the stored function `{}` does not parse ({place}): {}", name.text, error.message);
            self.error(codes::STORED_FUNCTION, name.span, message);
            return None;
        }
        let mut statements = parsed.query.statements.into_iter();
        let value = match (statements.next().map(|statement| statement.kind), statements.next()) {
            (Some(StatementKind::Let { value, .. }), None) => Some(value.kind),
            _ => None,
        };
        match value {
            Some(TreeKind::Lambda { view, parameters, body }) => Some(Rc::new(Function {
                name: name.text.clone(),
                parameters,
                body,
                is_view: view,
                is_stored: true,
                env: Env::default(),
                allowed: None,
            })),
            Some(TreeKind::Pipe { source: Some(source), operators }) if operators.is_empty() => {
                self.other_name(name, &source)
            }
            Some(kind) => self.other_name(name, &Tree { kind, span: name.span }),
            None => self.no_function(name),
        }
    }

    /// A function's file may hold the name of another one, as `let g = f` does.
    fn other_name(&mut self, name: &Name, value: &Tree) -> Option<Rc<Function>> {
        let TreeKind::Name(other) = &value.kind else { return self.no_function(name) };
        match self.stored_function(other) {
            Some(function) => function,
            None => {
                self.function_unknown(other);
                None
            }
        }
    }

    fn no_function(&mut self, name: &Name) -> Option<Rc<Function>> {
        let message =
            format!("the stored function `{}` is not one function: `(parameters) {{ body }}` is expected", name.text);
        self.error(codes::STORED_FUNCTION, name.span, message);
        None
    }

    fn function_unknown(&mut self, name: &Name) {
        let message = format!("`{}` is not a known stored function", name.text);
        self.error(codes::FUNCTION_NOT_FOUND, name.span, message);
    }
}
