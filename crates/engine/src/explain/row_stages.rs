//! A run of stages that look at one row at a time: counted in one pass, and asked for what came nearest to passing.
//!
//! In: the table before them. Out: how many rows each gave, and the table behind them. The first `where` stays a filter, so that storage can
//! leave out what it drops; what the others keep is counted among its rows.

use semantics::Value;
use semantics::bound::{Expr, Table, TableKind};

use super::carry::{Probe, RowStage, RowStep, applied, carry};
use super::make;
use super::misses::Question;
use super::walk::{Counts, Handle, Walk};
use super::{Branch, Stage, words};
use crate::error::Result;

/// A step as it was taken off the query, and the tables that its expressions read.
struct Taken {
    step: RowStep,
    inputs: Vec<Branch>,
}

impl Walk<'_> {
    /// Explains row-by-row stages, the first of them first, over the table before them.
    pub(super) async fn row_stages(
        &mut self,
        shapes: Vec<Table>,
        (mut stages, base): (Vec<Stage>, Handle),
        keys: Vec<usize>,
    ) -> Result<(Vec<Stage>, Handle)> {
        let mut taken = vec![];
        for mut shape in shapes {
            let inputs = self.subqueries(&mut shape.kind).await?;
            let kind = std::mem::replace(&mut shape.kind, TableKind::OneRow);
            let stage = match kind {
                TableKind::Filter { predicate, .. } => RowStage::Filter(predicate),
                TableKind::Project { columns, .. } => RowStage::Project(columns),
                _ => continue,
            };
            taken.push(Taken { step: RowStep { stage, shape }, inputs });
        }
        let steps: Vec<RowStep> = taken.iter().map(|taken| taken.step.clone()).collect();
        let started = self.now();
        let counts = self.count_steps(&base, &steps).await?;
        let end = applied(base.table.clone(), base.has_mark, &steps);
        let last = counts.as_ref().map_or_else(|| base.counts, |counts| counts.last().copied().unwrap_or(base.counts));
        let has_filter = steps.iter().any(|step| matches!(step.stage, RowStage::Filter(_)));
        let table = match has_filter {
            true => self.settled(end, last).await?,
            false => end,
        };
        let handle = Handle { table, has_mark: base.has_mark, counts: last, keys };
        let time = self.since(started).filter(|_| has_filter);
        let mut before = base.counts;
        let step_count = taken.len();
        for (at, Taken { step, inputs }) in taken.into_iter().enumerate() {
            let count = counts.as_ref().and_then(|counts| counts.get(at).copied()).unwrap_or_default();
            let is_filter = matches!(step.stage, RowStage::Filter(_));
            let operator = if is_filter { "where" } else { "project" };
            let mut stage = self.stage(&step.shape, operator, count);
            if let (RowStage::Filter(predicate), None) = (&step.stage, stage.span) {
                let columns = at.checked_sub(1).and_then(|before| steps.get(before)).map(|step| &step.shape.schema);
                let predicate = words::spelled(predicate, columns.unwrap_or(&base.table.schema));
                stage.text = format!("where {predicate} (in a stored function)");
            }
            stage.inputs = inputs;
            stage.time = time.filter(|_| at + 1 == step_count);
            if is_filter && count.rows < before.rows {
                let (keys, base, has_mark) = (base.keys.clone(), base.table.clone(), base.has_mark);
                self.waiting.insert(stage.id, Question { base, has_mark, keys, steps: steps.clone(), step: at });
            }
            before = count;
            stages.push(stage);
        }
        Ok((stages, handle))
    }

    /// How many rows each step gives; none when nothing is run.
    async fn count_steps(&mut self, base: &Handle, steps: &[RowStep]) -> Result<Option<Vec<Counts>>> {
        if base.counts.rows.is_none() {
            return Ok(None);
        }
        let filters: Vec<(usize, &Expr)> = steps
            .iter()
            .enumerate()
            .filter_map(|(at, step)| match &step.stage {
                RowStage::Filter(predicate) => Some((at, predicate)),
                RowStage::Project(_) => None,
            })
            .collect();
        let Some(((first, _), rest)) = filters.split_first().filter(|_| base.counts.rows != Some(0)) else {
            return Ok(Some(vec![base.counts; steps.len()]));
        };
        let (before, after) = steps.split_at((first + 1).min(steps.len()));
        let through = applied(base.table.clone(), base.has_mark, before);
        let probes: Vec<Probe> = rest
            .iter()
            .map(|(at, predicate)| Probe { at: at - before.len(), expr: make::is_true((*predicate).clone()) })
            .collect();
        let width = through.schema.len();
        let mut all = probes;
        if base.has_mark {
            all.push(Probe { at: 0, expr: make::column(width.saturating_sub(1), semantics::Type::Bool) });
        }
        let conditions = passed(rest.len(), base.has_mark.then_some(rest.len()));
        let sheet = if all.is_empty() { through } else { carry(through, base.has_mark, after, &all) };
        let answer = self.one_row(make::counted(sheet, conditions)).await?;
        let number = |at: usize| match answer.get(at) {
            Some(Value::Long(count)) => u64::try_from(*count).ok(),
            _ => None,
        };
        let count = |filter: usize| Counts {
            rows: number(filter),
            followed: if base.has_mark { number(rest.len() + 1 + filter) } else { None },
        };
        let mut counts = vec![];
        let mut latest = base.counts;
        let mut next = 0;
        for step in steps {
            if matches!(step.stage, RowStage::Filter(_)) {
                latest = count(next);
                next += 1;
            }
            counts.push(latest);
        }
        Ok(Some(counts))
    }
}

/// What is counted: the rows that passed the first 0, 1, 2 … of the probes; and of each the followed ones.
fn passed(count: usize, mark: Option<usize>) -> Vec<Expr> {
    let probe = |at: usize| make::column(at, semantics::Type::Bool);
    let first = |many: usize| (0..many).map(probe);
    let all = (0..=count).map(|many| make::all(first(many)));
    let followed = (0..=count).filter_map(|many| mark.map(|mark| make::all(first(many).chain([probe(mark)]))));
    all.chain(followed).collect()
}
