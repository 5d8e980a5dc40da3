//! Statements: declarations fill the scope, expressions are the results.

use std::collections::HashSet;
use std::rc::Rc;

use syntax::Diagnostic;
use syntax::ast::{Body, Expr as Tree, ExprKind as TreeKind, Name, Query, Statement, StatementKind};

use super::{Binder, Extent, Item, Scope};
use crate::codes;
use crate::scope::{Binding, Function};

impl Binder<'_> {
    /// All statements of a query, in order.
    pub(super) fn statements(&mut self, query: &Query) {
        let mut declared: HashSet<&str> = HashSet::new();
        let mut end = 0;
        for statement in &query.statements {
            self.watch_names(end, statement.span.end);
            end = statement.span.end;
            if let StatementKind::Let { name, .. } = &statement.kind
                && !declared.insert(&name.text)
            {
                let message = format!("`{}` is declared already", name.text);
                self.error(codes::DUPLICATE_VARIABLE, name.span, message);
            }
            self.statement(statement);
        }
        if self.results.is_empty() && self.error_count() == 0 {
            let span = query.statements.last().map(|statement| statement.span).unwrap_or_default();
            self.error(codes::NO_RESULT, span, "the query has no tabular expression, so there is no result");
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => self.declare(name, value),
            StatementKind::QueryParameters { parameters } => {
                for parameter in parameters {
                    self.query_parameter(parameter);
                }
            }
            StatementKind::Expression(expr) => self.result(expr),
            StatementKind::Set { name, value } => self.set_option(name, value.as_ref()),
            // Names of databases are the business of the service that runs a query.
            StatementKind::Alias { .. } => {}
            StatementKind::Restrict { entities } => self.restrict(entities),
            StatementKind::Pattern(declaration) => self.pattern(declaration),
            StatementKind::Command { .. } => {
                self.unsupported(statement.span, "a management command inside a query");
            }
        }
    }

    fn result(&mut self, tree: &Tree) {
        if let TreeKind::Missing = tree.kind {
            self.is_incomplete = true;
            return;
        }
        let before = self.error_count();
        let item = match &tree.kind {
            // A statement that is a name alone may be a value too, so what is said of an unknown one leaves that open.
            TreeKind::Name(name) if !self.is_known_table(name) => {
                self.name_not_found(name, Scope::default());
                None
            }
            TreeKind::Name(_) => Some(Item::Tabular(self.tabular(tree, Scope::default()))),
            _ => self.item(tree, Scope::default()),
        };
        match item {
            Some(Item::Tabular(table)) => {
                if std::mem::take(&mut self.gives_nothing) && table.is_open {
                    return;
                }
                if table.graph.is_some() {
                    self.error(codes::TABLE_EXPECTED, tree.span, crate::operators::GRAPH_IS_NO_TABLE);
                } else if !table.is_open {
                    let table = self.without_ingested(table);
                    self.results.push(self.enough_of(table).table);
                } else if self.error_count() == before && before == 0 {
                    self.error(codes::TABLE_EXPECTED, tree.span, "this table could not be bound");
                }
            }
            Some(Item::Scalar(expr)) => {
                let message = format!("a query gives a table, and this is a {}", expr.ty);
                let diagnostic = Diagnostic::error(codes::TABLE_EXPECTED, tree.span, message);
                self.report(diagnostic.hint("`print` makes a table of it"));
            }
            None => {}
        }
    }

    /// `let name = value`.
    fn declare(&mut self, name: &Name, value: &Tree) {
        if let TreeKind::Lambda { parameters, body, .. } = &value.kind {
            self.watch_body(parameters, body);
        }
        let binding = match &value.kind {
            TreeKind::Lambda { view, parameters, body } => Binding::Function(Rc::new(Function {
                name: name.text.clone(),
                parameters: parameters.clone(),
                body: body.clone(),
                is_view: *view,
                is_stored: false,
                env: self.env.clone(),
                allowed: self.catalog.allowed.clone(),
            })),
            _ => {
                let is_plain_name = matches!(value.kind, TreeKind::Name(_));
                let (item, extent) = if is_plain_name && self.is_function_name(value) {
                    (None, Extent::default())
                } else {
                    self.measured(|binder| binder.item(value, Scope::default()))
                };
                match item {
                    Some(Item::Scalar(expr)) if self.is_low(&expr, value.span) => Binding::Scalar { expr, extent },
                    Some(Item::Scalar(_)) => Binding::Faulty,
                    Some(Item::Tabular(table)) => Binding::Tabular(Rc::new(table)),
                    None => self.function_of_name(value).unwrap_or(Binding::Faulty),
                }
            }
        };
        self.env.declare(&name.text, binding);
    }

    /// `let g = f`, where f takes arguments: another name for the function.
    fn is_function_name(&self, value: &Tree) -> bool {
        let TreeKind::Name(name) = &value.kind else { return false };
        matches!(self.env.find(&name.text), Some(Binding::Function(function)) if !function.parameters.is_empty())
    }

    fn function_of_name(&self, value: &Tree) -> Option<Binding> {
        let TreeKind::Name(name) = &value.kind else { return None };
        match self.env.find(&name.text) {
            Some(binding @ Binding::Function(_)) => Some(binding.clone()),
            _ => None,
        }
    }

    /// A function's body: its own declarations, then the answer.
    pub(super) fn body(&mut self, body: &Body) -> Option<Item> {
        let mut end = body.span.start;
        for statement in &body.statements {
            self.watch_names(end, statement.span.end);
            end = statement.span.end;
            match &statement.kind {
                StatementKind::Let { name, value } => self.declare(name, value),
                StatementKind::Set { .. } => {}
                _ => self.unsupported(statement.span, "a statement other than `let` inside a function"),
            }
        }
        self.watch_names(end, body.span.end);
        let expression = body.expression.as_deref()?;
        self.item(expression, Scope::default())
    }
}
