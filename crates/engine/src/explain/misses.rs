//! The rows that a `where` dropped and that came closest to passing.
//!
//! In: the input of a pipe's row-by-row stages, the stages, and which of them is asked about. Out: the rows that reached the stage and failed
//! there, those with the fewest failed conditions first and among them those nearest to their thresholds; rows that are alike in what is shown
//! are told together. Conditions of later stages of the same pipe count as well, since they would have stopped the row next.

use std::collections::HashMap;

use semantics::bound::{Expr, Table, TableKind};
use semantics::{Column, Type, Value};

use super::carry::{Probe, RowStage, RowStep, carry};
use super::conditions::{Analysis, Condition, Leaf, LeafTest, Part};
use super::{Found, Miss, Stopped, Test, make, words};
use crate::rows::Rows;

/// Group keys that a row is told by; more would fill the screen.
const KEYS_MAX: usize = 8;
/// Columns that a row is told by where there are no groups.
const COLUMNS_MAX: usize = 4;
/// Columns that tell a row, the most telling first: who, then with what, then with whom.
const TELLING: [&str; 24] = [
    "DeviceName",
    "Computer",
    "Dvc",
    "HostName",
    "Account",
    "AccountName",
    "AccountUpn",
    "UserPrincipalName",
    "TargetUserName",
    "SubjectUserName",
    "User",
    "UserId",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "Process",
    "FileName",
    "OperationName",
    "RemoteIP",
    "IPAddress",
    "SrcIpAddr",
    "DestinationIP",
    "RemoteUrl",
    "ProcessCommandLine",
    "CommandLine",
];

/// What the misses of a stage are found from.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The input of the first step.
    pub(super) base: Table,
    /// Is its last column the mark of the rows that are followed?
    pub(super) has_mark: bool,
    /// The columns by which its rows are told.
    pub(super) keys: Vec<usize>,
    /// The row-by-row stages behind it.
    pub(super) steps: Vec<RowStep>,
    /// The `where` among them.
    pub(super) step: usize,
}

/// A question as a table, and how to read its rows.
pub(super) struct Asked {
    pub(super) table: Table,
    conditions: Vec<Condition>,
    leaves: Vec<Leaf>,
    layout: Layout,
}

/// Which column of the answer is what.
#[derive(Default)]
struct Layout {
    keys: Vec<(String, usize)>,
    /// By condition: did it fail?
    failed: Vec<usize>,
    /// By leaf: its truth, and its subjects.
    truths: Vec<usize>,
    subjects: Vec<Vec<usize>>,
    thresholds: Vec<Vec<usize>>,
    count: usize,
}

/// The columns that identify the rows of a table: the keys of its groups, or else those whose names tell most; there may be none.
pub(super) fn keys(table: &Table) -> Vec<usize> {
    let mut keys = group_keys(table);
    keys.truncate(KEYS_MAX);
    if keys.is_empty() { known(&table.schema) } else { keys }
}

fn group_keys(table: &Table) -> Vec<usize> {
    match &table.kind {
        TableKind::Summarize { by, .. } => (0..by.len()).collect(),
        TableKind::Filter { input, .. }
        | TableKind::Sort { input, .. }
        | TableKind::Top { input, .. }
        | TableKind::Take { input, .. }
        | TableKind::Sample { input, .. }
        | TableKind::Window { input, .. }
        | TableKind::MvExpand { input, .. } => group_keys(input),
        TableKind::Parse(parse) => group_keys(&parse.input),
        TableKind::Join(join) => group_keys(&join.left),
        TableKind::Project { input, columns } => {
            let moved = |from: usize| columns.iter().position(|column| read_directly(column) == Some(from));
            group_keys(input).into_iter().filter_map(moved).collect()
        }
        _ => vec![],
    }
}

fn read_directly(expr: &Expr) -> Option<usize> {
    match expr.kind {
        semantics::bound::ExprKind::Column(at) => Some(at),
        _ => None,
    }
}

