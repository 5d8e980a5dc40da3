//! An explanation as text: a line for each stage with its rows, and under it what it dropped.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use engine::explain::{Branch, End, Explanation, Miss, Plan, Stage};
use semantics::{Column, Schema};

use super::Explained;
use super::phrases::{cut, identity, stopped};
use crate::failure::Failure;
use crate::render::{counted, datetime_text, spell_controls};

/// The width where nobody's terminal says one.
const WIDTH: usize = 120;
/// Narrower than this nothing is readable.
const WIDTH_MIN: usize = 60;
/// New columns that are named under a stage.
const COLUMNS_MAX: usize = 12;
/// Of a stage that reads more tables than this, those without rows are counted.
const LEGS_MAX: usize = 8;
/// A condition takes no more of the line than this before its value.
const CONDITION_CHARS: usize = 64;

/// What is shown beside the stages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shows {
    /// The plan.
    pub(crate) plan: bool,
    /// Every column of every stage.
    pub(crate) columns: bool,
}

/// Writes explanations one after the other.
pub(crate) fn write(
    output: &mut impl Write,
    explained: &[Explained],
    width: Option<u16>,
    shows: Shows,
) -> Result<(), Failure> {
    let width = width.map_or(WIDTH, usize::from).max(WIDTH_MIN);
    for (at, one) in explained.iter().enumerate() {
        if at > 0 {
            writeln!(output)?;
        }
        writeln!(output, "{}", spell_controls(&one.name))?;
        if one.explanation.results.iter().any(has_rows) {
            writeln!(output, "now is {}", datetime_text(one.now))?;
        }
        let mut page =
            Page { output, width, numbers: numbers(&one.explanation), number_width: 0, has_followed: false, shows };
        page.number_width = page.numbers.len().to_string().len();
        page.has_followed = one.explanation.followed.is_some();
        page.explanation(one)?;
    }
    Ok(())
}

fn has_rows(branch: &Branch) -> bool {
    branch.stages.iter().any(|stage| stage.rows.is_some())
}

/// Stages are numbered as a reader meets them.
pub(crate) fn numbers(explanation: &Explanation) -> HashMap<usize, usize> {
    fn count(branch: &Branch, numbers: &mut HashMap<usize, usize>) {
        for stage in &branch.stages {
            stage.inputs.iter().for_each(|input| count(input, numbers));
            let next = numbers.len() + 1;
            numbers.insert(stage.id, next);
        }
    }
    let mut numbers = HashMap::new();
    explanation.shared.iter().chain(&explanation.results).for_each(|branch| count(branch, &mut numbers));
    numbers
}

struct Page<'o, W> {
    output: &'o mut W,
    width: usize,
    numbers: HashMap<usize, usize>,
    number_width: usize,
    has_followed: bool,
    shows: Shows,
}

