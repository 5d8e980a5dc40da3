//! What is in scope at a place of the text, noted while the query is bound: columns, names, and which names turned out to be columns.
//!
//! In: a place. Out: what the innermost operator around it reads and gives, and the names declared before it. A query with mistakes is bound as
//! far as it goes, and the body of a function that nobody calls is bound with a stand-in for each parameter, so that half a query is enough.
//! What bodies of stored functions see is not noted: their places are those of another text.

use std::collections::HashSet;
use std::rc::Rc;

use syntax::Span;
use syntax::ast::{Body, Name, Operator, Parameter, Query, TypeExpr};

use super::{Binder, Extent};
use crate::bound::{ExprKind, Table, TableKind};
use crate::catalog::Catalog;
use crate::convert::constant;
use crate::names::is_hidden;
use crate::schema::{Column, Schema};
use crate::scope::{Binding, Env};
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// Operators that are looked through for the table that a column came from.
const ORIGIN_STEPS_MAX: usize = 300;

/// What is in scope at a place.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// What the operator at the place reads.
    pub(crate) row: Option<Row>,
    /// The right side of a join.
    pub(crate) right: Option<Row>,
    /// What the operator gives.
    pub(crate) after: Option<Row>,
    /// Declared names, latest first; a name that was declared twice is there once.
    pub(crate) names: Vec<Named>,
    /// Where names are columns.
    pub(crate) columns: HashSet<Span>,
}

/// The columns of a table at a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// Those that a query can name.
    pub(crate) columns: Vec<RowColumn>,
    /// Names that stand for columns and show nowhere: name, column, type.
    pub(crate) compat: Vec<(String, String, Type)>,
    /// Something before was wrong: there may be others.
    pub(crate) is_open: bool,
}

/// A column, and which stored column it is if it is one.
#[derive(Debug, Clone)]
pub(crate) struct RowColumn {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// Table and column.
    pub(crate) origin: Option<(String, String)>,
}

impl Row {
    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&RowColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A declared name.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) what: What,
}

/// What a declared name stands for.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Scalar(Type),
    Table(Schema),
    Function(Vec<Parameter>),
    Pattern,
    /// Its value has a mistake.
    Unknown,
}

/// Notes what is in scope at one place.
#[derive(Debug)]
pub(crate) struct Watch {
    at: u32,
    /// Where the operator that was noted begins, and where the names were.
    operator_start: Option<u32>,
    names_start: Option<u32>,
    /// Bodies that were bound with stand-ins.
    bodies: HashSet<Span>,
    seen: Seen,
}

/// Binds a query for what is in scope at a place. What is wrong with it is not told.
pub(crate) fn watch(query: &Query, catalog: &dyn Catalog, at: u32) -> Seen {
    let mut binder = Binder::new(catalog, super::Plugins::new(None, &[]));
    binder.stored = super::Stored::behind(query);
    let watch = Watch { at, operator_start: None, names_start: None, bodies: HashSet::new(), seen: Seen::default() };
    binder.watch = Some(Box::new(watch));
    binder.statements(query);
    if query.statements.last().is_none_or(|last| last.span.end < at) {
        binder.watch_names(query.statements.last().map_or(0, |last| last.span.end), at);
    }
    binder.watch.map(|watch| watch.seen).unwrap_or_default()
}

impl Binder<'_> {
    fn watched(&mut self) -> Option<&mut Watch> {
        match self.foreign {
            None => self.watch.as_deref_mut(),
            Some(_) => None,
        }
    }

    /// Notes the names declared before a statement that the place is in.
    pub(super) fn watch_names(&mut self, start: u32, end: u32) {
        let env = self.env.clone();
        let Some(watch) = self.watched() else { return };
        if start <= watch.at && watch.at <= end && watch.names_start.is_none_or(|noted| noted <= start) {
            watch.names_start = Some(start);
            watch.seen.names = names(&env);
        }
    }

    /// Notes what an operator reads, when the place is in it; `end` is where the next one begins.
    pub(crate) fn watch_operator(&mut self, input: Option<&Tabular>, operator: &Operator, end: u32) {
        let start = operator.span.start;
        let Some(watch) = self.watched() else { return };
        if !(start <= watch.at && watch.at <= end) {
            return;
        }
        let is_known = watch.operator_start == Some(start) && watch.seen.row.as_ref().is_some_and(|row| !row.is_open);
        if watch.operator_start.is_some_and(|noted| noted > start) || is_known {
            return;
        }
        watch.operator_start = Some(start);
        watch.seen.row = input.map(row);
        watch.seen.right = None;
        watch.seen.after = None;
        self.watch_names(start, end);
    }

    /// Notes what the operator that was noted gives.
    pub(crate) fn watch_output(&mut self, output: &Tabular, operator: &Operator) {
        let Some(watch) = self.watched() else { return };
        if watch.operator_start == Some(operator.span.start) && watch.seen.after.is_none() {
            watch.seen.after = Some(row(output));
        }
    }

    /// Notes the right side of the join that was noted.
    pub(crate) fn watch_right(&mut self, right: &Tabular, join: Span) {
        let Some(watch) = self.watched() else { return };
        if watch.operator_start == Some(join.start) && watch.seen.right.is_none() {
            watch.seen.right = Some(row(right));
        }
    }

    /// Notes that a name is a column.
    pub(super) fn watch_column(&mut self, name: &Name) {
        if let Some(watch) = self.watched() {
            watch.seen.columns.insert(name.span);
        }
    }

    /// Binds the body of a function with stand-ins, so that what is in it is known though nobody calls it.
    pub(super) fn watch_body(&mut self, parameters: &[Parameter], body: &Body) {
        let Some(watch) = self.watched() else { return };
        if !watch.bodies.insert(body.span) {
            return;
        }
        let outer = self.env.clone();
        for parameter in parameters {
            let binding = stand_in(parameter);
            self.env.declare(&parameter.name.text, binding);
        }
        self.watch_names(body.span.start, body.span.end);
        let _ = self.descend(body.span, |binder| binder.nested(|binder| binder.body(body)));
        self.env = outer;
    }
}

