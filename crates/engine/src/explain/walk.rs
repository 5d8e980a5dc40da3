//! Walks over a bound query from its sources to its results, and evaluates it on the way.
//!
//! In: tables. Out: their stages, and tables that give the same rows. Few rows are kept in memory, so that later stages begin there; where there
//! are many, later stages read what they need from the beginning again.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::Schema as ArrowSchema;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use semantics::bound::{Bound, Expr, ExprKind, InList, Table, TableKind};
use semantics::{Type, Value};
use syntax::Span;

use super::follow::{self, Follow};
use super::misses::{self, Waiting};
use super::names::{opaque, operator};
use super::{Branch, End, Explanation, Followed, Misses, Stage, Wanted, make, words};
use crate::database::Database;
use crate::error::Result;
use crate::operators::is_sorted;
use crate::ordered::ordered;
use crate::questions::Answers;
use crate::rows::Rows;
use crate::session::{Engine, Request};
use crate::subqueries::{Run, expressions, inputs, parts};
use crate::types::arrow_fields;

/// A stage of so many values is kept in memory for the stages behind it: some 200 MB.
const KEPT_VALUES_MAX: usize = 8_000_000;

/// How many rows; nothing when nothing is run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) rows: Option<u64>,
    pub(super) followed: Option<u64>,
}

/// The rows behind a stage, as a table.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    pub(super) table: Table,
    /// Is its last column the mark of followed rows?
    pub(super) has_mark: bool,
    pub(super) counts: Counts,
    /// The columns that tell its rows.
    pub(super) keys: Vec<usize>,
}

/// The state of an explanation.
pub(super) struct Walk<'a> {
    pub(super) run: Run<'a>,
    request: &'a Request,
    pub(super) wanted: &'a Wanted,
    follow: Option<Follow>,
    /// The shared tables, once they were walked over.
    shared: HashMap<usize, Handle>,
    pub(super) waiting: Waiting,
    /// The first stage from which it cannot be told of which rows it made its own.
    lost: Option<usize>,
    ids: usize,
    /// How many stages there will be.
    total: usize,
}