fn known(schema: &[Column]) -> Vec<usize> {
    let of_name = |name: &&str| schema.iter().position(|column| column.name == **name && column.ty == Type::String);
    TELLING.iter().filter_map(of_name).take(COLUMNS_MAX).collect()
}

/// The columns of a table that tell its rows best, whatever they are called.
fn telling(schema: &[Column]) -> Vec<usize> {
    let mut found = known(schema);
    if found.is_empty() {
        let texts = schema.iter().enumerate().filter(|(_, column)| column.ty == Type::String).map(|(at, _)| at);
        found = texts.take(COLUMNS_MAX).collect();
    }
    if found.is_empty() { (0..schema.len().min(COLUMNS_MAX)).collect() } else { found }
}

impl Question {
    /// The nearest misses as a table; only of followed rows when that is asked.
    pub(super) fn ask(&self, text: &str, now: i64, only_marked: bool, count: usize) -> Asked {
        let width = self.base.schema.len() - usize::from(self.has_mark && !self.base.schema.is_empty());
        let own = self.base.schema.get(..width).unwrap_or_default();
        let mut analysis = Analysis { steps: &self.steps, base: own, text, leaves: vec![] };
        let conditions: Vec<Condition> =
            (self.step..self.steps.len()).flat_map(|step| analysis.conditions(step)).collect();
        let leaves = analysis.leaves;
        let mut probes = Probes::default();
        let keys = self.key_probes(own, &mut probes);
        let mut reached: Vec<usize> = vec![];
        for (at, step) in self.steps.iter().enumerate().take(self.step) {
            if let RowStage::Filter(predicate) = &step.stage {
                reached.push(probes.add(at, make::is_true(predicate.clone())));
            }
        }
        let truths: Vec<usize> =
            conditions.iter().map(|found| probes.add(found.step, make::is_true(found.expr.clone()))).collect();
        let measured: Vec<Measured> = leaves.iter().map(|leaf| Measured::add(leaf, &mut probes, now)).collect();
        let mark = self.has_mark.then(|| probes.add(0, make::column(width, Type::Bool)));
        let carried = carry(self.base.clone(), self.has_mark, &self.steps, &probes.0);
        let here = |at: usize| probes.read(at);
        let of_step = conditions.iter().zip(&truths).filter(|(found, _)| found.step == self.step);
        let passes = make::all(of_step.map(|(_, truth)| here(*truth)));
        let mut wanted: Vec<Expr> = reached.iter().map(|at| here(*at)).collect();
        wanted.push(make::not(passes));
        wanted.extend(mark.filter(|_| only_marked).map(here));
        let candidates = make::filtered(carried, make::all(wanted));
        let sheet =
            Sheet { probes: &probes, conditions: &conditions, truths: &truths, measured: &measured, step: self.step };
        let (table, layout) = sheet.ranked(candidates, keys, count);
        Asked { table, conditions, leaves, layout }
    }
}

impl Question {
    /// The columns that tell a row: those of the base, or else of what the step reads.
    fn key_probes(&self, own: &[Column], probes: &mut Probes) -> Vec<(String, usize)> {
        let read = self.step.checked_sub(1).and_then(|before| self.steps.get(before));
        let read = read.map_or(own, |before| &before.shape.schema);
        let (at, schema, keys) = match self.keys.is_empty() {
            true => (self.step, read, telling(read)),
            false => (0, own, self.keys.clone()),
        };
        let named = keys.into_iter().filter_map(|key| schema.get(key).map(|column| (key, column)));
        named.map(|(key, column)| (column.name.clone(), probes.add(at, make::column(key, column.ty)))).collect()
    }
}

/// The probes so far.
#[derive(Default)]
struct Probes(Vec<Probe>);

impl Probes {
    fn add(&mut self, at: usize, expr: Expr) -> usize {
        self.0.push(Probe { at, expr });
        self.0.len() - 1
    }

    fn read(&self, at: usize) -> Expr {
        make::column(at, self.0.get(at).map_or(Type::Bool, |probe| probe.expr.ty))
    }
}

