//! `sliding_window_counts`: for each bin, how many events there were in a longer window that ends with it, and of how many ids.
use std::collections::BTreeSet;

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::Tally;
use crate::functions::timeline::{self, LENGTH, MOMENT, TIMES, Timeline, Windows, by_window, count, length};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "sliding_window_counts",
        summary: "Counts events and ids in a window that slides over a timeline, bin by bin.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("LookbackWindow", LENGTH),
            takes("Bin", LENGTH),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/sliding-window-counts-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End"], &["LookbackWindow", "Bin"])?;
    Ok(timeline::schema(call, &[("Count", Type::Long), ("dcount", Type::Long)]))
}

/// - Shape: a row per slice and bin from start to end whose window has events, by slice, then by time.
/// - The window is the bin and those before it, as many as fit into the look back; for the first bins it reaches before the start.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let (look_back, bin) = (length(given, "LookbackWindow")?, length(given, "Bin")?);
    let bins = (look_back / bin).max(1);
    let windows = Windows::Length(start, bin);
    let Some(from) = windows.beside(start, 1 - bins) else { return exec_err!("the look back is too long") };
    let timeline = Timeline::of(given, (from, end))?;
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let by_bin = by_window(events, windows);
        let shown = shown(by_bin.keys().copied(), windows, bins, (start, end))?;
        let (mut ids, mut events) = (Tally::default(), 0_usize);
        let mut coming = by_bin.iter().peekable();
        let mut going = by_bin.iter().peekable();
        for at in shown {
            while let Some((_, some)) = coming.next_if(|(window, _)| **window <= at) {
                events += some.len();
                some.iter().for_each(|event| ids.add(event.id));
            }
            let oldest = windows.beside(at, 1 - bins).unwrap_or(i64::MIN);
            while let Some((_, some)) = going.next_if(|(window, _)| **window < oldest) {
                events -= some.len();
                some.iter().for_each(|event| ids.remove(&event.id));
            }
            rows.push((slice, vec![at], vec![count(events), count(ids.len())]));
        }
    }
    timeline.answer(given.schema, rows)
}

/// Bins that one slice may show.
const BINS_MAX: usize = 1_000_000;

/// The bins from start to end whose window has events.
fn shown(
    events: impl Iterator<Item = i64>,
    windows: Windows,
    bins: i64,
    (start, end): (i64, i64),
) -> Result<BTreeSet<i64>> {
    let mut shown = BTreeSet::new();
    for window in events {
        // From the last bin backwards: at one that is shown already, the window before has shown the rest.
        let last = windows.beside(window, bins - 1).filter(|last| *last <= end).or(windows.around(end));
        let mut at = last.unwrap_or(window);
        while at >= start.max(window) && shown.insert(at) {
            if shown.len() > BINS_MAX {
                return exec_err!("the window slides over more than {BINS_MAX} bins");
            }
            at = windows.beside(at, -1).unwrap_or(i64::MIN);
        }
    }
    Ok(shown)
}
