//! What names mean: `let` variables, parameters and functions, in nested scopes that closures can hold on to.

use std::rc::Rc;

use syntax::ast::{Body, Parameter, PatternDeclaration};

use crate::binder::{Allowed, Extent};
use crate::bound::Expr;
use crate::tabular::Tabular;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// A scalar, over no columns.
    Scalar { expr: Expr, extent: Extent },
    /// An argument of the function whose body this is, and the tabular level at which its columns are columns.
    Argument { expr: Expr, level: usize, extent: Extent },
    /// A table.
    Tabular(Rc<Tabular>),
    /// A function.
    Function(Rc<Function>),
    /// `declare pattern`: a table for each tuple of texts.
    Pattern(Rc<Pattern>),
    /// Something that was wrong where it was declared.
    Faulty,
}

/// A function written in KQL, with the scope it was written in.
#[derive(Debug)]
pub(crate) struct Function {
    /// The name it was given.
    pub(crate) name: String,
    /// What it takes.
    pub(crate) parameters: Vec<Parameter>,
    /// What it does.
    pub(crate) body: Body,
    /// `view`: a wildcard union finds it.
    pub(crate) is_view: bool,
    /// Its text is the catalog's, not the query's.
    pub(crate) is_stored: bool,
    /// The names that its body sees.
    pub(crate) env: Env,
    /// The tables that its body sees.
    pub(crate) allowed: Allowed,
}

/// A pattern, with the scope it was written in.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Its cases.
    pub(crate) declaration: PatternDeclaration,
    /// The names that its bodies see.
    pub(crate) env: Env,
    /// The tables that its bodies see.
    pub(crate) allowed: Allowed,
}

/// Names in scope: a list that grows at its head, so that older holders see only what was there for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Env {
    head: Option<Rc<Entry>>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    binding: Binding,
    next: Env,
}

impl Env {
    /// What a name stands for; the latest declaration wins.
    pub(crate) fn find(&self, name: &str) -> Option<&Binding> {
        let mut env = self;
        while let Some(entry) = &env.head {
            if entry.name == name {
                return Some(&entry.binding);
            }
            env = &entry.next;
        }
        None
    }

    /// Declares a name.
    pub(crate) fn declare(&mut self, name: &str, binding: Binding) {
        let next = std::mem::take(self);
        self.head = Some(Rc::new(Entry { name: name.to_owned(), binding, next }));
    }

    /// Every name in scope, latest first.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.entries().map(|(name, _)| name).collect()
    }

    /// Every declaration, latest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Binding)> {
        let mut env = self;
        std::iter::from_fn(move || {
            let entry = env.head.as_ref()?;
            env = &entry.next;
            Some((entry.name.as_str(), &entry.binding))
        })
    }
}

impl Drop for Env {
    /// Takes the list apart in a loop: ten thousand declarations must not be ten thousand nested drops.
    fn drop(&mut self) {
        let mut head = self.head.take();
        while let Some(entry) = head {
            head = match Rc::try_unwrap(entry) {
                Ok(mut entry) => entry.next.head.take(),
                Err(_) => None,
            };
        }
    }
}
