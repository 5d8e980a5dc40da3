//! `session_count`: for each bin, how many sessions began: appearances of an id that had not been there for a while.
use std::collections::{BTreeMap, HashMap};

use crate::functions::plugin_prelude::*;
use crate::functions::timeline::{self, LENGTH, MOMENT, TIMES, Timeline, Windows, count, length};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "session_count",
        summary: "Counts per bin the appearances of ids that were not seen within a look back.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("Bin", LENGTH),
            takes("LookBackWindow", LENGTH),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/session-count-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End"], &["Bin", "LookBackWindow"])?;
    Ok(timeline::schema(call, &[("count_sessions", Type::Long)]))
}

/// - Shape: a row per slice and bin in which a session began, by slice, then by time.
/// - The page's chart, read off its pixels, says the rest: bins are those of `bin()` and do not begin at Start; an id is there still after exactly
///   the look back; and what happens at Start itself is known and not counted (57 sessions in the first bin of the example, not 58).
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let (bin, look_back) = (length(given, "Bin")?, length(given, "LookBackWindow")?);
    let bins = Windows::Length(0, bin);
    let timeline = Timeline::of(given, (start.saturating_sub(look_back), end))?;
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let mut seen: HashMap<usize, i64> = HashMap::new();
        let mut sessions: BTreeMap<i64, usize> = BTreeMap::new();
        for event in events {
            let before = seen.insert(event.id, event.at);
            let is_new = before.is_none_or(|before| event.at.checked_sub(before).is_none_or(|gap| gap > look_back));
            if let Some(bin) = bins.around(event.at).filter(|_| is_new && event.at > start) {
                *sessions.entry(bin).or_default() += 1;
            }
        }
        rows.extend(sessions.into_iter().map(|(bin, sessions)| (slice, vec![bin], vec![count(sessions)])));
    }
    timeline.answer(given.schema, rows)
}