impl<W: Write> Page<'_, W> {
    fn explanation(&mut self, one: &Explained) -> Result<(), Failure> {
        let explanation = &one.explanation;
        writeln!(self.output)?;
        let has_title = explanation.shared.len() + explanation.results.len() > 1;
        for branch in explanation.shared.iter().chain(&explanation.results) {
            if has_title {
                writeln!(self.output, "{}:", branch.role)?;
            }
            self.branch(branch, 0)?;
        }
        for plan in &explanation.plans {
            self.plan(plan)?;
        }
        if let (Some(why), Some(followed)) = (&one.why, &explanation.followed) {
            let rows = counted(to_usize(followed.rows), "row");
            writeln!(self.output)?;
            writeln!(self.output, "why {}: {rows} of {}", spell_controls(why), spell_controls(&followed.table))?;
            self.end(explanation, &followed.end)?;
        }
        Ok(())
    }

    fn branch(&mut self, branch: &Branch, depth: usize) -> Result<(), Failure> {
        let mut before: Option<&Stage> = None;
        for stage in &branch.stages {
            let (shown, silent) = legs(stage);
            for input in shown {
                let margin = " ".repeat(self.margin());
                writeln!(self.output, "{margin}{}╭ {}", "│ ".repeat(depth), input.role)?;
                self.branch(input, depth + 1)?;
            }
            if silent > 0 {
                let margin = " ".repeat(self.margin());
                writeln!(self.output, "{margin}{}╭ {} without rows", "│ ".repeat(depth), counted(silent, "more leg"))?;
            }
            self.stage(stage, before, depth)?;
            before = Some(stage);
        }
        Ok(())
    }

    /// The width of what stands before a stage's text.
    fn margin(&self) -> usize {
        self.number_width + 14 + if self.has_followed { 10 } else { 0 }
    }

    fn stage(&mut self, stage: &Stage, before: Option<&Stage>, depth: usize) -> Result<(), Failure> {
        let number = self.numbers.get(&stage.id).copied().unwrap_or_default();
        let rows = stage.rows.map_or_else(|| "-".to_owned(), figures);
        let followed = match self.has_followed {
            true => format!("{:>9} ", stage.followed.map_or_else(|| "-".to_owned(), figures)),
            false => String::new(),
        };
        let bars = "│ ".repeat(depth);
        let is_first = before.is_none() && stage.inputs.is_empty();
        let pipe = if is_first { "" } else { "| " };
        let tail = tail(stage, before);
        let room = self.width.saturating_sub(self.margin() + depth * 2 + 2 + tail.chars().count() + 2).max(24);
        let text = cut(&spell_controls(&stage.text), room);
        let line = format!("{number:>0$} {rows:>12} {followed}{bars}{pipe}{text}", self.number_width);
        writeln!(self.output, "{line}{}{tail}", if tail.is_empty() { "" } else { "  " })?;
        let room = self.width.saturating_sub(self.margin() + depth * 2 + 2).max(24);
        match self.shows.columns {
            true => self.under(depth, 1, &listed(&stage.columns, usize::MAX))?,
            false => self.under(depth, 1, &cut(&columns(stage, before), room))?,
        }
        for note in &stage.notes {
            self.under(depth, 1, &spell_controls(note))?;
        }
        if !stage.misses.is_empty() {
            self.under(depth, 1, "nearest to passing:")?;
            self.misses(depth, &stage.misses, stage)?;
        }
        Ok(())
    }

    fn misses(&mut self, depth: usize, misses: &[Miss], stage: &Stage) -> Result<(), Failure> {
        for miss in misses {
            let many =
                if miss.rows > 1 { format!(" ({})", counted(to_usize(miss.rows), "row")) } else { String::new() };
            self.under(depth, 2, &format!("{}{many}", identity(miss)))?;
            for condition in &miss.stopped {
                let word = if condition.is_later { "next: " } else { "" };
                let found = stopped(condition, CONDITION_CHARS);
                self.under(depth, 3, &format!("{word}{found}"))?;
            }
        }
        debug_assert!(stage.rows.is_some(), "a stage that was not run has dropped nothing");
        Ok(())
    }

    fn under(&mut self, depth: usize, level: usize, text: &str) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        let margin = " ".repeat(self.margin());
        writeln!(self.output, "{margin}{}{}{text}", "│ ".repeat(depth), "  ".repeat(level))?;
        Ok(())
    }

    fn plan(&mut self, plan: &Plan) -> Result<(), Failure> {
        writeln!(self.output)?;
        if let Some((time, rows)) = plan.whole {
            writeln!(self.output, "the whole query: {} in {}", counted(to_usize(rows), "row"), duration(time))?;
        }
        for scan in &plan.scans {
            let count = counted(scan.columns.len(), "column");
            let columns = cut(&scan.columns.join(", "), self.width * 2);
            writeln!(self.output, "read of {}: {count}: {}", spell_controls(&scan.table), spell_controls(&columns))?;
            for filter in &scan.filters {
                writeln!(self.output, "  storage sees the filter {}", cut(&spell_controls(filter), self.width * 2))?;
            }
        }
        for (name, count) in plan.metrics.iter().filter(|(_, count)| *count > 0) {
            writeln!(self.output, "  {}: {}", spell_controls(name), figures(*count))?;
        }
        if self.shows.plan {
            writeln!(
                self.output,
                "\nlogical plan:\n{}\n\nphysical plan:\n{}",
                tamed(&plan.logical),
                tamed(&plan.physical)
            )?;
        }
        Ok(())
    }

    fn end(&mut self, explanation: &Explanation, end: &End) -> Result<(), Failure> {
        let number = |stage: usize| self.numbers.get(&stage).copied().unwrap_or_default();
        match end {
            End::NotThere => writeln!(self.output, "  there is no such row")?,
            End::CameOut(rows) => {
                let rows = counted(to_usize(*rows), "row");
                writeln!(self.output, "  came out: {rows} of the result are, or were made of, such rows")?;
            }
            End::LostAt(stage) => writeln!(
                self.output,
                "  cannot be followed behind stage {}, whose rows do not tell which rows they were made of",
                number(*stage)
            )?,
            End::DroppedAt(stage) => {
                let text = find(explanation, *stage).map(|stage| cut(&spell_controls(&stage.text), self.width));
                writeln!(
                    self.output,
                    "  stage {} dropped the last of them: {}",
                    number(*stage),
                    text.unwrap_or_default()
                )?;
            }
        }
        let mut dropping = vec![];
        all_stages(explanation).into_iter().filter(|stage| !stage.followed_misses.is_empty()).for_each(|stage| {
            dropping.push(stage);
        });
        for stage in dropping {
            let number = self.numbers.get(&stage.id).copied().unwrap_or_default();
            let text = cut(&spell_controls(&stage.text), self.width.saturating_sub(24));
            writeln!(self.output, "  dropped at stage {number}, {text}")?;
            for miss in &stage.followed_misses {
                let many =
                    if miss.rows > 1 { format!(" ({})", counted(to_usize(miss.rows), "row")) } else { String::new() };
                writeln!(self.output, "    {}{many}", identity(miss))?;
                for condition in miss.stopped.iter().filter(|condition| !condition.is_later) {
                    writeln!(self.output, "      {}", stopped(condition, CONDITION_CHARS))?;
                }
            }
        }
        Ok(())
    }
}

