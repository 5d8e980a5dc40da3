//! `activity_metrics`: for each window, its ids beside those of the window before: new ones, kept ones, lost ones.
use std::collections::HashSet;

use crate::functions::plugin_prelude::*;
use crate::functions::timeline::{self, MOMENT, STEP, TIMES, Timeline, Windows, by_window, count, share};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "activity_metrics",
        summary: "Compares the ids of each time window with those of the window before: new, retained and lost ones.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("Window", STEP),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/activity-metrics-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End"], &["Window"])?;
    let values = [
        ("dcount_values", Type::Long),
        ("dcount_newvalues", Type::Long),
        ("retention_rate", Type::Real),
        ("churn_rate", Type::Real),
    ];
    Ok(timeline::schema(call, &values))
}

/// - Shape: a row per slice and window that has events, by slice, then by time.
/// - Nulls: after a window without ids, and for the first one, the rates are not numbers.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let windows = Windows::of(given, "Window", start)?;
    let timeline = Timeline::of(given, (start, end))?;
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let mut before: (Option<i64>, HashSet<usize>) = (None, HashSet::new());
        for (window, events) in by_window(events, windows) {
            let ids: HashSet<usize> = events.iter().map(|event| event.id).collect();
            if before.0 != Some(window) {
                before.1.clear();
            }
            let kept = ids.intersection(&before.1).count();
            let had = before.1.len();
            let values = vec![count(ids.len()), count(ids.len() - kept), share(kept, had), share(had - kept, had)];
            rows.push((slice, vec![window], values));
            before = (windows.beside(window, 1), ids);
        }
    }
    timeline.answer(given.schema, rows)
}
