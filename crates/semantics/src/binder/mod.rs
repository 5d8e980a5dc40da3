//! The binder: walks the tree once, resolves names in scope, finds types, and builds the bound query.
//!
//! In: tree and catalog. Out: tabular expressions, and diagnostics for whatever is wrong. What could not be bound is left out or open, and
//! its uses are silent: one mistake gives one message. Knows no operator; those are in [`crate::operators`].

mod aggregates;
mod calls;
mod expressions;
mod forms;
mod functions;
mod graph;
mod ingested;
mod limits;
mod lists;
mod names;
mod options;
mod parameters;
mod paths;
mod patterns;
mod plugins;
mod services;
mod sizes;
mod sources;
mod statements;
mod stored;
mod typing;
mod visible;
mod watch;

pub(crate) use expressions::{balanced, is_searched};
pub(crate) use forms::{PACK, TUPLE_COLUMN};
pub(crate) use graph::{DEGREE_IN, DEGREE_OUT, GraphScope, NODE_ID, PATH_FUNCTIONS};
pub(crate) use limits::Extent;
pub(crate) use names::closest;
pub use names::nearest_names;
pub(crate) use plugins::Knowledge;
pub(crate) use visible::{Allowed, Visible};
pub(crate) use watch::{Row, RowColumn, Seen, What, watch};

use std::collections::HashMap;
use std::rc::Rc;

use syntax::ast::{Expr as Tree, Name, Query};
use syntax::{Diagnostic, Span};

use crate::bound::{Aggregate, Bound, Expr, Render, Table, TableKind};
use crate::catalog::Catalog;
use crate::codes;
use crate::kusto_functions;
use crate::reach;
use crate::schema::Schema;
use crate::scope::{Env, Function};
use crate::tabular::Tabular;
use crate::wide::{self, WideUnion};
use crate::{Question, Step};

use limits::DEPTH_MAX;
use options::Options;
use plugins::{Mistakes, Plugins};
use stored::Stored;

/// Binds a whole query; without answers, without data.
pub(crate) fn bind(query: &Query, catalog: &dyn Catalog, answers: Option<&[Schema]>) -> Step {
    plugins::settle_late(|late| {
        let mut binder = Binder::new(catalog, Plugins::new(answers, late));
        binder.stored = Stored::behind(query);
        binder.asks_ingested = ingested::is_asked(query);
        binder.statements(query);
        // What stands behind a question is not bound yet, whatever was said of it.
        let mistakes = if binder.plugins.has_question() { Mistakes { count: 0, first: 0 } } else { binder.mistakes() };
        let missed = binder.plugins.missed();
        (binder.finish(), missed, mistakes)
    })
}

/// The state of one walk.
pub(crate) struct Binder<'a> {
    /// The tables and functions there are.
    pub(crate) catalog: Visible<'a>,
    diagnostics: Vec<Diagnostic>,
    /// Which findings there are at a place, by code.
    places: HashMap<(Span, &'static str), Vec<usize>>,
    error_count: usize,
    /// What is evaluated once.
    pub(crate) shared: Vec<Table>,
    /// What `as` called some of it, by place.
    pub(crate) as_names: HashMap<usize, String>,
    results: Vec<Table>,
    /// What `render` said.
    pub(crate) render: Option<Render>,
    /// The names in scope.
    pub(crate) env: Env,
    options: Options,
    /// Where aggregates and window functions of the expression at hand go.
    calls: Calls,
    /// How many tabular expressions deep: a column is only a column at its own level.
    level: usize,
    depth: usize,
    inlined: usize,
    /// Inside an input of a fuzzy union: the tables and functions that were not found, for which the input is left out.
    missing: Option<Vec<Name>>,
    /// Plugins whose columns follow from the data.
    plugins: Plugins<'a>,
    /// Is something missing, which the parser has said? Then there is nothing to run.
    pub(crate) is_incomplete: bool,
    /// What was bound since the last look.
    used: Extent,
    hidden: usize,
    /// Unions that wait to know which of their columns are used.
    wide: Vec<WideUnion>,
    /// Are the rows those of several subtables (`mv-apply`)? Then row order means nothing across them.
    pub(crate) is_scoped: bool,
    /// Does the query ask when rows came in?
    asks_ingested: bool,
    /// Does the subquery at hand run for each value of a key by itself? Then its rows are known only while it runs.
    pub(crate) is_per_key: bool,
    /// The steps of `scan` whose state the expression at hand may read: `step.column`.
    pub(crate) scan_steps: Vec<String>,
    /// The pattern of a graph that the expression at hand may ask about.
    pub(crate) graph: Option<Box<GraphScope>>,
    /// Has the statement at hand named tables, and gives none itself?
    pub(crate) gives_nothing: bool,
    /// The functions whose bodies are being bound.
    stack: Vec<Rc<Function>>,
    /// The stored functions that were named.
    stored: Stored,
    /// Inside a stored function: the call in the query that its messages point to.
    foreign: Option<Span>,
    /// Notes what is in scope at a place, for whoever writes the query.
    watch: Option<Box<watch::Watch>>,
}