/// The pipes that are drawn before a stage, and how many are left out: of many, those that never had a row.
pub(crate) fn legs(stage: &Stage) -> (Vec<&Branch>, usize) {
    let had_rows =
        |branch: &&Branch| branch.stages.iter().any(|stage| stage.rows != Some(0) || !stage.inputs.is_empty());
    if stage.inputs.len() <= LEGS_MAX {
        return (stage.inputs.iter().collect(), 0);
    }
    let shown: Vec<&Branch> = stage.inputs.iter().filter(had_rows).collect();
    let silent = stage.inputs.len() - shown.len();
    (shown, silent)
}

/// Every stage, in the order in which a reader meets them.
pub(crate) fn all_stages(explanation: &Explanation) -> Vec<&Stage> {
    fn walk<'e>(branch: &'e Branch, into: &mut Vec<&'e Stage>) {
        for stage in &branch.stages {
            stage.inputs.iter().for_each(|input| walk(input, into));
            into.push(stage);
        }
    }
    let mut stages = vec![];
    explanation.shared.iter().chain(&explanation.results).for_each(|branch| walk(branch, &mut stages));
    stages
}

fn find(explanation: &Explanation, id: usize) -> Option<&Stage> {
    all_stages(explanation).into_iter().find(|stage| stage.id == id)
}

/// What stands behind a stage: how many rows it dropped, and its time.
fn tail(stage: &Stage, before: Option<&Stage>) -> String {
    let mut parts = vec![];
    if let (Some(rows), Some(Some(before))) = (stage.rows, before.map(|before| before.rows))
        && rows < before
        && stage.operator != "summarize"
    {
        let all = if rows == 0 { "all " } else { "" };
        parts.push(format!("drops {all}{}", figures(before - rows)));
    }
    if let Some(time) = stage.time {
        parts.push(duration(time));
    }
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
}

/// The columns of a source as a count; of a stage those that are new or changed, and how many are gone.
fn columns(stage: &Stage, before: Option<&Stage>) -> String {
    let Some(before) = before else { return counted(stage.columns.len(), "column") };
    let new: Schema = stage.columns.iter().filter(|column| !before.columns.contains(column)).cloned().collect();
    let is_there = |column: &&Column| stage.columns.iter().any(|kept| kept.name == column.name);
    let gone = before.columns.iter().filter(|column| !is_there(column)).count();
    let mut parts = vec![];
    if !new.is_empty() {
        parts.push(format!("+ {}", listed(&new, COLUMNS_MAX)));
    }
    if gone > 0 {
        parts.push(format!("- {}", counted(gone, "column")));
    }
    parts.join("   ")
}

fn listed(columns: &Schema, max: usize) -> String {
    let shown = columns.iter().take(max).map(|column| format!("{}: {}", spell_controls(&column.name), column.ty));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if columns.len() > max {
        text.push_str(&format!(", and {} more", columns.len() - max));
    }
    text
}

/// `12,345`.
pub(crate) fn figures(count: u64) -> String {
    let counted = counted(to_usize(count), "row");
    counted.split(' ').next().unwrap_or_default().to_owned()
}

fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

pub(crate) fn duration(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..10_000 => format!("{:.1} ms", micros as f64 / 1_000.0),
        micros @ 10_000..10_000_000 => format!("{} ms", micros / 1_000),
        micros => format!("{:.1} s", micros as f64 / 1_000_000.0),
    }
}

/// Lines of a plan with nothing that a terminal would obey.
fn tamed(plan: &str) -> String {
    plan.trim_end().lines().map(|line| format!("  {}", spell_controls(line))).collect::<Vec<_>>().join("\n")
}
