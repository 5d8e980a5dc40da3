//! `activity_counts_metrics`: for each window, how many events there were, of how many ids, and how many of those were new.
use std::collections::HashSet;

use crate::functions::plugin_prelude::*;
use crate::functions::timeline::{self, MOMENT, STEP, TIMES, Timeline, Windows, by_window, count};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "activity_counts_metrics",
        summary: "Counts events and ids per time window, and the ids that no window before had.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("Step", STEP),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/activity-counts-metrics-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End"], &["Step"])?;
    let values = ["count", "dcount", "new_dcount", "aggregated_dcount"].map(|name| (name, Type::Long));
    Ok(timeline::schema(call, &values))
}

/// - Shape: a row per slice and window that has events, by slice, then by time; the time is the window's beginning.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let windows = Windows::of(given, "Step", start)?;
    let timeline = Timeline::of(given, (start, end))?;
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let mut known: HashSet<usize> = HashSet::new();
        for (window, events) in by_window(events, windows) {
            let ids: HashSet<usize> = events.iter().map(|event| event.id).collect();
            let before = known.len();
            known.extend(&ids);
            let counts = [events.len(), ids.len(), known.len() - before, known.len()];
            rows.push((slice, vec![window], counts.map(count).to_vec()));
        }
    }
    timeline.answer(given.schema, rows)
}
