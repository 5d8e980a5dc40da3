//! `scan`: sequences of rows, found step by step.
//!
//! - Shape: n rows → a row per match of a row with a step that has an output, in the order of the matches.
//! - State: each step holds the sequence that has reached it, with the latest row of this step and of each one before. A row is asked of the
//!   last step first. It moves the sequence of the step before on to this one, or renews the row of the sequence that is here, or begins a
//!   sequence at the first step.
//! - Order of the rows of `output=last`: when the sequence leaves the step. Source: our choice; the page does not say.
//! - Source: learn.microsoft.com/kusto/query/scan-operator, "Matching logic".

use std::rc::Rc;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, UInt64Array};
use arrow::compute::{and_kleene, take};
use arrow::datatypes::Schema as ArrowSchema;
use datafusion::common::ScalarValue;
use datafusion::execution::session_state::SessionState;
use semantics::bound::{self, ExprKind, ScanOutput, ScanStep, ScanSteps};
use semantics::{Schema, Type};

use super::formula::Formula;
use super::{ROWS_MAX, group, one_batch, too_many_rows};
use crate::error::{Error, Result};
use crate::expressions::Wanted;
use crate::operators::Lowering;
use crate::rows::Rows;
use crate::types::absent_array;
use crate::types::arrow_fields;

impl Lowering<'_> {
    /// The matches of a `scan`.
    pub(crate) fn scan_steps(
        &self,
        state: &SessionState,
        rows: &Rows,
        scan: &ScanSteps,
        schema: &Schema,
    ) -> Result<RecordBatch> {
        let batch = one_batch(rows)?;
        let defaults = scan.defaults.iter().map(|default| self.constant(default)).collect::<Result<Vec<_>>>()?;
        let plan = self.plan(state, &batch, scan, &defaults)?;
        let mut matches = Matches::default();
        for part in self.parts(state, &batch, scan)? {
            let mut walk =
                Walk { plan: &plan, states: vec![None; plan.steps.len()], next_id: 0, matches: &mut matches };
            for row in part {
                walk.row(row)?;
            }
            walk.finish()?;
        }
        matches.batch(&batch, &defaults, scan.has_match_id, schema)
    }

    fn plan<'b>(
        &self,
        state: &SessionState,
        batch: &'b RecordBatch,
        scan: &ScanSteps,
        defaults: &[ScalarValue],
    ) -> Result<Plan<'b>> {
        let inputs = scan.input.schema.iter().map(|column| column.ty);
        let block: Vec<Type> = inputs.chain(scan.defaults.iter().map(|default| default.ty)).collect();
        let width = block.len();
        let mut own: Vec<ArrayRef> = batch.columns().to_vec();
        for default in defaults {
            own.push(default.to_array_of_size(batch.num_rows())?);
        }
        let types: Vec<Type> = block.iter().copied().cycle().take(width * (scan.steps.len() + 1)).collect();
        let compile = |step: &ScanStep| {
            let mut known: Option<BooleanArray> = None;
            let mut stateful = vec![];
            for conjunct in conjuncts(&step.condition) {
                let formula = self.formula(state, conjunct, &types, Wanted::Truth)?;
                if !formula.reads_below(width) {
                    stateful.push(formula);
                    continue;
                }
                let truth = formula.truth_over(&own, batch.num_rows())?;
                known = Some(match known {
                    None => truth,
                    Some(before) => and_kleene(&before, &truth).map_err(|error| Error::Bug(error.to_string()))?,
                });
            }
            let assignments = step.assignments.iter().map(|(at, value)| {
                let formula = self.formula(state, value, &types, Wanted::Value)?;
                Ok((
                    *at,
                    match formula.reads_below(width) {
                        true => Assigned::Known(formula.over(&own, batch.num_rows())?),
                        false => Assigned::Stateful(formula),
                    },
                ))
            });
            let assignments = assignments.collect::<Result<_>>()?;
            Ok(Step { output: step.output, known, stateful, assignments })
        };
        let steps = scan.steps.iter().map(compile).collect::<Result<Vec<_>>>()?;
        let defaults = defaults.to_vec();
        Ok(Plan { inputs: batch.columns(), block, defaults, steps })
    }

    /// The rows of each partition, in the order in which the partitions begin.
    fn parts(&self, state: &SessionState, batch: &RecordBatch, scan: &ScanSteps) -> Result<Vec<Vec<usize>>> {
        if scan.partition.is_empty() {
            return Ok(vec![(0..batch.num_rows()).collect()]);
        }
        let types: Vec<Type> = scan.input.schema.iter().map(|column| column.ty).collect();
        let keys = scan
            .partition
            .iter()
            .map(|key| self.formula(state, key, &types, Wanted::Value)?.over(batch.columns(), batch.num_rows()));
        group(&keys.collect::<Result<Vec<_>>>()?)
    }
}