/// A value of the parameter's type, or a table of its columns.
fn stand_in(parameter: &Parameter) -> Binding {
    let span = parameter.name.span;
    match &parameter.ty {
        TypeExpr::Scalar(ty) => match Type::from_name(&ty.text) {
            Some(ty) => Binding::Scalar { expr: constant(Value::absent(ty), span), extent: Extent::default() },
            None => Binding::Faulty,
        },
        TypeExpr::Table(columns, _) => {
            let typed = columns
                .iter()
                .filter_map(|column| Some(Column::new(column.name.text.clone(), Type::from_name(&column.ty.text)?)));
            Binding::Tabular(Rc::new(Tabular {
                is_open: true,
                ..Tabular::new(TableKind::OneRow, typed.collect(), span)
            }))
        }
        TypeExpr::AnyTable(_) => Binding::Tabular(Rc::new(Tabular::open(span))),
    }
}

fn names(env: &Env) -> Vec<Named> {
    let mut known = HashSet::new();
    let entries = env.entries().filter(|(name, _)| !name.starts_with('$') && known.insert((*name).to_owned()));
    let named = entries.map(|(name, binding)| {
        let what = match binding {
            Binding::Scalar { expr, .. } | Binding::Argument { expr, .. } => What::Scalar(expr.ty),
            Binding::Tabular(table) => What::Table(table.schema().clone()),
            Binding::Function(function) => What::Function(function.parameters.clone()),
            Binding::Pattern(_) => What::Pattern,
            Binding::Faulty => What::Unknown,
        };
        Named { name: name.to_owned(), what }
    });
    named.collect()
}

fn row(table: &Tabular) -> Row {
    let columns = table.schema().iter().enumerate().filter(|(_, column)| !is_hidden(&column.name));
    let columns = columns.map(|(at, column)| RowColumn {
        name: column.name.clone(),
        ty: column.ty,
        origin: origin(&table.table, at),
    });
    let compat = table.compat.iter().map(|compat| {
        let ty = table.schema().get(compat.column).map_or(Type::Dynamic, |column| column.ty);
        (compat.name.clone(), compat.stands_for.to_string(), ty)
    });
    Row { columns: columns.collect(), compat: compat.collect(), is_open: table.is_open }
}

/// The stored column that a column is, through operators that leave it as it is.
fn origin(table: &Table, column: usize) -> Option<(String, String)> {
    let (mut table, mut column) = (table, column);
    for _ in 0..ORIGIN_STEPS_MAX {
        match &table.kind {
            TableKind::Scan { table: name, columns } => return Some((name.clone(), columns.get(column)?.clone())),
            TableKind::Project { input, columns } => {
                let ExprKind::Column(before) = columns.get(column)?.kind else { return None };
                (table, column) = (input, before);
            }
            TableKind::Summarize { input, by, .. } => {
                let ExprKind::Column(before) = by.get(column)?.kind else { return None };
                (table, column) = (input, before);
            }
            TableKind::Filter { input, .. }
            | TableKind::Distinct { input }
            | TableKind::Sort { input, .. }
            | TableKind::Top { input, .. }
            | TableKind::Take { input, .. }
            | TableKind::Sample { input, .. } => table = input,
            TableKind::Window { input, .. } if column < input.schema.len() => table = input,
            TableKind::Join(join) if column < join.left.schema.len() => table = &join.left,
            TableKind::Join(join) => {
                column -= join.left.schema.len();
                table = &join.right;
            }
            _ => return None,
        }
    }
    None
}
