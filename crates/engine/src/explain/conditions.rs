//! The conditions of a `where`, taken apart: what each looks at, what it is compared with, and how far a row is from passing.
//!
//! In: the row-by-row stages of a pipe, one of which is the `where`. Out: its `and`ed conditions, each with the comparisons that it is made of, as
//! probes for [`super::carry`]. A condition on a bool that the pipe computed is followed to where it was computed.

use semantics::bound::{ArithmeticOp, CompareOp, Expr, ExprKind};
use semantics::{Column, Type, Value};

use super::carry::{Probe, RowStage, RowStep};
use super::{make, words};

/// Comparisons that are told apart in one pipe; what is beyond is one comparison.
const LEAVES_MAX: usize = 48;
/// Columns that a comparison of another kind is shown with.
const SUBJECTS_MAX: usize = 3;
/// How far from passing a row is that has no value at all, in multiples of the threshold: farther than any that has.
const FAR: f64 = 1e12;
/// Ticks of a second.
const SECOND: i64 = 10_000_000;

/// One of the conditions that a `where` joins by `and`.
#[derive(Debug)]
pub(super) struct Condition {
    /// Which step it belongs to.
    pub(super) step: usize,
    /// As it was written.
    pub(super) text: String,
    /// The place it was written at.
    pub(super) expr: Expr,
    /// What it is made of.
    pub(super) part: Part,
}

/// What a condition is made of.
#[derive(Debug)]
pub(super) enum Part {
    /// A comparison, by its number.
    Leaf(usize),
    /// `and`.
    All(Vec<Part>),
    /// `or`.
    Any(Vec<Part>),
}

/// A comparison.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The step whose input it reads.
    pub(super) at: usize,
    /// As it was written.
    pub(super) text: String,
    /// The comparison itself.
    pub(super) expr: Expr,
    /// What it looks at, as written.
    pub(super) subjects: Vec<(String, Expr)>,
    /// What it is compared with.
    pub(super) test: LeafTest,
}

/// What a comparison compares with.
#[derive(Debug, Clone)]
pub(super) enum LeafTest {
    /// A number, datetime or timespan.
    Compare(CompareOp, Expr),
    /// Two of them.
    Between(Expr, Expr),
    /// Something that has no distance.
    Other,
}

/// Finds the conditions of the `where`s among some steps.
pub(super) struct Analysis<'a> {
    pub(super) steps: &'a [RowStep],
    /// The columns of the input of the first step.
    pub(super) base: &'a [Column],
    /// The query.
    pub(super) text: &'a str,
    /// The comparisons so far.
    pub(super) leaves: Vec<Leaf>,
}

impl Analysis<'_> {
    /// The conditions of a step; none when it is no `where`.
    pub(super) fn conditions(&mut self, step: usize) -> Vec<Condition> {
        let Some(RowStage::Filter(predicate)) = self.steps.get(step).map(|step| &step.stage) else { return vec![] };
        let mut conjuncts = vec![];
        split(predicate, &mut conjuncts);
        let mut found = vec![];
        for expr in conjuncts {
            let text = words::expression(expr, self.schema(step), self.text);
            let part = self.part(expr, step);
            found.push(Condition { step, text, expr: expr.clone(), part });
        }
        found
    }

    /// The columns that a step reads.
    fn schema(&self, step: usize) -> &[Column] {
        match step.checked_sub(1).and_then(|before| self.steps.get(before)) {
            Some(before) => &before.shape.schema,
            None => self.base,
        }
    }

    fn part(&mut self, expr: &Expr, at: usize) -> Part {
        let has_room = self.leaves.len() < LEAVES_MAX;
        match &expr.kind {
            ExprKind::And(left, right) if has_room => Part::All(vec![self.part(left, at), self.part(right, at)]),
            ExprKind::Or(left, right) if has_room => Part::Any(vec![self.part(left, at), self.part(right, at)]),
            ExprKind::Column(column) if has_room => match self.definition(*column, at) {
                Some((definition, at)) => self.part(&definition, at),
                None => self.leaf(expr, at),
            },
            _ => self.leaf(expr, at),
        }
    }

    /// Where a bool was computed, and how, when that says more than its name.
    fn definition(&self, mut column: usize, mut at: usize) -> Option<(Expr, usize)> {
        while let Some(before) = at.checked_sub(1) {
            at = before;
            let RowStage::Project(columns) = &self.steps.get(before)?.stage else { continue };
            let made = columns.get(column)?;
            match &made.kind {
                ExprKind::Column(from) => column = *from,
                ExprKind::Constant(_) | ExprKind::Path { .. } | ExprKind::Convert(_) | ExprKind::ToScalar(_) => {
                    return None;
                }
                _ => return Some((made.clone(), at)),
            }
        }
        None
    }

    fn leaf(&mut self, expr: &Expr, at: usize) -> Part {
        let schema = self.schema(at);
        let (subjects, test) = asked(expr);
        let subjects = subjects.into_iter().map(|found| (words::expression(&found, schema, self.text), found));
        let leaf = Leaf {
            at,
            text: words::expression(expr, schema, self.text),
            expr: expr.clone(),
            subjects: subjects.collect(),
            test,
        };
        self.leaves.push(leaf);
        Part::Leaf(self.leaves.len() - 1)
    }
}

impl Leaf {
    /// Is it true? Never null.
    pub(super) fn truth(&self) -> Probe {
        Probe { at: self.at, expr: make::is_true(self.expr.clone()) }
    }