/// The probes of a comparison.
struct Measured {
    truth: usize,
    distance: usize,
    subjects: Vec<usize>,
    thresholds: Vec<usize>,
    is_measured: bool,
}

impl Measured {
    fn add(leaf: &Leaf, probes: &mut Probes, now: i64) -> Self {
        let truth = leaf.truth();
        let distance = leaf.distance(now);
        let thresholds = match &leaf.test {
            LeafTest::Compare(_, threshold) => vec![threshold],
            LeafTest::Between(low, high) => vec![low, high],
            LeafTest::Other => vec![],
        };
        Self {
            truth: probes.add(truth.at, truth.expr),
            distance: probes.add(distance.at, distance.expr),
            subjects: leaf.subjects.iter().map(|(_, subject)| probes.add(leaf.at, subject.clone())).collect(),
            thresholds: thresholds.into_iter().map(|expr| probes.add(leaf.at, expr.clone())).collect(),
            is_measured: leaf.is_measured(),
        }
    }
}

/// What the rows of the answer are made of.
struct Sheet<'a> {
    probes: &'a Probes,
    conditions: &'a [Condition],
    truths: &'a [usize],
    measured: &'a [Measured],
    /// The step that is asked about.
    step: usize,
}

impl Sheet<'_> {
    /// One row for candidates that are alike, the nearest first.
    ///
    /// Texts that a failing comparison looks at are part of what rows are alike in; of numbers the row nearest to passing is shown.
    fn ranked(&self, candidates: Table, keys: Vec<(String, usize)>, count: usize) -> (Table, Layout) {
        let here = |at: usize| self.probes.read(at);
        let mut layout = Layout { keys, ..Layout::default() };
        let mut alike: Vec<Expr> = layout.keys.iter().map(|(_, at)| here(*at)).collect();
        for (at, key) in layout.keys.iter_mut().enumerate() {
            key.1 = at;
        }
        for truth in self.truths {
            layout.failed.push(alike.len());
            alike.push(make::not(here(*truth)));
        }
        for leaf in self.measured {
            layout.truths.push(alike.len());
            alike.push(here(leaf.truth));
        }
        for leaf in self.measured {
            let mut places = vec![];
            for subject in leaf.subjects.iter().filter(|_| !leaf.is_measured) {
                let value = here(*subject);
                let absent = make::constant(Value::absent(value.ty));
                places.push(alike.len());
                alike.push(make::iff(here(leaf.truth), absent, value));
            }
            layout.subjects.push(places);
        }
        let failures = self.truths.iter().map(|truth| make::iff(here(*truth), long(0), long(1)));
        let failures = make::sum(failures, Value::Long(0));
        let distance = self.distances(|found| found.step == self.step);
        let later = self.distances(|found| found.step != self.step);
        let by = alike.len() + 1;
        let mut columns = alike;
        columns.push(failures);
        columns.push(distance);
        let mut nearest = vec![later];
        for (leaf, subjects) in self.measured.iter().zip(&mut layout.subjects) {
            let shown = if leaf.is_measured { leaf.subjects.as_slice() } else { &[] };
            let mut place = |at: &usize| {
                nearest.push(here(*at));
                by + 1 + nearest.len()
            };
            subjects.extend(shown.iter().map(&mut place));
            layout.thresholds.push(leaf.thresholds.iter().map(&mut place).collect());
        }
        let types: Vec<Type> = std::iter::once(Type::Real).chain(nearest.iter().map(|expr| expr.ty)).collect();
        let first = columns.len();
        columns.extend(nearest);
        let sheet = make::projected(candidates, columns);
        let mut arguments = vec![make::column(by, Type::Real)];
        arguments.extend(types.iter().skip(1).enumerate().map(|(at, ty)| make::column(first + at, *ty)));
        let calls =
            vec![make::aggregate("count", vec![], vec![Type::Long]), make::aggregate("arg_min", arguments, types)];
        layout.count = by;
        let groups = make::grouped(sheet, by, calls);
        let mut order = vec![by - 1, by + 1, by + 2];
        order.extend(0..by - 1);
        (make::least(groups, &order, count), layout)
    }

    /// How far a row is from passing some of the conditions.
    fn distances(&self, of: impl Fn(&Condition) -> bool) -> Expr {
        let parts = self.conditions.iter().filter(|found| of(found)).map(|found| self.distance(&found.part));
        make::sum(parts, Value::Real(0.0))
    }

    /// How far a part of a condition is from being true: the sum of all of `and`, the least of `or`.
    fn distance(&self, part: &Part) -> Expr {
        match part {
            Part::Leaf(at) => {
                self.measured.get(*at).map_or_else(|| make::real(0.0), |leaf| self.probes.read(leaf.distance))
            }
            Part::All(parts) => make::sum(parts.iter().map(|part| self.distance(part)), Value::Real(0.0)),
            Part::Any(parts) => {
                let parts: Vec<Expr> = parts.iter().map(|part| self.distance(part)).collect();
                // The least of them: `min_of` of one is that one.
                make::call("min_of", parts, Type::Real)
            }
        }
    }
}

