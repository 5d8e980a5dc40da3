//! Where rows come from: names of tables, tabular variables and functions, `table("T")`, `database("d").T`, `materialize(…)`, pipes.
//!
//! Database, cluster and workspace names are ignored, with a warning: there is one database here, and a query that was written for
//! another one should find the table of that name.

use std::rc::Rc;

use syntax::ast::{Call, Expr as Tree, ExprKind as TreeKind, Literal, Name};
use syntax::{Diagnostic, Span};

use super::{Binder, Item, Scope, closest, ingested};
use crate::bound::TableKind;
use crate::codes;
use crate::names::INGESTED;
use crate::operators;
use crate::schema::{Column, TableSchema};
use crate::scope::Binding;
use crate::signature::FunctionKind;
use crate::tabular::{Compat, Tabular, has_column};
use crate::types::Type;
use crate::wide;

impl Binder<'_> {
    /// An expression that must be tabular. What cannot be bound gives an open table.
    pub(super) fn sources_tabular(&mut self, tree: &Tree, scope: Scope<'_>) -> Tabular {
        let tree = bare(tree);
        if let TreeKind::Name(name) = &tree.kind {
            return match self.table_of_name(name, scope) {
                Some(table) => table,
                None => Tabular::open(tree.span),
            };
        }
        if let (TreeKind::Call(call), true) = (&tree.kind, self.missing.is_some())
            && !self.is_known_call(call)
        {
            self.table_not_found(&call.name);
            return Tabular::open(tree.span);
        }
        match self.nested(|binder| binder.descend(tree.span, |binder| binder.item(tree, scope))) {
            Some(Item::Tabular(table)) => table,
            Some(Item::Scalar(expr)) => {
                let message = format!("a table is expected here, found a {}", expr.ty);
                self.error(codes::TABLE_EXPECTED, tree.span, message);
                Tabular::open(tree.span)
            }
            None => Tabular::open(tree.span),
        }
    }

    /// An expression that may be a value or a table.
    pub(crate) fn item(&mut self, tree: &Tree, scope: Scope<'_>) -> Option<Item> {
        match &tree.kind {
            TreeKind::Paren(inner) => self.item(inner, scope),
            TreeKind::List(items) if items.len() == 1 => self.item(items.first()?, scope),
            TreeKind::Pipe { source, operators } => {
                if let (Some(source), true) = (source, operators.is_empty()) {
                    return self.item(source, scope);
                }
                let table = self.counted(tree.span, |binder| {
                    let input = source.as_deref().map(|source| binder.tabular(source, scope));
                    binder.nested(|binder| operators::pipe(binder, input, operators, tree.span))
                });
                Some(Item::Tabular(table))
            }
            TreeKind::Datatable { columns, values } => {
                Some(Item::Tabular(operators::datatable(self, columns, values, tree.span)))
            }
            TreeKind::ExternalData { columns, sources, options } => {
                Some(Item::Tabular(operators::external_data(self, columns, (sources, options), tree.span)))
            }
            TreeKind::InlineExternalTable(table) => {
                Some(Item::Tabular(operators::inline_external_table(self, table, tree.span)))
            }
            TreeKind::Name(name) => self.item_of_name(name, scope),
            TreeKind::Call(call) => self.item_of_call(call, tree.span, scope),
            TreeKind::Member { base, name } if self.is_pattern(base) => match &base.kind {
                TreeKind::Call(call) => self.pattern_call(call, Some(name), tree.span).flatten(),
                _ => None,
            },
            TreeKind::Member { base, name } if is_place(base) => {
                self.warn_place(base);
                Some(Item::Tabular(self.catalog_table(name).unwrap_or_else(|| Tabular::open(tree.span))))
            }
            TreeKind::MemberCall { base, call } if is_place(base) => {
                self.warn_place(base);
                self.item_of_call(call, tree.span, scope)
            }
            TreeKind::MemberCall { call, .. } => {
                self.function_not_found(call);
                None
            }
            _ => self.scalar(tree, scope).map(Item::Scalar),
        }
    }

    fn item_of_name(&mut self, name: &Name, scope: Scope<'_>) -> Option<Item> {
        let is_column = scope.row.is_some_and(|row| self.has_column(row, &name.text));
        if is_column {
            return self.scalar(&name_tree(name), scope).map(Item::Scalar);
        }
        match self.env.find(&name.text).cloned() {
            Some(Binding::Tabular(table)) => {
                self.spend(table.extent, name.span).then(|| Item::Tabular(table_at(&table, name.span)))
            }
            Some(Binding::Function(function)) => self.bare_call(&function, name, scope),
            Some(Binding::Pattern(_)) => {
                self.pattern_without_arguments(name);
                None
            }
            Some(Binding::Faulty) => None,
            Some(Binding::Scalar { .. } | Binding::Argument { .. }) => {
                self.scalar(&name_tree(name), scope).map(Item::Scalar)
            }
            None if self.catalog.table(&name.text).is_some() => self.catalog_table(name).map(Item::Tabular),
            None if name.text == "_GetWatchlistAlias" => Some(Item::Tabular(self.watchlist_aliases(name.span))),
            None => match self.stored_function(name) {
                Some(function) => self.stored(function, &[], name, name.span, scope),
                None => self.scalar(&name_tree(name), scope).map(Item::Scalar),
            },
        }
    }

    fn is_pattern(&self, base: &Tree) -> bool {
        matches!(&base.kind, TreeKind::Call(call) if matches!(self.env.find(&call.name.text), Some(Binding::Pattern(_))))
    }

    pub(super) fn pattern_without_arguments(&mut self, name: &Name) {
        let message = format!("the pattern `{}` needs its arguments", name.text);
        self.error(codes::ARGUMENTS_MISSING, name.span, message);
    }

    /// Does the name stand for anything where a table may stand?
    pub(super) fn is_known_table(&self, name: &Name) -> bool {
        let name = name.text.as_str();
        self.env.find(name).is_some()
            || self.catalog.table(name).is_some()
            || name == "_GetWatchlistAlias"
            || self.catalog.stored_function(name).is_some()
    }

    /// Is the name that of anything that can be called?
    fn is_known_call(&self, call: &Call) -> bool {
        let name = call.name.text.as_str();
        self.env.find(name).is_some()
            || self.is_built_in(name)
            || matches!(
                name,
                "table"
                    | "materialize"
                    | "database"
                    | "cluster"
                    | "workspace"
                    | "app"
                    | "_GetWatchlist"
                    | "_GetWatchlistAlias"
            )
            || self.catalog.stored_function(name).is_some()
    }

    fn is_built_in(&self, name: &str) -> bool {
        [FunctionKind::Scalar, FunctionKind::Aggregate, FunctionKind::Window]
            .into_iter()
            .any(|kind| self.catalog.function(name, kind).is_some())
    }

    fn item_of_call(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Item> {
        if let Some(result) = self.call_of_query_function(call, span, scope) {
            return result;
        }
        if let Some(item) = self.pattern_call(call, None, span) {
            return item;
        }
        if let Some(table) = self.tabular_form(call, span, scope) {
            return Some(Item::Tabular(table));
        }
        if !self.is_built_in(&call.name.text)
            && let Some(result) = self.call_of_stored_function(call, span, scope)
        {
            return result;
        }
        self.call(call, span, scope).map(Item::Scalar)
    }

    /// A name where only a table may stand; none when it is not one, which was said.
    fn table_of_name(&mut self, name: &Name, scope: Scope<'_>) -> Option<Tabular> {
        match self.env.find(&name.text).cloned() {
            Some(Binding::Tabular(table)) => self.spend(table.extent, name.span).then(|| table_at(&table, name.span)),
            Some(Binding::Function(function)) => {
                let item = self.nested(|binder| binder.bare_call(&function, name, scope))?;
                self.tabular_of(item, name)
            }
            Some(Binding::Scalar { expr, .. } | Binding::Argument { expr, .. }) => {
                self.tabular_of(Item::Scalar(expr), name)
            }
            Some(Binding::Pattern(_)) => {
                self.pattern_without_arguments(name);
                None
            }
            Some(Binding::Faulty) => None,
            None if self.catalog.table(&name.text).is_some() => self.catalog_table(name),
            None if name.text == "_GetWatchlistAlias" => Some(self.watchlist_aliases(name.span)),
            None => match self.stored_function(name) {
                Some(function) => {
                    let item = self.nested(|binder| binder.stored(function, &[], name, name.span, scope))?;
                    self.tabular_of(item, name)
                }
                None => {
                    self.table_not_found(name);
                    None
                }
            },
        }
    }

    fn tabular_of(&mut self, item: Item, name: &Name) -> Option<Tabular> {
        match item {
            Item::Tabular(table) => Some(table),
            Item::Scalar(expr) => {
                let message = format!("a table is expected here, and `{}` is a {}", name.text, expr.ty);
                self.error(codes::TABLE_EXPECTED, name.span, message);
                None
            }
        }
    }

    /// A table of the catalog, by name.
    pub(crate) fn catalog_table(&mut self, name: &Name) -> Option<Tabular> {
        match self.catalog.table(&name.text) {
            Some(schema) => Some(self.scan(&schema, name.span)),
            None => {
                self.table_not_found(name);
                None
            }
        }
    }

    /// All rows of a catalog table.
    pub(crate) fn scan(&self, schema: &TableSchema, span: Span) -> Tabular {
        let mut columns: Vec<String> = schema.columns.iter().map(|column| column.name.clone()).collect();
        let mut told = schema.columns.clone();
        if self.asks_ingested && self.catalog.has_ingestion_time(&schema.name) {
            columns.push(ingested::STORED.to_owned());
            told.push(Column::new(INGESTED, Type::DateTime));
        }
        let kind = TableKind::Scan { table: schema.name.clone(), columns };
        let mut table = Tabular::new(kind, told, span);
        if self.catalog.has_compat_columns() {
            let name: Rc<str> = Rc::from(schema.name.as_str());
            table.compat = schema
                .compat
                .iter()
                .filter(|compat| !has_column(&schema.columns, &compat.name))
                .filter_map(|compat| {
                    let column = schema.columns.iter().position(|column| column.name == compat.column)?;
                    let stands_for = Rc::from(compat.column.as_str());
                    Some(Compat { name: compat.name.clone(), column, stands_for, table: Some(Rc::clone(&name)) })
                })
                .collect();
        }
        table
    }

    pub(crate) fn table_not_found(&mut self, name: &Name) {
        if let Some(missing) = &mut self.missing {
            missing.push(name.clone());
            return;
        }
        let message = format!("`{}` is not a known table, tabular variable or function", name.text);
        let mut known = self.catalog.table_names();
        known.extend(self.catalog.stored_function_names());
        known.extend(self.env.names().into_iter().map(str::to_owned));
        let diagnostic = Diagnostic::error(codes::TABLE_NOT_FOUND, name.span, message);
        let meant = closest(&name.text, known.iter().map(String::as_str));
        self.report(diagnostic.meant(meant, &name.text));
    }

    /// `table("T")`, `materialize(…)`; none when the call is not such a form.
    pub(super) fn tabular_form(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Option<Tabular> {
        match call.name.text.as_str() {
            "table" => Some(self.table_call(call, span, scope)),
            "materialize" => Some(self.materialize(call, span, scope)),
            "_GetWatchlist" => Some(self.watchlist(call, span, scope)),
            "_GetWatchlistAlias" if call.arguments.is_empty() => Some(self.watchlist_aliases(span)),
            "external_table" | "materialized_view" | "stored_query_result" | "graph" | "entity_group" | "pattern" => {
                self.unsupported(call.name.span, &call.name.text);
                Some(Tabular::open(span))
            }
            "database" | "cluster" | "workspace" | "app" => {
                let message = format!("`{}(…)` names a place; a table's name must follow it", call.name.text);
                self.error(codes::TABLE_EXPECTED, span, message);
                Some(Tabular::open(span))
            }
            _ => None,
        }
    }

    fn table_call(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Tabular {
        let Some(argument) = call.arguments.first() else {
            self.argument_count(call, "1 argument");
            return Tabular::open(span);
        };
        let Some(text) = self.constant_text(&argument.value, scope) else { return Tabular::open(span) };
        let name = Name { text, span: argument.value.span };
        self.table_of_name(&name, Scope::default()).unwrap_or_else(|| Tabular::open(span))
    }

    fn materialize(&mut self, call: &Call, span: Span, scope: Scope<'_>) -> Tabular {
        let [argument] = call.arguments.as_slice() else {
            self.argument_count(call, "1 argument");
            return Tabular::open(span);
        };
        let table = self.tabular(&argument.value, scope);
        self.share(table, span)
    }

    /// Makes a table be evaluated once, however often it is used.
    pub(crate) fn share(&mut self, table: Tabular, span: Span) -> Tabular {
        if table.is_open || wide::is_shared(&table.table.kind) {
            return table;
        }
        let index = self.shared.len();
        let reference = Tabular {
            compat: table.compat,
            faulty: table.faulty,
            is_serialized: false,
            ..Tabular::new(TableKind::Shared { index }, table.table.schema.clone(), span)
        };
        self.shared.push(table.table);
        reference
    }

    fn warn_place(&mut self, base: &Tree) {
        let text = match &base.kind {
            TreeKind::Call(call) | TreeKind::MemberCall { call, .. } => call.name.text.as_str(),
            _ => "this prefix",
        };
        let message = format!("`{text}(…)` is ignored: the table is taken from this database");
        self.warn(codes::PREFIX_IGNORED, base.span, message);
    }
}

/// `database("d")`, `cluster("c").database("d")`, `workspace("w")`, `app("a")`.
pub(super) fn is_place(tree: &Tree) -> bool {
    match &tree.kind {
        TreeKind::Call(call) => {
            matches!(call.name.text.as_str(), "database" | "cluster" | "workspace" | "app" | "resource")
                && call.arguments.iter().all(|argument| {
                    matches!(argument.value.kind, TreeKind::Literal(Literal::String { .. }) | TreeKind::Name(_))
                })
        }
        TreeKind::MemberCall { base, call } => is_place(base) && call.name.text == "database",
        _ => false,
    }
}

/// The expression inside parentheses that say nothing: `(T)` is T.
fn bare(tree: &Tree) -> &Tree {
    match &tree.kind {
        TreeKind::Paren(inner) => bare(inner),
        TreeKind::List(items) => match items.as_slice() {
            [only] => bare(only),
            _ => tree,
        },
        TreeKind::Pipe { source: Some(source), operators } if operators.is_empty() => bare(source),
        _ => tree,
    }
}

fn name_tree(name: &Name) -> Tree {
    Tree { kind: TreeKind::Name(name.clone()), span: name.span }
}

/// A tabular variable where it is used: messages about it point here.
fn table_at(table: &Tabular, span: Span) -> Tabular {
    let mut table = table.clone();
    table.table.span = span;
    table
}
