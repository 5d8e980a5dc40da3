//! Rows that are followed on their way through a query.
//!
//! In: a predicate over the table at the beginning of the pipe, and bound operators. Out: the same operators with one more column at the end, the
//! mark: true of rows that are followed, or that were made of some. What an operator does to the other columns does not change.

use semantics::bound::{Bound, CompareOp, Expr, ExprKind, Join, JoinKind, Table, TableKind};
use semantics::{Column, Type, Value, codes};
use syntax::Diagnostic;
use syntax::ast::StatementKind;

use super::{make, words};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::session::{Engine, Request};

/// The rows to follow.
#[derive(Debug, Clone)]
pub(super) struct Follow {
    /// What the table is called.
    pub(super) name: String,
    /// Which table.
    source: TableKind,
    /// Over its columns.
    predicate: Expr,
    /// The columns that the predicate was bound over.
    schema: Vec<Column>,
}

impl Follow {
    /// Binds a predicate over the table at the beginning of the first result.
    pub(super) fn bind(
        engine: &Engine,
        request: &Request,
        database: &dyn Database,
        bound: &Bound,
        why: &str,
    ) -> Result<Self> {
        let refused = |message: String| {
            let span = syntax::Span::default();
            Error::Query(vec![Diagnostic::error(codes::ARGUMENT_VALUE, span, message)])
        };
        let first = bound.results.first().and_then(|table| first_table(table, &bound.shared));
        let nowhere = || refused("the query begins with no table whose rows can be followed".to_owned());
        let first = first.ok_or_else(nowhere)?;
        let (name, text) = match &first.kind {
            TableKind::Scan { table, .. } => (table.clone(), format!("['{}']", table.replace('\'', "\\'"))),
            _ => {
                let text = words::source(&request.text, first.span).ok_or_else(nowhere)?;
                let text = format!("{}{text}", declarations(&request.text));
                let is_there = engine.bind(&Request { text: text.clone(), ..request.clone() }, database).is_ok();
                ("the first table".to_owned(), is_there.then_some(text).ok_or_else(nowhere)?)
            }
        };
        let asked = Request { text: format!("{text}\n| where ({why}\n)"), ..request.clone() };
        let (bound, _) = engine.bind(&asked, database).map_err(|error| match error {
            Error::Query(found) => {
                let said = found.iter().find(|found| found.is_error()).map(|found| found.message.clone());
                refused(format!("the rows to follow, `{why}`: {}", said.unwrap_or_default()))
            }
            other => other,
        })?;
        match bound.results.into_iter().next().map(|table| (table.kind, table.schema)) {
            Some((TableKind::Filter { predicate, .. }, schema)) if !has_table(&predicate) => {
                Ok(Self { name, source: first.kind.clone(), predicate, schema })
            }
            _ => Err(refused(format!("the rows to follow, `{why}`: expected a predicate over the columns of {name}"))),
        }
    }

    /// The table with its mark, when it is the one whose rows are followed.
    pub(super) fn mark(&self, table: &Table) -> Option<Table> {
        let is_same = match (&self.source, &table.kind) {
            (TableKind::Scan { table: one, .. }, TableKind::Scan { table: other, .. }) => one == other,
            (one, other) => one == other,
        };
        let place = |at: usize| {
            let wanted = self.schema.get(at)?;
            table.schema.iter().position(|column| column == wanted)
        };
        let predicate = is_same.then(|| moved(&self.predicate, &place)).flatten()?;
        Some(make::extended(table.clone(), vec![make::is_true(predicate)]))
    }
}

/// What a query declares before its results.
fn declarations(text: &str) -> String {
    let statements = syntax::parse(text).query.statements.into_iter();
    let declared = statements.filter(|statement| !matches!(statement.kind, StatementKind::Expression(_)));
    let texts = declared.filter_map(|statement| {
        text.get(statement.span.start as usize..statement.span.end as usize).map(|text| format!("{text};\n"))
    });
    texts.collect()
}

/// The table at the beginning of a pipe.
fn first_table<'t>(table: &'t Table, shared: &'t [Table]) -> Option<&'t Table> {
    match &table.kind {
        TableKind::Scan { .. } | TableKind::Rows { .. } | TableKind::External { .. } | TableKind::Range { .. } => {
            Some(table)
        }
        TableKind::Shared { index } => shared.get(*index).and_then(|table| first_table(table, shared)),
        TableKind::OneRow => None,
        other => other.inputs().first().and_then(|input| first_table(input, shared)),
    }
}

fn has_table(expr: &Expr) -> bool {
    let is_table = match &expr.kind {
        ExprKind::ToScalar(_) => true,
        ExprKind::In { list, .. } => matches!(list, semantics::bound::InList::Table(_)),
        _ => false,
    };
    is_table || expr.operands().into_iter().any(has_table)
}

/// The expression with its columns at other places; none when one is not there.
fn moved(expr: &Expr, place: &dyn Fn(usize) -> Option<usize>) -> Option<Expr> {
    let mut moved = expr.clone();
    move_columns(&mut moved, place).then_some(moved)
}

