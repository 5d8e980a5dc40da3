//! Bound operators → DataFusion's logical plan, one file per operator.
//!
//! In: a [`Table`] without subqueries in its expressions. Out: a plan whose fields are, in order, the columns of the table's schema, in the
//! Arrow types of its KQL types (text may be a dictionary). Their names are the plan's own business: a column is its place.

mod filter;
mod join;
mod mv_expand;
mod order;
mod parse;
mod range;
mod rows;
mod scan;
mod sort;
mod summarize;
mod union;
mod window;

pub(crate) use order::needs_places;

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{Field, Schema as ArrowSchema};
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use semantics::Schema;
use semantics::bound::{self, Table, TableKind};

use crate::database::Database;
use crate::error::{Error, Result};
use crate::types::arrow_fields;

/// Do the rows of a table follow an order that the query made? They may have lost the columns that tell it.
pub(crate) fn is_sorted(table: &Table) -> bool {
    match &table.kind {
        TableKind::Sort { .. } | TableKind::Top { .. } => true,
        TableKind::Filter { input, .. }
        | TableKind::Project { input, .. }
        | TableKind::Take { input, .. }
        | TableKind::MvExpand { input, .. }
        | TableKind::Window { input, .. } => is_sorted(input),
        TableKind::ScanSteps(_) | TableKind::PerKey(_) | TableKind::TopHitters { .. } => true,
        TableKind::Parse(parse) => is_sorted(&parse.input),
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::External { .. }
        | TableKind::OneRow
        | TableKind::Range { .. }
        | TableKind::Summarize { .. }
        | TableKind::Distinct { .. }
        | TableKind::Join(_)
        | TableKind::Union { .. }
        | TableKind::GraphMatch(_)
        | TableKind::GraphComponents(_)
        | TableKind::Plugin(_)
        | TableKind::Sample { .. } => false,
    }
}

/// What lowering needs beside the bound query.
pub(crate) struct Lowering<'a> {
    /// The request's now, in ticks.
    pub(crate) now: i64,
    /// The tables.
    pub(crate) database: &'a dyn Database,
    /// `Bound::shared`, evaluated.
    pub(crate) shared: &'a [Arc<dyn TableProvider>],
}

impl Lowering<'_> {
    /// Lowers a tabular expression.
    pub(crate) fn table(&self, table: &Table) -> Result<LogicalPlan> {
        match &table.kind {
            TableKind::Scan { table: name, columns } => self.scan(name, columns, &table.schema),
            TableKind::Shared { index } => self.shared(*index, &table.schema),
            TableKind::Rows { rows } => rows::lower(rows, &table.schema),
            TableKind::External { .. } => Err(Error::Bug("external data was not read before the plan".into())),
            TableKind::OneRow => Ok(LogicalPlanBuilder::empty(true).build()?),
            TableKind::Range { from, to, step } => self.range(from, to, step, &table.schema),
            TableKind::Filter { .. } => self.filter(table),
            TableKind::Project { input, columns: exprs } => {
                let input = self.table(input)?;
                let scope = columns(&input);
                let exprs = exprs.iter().map(|expr| self.value(expr, &scope)).collect::<Result<Vec<_>>>()?;
                project(input, exprs, &table.schema)
            }
            TableKind::Summarize { input, by, aggregates } => self.summarize(input, by, aggregates, &table.schema),
            TableKind::Distinct { input } => Ok(LogicalPlanBuilder::from(self.table(input)?).distinct()?.build()?),
            TableKind::Sort { input, keys } => self.sort(input, keys, None),
            TableKind::Top { input, count, keys } => {
                let count = self.row_count(count)?;
                self.sort(input, keys, Some(count))
            }
            TableKind::Take { input, count } | TableKind::Sample { input, count } => {
                let count = self.row_count(count)?;
                Ok(LogicalPlanBuilder::from(self.table(input)?).limit(0, Some(count))?.build()?)
            }
            TableKind::Join(join) => self.join(join, &table.schema),
            TableKind::Union { inputs } => self.union(inputs, &table.schema),
            TableKind::MvExpand { input, columns, limit, item_index, kind } => {
                self.mv_expand(input, columns, limit.as_ref(), *item_index, *kind, &table.schema)
            }
            TableKind::Window { input, columns } => self.window(input, columns),
            TableKind::Parse(parse) => self.parse(parse, &table.schema),
            TableKind::ScanSteps(_)
            | TableKind::PerKey(_)
            | TableKind::TopHitters { .. }
            | TableKind::GraphMatch(_)
            | TableKind::GraphComponents(_) => {
                Err(Error::Bug("an operator over rows was not computed before the plan".into()))
            }
            TableKind::Plugin(plugin) => Err(Error::Bug(format!("`{}` was not run before the plan", plugin.plugin))),
        }
    }

    /// The whole number of `take`, `top` …; a negative or null one is no row.
    pub(crate) fn row_count(&self, expr: &bound::Expr) -> Result<usize> {
        Ok(match self.constant(expr)? {
            ScalarValue::Int64(Some(count)) => usize::try_from(count).unwrap_or(0),
            ScalarValue::Int32(Some(count)) => usize::try_from(count).unwrap_or(0),
            ScalarValue::Float64(Some(count)) if count > 0.0 => count as usize,
            _ => 0,
        })
    }
}