/// The parts of a condition that must all be true.
fn conjuncts(condition: &bound::Expr) -> Vec<&bound::Expr> {
    let (mut found, mut waiting) = (vec![], vec![condition]);
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::And(left, right) => waiting.extend([&**right, &**left]),
            _ => found.push(expr),
        }
    }
    found
}

/// What the walk needs to know of the operator.
struct Plan<'b> {
    inputs: &'b [ArrayRef],
    /// The types of a block: the input's columns and the declared ones.
    block: Vec<Type>,
    defaults: Vec<ScalarValue>,
    steps: Vec<Step>,
}

struct Step {
    output: ScanOutput,
    /// What of the condition depends on the row alone, for all rows; none when there is no such part.
    known: Option<BooleanArray>,
    /// The rest of the condition: all of these.
    stateful: Vec<Formula>,
    assignments: Vec<(usize, Assigned)>,
}

enum Assigned {
    /// The values for all rows: they depend on the row alone.
    Known(ArrayRef),
    Stateful(Formula),
}

/// A row that matched, with its declared columns.
struct Matched {
    row: usize,
    declared: Vec<ScalarValue>,
}

/// A sequence where it has got to: the latest match of each step up to this one.
#[derive(Clone)]
struct Sequence {
    matched: Vec<Rc<Matched>>,
    id: i64,
}

struct Walk<'p, 'b> {
    plan: &'p Plan<'b>,
    /// Which sequence is at which step.
    states: Vec<Option<Sequence>>,
    next_id: i64,
    matches: &'p mut Matches,
}

impl Walk<'_, '_> {
    fn row(&mut self, row: usize) -> Result<()> {
        for (at, step) in self.plan.steps.iter().enumerate().rev() {
            if step.known.as_ref().is_some_and(|known| known.is_null(row) || !known.value(row)) {
                continue;
            }
            if let Some(before) = at.checked_sub(1)
                && self.moves_on(before, at, step, row)?
            {
                continue;
            }
            self.renews(at, step, row)?;
        }
        Ok(())
    }

    /// Does the row move the sequence of the step before on to this one?
    fn moves_on(&mut self, before: usize, at: usize, step: &Step, row: usize) -> Result<bool> {
        let Some(Some(sequence)) = self.states.get(before) else { return Ok(false) };
        if !self.plan.is_met(step, row, &sequence.matched)? {
            return Ok(false);
        }
        self.leave(at)?;
        let Some(mut sequence) = self.leave(before)? else { return Ok(false) };
        let matched = Rc::new(self.plan.extended(step, row, &sequence.matched)?);
        if step.output == ScanOutput::All {
            self.matches.push(Rc::clone(&matched), sequence.id)?;
        }
        sequence.matched.push(matched);
        if let Some(state) = self.states.get_mut(at) {
            *state = Some(sequence);
        }
        Ok(true)
    }

    /// The row takes the place of this step's row in the sequence that is here, or begins one at the first step.
    fn renews(&mut self, at: usize, step: &Step, row: usize) -> Result<()> {
        let Some(state) = self.states.get_mut(at) else { return Ok(()) };
        let known: &[Rc<Matched>] = match state {
            Some(sequence) => &sequence.matched,
            None if at == 0 => &[],
            None => return Ok(()),
        };
        if !self.plan.is_met(step, row, known)? {
            return Ok(());
        }
        let matched = Rc::new(self.plan.extended(step, row, known)?);
        let id = match state {
            Some(sequence) => {
                sequence.matched.truncate(at);
                sequence.matched.push(Rc::clone(&matched));
                sequence.id
            }
            None => {
                let id = self.next_id;
                self.next_id += 1;
                *state = Some(Sequence { matched: vec![Rc::clone(&matched)], id });
                id
            }
        };
        if step.output == ScanOutput::All {
            self.matches.push(matched, id)?;
        }
        Ok(())
    }