/// What to do with a call that is not row by row.
#[derive(Debug, Default)]
pub(crate) enum Calls {
    /// Such calls are not allowed here.
    #[default]
    Refused,
    /// Aggregates become columns, from `base` on.
    Aggregates { base: usize, calls: Vec<Aggregate> },
    /// Window functions become columns, from `base` on.
    Windows { base: usize, calls: Vec<Aggregate> },
}

/// What a scalar expression's names may mean besides variables.
#[derive(Clone, Copy, Default)]
pub(crate) struct Scope<'t> {
    /// The input of the operator; the left side of a join.
    pub(crate) row: Option<&'t Tabular>,
    /// The right side of a join.
    pub(crate) right: Option<&'t Tabular>,
}

impl<'t> Scope<'t> {
    /// The columns of an operator's input.
    pub(crate) fn of(input: &'t Tabular) -> Self {
        Self { row: Some(input), right: None }
    }
}

/// What an expression turned out to be.
pub(crate) enum Item {
    /// One value.
    Scalar(Expr),
    /// Rows.
    Tabular(Tabular),
}

impl<'a> Binder<'a> {
    fn new(catalog: &'a dyn Catalog, plugins: Plugins<'a>) -> Self {
        Self {
            catalog: Visible::all(catalog),
            plugins,
            diagnostics: vec![],
            places: HashMap::new(),
            error_count: 0,
            shared: vec![],
            as_names: HashMap::new(),
            results: vec![],
            render: None,
            env: Env::default(),
            options: Options::default(),
            calls: Calls::Refused,
            level: 0,
            depth: 0,
            inlined: 0,
            missing: None,
            is_incomplete: false,
            used: Extent::default(),
            hidden: 0,
            wide: vec![],
            is_scoped: false,
            is_per_key: false,
            asks_ingested: false,
            scan_steps: vec![],
            graph: None,
            gives_nothing: false,
            stack: vec![],
            stored: Stored::default(),
            foreign: None,
            watch: None,
        }
    }

    fn finish(mut self) -> Step {
        let question = self.plugins.question();
        let settle = |table: Table| if self.wide.is_empty() { table } else { wide::settle(table, &self.wide) };
        if let Some(question) = question {
            let mut shared: Vec<Table> = self.shared.into_iter().map(settle).collect();
            let table = settle(question);
            reach::drop_unused(&mut shared, std::slice::from_ref(&table));
            return Step::Asks(Box::new(Question { shared, table }));
        }
        let has_error = self.diagnostics.iter().any(Diagnostic::is_error);
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        if has_error || self.is_incomplete {
            return Step::Done(None, self.diagnostics);
        }
        let mut shared: Vec<Table> = self.shared.into_iter().map(settle).collect();
        let results: Vec<Table> = self.results.into_iter().map(settle).collect();
        reach::drop_unused(&mut shared, &results);
        let too_wide = self.wide.iter().find(|union| union.is_too_wide.get()).map(|union| {
            let message =
                format!("{} tables with {} columns in all are too many", union.inputs.len(), union.schema.len());
            Diagnostic::error(codes::TOO_LARGE, union.span, message)
                .hint("`project` the columns that matter, or name the tables")
        });
        if let Some(mut diagnostic) = too_wide {
            self.stored.relate(&mut diagnostic, None);
            self.diagnostics.push(diagnostic);
            return Step::Done(None, self.diagnostics);
        }
        let bound = Bound { shared, results, render: self.render };
        Step::Done(Some(bound), self.diagnostics)
    }

    /// Says what is wrong; the same thing at the same place once (a function's body is bound at each call).
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        self.stored.relate(&mut diagnostic, self.foreign);
        // Most places have no finding yet, and a hostile query has a hundred thousand findings: only those of the place are compared.
        let place = (diagnostic.span, diagnostic.code);
        let known = self.places.entry(place).or_default();
        if !known.iter().any(|at| self.diagnostics.get(*at) == Some(&diagnostic)) {
            known.push(self.diagnostics.len());
            self.error_count += usize::from(diagnostic.is_error());
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports an error.
    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Reports a note-worthy thing that does not stop the query.
    pub(crate) fn warn(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::warning(code, span, message));
    }

