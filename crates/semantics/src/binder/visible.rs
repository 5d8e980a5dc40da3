//! What of the catalog a query sees: everything, until `restrict access to` leaves what it names.
//!
//! A function keeps the view that it was declared with, so that a view over a hidden table works: that is what the statement is for.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use syntax::ast::{Expr as Tree, ExprKind as TreeKind};

use super::Binder;
use super::sources::is_place;
use crate::catalog::{Catalog, StoredFunction};
use crate::codes;
use crate::operators::matches_wildcard;
use crate::schema::TableSchema;
use crate::scope::{Binding, Env};

/// Names, and patterns with `*`, of tables and stored functions that are not hidden.
pub(crate) type Allowed = Option<Rc<[String]>>;

/// The catalog as a query sees it.
#[derive(Clone)]
pub(crate) struct Visible<'a> {
    all: &'a dyn Catalog,
    /// None when nothing is hidden.
    pub(super) allowed: Allowed,
}

impl<'a> Visible<'a> {
    /// All of it.
    pub(super) fn all(all: &'a dyn Catalog) -> Self {
        Self { all, allowed: None }
    }

    /// Is a table or stored function of that name not hidden?
    pub(super) fn shows(&self, name: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|pattern| matches_wildcard(pattern, name)))
    }

    /// The table of that exact name.
    pub(crate) fn table(&self, name: &str) -> Option<Arc<TableSchema>> {
        self.shows(name).then(|| self.all.table(name)).flatten()
    }

    /// Every table's name, sorted.
    pub(crate) fn table_names(&self) -> Vec<String> {
        let mut names = self.all.table_names();
        names.retain(|name| self.shows(name));
        names
    }

    /// The stored function of that exact name.
    pub(crate) fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.shows(name).then(|| self.all.stored_function(name)).flatten()
    }

    /// Every stored function's name, sorted.
    pub(crate) fn stored_function_names(&self) -> Vec<String> {
        let mut names = self.all.stored_function_names();
        names.retain(|name| self.shows(name));
        names
    }

    /// The value given for a query parameter.
    pub(crate) fn query_parameter(&self, name: &str) -> Option<&'a str> {
        self.all.query_parameter(name)
    }
}

/// What cannot be hidden (built-in functions, and what is asked of the whole catalog) is the catalog's own.
impl<'a> Deref for Visible<'a> {
    type Target = dyn Catalog + 'a;

    fn deref(&self) -> &Self::Target {
        self.all
    }
}

impl Binder<'_> {
    /// `restrict access to (…)`: a plain name is a variable, a table or a function; a plain pattern means variables, and one of a database
    /// (`database().*`) tables and functions. Variables that are single values stay.
    pub(super) fn restrict(&mut self, entities: &[Tree]) {
        let mut variables: Vec<String> = vec![];
        let mut allowed: Vec<String> = vec![];
        for entity in entities {
            match &entity.kind {
                TreeKind::Name(name) if self.env.find(&name.text).is_some() => variables.push(name.text.clone()),
                TreeKind::Name(name) => {
                    let is_known =
                        self.catalog.table(&name.text).is_some() || self.catalog.stored_function(&name.text).is_some();
                    if is_known {
                        allowed.push(name.text.clone());
                    } else {
                        self.table_not_found(name);
                    }
                }
                TreeKind::Star => variables.push("*".to_owned()),
                TreeKind::Wildcard(pattern) => variables.push(pattern.text.clone()),
                TreeKind::Member { base, name } if is_place(base) => allowed.push(name.text.clone()),
                _ => self.error(
                    codes::TABLE_EXPECTED,
                    entity.span,
                    "the name of a table, function, view or pattern is expected here",
                ),
            }
        }
        let stays = |name: &str, binding: &Binding| match binding {
            Binding::Scalar { .. } | Binding::Argument { .. } | Binding::Faulty => true,
            Binding::Tabular(_) | Binding::Function(_) | Binding::Pattern(_) => {
                variables.iter().any(|pattern| matches_wildcard(pattern, name))
            }
        };
        let kept: Vec<(String, Binding)> = self
            .env
            .entries()
            .filter(|(name, binding)| stays(name, binding))
            .map(|(name, binding)| (name.to_owned(), binding.clone()))
            .collect();
        let mut env = Env::default();
        for (name, binding) in kept.into_iter().rev() {
            env.declare(&name, binding);
        }
        self.env = env;
        // A second statement can only take away.
        allowed.retain(|name| {
            name.contains('*') || self.catalog.table(name).is_some() || self.catalog.stored_function(name).is_some()
        });
        self.catalog.allowed = Some(match &self.catalog.allowed {
            None => allowed.into(),
            Some(before) => allowed
                .into_iter()
                .filter(|name| before.iter().any(|pattern| matches_wildcard(pattern, name)))
                .collect(),
        });
    }
}