    /// Takes the sequence away from a step.
    fn leave(&mut self, at: usize) -> Result<Option<Sequence>> {
        let sequence = self.states.get_mut(at).and_then(Option::take);
        let is_shown = self.plan.steps.get(at).is_some_and(|step| step.output == ScanOutput::Last);
        if let Some(sequence) = &sequence
            && let (true, Some(last)) = (is_shown, sequence.matched.last())
        {
            self.matches.push(Rc::clone(last), sequence.id)?;
        }
        Ok(sequence)
    }

    /// The rows are over. The sequence that is furthest began first.
    fn finish(&mut self) -> Result<()> {
        for at in (0..self.states.len()).rev() {
            self.leave(at)?;
        }
        Ok(())
    }
}

impl Plan<'_> {
    fn is_met(&self, step: &Step, row: usize, matched: &[Rc<Matched>]) -> Result<bool> {
        for formula in &step.stateful {
            if formula.at(|column| self.cell(column, row, matched))? != ScalarValue::Boolean(Some(true)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn extended(&self, step: &Step, row: usize, matched: &[Rc<Matched>]) -> Result<Matched> {
        let mut declared = self.defaults.clone();
        for (at, value) in &step.assignments {
            let value = match value {
                Assigned::Known(values) => ScalarValue::try_from_array(values, row)?,
                Assigned::Stateful(formula) => formula.at(|column| self.cell(column, row, matched))?,
            };
            if let Some(slot) = declared.get_mut(*at) {
                *slot = value;
            }
        }
        Ok(Matched { row, declared })
    }

    /// A column of the wide row: of the row itself, or of a step's latest match. A step without one has defaults.
    fn cell(&self, column: usize, row: usize, matched: &[Rc<Matched>]) -> Option<ArrayRef> {
        let (block, place) = (column / self.block.len(), column % self.block.len());
        let (row, declared) = match block.checked_sub(1) {
            None => (Some(row), &self.defaults),
            Some(step) => match matched.get(step) {
                Some(matched) => (Some(matched.row), &matched.declared),
                None => (None, &self.defaults),
            },
        };
        match place.checked_sub(self.inputs.len()) {
            Some(at) => declared.get(at)?.to_array().ok(),
            None => {
                let input = self.inputs.get(place)?;
                match row {
                    Some(row) => Some(input.slice(row, 1)),
                    None => Some(absent_array(*self.block.get(place)?, 1)),
                }
            }
        }
    }
}

/// The rows of the result.
#[derive(Default)]
struct Matches {
    matched: Vec<Rc<Matched>>,
    ids: Vec<i64>,
}

impl Matches {
    fn push(&mut self, matched: Rc<Matched>, id: i64) -> Result<()> {
        if self.matched.len() >= ROWS_MAX {
            return Err(too_many_rows("scan"));
        }
        self.matched.push(matched);
        self.ids.push(id);
        Ok(())
    }

    fn batch(
        &self,
        input: &RecordBatch,
        defaults: &[ScalarValue],
        has_id: bool,
        schema: &Schema,
    ) -> Result<RecordBatch> {
        let bug = |error: arrow::error::ArrowError| Error::Bug(error.to_string());
        let rows: UInt64Array = self.matched.iter().map(|matched| Some(matched.row as u64)).collect();
        let mut arrays = vec![];
        for column in input.columns() {
            arrays.push(take(column, &rows, None).map_err(bug)?);
        }
        for (at, default) in defaults.iter().enumerate() {
            let values = self.matched.iter().filter_map(|matched| matched.declared.get(at).cloned());
            arrays.push(match self.matched.is_empty() {
                true => default.to_array_of_size(0)?,
                false => ScalarValue::iter_to_array(values)?,
            });
        }
        if has_id {
            arrays.push(Arc::new(Int64Array::from(self.ids.clone())));
        }
        RecordBatch::try_new(Arc::new(ArrowSchema::new(arrow_fields(schema))), arrays).map_err(bug)
    }
}