type Walking<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl<'a> Walk<'a> {
    /// Nothing walked yet.
    pub(super) async fn begin(
        engine: &'a Engine,
        request: &'a Request,
        database: &'a dyn Database,
        answers: &'a mut Answers,
        wanted: &'a Wanted,
        follow: Option<Follow>,
    ) -> Result<Self> {
        let run = Run::begin(engine, vec![], request.now, database, answers).await?;
        let (shared, waiting) = (HashMap::new(), Waiting::new());
        Ok(Self { run, request, wanted, follow, shared, waiting, lost: None, ids: 0, total: 0 })
    }

    /// Explains a whole query; `run` are its results as they are run.
    pub(super) async fn explain(&mut self, bound: Bound, run: Vec<Table>) -> Result<Explanation> {
        let nothing: Arc<dyn TableProvider> = Arc::new(EmptyTable::new(Arc::new(ArrowSchema::empty())));
        self.run.shared = vec![nothing; bound.shared.len()];
        self.total = bound.shared.iter().chain(&bound.results).map(Table::size).sum();
        let mut shared = vec![];
        for (at, table) in bound.shared.iter().enumerate() {
            // A shared table that nobody reads is an empty row.
            if matches!(table.kind, TableKind::OneRow) && table.schema.is_empty() {
                continue;
            }
            let (stages, handle) = self.walk(table.clone()).await?;
            self.share(at, table, &handle).await?;
            self.shared.insert(at, handle);
            shared.push(Branch { role: format!("shared table {}", at + 1), stages });
        }
        let mut results = vec![];
        let (count, mut ends) = (bound.results.len(), vec![]);
        for (at, table) in bound.results.iter().enumerate() {
            let (stages, handle) = self.walk(table.clone()).await?;
            ends.push(handle.counts);
            let role = if count > 1 { format!("result {}", at + 1) } else { "result".to_owned() };
            results.push(Branch { role, stages });
        }
        let plans = self.plans(run).await?;
        let is_empty = ends.iter().any(|counts| counts.rows == Some(0));
        for branch in shared.iter_mut().chain(&mut results) {
            self.tell_misses(branch, is_empty).await?;
        }
        let followed = results.first().zip(ends.first()).and_then(|(branch, end)| self.followed(branch, &shared, *end));
        Ok(Explanation { shared, results, plans, followed, diagnostics: vec![] })
    }

    /// The stages of a table and the rows behind the last of them.
    pub(super) fn walk<'w>(&'w mut self, table: Table) -> Walking<'w, (Vec<Stage>, Handle)>
    where
        'a: 'w,
    {
        Box::pin(async move {
            let mut shapes = vec![];
            let keys = misses::keys(&table);
            let mut table = table;
            while let TableKind::Filter { input, .. } | TableKind::Project { input, .. } = &mut table.kind {
                let below = taken(input);
                shapes.push(table);
                table = below;
            }
            shapes.reverse();
            let source = self.node(table).await?;
            let (stages, handle) = match shapes.is_empty() {
                true => source,
                false => self.row_stages(shapes, source, keys).await?,
            };
            Ok((self.merged(stages), handle))
        })
    }

    /// A stage that does not look at one row at a time, or a source.
    async fn node(&mut self, mut table: Table) -> Result<(Vec<Stage>, Handle)> {
        let keys = misses::keys(&table);
        let sorted = is_sorted(&table);
        if let TableKind::Shared { index } = table.kind
            && let Some(handle) = self.shared.get(&index).cloned()
        {
            let stage = self.stage(&table, "shared table", handle.counts);
            return Ok((vec![stage], handle));
        }
        let (mut stages, inputs_before, mut branches) = self.inputs_of(&mut table).await?;
        branches.extend(self.subqueries(&mut table.kind).await?);
        let started = self.now();
        let (table, shape, has_mark, is_lost) = self.with_mark(table, &inputs_before);
        let same_rows = matches!(shape.kind, TableKind::Sort { .. });
        let (table, counts) = match inputs_before.first() {
            Some(input) if same_rows => (table, input.counts),
            _ => self.evaluated(table, has_mark, sorted).await?,
        };
        let mut stage = self.stage(&shape, operator(&shape.kind), counts);
        stage.time = self.since(started).filter(|_| !same_rows);
        stage.inputs = branches;
        stage.notes.extend(opaque(&shape.kind));
        if counts.rows == Some(0) {
            stage.notes.extend(self.why_none(&shape.kind, &inputs_before).await?);
        }
        if is_lost {
            self.lost.get_or_insert(stage.id);
        }
        stages.push(stage);
        Ok((stages, Handle { table, has_mark, counts, keys }))
    }

    /// Walks over the inputs of an operator and puts what is behind them in their place: the stages of the first, the rows of all, and the
    /// pipes of the others.
    async fn inputs_of(&mut self, table: &mut Table) -> Result<(Vec<Stage>, Vec<Handle>, Vec<Branch>)> {
        let (kind_name, span) = (operator(&table.kind), table.span);
        let is_union = matches!(table.kind, TableKind::Union { .. });
        let is_join = matches!(table.kind, TableKind::Join(_));
        let (mut stages, mut handles, mut branches) = (vec![], vec![], vec![]);
        for (at, input) in inputs(&mut table.kind).into_iter().enumerate() {
            let kept = self.follow.take_if(|_| at > 0 && !is_union);
            let (made, handle) = self.walk(taken(input)).await?;
            self.follow = self.follow.take().or(kept);
            *input = handle.table.clone();
            handles.push(handle);
            match at {
                _ if is_union => {
                    let made = without_steps(made, span);
                    branches.push(Branch { role: format!("leg {}", at + 1), stages: made });
                }
                0 => stages = made,
                _ if is_join => branches.push(Branch { role: "right side".to_owned(), stages: made }),
                _ => branches.push(Branch { role: format!("input {} of {kind_name}", at + 1), stages: made }),
            }
        }
        Ok((stages, handles, branches))
    }

    /// The operator with the mark of followed rows, if it has one; its shape without; and whether the mark was lost here.
    fn with_mark(&mut self, table: Table, inputs: &[Handle]) -> (Table, Table, bool, bool) {
        if let Some(made) = self.follow.as_ref().filter(|_| inputs.is_empty()).and_then(|follow| follow.mark(&table)) {
            return (made, table, true, false);
        }
        let marks: Vec<bool> = inputs.iter().map(|input| input.has_mark).collect();
        if !marks.contains(&true) {
            return (table.clone(), table, false, false);
        }
        match follow::marked(table.clone(), &marks) {
            Some(made) => (made, table, true, false),
            None => {
                // What comes next reads columns by place: the mark must not be among them.
                let mut plain = table;
                for (input, has_mark) in self::inputs(&mut plain.kind).into_iter().zip(&marks) {
                    if *has_mark {
                        *input = without_mark(input);
                    }
                }
                (plain.clone(), plain, false, true)
            }
        }
    }

    /// How many rows a table gives, and the table to go on with: few rows are kept.
    async fn evaluated(&mut self, table: Table, has_mark: bool, sorted: bool) -> Result<(Table, Counts)> {
        if !self.wanted.runs {
            return Ok((table, Counts::default()));
        }
        if let TableKind::Scan { table: name, .. } = &table.kind
            && self.run.is_empty(name)
        {
            return Ok((make::nothing(&table), Counts { rows: Some(0), followed: None }));
        }
        let is_source = matches!(table.kind, TableKind::Scan { .. }) || is_marked_source(&table);
        if !is_source && !sorted {
            let kept_max = kept_rows_max(&table);
            let rows = self.rows(make::taken(table.clone(), kept_max + 1)).await?;
            if rows.len() <= kept_max {
                let counts = Counts { rows: Some(rows.len() as u64), followed: has_mark.then(|| marked_rows(&rows)) };
                return Ok((self.kept(rows, &table)?, counts));
            }
        }
        let mut wanted = vec![make::constant(Value::Bool(true))];
        if has_mark {
            wanted.push(make::column(table.schema.len().saturating_sub(1), Type::Bool));
        }
        let counted = self.one_row(make::counted(table.clone(), wanted)).await?;
        let number = |at: usize| match counted.get(at) {
            Some(Value::Long(count)) => u64::try_from(*count).ok(),
            _ => None,
        };
        Ok((table, Counts { rows: number(0), followed: number(1) }))
    }

    /// The table to go on with behind stages whose rows are counted: kept when they are few and in no order.
    pub(super) async fn settled(&mut self, table: Table, counts: Counts) -> Result<Table> {
        if counts.rows == Some(0) {
            return Ok(make::nothing(&table));
        }
        let few = counts.rows.is_some_and(|rows| rows <= kept_rows_max(&table) as u64);
        if !few || is_sorted(&table) {
            return Ok(table);
        }
        let rows = self.rows(table.clone()).await?;
        self.kept(rows, &table)
    }

    /// Rows as one of the tables that are there.
    fn kept(&mut self, rows: Rows, table: &Table) -> Result<Table> {
        let index = self.run.shared.len();
        let provider = self.provider(rows)?;
        self.run.shared.push(provider);
        Ok(make::table(TableKind::Shared { index }, table.schema.clone(), table.span))
    }

    fn provider(&self, rows: Rows) -> Result<Arc<dyn TableProvider>> {
        let schema = Arc::new(ArrowSchema::new(arrow_fields(&rows.columns)));
        Ok(match self.run.in_order {
            true => ordered(schema, rows.batches)?,
            false => Arc::new(MemTable::try_new(schema, vec![rows.batches])?),
        })
    }

    /// Makes a shared table known under its number, for whatever reads it without being walked over.
    async fn share(&mut self, at: usize, table: &Table, handle: &Handle) -> Result<()> {
        if !self.wanted.runs {
            return Ok(());
        }
        self.run.in_order |= is_sorted(table);
        let plain = if handle.has_mark { without_mark(&handle.table) } else { handle.table.clone() };
        let rows = self.rows(plain).await?;
        let provider = self.provider(rows)?;
        if let Some(place) = self.run.shared.get_mut(at) {
            *place = provider;
        }
        Ok(())
    }

    pub(super) async fn rows(&mut self, mut table: Table) -> Result<Rows> {
        self.run.evaluate(&mut table).await
    }

    pub(super) async fn one_row(&mut self, table: Table) -> Result<Vec<Value>> {
        Ok(self.rows(table).await?.iter().next().unwrap_or_default())
    }

    /// Walks over the tables in the expressions of an operator, and puts their answers in their place.
    pub(super) async fn subqueries(&mut self, kind: &mut TableKind) -> Result<Vec<Branch>> {
        let mut branches = vec![];
        let follow = self.follow.take();
        for expr in expressions(kind) {
            self.subquery(expr, &mut branches).await?;
        }
        self.follow = follow;
        Ok(branches)
    }

    fn subquery<'w>(&'w mut self, expr: &'w mut Expr, branches: &'w mut Vec<Branch>) -> Walking<'w, ()>
    where
        'a: 'w,
    {
        Box::pin(async move {
            let (table, role) = match &mut expr.kind {
                ExprKind::ToScalar(table) => (table, "toscalar"),
                ExprKind::In { list: InList::Table(table), .. } => (table, "in"),
                ExprKind::In { value, list, .. } => {
                    self.subquery(value, branches).await?;
                    let values = match list {
                        InList::Values(values) => values.iter_mut().collect(),
                        InList::Dynamic(list) => vec![list.as_mut()],
                        InList::Table(_) => vec![],
                    };
                    for value in values {
                        self.subquery(value, branches).await?;
                    }
                    return Ok(());
                }
                other => {
                    for part in parts(other) {
                        self.subquery(part, branches).await?;
                    }
                    return Ok(());
                }
            };
            let (stages, handle) = self.walk(taken(table)).await?;
            **table = handle.table;
            branches.push(Branch { role: role.to_owned(), stages });
            if self.wanted.runs {
                self.run.resolve(expr).await?;
            }
            Ok(())
        })
    }

    /// A stage with what is known of it so far.
    pub(super) fn stage(&mut self, shape: &Table, operator: &str, counts: Counts) -> Stage {
        self.ids += 1;
        if let Some(progress) = &self.wanted.progress {
            progress(self.ids as u64, self.total as u64);
        }
        let source = words::source(&self.request.text, shape.span);
        let word = |text: &String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
        let is_source = matches!(shape.kind, TableKind::Scan { .. } | TableKind::Shared { .. });
        let operator = match &source {
            Some(text) if !is_source => word(text),
            _ => operator.to_owned(),
        };
        let text = match (&shape.kind, &source) {
            (TableKind::Scan { table, .. }, _) => table.clone(),
            (_, Some(text)) => text.clone(),
            (_, None) => format!("{operator} … (in a stored function)"),
        };
        Stage {
            id: self.ids,
            operator,
            text,
            span: source.map(|_| shape.span),
            columns: shape.schema.clone(),
            rows: counts.rows,
            time: None,
            followed: counts.followed,
            inputs: vec![],
            notes: vec![],
            misses: vec![],
            followed_misses: vec![],
        }
    }

    /// Steps of one operator as one stage.
    fn merged(&self, stages: Vec<Stage>) -> Vec<Stage> {
        let mut merged: Vec<Stage> = vec![];
        for mut stage in stages {
            match merged.last_mut() {
                Some(before) if before.span.is_some() && before.span == stage.span && before.operator != "table" => {
                    if self.waiting.contains_key(&before.id) || self.lost == Some(before.id) {
                        stage.id = before.id;
                    }
                    stage.time = stage.time.or(before.time);
                    stage.inputs.splice(0..0, before.inputs.drain(..));
                    stage.notes.splice(0..0, before.notes.drain(..));
                    *before = stage;
                }
                _ => merged.push(stage),
            }
        }
        merged
    }

    /// Asks what waited until the end was known.
    fn tell_misses<'w>(&'w mut self, branch: &'w mut Branch, is_empty: bool) -> Walking<'w, ()>
    where
        'a: 'w,
    {
        Box::pin(async move {
            for stage in &mut branch.stages {
                for input in &mut stage.inputs {
                    self.tell_misses(input, is_empty).await?;
                }
                let Some(question) = self.waiting.remove(&stage.id) else { continue };
                let tells = match self.wanted.misses {
                    Misses::Never => false,
                    Misses::Always => true,
                    Misses::WhenEmpty => is_empty || stage.rows == Some(0),
                };
                if tells {
                    stage.misses = self.ask(&question, false).await?;
                }
                if question.has_mark && self.wanted.misses != Misses::Never {
                    stage.followed_misses = self.ask(&question, true).await?;
                }
            }
            Ok(())
        })
    }

    async fn ask(&mut self, question: &misses::Question, only_marked: bool) -> Result<Vec<super::Miss>> {
        let asked = question.ask(&self.request.text, self.request.now, only_marked, self.wanted.misses_max);
        let rows = self.rows(asked.table.clone()).await?;
        Ok(asked.read(&rows, question.step))
    }

    /// What became of the followed rows.
    fn followed(&self, branch: &Branch, shared: &[Branch], end: Counts) -> Option<Followed> {
        let follow = self.follow.as_ref()?;
        let stages = || shared.iter().chain(std::iter::once(branch)).flat_map(|branch| &branch.stages);
        let rows = first_followed(stages())?;
        let mut before = 0;
        let mut dropped = None;
        for stage in stages() {
            match stage.followed {
                Some(0) if before > 0 => dropped = dropped.or(Some(stage.id)),
                Some(count) => before = count,
                None => {}
            }
        }
        let end = match (rows, dropped, end.followed) {
            (0, ..) => End::NotThere,
            (_, _, Some(count)) if count > 0 => End::CameOut(count),
            (_, Some(stage), _) => End::DroppedAt(stage),
            _ => End::LostAt(self.lost.unwrap_or_default()),
        };
        Some(Followed { table: follow.name.clone(), rows, end })
    }

    pub(super) fn now(&self) -> Duration {
        (self.wanted.clock)()
    }

    /// How long ago that was; nothing when nothing is run.
    pub(super) fn since(&self, started: Duration) -> Option<Duration> {
        self.wanted.runs.then(|| self.now().saturating_sub(started))
    }
}

