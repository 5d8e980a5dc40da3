//! Plugins whose columns follow from the data: the questions of one walk, and the names that later operators use in vain.
//!
//! A query is bound as often as it has such plugins. The walk that comes to one without an answer ends with a question; whoever runs queries
//! answers with the columns, and the next walk goes on behind it. Walks are alike up to there, so questions are told apart by their number.
//!
//! A name that such a plugin could have made, and that the data did not make, is a column of nulls, with a warning: a rule that runs every
//! hour must not fail on an hour without events. The walk that misses the name is thrown away, and the next one has the column: a dynamic,
//! or of the first type with which the query is better bound, since a dynamic can be no key.

use syntax::ast::Name;

use super::Binder;
use crate::bound::{Table, TableKind};
use crate::schema::Schema;
use crate::tabular::Tabular;
use crate::types::Type;

/// Questions of one query.
pub(super) const QUESTIONS_MAX: usize = 100;
/// Names in vain of one query. Each walk finds those of one operator at least.
const LATE_MAX: usize = 1_000;
/// Missed columns for which other types are tried.
const RETYPED_MAX: usize = 50;
/// What a missed column may be when it cannot be a dynamic.
const OTHER_TYPES: [Type; 3] = [Type::String, Type::Long, Type::DateTime];
/// Tables that are looked through for the plugin behind a name.
const SEARCH_MAX: usize = 10_000;

/// A column that a plugin did not make.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LateColumn {
    /// The number of the plugin's question.
    question: usize,
    /// The name as it was used first.
    pub(crate) name: Name,
    /// What it is taken for.
    pub(crate) ty: Type,
}

/// What is wrong with a query, to say which of two walks went better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mistakes {
    /// How many.
    pub(super) count: usize,
    /// Where the first one is.
    pub(super) first: u32,
}

impl Mistakes {
    /// None, or the first further behind, or fewer: what stands behind a mistake is not bound, so others show only when it is gone.
    fn are_less_than(self, other: Self) -> bool {
        self.count == 0 || self.first > other.first || self.first == other.first && self.count < other.count
    }
}

/// Walks until no more names are missed and no other type of a missed column would do better. `walk` binds the query with these columns, and
/// says which more it misses and which mistakes it found.
pub(super) fn settle_late<T>(mut walk: impl FnMut(&[LateColumn]) -> (T, Vec<LateColumn>, Mistakes)) -> T {
    let mut late = vec![];
    let (mut best, mut mistakes) = walk_until_found(&mut walk, &mut late);
    let mut at = 0;
    while at < late.len().min(RETYPED_MAX) {
        for ty in OTHER_TYPES {
            if mistakes.count == 0 {
                return best;
            }
            let mut retyped = late.clone();
            // A query that has the same lines twice tells its mistake once, so one plugin's column by itself would do no better.
            let name = late.get(at).map(|column| column.name.text.as_str());
            retyped
                .iter_mut()
                .filter(|column| Some(column.name.text.as_str()) == name)
                .for_each(|column| column.ty = ty);
            let (walked, found) = walk_until_found(&mut walk, &mut retyped);
            if found.are_less_than(mistakes) {
                (best, mistakes, late) = (walked, found, retyped);
            }
        }
        at += 1;
    }
    best
}

/// Walks until no more names are missed.
fn walk_until_found<T>(
    walk: &mut impl FnMut(&[LateColumn]) -> (T, Vec<LateColumn>, Mistakes),
    late: &mut Vec<LateColumn>,
) -> (T, Mistakes) {
    loop {
        let (walked, missed, mistakes) = walk(late);
        if missed.is_empty() || late.len() + missed.len() > LATE_MAX {
            return (walked, mistakes);
        }
        late.extend(missed);
    }
}

