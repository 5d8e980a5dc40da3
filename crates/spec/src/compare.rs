//! What the engine gave against what the block says.
//!
//! In: a question, its expected block, the engine's reply. Out: nothing, or the complaint that a person reads.

use crate::document::{Expected, Kind};
use crate::{Answer, Failure, Question, order, table};

/// Complains when a block cannot be compared with anything: a test that is not yet right must not pass by that.
pub(crate) fn well_formed(expected: &Expected) -> Result<(), String> {
    match expected.kind {
        Kind::Table => table::read(&expected.text).map(drop),
        Kind::Error | Kind::Plan if expected.text.trim().is_empty() => {
            Err("the block is empty: fill it in, or run with SPEC_UPDATE=1".into())
        }
        Kind::Error | Kind::Plan => Ok(()),
    }
}

/// Complains when the reply is not what the block says; the block is well formed.
pub(crate) fn compare(question: &Question, expected: &Expected, reply: Result<Answer, Failure>) -> Result<(), String> {
    match expected.kind {
        Kind::Table => {
            let wanted = table::read(&expected.text)?;
            let got = reply.map_err(|failure| format!("expected rows, the query failed:\n{}", failure.text))?;
            same_rows(&wanted, &got, order::is_ordered(&question.query))
                .map_err(|why| format!("{why}\n\nexpected:\n{}\ngot:\n{}", table::print(&wanted), table::print(&got)))
        }
        Kind::Error => match reply {
            Ok(answer) => Err(format!("expected an error, got rows:\n{}", table::print(&answer))),
            Err(failure) => holds_lines(&expected.text, &failure.text),
        },
        Kind::Plan => {
            let got =
                plan_text(&reply.map_err(|failure| format!("expected a plan, the query failed:\n{}", failure.text))?);
            if trimmed(&expected.text) == trimmed(&got) {
                Ok(())
            } else {
                Err(format!("the plan differs\n\nexpected:\n{}\ngot:\n{got}", expected.text))
            }
        }
    }
}

/// The lines of a plan: each row's cells, one after another.
pub(crate) fn plan_text(answer: &Answer) -> String {
    answer.rows.iter().flatten().map(|line| format!("{line}\n")).collect()
}

fn trimmed(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn holds_lines(wanted: &str, got: &str) -> Result<(), String> {
    match wanted.lines().map(str::trim).find(|line| !got.contains(line)) {
        None => Ok(()),
        Some(line) => Err(format!("the diagnostic lacks `{line}`:\n{got}")),
    }
}

fn same_rows(wanted: &Answer, got: &Answer, is_ordered: bool) -> Result<(), String> {
    if wanted.columns != got.columns {
        return Err("the columns differ".into());
    }
    if wanted.rows.len() != got.rows.len() {
        return Err(format!("expected {} rows, got {}", wanted.rows.len(), got.rows.len()));
    }
    let mut left: Vec<&Vec<String>> = got.rows.iter().collect();
    for (at, row) in wanted.rows.iter().enumerate() {
        // In order, only the next row may match; in a multiset, any that is left.
        let choices = if is_ordered { 1 } else { left.len() };
        let found = left.iter().take(choices).position(|candidate| same_row(&wanted.columns, row, candidate));
        match found {
            Some(at) => drop(left.remove(at)),
            None if is_ordered => return Err(format!("row {} differs (the query gives an order)", at + 1)),
            None => return Err(format!("row {} is not in the answer", at + 1)),
        }
    }
    Ok(())
}

fn same_row(columns: &[(String, String)], wanted: &[String], got: &[String]) -> bool {
    wanted.len() == got.len()
        && columns.iter().zip(wanted.iter().zip(got)).all(|((_, ty), (wanted, got))| same_cell(ty, wanted, got))
}

fn same_cell(ty: &str, wanted: &str, got: &str) -> bool {
    if wanted == got {
        return true;
    }
    match ty {
        "real" => match wanted.strip_suffix('…') {
            Some(digits) => !digits.is_empty() && got.starts_with(digits),
            // Numbers are equal when they are the same double, however they are printed.
            None => matches!((wanted.parse::<f64>(), got.parse::<f64>()), (Ok(wanted), Ok(got)) if wanted == got),
        },
        "datetime" | "timespan" => without_zeros(wanted) == without_zeros(got),
        _ => false,
    }
}

/// A time without the trailing zeros of its fraction, and without `Z`.
fn without_zeros(time: &str) -> &str {
    let time = time.strip_suffix('Z').unwrap_or(time);
    if time.contains('.') && time.contains(':') { time.trim_end_matches('0').trim_end_matches('.') } else { time }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(ty: &str, cells: &[&str]) -> Answer {
        let rows = cells.iter().map(|cell| vec![(*cell).to_owned()]).collect();
        Answer { columns: vec![("x".into(), ty.into())], rows }
    }

    #[test]
    fn order_counts_only_where_there_is_one() {
        let (wanted, got) = (answer("long", &["1", "2", "2"]), answer("long", &["2", "1", "2"]));
        assert_eq!(same_rows(&wanted, &got, false), Ok(()));
        assert!(same_rows(&wanted, &got, true).is_err());
        assert!(same_rows(&wanted, &answer("long", &["1", "1", "2"]), false).is_err());
    }

    #[test]
    fn types_and_names_of_columns_count() {
        assert!(same_rows(&answer("long", &["1"]), &answer("int", &["1"]), false).is_err());
    }

    #[test]
    fn numbers_and_times_compare_as_what_they_are() {
        assert!(same_cell("real", "1", "1.0"));
        assert!(same_cell("real", "1e3", "1000"));
        assert!(same_cell("real", "0.9092…", "0.9092974268256817"));
        assert!(!same_cell("real", "0.9092", "0.9092974268256817"));
        assert!(!same_cell("string", "1", "1.0"));
        assert!(!same_cell("real", "null", "0"));
        assert!(same_cell("datetime", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0000000Z"));
        assert!(!same_cell("datetime", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0000001Z"));
        assert!(same_cell("timespan", "00:00:01.5", "00:00:01.5000000"));
        assert!(!same_cell("timespan", "10:00:00", "1:00:00"));
    }
}