    /// Can the distance from its threshold be told?
    pub(super) fn is_measured(&self) -> bool {
        !matches!(self.test, LeafTest::Other)
    }

    /// How far a row is from passing, as a multiple of the threshold: 0 for one that passes, 1 for one that fails where nothing can be measured.
    pub(super) fn distance(&self, now: i64) -> Probe {
        let failing = match (&self.test, self.subjects.first()) {
            (LeafTest::Compare(CompareOp::NotEqual, _) | LeafTest::Other, _) | (_, None) => make::real(1.0),
            (LeafTest::Compare(_, threshold), Some((_, subject))) => {
                make::call("abs", vec![beyond(subject, threshold, now)], Type::Real)
            }
            (LeafTest::Between(low, high), Some((_, subject))) => {
                let below = negated(beyond(subject, low, now));
                make::call("max_of", vec![below, beyond(subject, high, now)], Type::Real)
            }
        };
        let known = make::call("coalesce", vec![failing, make::real(FAR)], Type::Real);
        let expr = make::iff(make::is_true(self.expr.clone()), make::real(0.0), known);
        Probe { at: self.at, expr }
    }
}

/// The number of columns that an expression reads: which, in the order of their first use.
pub(super) fn read_columns(expr: &Expr) -> Vec<(usize, Type)> {
    let mut found = vec![];
    let mut left = vec![expr];
    while let Some(expr) = left.pop() {
        if let ExprKind::Column(at) = expr.kind
            && !found.contains(&(at, expr.ty))
        {
            found.push((at, expr.ty));
        }
        left.extend(expr.operands().into_iter().rev());
    }
    found
}

fn split<'e>(predicate: &'e Expr, into: &mut Vec<&'e Expr>) {
    match &predicate.kind {
        ExprKind::And(left, right) => {
            split(left, into);
            split(right, into);
        }
        _ => into.push(predicate),
    }
}

/// What a comparison looks at, and what it compares with.
fn asked(expr: &Expr) -> (Vec<Expr>, LeafTest) {
    match &expr.kind {
        ExprKind::Compare { op, left, right } => {
            let (subject, threshold, op) = match read_columns(left).is_empty() {
                true => (right, left, mirrored(*op)),
                false => (left, right, *op),
            };
            match is_measurable(subject.ty) && subject.ty == threshold.ty {
                true => (vec![bare(subject)], LeafTest::Compare(op, (**threshold).clone())),
                false => (vec![bare(subject)], LeafTest::Other),
            }
        }
        ExprKind::Between { negated: false, value, low, high } if is_measurable(value.ty) => {
            (vec![bare(value)], LeafTest::Between((**low).clone(), (**high).clone()))
        }
        ExprKind::Between { value, .. } => (vec![bare(value)], LeafTest::Other),
        ExprKind::EqualIgnoringCase { left, right, .. } | ExprKind::Text { left, right, .. } => {
            let subject = if read_columns(left).is_empty() { right } else { left };
            (vec![bare(subject)], LeafTest::Other)
        }
        ExprKind::In { value, .. } => (vec![bare(value)], LeafTest::Other),
        _ => {
            let columns = read_columns(expr).into_iter().take(SUBJECTS_MAX);
            (columns.map(|(at, ty)| make::column(at, ty)).collect(), LeafTest::Other)
        }
    }
}

/// The value without the conversions that the comparison made of it.
fn bare(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::Convert(inner) if inner.ty == Type::Dynamic || !is_measurable(expr.ty) => bare(inner),
        _ => expr.clone(),
    }
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::NotEqual => CompareOp::NotEqual,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

fn is_measurable(ty: Type) -> bool {
    match ty {
        Type::Int | Type::Long | Type::Real | Type::Decimal | Type::DateTime | Type::TimeSpan => true,
        Type::Bool | Type::String | Type::Guid | Type::Dynamic => false,
    }
}

/// How far a value is beyond a threshold, as a multiple of it; negative below. A datetime's is a multiple of how long before now it is.
fn beyond(value: &Expr, threshold: &Expr, now: i64) -> Expr {
    let difference = as_real(make::arithmetic(
        ArithmeticOp::Subtract,
        value.clone(),
        threshold.clone(),
        if value.ty == Type::DateTime { Type::TimeSpan } else { value.ty },
    ));
    let size = match threshold.ty {
        Type::DateTime => {
            let now = make::constant(Value::DateTime(now));
            as_real(make::arithmetic(ArithmeticOp::Subtract, now, threshold.clone(), Type::TimeSpan))
        }
        _ => as_real(threshold.clone()),
    };
    let size = make::call("abs", vec![size], Type::Real);
    let is_something = make::expr(
        ExprKind::Compare { op: CompareOp::Greater, left: Box::new(size.clone()), right: Box::new(make::real(0.0)) },
        Type::Bool,
    );
    make::arithmetic(ArithmeticOp::Divide, difference, make::iff(is_something, size, make::real(1.0)), Type::Real)
}

/// A number as it is; a timespan in seconds.
fn as_real(expr: Expr) -> Expr {
    match expr.ty {
        Type::Real => expr,
        Type::TimeSpan => {
            let second = make::constant(Value::TimeSpan(SECOND));
            make::arithmetic(ArithmeticOp::Divide, expr, second, Type::Real)
        }
        _ => make::expr(ExprKind::Convert(Box::new(expr)), Type::Real),
    }
}

fn negated(expr: Expr) -> Expr {
    let ty = expr.ty;
    make::expr(ExprKind::Negate(Box::new(expr)), ty)
}