/// How many rows of a table are kept.
fn kept_rows_max(table: &Table) -> usize {
    KEPT_VALUES_MAX / table.schema.len().max(1)
}

/// The stages of a leg of a union without the union's own step, which gives it the columns of all.
fn without_steps(mut stages: Vec<Stage>, union: Span) -> Vec<Stage> {
    let keeps_rows = |stages: &[Stage]| match stages {
        [.., before, step] => step.span == Some(union) && before.rows == step.rows,
        _ => false,
    };
    while keeps_rows(&stages)
        && let Some(step) = stages.pop()
    {
        if let Some(last) = stages.last_mut() {
            last.time = last.time.or(step.time);
        }
    }
    stages
}

/// The first count of followed rows in a pipe.
fn first_followed<'s>(stages: impl Iterator<Item = &'s Stage>) -> Option<u64> {
    stages.filter_map(|stage| stage.followed).next()
}

/// How many rows have the mark, which is their last column.
fn marked_rows(rows: &Rows) -> u64 {
    rows.iter().filter(|row| row.last() == Some(&Value::Bool(true))).count() as u64
}

/// A table of the database with nothing but the mark beside it: it is read again rather than kept.
fn is_marked_source(table: &Table) -> bool {
    matches!(&table.kind, TableKind::Project { input, .. } if matches!(input.kind, TableKind::Scan { .. }))
}

/// The table without its last column.
fn without_mark(table: &Table) -> Table {
    let mut schema = table.schema.clone();
    schema.pop();
    let columns = make::columns(&schema);
    make::table(TableKind::Project { input: Box::new(table.clone()), columns }, schema, table.span)
}

/// Takes a table out of its place.
fn taken(place: &mut Table) -> Table {
    let span = place.span;
    std::mem::replace(place, make::table(TableKind::OneRow, vec![], span))
}
