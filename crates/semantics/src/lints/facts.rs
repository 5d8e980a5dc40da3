//! What binding found out about the expressions of a query: the type of each, and which column of which table it is.
//!
//! In: a bound query. Out: a fact for each place in the text. A column keeps where it came from through filters, projections, joins and groups;
//! whatever computes something ends that. A place that is bound more than once, in different ways, is said to be computed.

use std::collections::HashMap;
use std::rc::Rc;

use syntax::Span;

use crate::bound::{Aggregate, Bound, Expr, ExprKind, InList, Step, Table, TableKind};
use crate::types::Type;

/// Tables that are wider, and unions of more, are searches through everything: nobody asks where their columns came from.
const COLUMNS_MAX: usize = 2_000;
const INPUTS_MAX: usize = 100;

/// Where a column came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A stored column. The table is empty when several have the column.
    Column { table: Rc<str>, column: Rc<str> },
    /// A value that the query gives.
    Constant,
    /// Anything else.
    Computed,
}

/// What is known of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) ty: Type,
    pub(super) origin: Origin,
}

/// What is known, by place.
#[derive(Debug, Default)]
pub(super) struct Facts {
    facts: HashMap<Span, Fact>,
    shared: Vec<Vec<Origin>>,
}

impl Facts {
    /// Reads a bound query.
    pub(super) fn of(bound: &Bound) -> Self {
        let mut facts = Self::default();
        for table in &bound.shared {
            let origins = facts.table(table);
            facts.shared.push(origins);
        }
        for table in &bound.results {
            facts.table(table);
        }
        facts
    }

    /// What is known of the expression at a place.
    pub(super) fn at(&self, span: Span) -> Option<&Fact> {
        self.facts.get(&span)
    }

    /// Reads a table; gives where each of its columns came from.
    fn table(&mut self, table: &Table) -> Vec<Origin> {
        let inputs: Vec<Vec<Origin>> = match &table.kind {
            TableKind::PerKey(per_key) => {
                let input = self.table(&per_key.input);
                if self.shared.len() <= per_key.slot {
                    self.shared.resize(per_key.slot + 1, vec![]);
                }
                if let Some(slot) = self.shared.get_mut(per_key.slot) {
                    slot.clone_from(&input);
                }
                for (index, shared) in &per_key.shared {
                    let origins = self.table(shared);
                    if self.shared.len() <= *index {
                        self.shared.resize(index + 1, vec![]);
                    }
                    if let Some(slot) = self.shared.get_mut(*index) {
                        *slot = origins;
                    }
                }
                vec![self.table(&per_key.body)]
            }
            kind => kind.inputs().into_iter().map(|input| self.table(input)).collect(),
        };
        self.expressions(&table.kind, &inputs);
        let is_wide = table.schema.len() > COLUMNS_MAX || inputs.len() > INPUTS_MAX;
        let mut origins = if is_wide { vec![] } else { self.columns(table, inputs) };
        origins.resize(table.schema.len(), Origin::Computed);
        origins
    }

    fn expressions(&mut self, kind: &TableKind, inputs: &[Vec<Origin>]) {
        let none = vec![];
        let first = inputs.first().unwrap_or(&none);
        match kind {
            TableKind::Join(join) => {
                for (left, right) in &join.keys {
                    self.expr(left, first);
                    self.expr(right, inputs.get(1).unwrap_or(&none));
                }
            }
            // Blocks of columns, or several tables at once: types are sure, origins are not.
            TableKind::ScanSteps(_) | TableKind::GraphMatch(_) | TableKind::GraphComponents(_) => {
                for expr in kind.expressions() {
                    self.expr(expr, &[]);
                }
            }
            _ => {
                for expr in kind.expressions() {
                    self.expr(expr, first);
                }
            }
        }
    }

