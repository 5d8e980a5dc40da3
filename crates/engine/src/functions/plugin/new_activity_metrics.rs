//! `new_activity_metrics`: the ids that were new in a window, and how many of them came again in each later one.
use std::collections::{BTreeMap, HashSet};

use arrow::array::Array;
use arrow::compute::concat;

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::Groups;
use crate::functions::timeline::{self, MOMENT, STEP, TIMES, Timeline, Windows, by_window, count, share};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "new_activity_metrics",
        summary: "Follows the ids that were new in a time window through all later ones.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("Window", STEP),
            takes("Cohort", MOMENT).optional(),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
            takes("Lookback", PluginAccepts::Table).optional(),
        ],
        source: "https://learn.microsoft.com/kusto/query/new-activity-metrics-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// Rows of one answer: windows by windows.
const ROWS_MAX: usize = 5_000_000;

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End", "Cohort"], &["Window"])?;
    if let Some((id, _)) = call.schema_of(&["IdColumn"]).first().zip(call.inputs.get(1)) {
        match call.table().iter().find(|column| column.name == id.name) {
            Some(column) if column.ty == id.ty => {}
            _ => return Err(format!("the table of Lookback needs a column `{}` that is a {}", id.name, id.ty)),
        }
    }
    let times = call.schema_of(&["TimelineColumn"]);
    let times = times
        .iter()
        .flat_map(|column| ["from", "to"].map(|word| Column::new(format!("{word}_{}", column.name), column.ty)));
    let values = [
        ("dcount_new_values", Type::Long),
        ("dcount_retained_values", Type::Long),
        ("dcount_churn_values", Type::Long),
        ("retention_rate", Type::Real),
        ("churn_rate", Type::Real),
    ];
    let values = values.map(|(name, ty)| Column::new(name, ty));
    Ok(times.chain(call.schema_of(&["Dimension"])).chain(values).collect())
}

/// - Shape: a row per slice, window with new ids, and window from there to the end, in this order.
/// - Ids of the look back are new in no window.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let windows = Windows::of(given, "Window", start)?;
    let cohort = given.constant("Cohort").map(|_| given.whole("Cohort")).transpose()?;
    let cohort = cohort.and_then(|cohort| windows.around(cohort));
    let all = windows.between(start, end)?;
    let timeline = Timeline::of(given, (start, end))?;
    let old = looked_back(given)?;
    let nobody = HashSet::new();
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let ids: BTreeMap<i64, HashSet<usize>> = by_window(events, windows)
            .into_iter()
            .map(|(window, events)| (window, events.iter().map(|event| event.id).collect()))
            .collect();
        let mut known = old.clone();
        for (at, from) in all.iter().enumerate() {
            let new: HashSet<usize> = ids.get(from).unwrap_or(&nobody).difference(&known).copied().collect();
            known.extend(&new);
            if new.is_empty() || cohort.is_some_and(|cohort| cohort != *from) {
                continue;
            }
            for to in all.iter().skip(at) {
                let there = ids.get(to).unwrap_or(&nobody);
                let kept = new.intersection(there).count();
                let unknown = if to == from { new.len() } else { there.difference(&known).count() };
                let counts = [unknown, kept, new.len() - kept].map(count);
                let rates = [share(kept, new.len()), share(new.len() - kept, new.len())];
                rows.push((slice, vec![*from, *to], counts.into_iter().chain(rates).collect()));
            }
            if rows.len() > ROWS_MAX {
                return exec_err!("`new_activity_metrics` makes more than {ROWS_MAX} rows");
            }
        }
    }
    timeline.answer(given.schema, rows)
}

/// The numbers of the ids that stand in the table of the look back, in its column of the same name.
fn looked_back(given: &Given<'_>) -> Result<HashSet<usize>> {
    let (_, own) = given.column(0, "IdColumn")?;
    let name = given.places("IdColumn").first().and_then(|place| given.schemas.first()?.get(*place));
    let place = given
        .schemas
        .get(1)
        .and_then(|table| table.iter().position(|column| Some(&column.name) == name.map(|id| &id.name)));
    let Some(place) = place else { return Ok(HashSet::new()) };
    let (_, other) = given.at(1, place)?;
    let numbers = Groups::by(std::slice::from_ref(&own), own.len())?.of_row;
    let both = Groups::by(&[concat(&[own.as_ref(), other.as_ref()])?], own.len() + other.len())?.of_row;
    let (own, other) = both.split_at(own.len().min(both.len()));
    let other: HashSet<&usize> = other.iter().collect();
    Ok(own.iter().zip(numbers).filter(|(both, _)| other.contains(both)).map(|(_, number)| number).collect())
}