fn move_columns(expr: &mut Expr, place: &dyn Fn(usize) -> Option<usize>) -> bool {
    match &mut expr.kind {
        ExprKind::Column(at) => match place(*at) {
            Some(to) => {
                *at = to;
                true
            }
            None => false,
        },
        ExprKind::In { value, list, .. } => {
            let values: Vec<&mut Expr> = match list {
                semantics::bound::InList::Values(values) => values.iter_mut().collect(),
                semantics::bound::InList::Dynamic(list) => vec![list],
                semantics::bound::InList::Table(_) => return false,
            };
            move_columns(value, place) && values.into_iter().all(|value| move_columns(value, place))
        }
        other => crate::subqueries::parts(other).into_iter().all(|part| move_columns(part, place)),
    }
}

/// An operator over inputs of which some have a mark, with a mark of its own; none when it makes rows of which it cannot be told.
pub(super) fn marked(mut table: Table, marks: &[bool]) -> Option<Table> {
    let mark = |name: &str| Column::new(name, Type::Bool);
    match &mut table.kind {
        TableKind::Filter { .. }
        | TableKind::Sort { .. }
        | TableKind::Top { .. }
        | TableKind::Take { .. }
        | TableKind::Sample { .. } => {
            table.schema.push(mark("$mark"));
            Some(table)
        }
        TableKind::Summarize { input, aggregates, .. } => {
            aggregates.push(make::aggregate("countif", vec![last(input)], vec![Type::Long]));
            Some(told_by_count(table))
        }
        TableKind::Distinct { input } => {
            let by = make::columns(&table.schema);
            let aggregates = vec![make::aggregate("countif", vec![last(input)], vec![Type::Long])];
            let input = Box::new((**input).clone());
            table.kind = TableKind::Summarize { input, by, aggregates };
            Some(told_by_count(table))
        }
        TableKind::MvExpand { input, .. } | TableKind::Window { input, .. } => {
            let at = input.schema.len().checked_sub(1)?;
            table.schema.insert(at, mark("$mark"));
            Some(told_by(table, &[at]))
        }
        TableKind::Parse(parse) => {
            let at = parse.input.schema.len().checked_sub(1)?;
            table.schema.insert(at, mark("$mark"));
            Some(told_by(table, &[at]))
        }
        TableKind::Join(join) => {
            let places = join_marks(join, marks);
            for (at, name) in places.iter().zip(["$mark", "$mark2"]) {
                table.schema.insert(*at, mark(name));
            }
            (!places.is_empty()).then(|| told_by(table, &places))
        }
        TableKind::Union { inputs } => {
            for (input, has_mark) in inputs.iter_mut().zip(marks) {
                if !has_mark {
                    let no = make::constant(Value::Bool(false));
                    *input = make::extended(input.clone(), vec![no]);
                }
            }
            table.schema.push(mark("$mark"));
            Some(table)
        }
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::External { .. }
        | TableKind::OneRow
        | TableKind::Range { .. }
        | TableKind::Project { .. }
        | TableKind::TopHitters { .. }
        | TableKind::ScanSteps(_)
        | TableKind::GraphMatch(_)
        | TableKind::GraphComponents(_)
        | TableKind::PerKey(_)
        | TableKind::Plugin(_) => None,
    }
}

/// The mark of a table that has one.
fn last(table: &Table) -> Expr {
    make::column(table.schema.len().saturating_sub(1), Type::Bool)
}

/// Where the marks of the sides are among the columns of a join.
fn join_marks(join: &Join, marks: &[bool]) -> Vec<usize> {
    let (left, right) = (join.left.schema.len(), join.right.schema.len());
    let has = |side: usize| marks.get(side).copied().unwrap_or_default();
    let places = match join.kind {
        JoinKind::LeftSemi | JoinKind::LeftAnti => [has(0).then_some(left), None],
        JoinKind::RightSemi | JoinKind::RightAnti => [has(1).then_some(right), None],
        JoinKind::InnerUnique | JoinKind::Inner | JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter => {
            [has(0).then_some(left), has(1).then_some(left + right)]
        }
    };
    places.into_iter().flatten().filter_map(|end| end.checked_sub(1)).collect()
}

/// The marks at these places as one at the end.
fn told_by(table: Table, places: &[usize]) -> Table {
    let (mut schema, span) = (table.schema.clone(), table.span);
    let mut columns = make::columns(&schema);
    let marks: Vec<Expr> = places.iter().map(|at| make::is_true(make::column(*at, Type::Bool))).collect();
    let either = |left, right| make::expr(ExprKind::Or(Box::new(left), Box::new(right)), Type::Bool);
    for at in places.iter().rev() {
        schema.remove(*at);
        columns.remove(*at);
    }
    schema.push(Column::new("$mark", Type::Bool));
    columns.push(marks.into_iter().reduce(either).unwrap_or_else(|| make::constant(Value::Bool(false))));
    make::table(TableKind::Project { input: Box::new(table), columns }, schema, span)
}

/// Groups whose last column counts their followed rows, with a mark in its place.
fn told_by_count(mut table: Table) -> Table {
    let (mut schema, span) = (table.schema.clone(), table.span);
    let mut columns = make::columns(&schema);
    let count = Box::new(make::column(schema.len(), Type::Long));
    table.schema.push(Column::new("$count", Type::Long));
    let none = Box::new(make::constant(Value::Long(0)));
    columns.push(make::expr(ExprKind::Compare { op: CompareOp::Greater, left: count, right: none }, Type::Bool));
    schema.push(Column::new("$mark", Type::Bool));
    make::table(TableKind::Project { input: Box::new(table), columns }, schema, span)
}