    /// Refuses a construct that is not built; says why where it cannot be.
    pub(crate) fn unsupported(&mut self, span: Span, feature: &str) {
        let message = match kusto_functions::why_refused(feature) {
            Some(why) => format!("vedette does not run `{feature}`: {why}"),
            None => format!("vedette does not run `{feature}` yet"),
        };
        self.report(Diagnostic::error(codes::UNSUPPORTED, span, message).unsupported(feature));
    }

    /// How many errors there are so far.
    pub(crate) fn error_count(&self) -> usize {
        self.error_count
    }

    fn mistakes(&self) -> Mistakes {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let first = errors.map(|error| error.span.start).min().unwrap_or(0);
        Mistakes { count: self.error_count, first }
    }

    /// Goes one step down, unless that is too deep.
    fn descend<T>(&mut self, span: Span, step: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            self.error(codes::TOO_LARGE, span, format!("nested more than {DEPTH_MAX} deep"));
            return None;
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// Binds with another use of aggregates and window functions, and gives back what was collected.
    pub(crate) fn with_calls<T>(&mut self, calls: Calls, step: impl FnOnce(&mut Self) -> T) -> (T, Vec<Aggregate>) {
        let outer = std::mem::replace(&mut self.calls, calls);
        let result = step(self);
        let collected = match std::mem::replace(&mut self.calls, outer) {
            Calls::Refused => vec![],
            Calls::Aggregates { calls, .. } | Calls::Windows { calls, .. } => calls,
        };
        (result, collected)
    }

    /// Binds an expression that must be tabular.
    pub(crate) fn tabular(&mut self, tree: &Tree, scope: Scope<'_>) -> Tabular {
        self.sources_tabular(tree, scope)
    }

    /// Makes several tables the results of the query; the last one goes on through the pipe.
    pub(crate) fn give_all(&mut self, mut tables: Vec<Tabular>, span: Span) -> Tabular {
        if self.level > 1 {
            self.unsupported(span, "several results inside another table");
        }
        let last = tables.pop().unwrap_or_else(|| Tabular::open(span));
        let shown = tables.into_iter().filter(|table| !table.is_open).map(|table| self.without_ingested(table).table);
        let shown: Vec<Table> = shown.collect();
        self.results.extend(shown);
        last
    }

    /// A union: built at once, or put off until its columns are known when it is wide.
    pub(crate) fn unite(&mut self, mut union: WideUnion) -> Tabular {
        let (schema, span) = (union.schema.clone(), union.span);
        if union.inputs.len() * schema.len() > wide::CELLS_MAX {
            // Most tables of the catalog have no rows in most data.
            let catalog = &self.catalog;
            union
                .inputs
                .retain(|(table, _)| !matches!(&table.kind, TableKind::Scan { table, .. } if catalog.is_empty(table)));
            let placeholder = wide::placeholder(self.wide.len());
            self.wide.push(union);
            return Tabular::new(placeholder, schema, span);
        }
        Tabular::new(wide::build(&union, None).0.kind, schema, span)
    }

    /// Binds an input of a fuzzy union, and gives the names for whose lack it must be left out.
    pub(crate) fn fuzzy(&mut self, tree: &Tree) -> (Tabular, Vec<Name>) {
        let outer = self.missing.replace(vec![]);
        let table = self.tabular(tree, Scope::default());
        let missing = std::mem::replace(&mut self.missing, outer);
        (table, missing.unwrap_or_default())
    }

    /// A name for a column that no query can write and no wildcard matches.
    pub(crate) fn hidden_name(&mut self) -> String {
        self.hidden += 1;
        format!("$row{}", self.hidden)
    }

    /// Runs a step over the rows of several subtables.
    pub(crate) fn scoped<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.is_scoped, true);
        let result = step(self);
        self.is_scoped = outer;
        result
    }

    /// Runs a step one tabular level down, where columns of the outside are out of reach.
    pub(crate) fn nested<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        self.level += 1;
        let outer = std::mem::take(&mut self.calls);
        let outer_scoped = std::mem::take(&mut self.is_scoped);
        let outer_graph = self.graph.take();
        let result = step(self);
        self.calls = outer;
        self.is_scoped = outer_scoped;
        self.graph = outer_graph;
        self.level -= 1;
        result
    }
}