fn long(value: i64) -> Expr {
    make::constant(Value::Long(value))
}

impl Asked {
    /// The answer's rows as misses; `step` is the stage that was asked about.
    pub(super) fn read(&self, rows: &Rows, step: usize) -> Vec<Miss> {
        rows.iter().map(|row| self.miss(&row, step)).collect()
    }

    fn miss(&self, row: &[Value], step: usize) -> Miss {
        let value = |at: &usize| row.get(*at).cloned().unwrap_or(Value::Null(Type::Bool));
        let identity = self.layout.keys.iter().map(|(name, at)| (name.clone(), value(at))).collect();
        let rows = match row.get(self.layout.count) {
            Some(Value::Long(count)) => u64::try_from(*count).unwrap_or(0),
            _ => 0,
        };
        let is_failed = |at: Option<&usize>| at.is_some_and(|at| row.get(*at) == Some(&Value::Bool(true)));
        let failed = self.conditions.iter().enumerate().filter(|(at, _)| is_failed(self.layout.failed.get(*at)));
        let stopped = failed.map(|(_, condition)| Stopped {
            condition: condition.text.clone(),
            span: condition.expr.span,
            is_later: condition.step != step,
            is_any: matches!(condition.part, Part::Any(_)),
            found: self.found(&condition.part, row),
        });
        Miss { identity, rows, stopped: stopped.collect() }
    }

    /// The comparisons of a condition that are not true of the row.
    fn found(&self, part: &Part, row: &[Value]) -> Vec<Found> {
        match part {
            Part::All(parts) | Part::Any(parts) => parts.iter().flat_map(|part| self.found(part, row)).collect(),
            Part::Leaf(at) => {
                let is_true = self.layout.truths.get(*at).and_then(|place| row.get(*place)) == Some(&Value::Bool(true));
                let leaf = self.leaves.get(*at).filter(|_| !is_true);
                leaf.map(|leaf| self.compared(leaf, *at, row)).into_iter().collect()
            }
        }
    }

    fn compared(&self, leaf: &Leaf, at: usize, row: &[Value]) -> Found {
        let places = |all: &[Vec<usize>]| -> Vec<Value> {
            let places = all.get(at).map(Vec::as_slice).unwrap_or_default();
            places.iter().filter_map(|place| row.get(*place).cloned()).collect()
        };
        let mut thresholds = places(&self.layout.thresholds).into_iter();
        let test = match (&leaf.test, thresholds.next(), thresholds.next()) {
            (LeafTest::Compare(op, _), Some(threshold), _) => {
                Test::Compare { operator: words::comparison(*op), threshold }
            }
            (LeafTest::Between(..), Some(low), Some(high)) => Test::Between { low, high },
            _ => Test::Other,
        };
        let names = leaf.subjects.iter().map(|(name, _)| name.clone());
        let values = names.zip(places(&self.layout.subjects)).collect();
        Found { condition: leaf.text.clone(), values, test }
    }
}

/// The questions that wait until it is known whether anything came out at the end, by the stage they are about.
pub(super) type Waiting = HashMap<usize, Question>;
