//! Questions about the rows of a pipe at several of its stages, answered in one pass over its input.
//!
//! In: a table, stages that keep or compute rows one by one (`where`, `extend`, `project` …), and expressions, each over the input of one of the
//! stages. Out: a table with a row for each row of the input and a column for each expression. No row is dropped on the way, so that what a
//! later condition would have said of a row is known as well.

use semantics::Column;
use semantics::bound::{Expr, Table, TableKind};

use super::make;

/// A stage that looks at one row at a time.
#[derive(Debug, Clone)]
pub(super) enum RowStage {
    /// `where`.
    Filter(Expr),
    /// One expression per output column.
    Project(Vec<Expr>),
}

/// An expression over the input of the stage of that number; the number after the last stage is the output.
#[derive(Debug, Clone)]
pub(super) struct Probe {
    pub(super) at: usize,
    pub(super) expr: Expr,
}

/// A stage with the columns that it gives and its place.
#[derive(Debug, Clone)]
pub(super) struct RowStep {
    pub(super) stage: RowStage,
    /// The table without its input: schema and place.
    pub(super) shape: Table,
}

/// The table whose columns are the probes.
///
/// The last column of the input may be a mark that stages know nothing of; then `has_mark` is true, and it is carried along.
pub(super) fn carry(input: Table, has_mark: bool, steps: &[RowStep], probes: &[Probe]) -> Table {
    let width = input.schema.len();
    let mut own = if has_mark { width.saturating_sub(1) } else { width };
    let mut table = input;
    // Where each probe's column is, counted from the end of the stage's own columns.
    let mut places: Vec<Option<usize>> = vec![None; probes.len()];
    let mut carried = usize::from(has_mark);
    for (at, step) in steps.iter().map(Some).chain(std::iter::once(None)).enumerate() {
        let asked: Vec<usize> =
            (0..probes.len()).filter(|probe| probes.get(*probe).is_some_and(|p| p.at == at)).collect();
        if !asked.is_empty() {
            let exprs = asked.iter().filter_map(|probe| probes.get(*probe)).map(|probe| probe.expr.clone()).collect();
            table = make::extended(table, exprs);
            for probe in asked {
                if let Some(place) = places.get_mut(probe) {
                    *place = Some(carried);
                }
                carried += 1;
            }
        }
        let Some(RowStep { stage: RowStage::Project(columns), shape }) = step else { continue };
        let kept: Vec<(Column, Expr)> = table
            .schema
            .iter()
            .enumerate()
            .skip(own)
            .map(|(at, column)| (column.clone(), make::column(at, column.ty)))
            .collect();
        let mut schema = shape.schema.clone();
        let mut exprs = columns.clone();
        own = schema.len();
        for (count, (column, expr)) in kept.into_iter().enumerate() {
            schema.push(Column::new(format!("$c{count}"), column.ty));
            exprs.push(expr);
        }
        table = make::table(TableKind::Project { input: Box::new(table), columns: exprs }, schema, shape.span);
    }
    let found = places.iter().flatten().filter_map(|place| {
        let at = own + place;
        table.schema.get(at).map(|column| make::column(at, column.ty))
    });
    let found = found.collect();
    make::projected(table, found)
}

/// The steps over a table, the mark behind their columns carried along when there is one.
pub(super) fn applied(input: Table, has_mark: bool, steps: &[RowStep]) -> Table {
    steps.iter().fold(input, |table, step| {
        let span = step.shape.span;
        match &step.stage {
            RowStage::Filter(predicate) => Table { span, ..make::filtered(table, predicate.clone()) },
            RowStage::Project(columns) => {
                let mut schema = step.shape.schema.clone();
                let mut exprs = columns.clone();
                if let (true, Some(mark)) = (has_mark, table.schema.last()) {
                    exprs.push(make::column(table.schema.len() - 1, mark.ty));
                    schema.push(mark.clone());
                }
                make::table(TableKind::Project { input: Box::new(table), columns: exprs }, schema, span)
            }
        }
    })
}