/// What is known of plugins in one walk.
#[derive(Debug, Default)]
pub(crate) struct Plugins<'a> {
    /// The answers so far; none when the query is bound without data.
    answers: Option<&'a [Schema]>,
    /// Columns that the walks before missed.
    late: &'a [LateColumn],
    /// Columns that this walk misses.
    missed: Vec<LateColumn>,
    /// Questions so far.
    asked: usize,
    /// The one that has no answer.
    open: Option<Table>,
}

/// What is known of a plugin's columns.
pub(crate) enum Knowledge {
    /// These.
    Columns(Schema),
    /// The data is not there: only those that are known anyway.
    NoData,
    /// Nothing yet.
    Unanswered,
    /// There are too many questions.
    TooMany,
}

impl<'a> Plugins<'a> {
    pub(super) fn new(answers: Option<&'a [Schema]>, late: &'a [LateColumn]) -> Self {
        Self { answers, late, ..Self::default() }
    }

    /// What this walk missed.
    pub(super) fn missed(&mut self) -> Vec<LateColumn> {
        std::mem::take(&mut self.missed)
    }

    /// Does a plugin wait for an answer?
    pub(super) fn has_question(&self) -> bool {
        self.open.is_some()
    }

    /// The plugin that has no answer yet.
    pub(super) fn question(&mut self) -> Option<Table> {
        self.open.take()
    }
}

impl Binder<'_> {
    /// The number of a plugin's question, and what is known of its columns.
    pub(crate) fn plugin_columns(&mut self) -> (usize, Knowledge) {
        let number = self.plugins.asked;
        self.plugins.asked += 1;
        let knowledge = match self.plugins.answers {
            _ if number >= QUESTIONS_MAX => Knowledge::TooMany,
            None => Knowledge::NoData,
            Some(answers) => answers.get(number).cloned().map_or(Knowledge::Unanswered, Knowledge::Columns),
        };
        (number, knowledge)
    }

    /// Ends the walk with a question, unless the query is wrong or waits for another one.
    pub(crate) fn ask(&mut self, plugin: Table) {
        if self.error_count() == 0 && self.plugins.open.is_none() {
            self.plugins.open = Some(plugin);
        }
    }

    /// Is the query bound without data?
    pub(crate) fn has_no_data(&self) -> bool {
        self.plugins.answers.is_none()
    }

    /// The columns that a plugin did not make and that are used.
    pub(crate) fn late_columns(&self, question: usize) -> Vec<LateColumn> {
        self.plugins.late.iter().filter(|column| column.question == question).cloned().collect()
    }

    /// Takes note of a name that a plugin below the table could have made; false when there is none.
    pub(crate) fn misses(&mut self, table: &Tabular, name: &Name) -> bool {
        if self.plugins.asked == 0 {
            return false;
        }
        let mut found = vec![];
        let mut left = SEARCH_MAX;
        self.find_questions(&table.table, &mut found, &mut left);
        let is_tried = |question: &usize| {
            self.plugins.late.iter().any(|column| column.question == *question && column.name.text == name.text)
        };
        let Some(question) = found.into_iter().find(|question| !is_tried(question)) else { return false };
        let is_known =
            self.plugins.missed.iter().any(|column| column.question == question && column.name.text == name.text);
        if !is_known {
            let same = self.plugins.late.iter().find(|column| column.name.text == name.text);
            let ty = same.map_or(Type::Dynamic, |column| column.ty);
            self.plugins.missed.push(LateColumn { question, name: name.clone(), ty });
        }
        true
    }

    /// The questions below a table, nearest first.
    fn find_questions(&self, table: &Table, found: &mut Vec<usize>, left: &mut usize) {
        let Some(fewer) = left.checked_sub(1) else { return };
        *left = fewer;
        let below = match &table.kind {
            TableKind::Shared { index } => self.shared.get(*index).into_iter().collect(),
            TableKind::Plugin(plugin) if plugin.question.is_some() => {
                found.extend(plugin.question.filter(|question| !found.contains(question)));
                vec![]
            }
            other => other.inputs(),
        };
        for table in below {
            self.find_questions(table, found, left);
        }
    }
}