/// The columns of a plan, as expressions over it.
pub(crate) fn columns(plan: &LogicalPlan) -> Vec<Expr> {
    plan.schema().iter().map(|(qualifier, field)| Expr::Column(Column::new(qualifier.cloned(), field.name()))).collect()
}

/// One expression per column, under the names of a schema.
///
/// A name that the input has for another value gets a mark behind it: DataFusion drops the second of two equal projections, and
/// `extend x = x + 1 | extend x = x + 1` would be two; and it calls a column of a scan and its copy of one name ambiguous. Where the rows leave the engine, [`as_told`] gives the names of the schema.
pub(crate) fn project(input: LogicalPlan, exprs: Vec<Expr>, schema: &Schema) -> Result<LogicalPlan> {
    if exprs.len() != schema.len() {
        return Err(Error::Bug(format!("{} expressions for {} columns", exprs.len(), schema.len())));
    }
    let names: HashSet<String> = input.schema().fields().iter().map(|field| field.name().clone()).collect();
    let taken = |name: &str| names.contains(name);
    let named = exprs.into_iter().zip(schema).map(|(expr, column)| match &expr {
        Expr::Column(known) if known.name == column.name && known.relation.is_none() => expr,
        _ if taken(&column.name) => {
            let marked = (1..).map(|mark| format!("{}#{mark}", column.name)).find(|name| !taken(name));
            expr.alias(marked.unwrap_or_default())
        }
        _ => expr.alias(&column.name),
    });
    let named: Vec<Expr> = named.collect();
    Ok(LogicalPlanBuilder::from(input).project(named)?.build()?)
}

/// The batches with just the names and Arrow types that the schema tells: dictionaries and nullability are the plan's own business.
pub(crate) fn as_told(batches: Vec<RecordBatch>, schema: &Schema) -> Result<Vec<RecordBatch>> {
    let told = Arc::new(ArrowSchema::new(arrow_fields(schema)));
    let convert = |array: &ArrayRef, field: &Arc<Field>| match array.data_type() == field.data_type() {
        true => Ok(Arc::clone(array)),
        false => cast(array, field.data_type()).map_err(|error| Error::Bug(error.to_string())),
    };
    let rebuild = |batch: RecordBatch| {
        if told.fields().is_empty() {
            return Ok(batch);
        }
        let columns = batch
            .columns()
            .iter()
            .zip(told.fields())
            .map(|(array, field)| convert(array, field))
            .collect::<Result<Vec<_>>>()?;
        RecordBatch::try_new(Arc::clone(&told), columns).map_err(|error| Error::Bug(error.to_string()))
    };
    batches.into_iter().map(rebuild).collect()
}