    fn columns(&self, table: &Table, inputs: Vec<Vec<Origin>>) -> Vec<Origin> {
        if let TableKind::Union { .. } = &table.kind {
            return agreed(table.schema.len(), &inputs);
        }
        let mut inputs = inputs.into_iter();
        let mut first = inputs.next().unwrap_or_default();
        match &table.kind {
            TableKind::Scan { table: name, columns } => {
                let name: Rc<str> = Rc::from(name.as_str());
                let column =
                    |column: &String| Origin::Column { table: Rc::clone(&name), column: Rc::from(column.as_str()) };
                columns.iter().map(column).collect()
            }
            TableKind::Shared { index } => self.shared.get(*index).cloned().unwrap_or_default(),
            TableKind::Project { columns, .. } => columns.iter().map(|expr| origin(expr, &first)).collect(),
            TableKind::Summarize { by, aggregates, .. } => {
                let by = by.iter().map(|expr| origin(expr, &first));
                by.chain(aggregates.iter().flat_map(|aggregate| outputs(aggregate, &first))).collect()
            }
            TableKind::Join(join) => match join.kind {
                crate::bound::JoinKind::RightSemi | crate::bound::JoinKind::RightAnti => {
                    inputs.next().unwrap_or_default()
                }
                crate::bound::JoinKind::LeftSemi | crate::bound::JoinKind::LeftAnti => first,
                _ => first.into_iter().chain(inputs.flatten()).collect(),
            },
            TableKind::MvExpand { columns, .. } => {
                for column in columns {
                    if let Some(origin) = first.get_mut(column.column) {
                        *origin = Origin::Computed;
                    }
                }
                first
            }
            TableKind::Filter { .. }
            | TableKind::Distinct { .. }
            | TableKind::Sort { .. }
            | TableKind::Top { .. }
            | TableKind::Take { .. }
            | TableKind::Sample { .. }
            | TableKind::Window { .. }
            | TableKind::Parse(_)
            | TableKind::ScanSteps(_)
            | TableKind::PerKey(_) => first,
            TableKind::Union { .. }
            | TableKind::Rows { .. }
            | TableKind::External { .. }
            | TableKind::OneRow
            | TableKind::Range { .. }
            | TableKind::TopHitters { .. }
            | TableKind::GraphMatch(_)
            | TableKind::GraphComponents(_)
            | TableKind::Plugin(_) => vec![],
        }
    }

    fn expr(&mut self, expr: &Expr, input: &[Origin]) {
        match &expr.kind {
            // Its operand stands at the same place, and is what was written.
            ExprKind::Convert(inner) => return self.expr(inner, input),
            ExprKind::Constant(_) | ExprKind::Column(_) => {}
            ExprKind::Negate(inner) => self.expr(inner, input),
            ExprKind::Arithmetic { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::EqualIgnoringCase { left, right, .. }
            | ExprKind::Text { left, right, .. }
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right) => {
                self.expr(left, input);
                self.expr(right, input);
            }
            ExprKind::In { value, list, .. } => {
                self.expr(value, input);
                match list {
                    InList::Values(values) => values.iter().for_each(|value| self.expr(value, input)),
                    InList::Dynamic(list) => self.expr(list, input),
                    InList::Table(table) => {
                        self.table(table);
                    }
                }
            }
            ExprKind::Between { value, low, high, .. } => {
                self.expr(value, input);
                self.expr(low, input);
                self.expr(high, input);
            }
            ExprKind::Path { base, steps } => {
                self.expr(base, input);
                for step in steps {
                    if let Step::Computed(expr) = step {
                        self.expr(expr, input);
                    }
                }
            }
            ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| self.expr(argument, input)),
            ExprKind::ToScalar(table) => {
                self.table(table);
            }
        }
        let fact = Fact { ty: expr.ty, origin: origin(expr, input) };
        let known = self.facts.entry(expr.span).or_insert_with(|| fact.clone());
        if *known != fact {
            *known = Fact { ty: known.ty, origin: Origin::Computed };
        }
    }
}

fn origin(expr: &Expr, input: &[Origin]) -> Origin {
    match &expr.kind {
        ExprKind::Column(index) => input.get(*index).cloned().unwrap_or(Origin::Computed),
        ExprKind::Convert(inner) => origin(inner, input),
        ExprKind::Constant(_) => Origin::Constant,
        _ => Origin::Computed,
    }
}

/// Some aggregates give back values of rows.
fn outputs(aggregate: &Aggregate, input: &[Origin]) -> Vec<Origin> {
    let gives_back = ["arg_max", "arg_min", "take_any", "any", "min", "max"].contains(&aggregate.function);
    let arguments = aggregate.arguments.iter();
    let mut origins: Vec<Origin> = match gives_back {
        true => arguments.map(|expr| origin(expr, input)).collect(),
        false => vec![],
    };
    origins.resize(aggregate.outputs.len(), Origin::Computed);
    origins
}

/// What all tables of a union say about each column; those that lack it say nothing.
fn agreed(width: usize, inputs: &[Vec<Origin>]) -> Vec<Origin> {
    (0..width)
        .map(|at| {
            let said = inputs.iter().filter_map(|input| input.get(at)).filter(|origin| **origin != Origin::Constant);
            said.cloned().reduce(both).unwrap_or(Origin::Constant)
        })
        .collect()
}

fn both(left: Origin, right: Origin) -> Origin {
    match (left, right) {
        (Origin::Column { table, column }, Origin::Column { table: other_table, column: other }) if column == other => {
            let table = if table == other_table { table } else { Rc::from("") };
            Origin::Column { table, column }
        }
        _ => Origin::Computed,
    }
}
