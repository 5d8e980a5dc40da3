//! `active_users_count`: for each bin, how many ids came often enough in the time before one of their appearances.
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::functions::plugin_prelude::*;
use crate::functions::plugins::Tally;
use crate::functions::timeline::{self, LENGTH, MOMENT, STEP, TIMES, Timeline, Windows, count, length};

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "active_users_count",
        summary: "Counts ids per time window that appeared in enough periods of a look back.",
        parameters: &[
            takes("IdColumn", PluginAccepts::Column(&[])),
            takes("TimelineColumn", TIMES),
            takes("Start", MOMENT),
            takes("End", MOMENT),
            takes("LookbackWindow", LENGTH),
            takes("Period", LENGTH),
            takes("ActivePeriodsCount", PluginAccepts::Constant(&[Type::Long, Type::Int])),
            takes("Bin", STEP),
            takes("Dimension", PluginAccepts::Column(&[])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/active-users-count-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    timeline::check(call, &["Start", "End"], &["LookbackWindow", "Period", "Bin"])?;
    Ok(timeline::schema(call, &[("dcount", Type::Long)]))
}

/// - Shape: a row per slice and bin from start to end that has active ids, by slice, then by time.
/// - The look back ends with the appearance and leaves out its own beginning: the documentation's answer counts three days of eight only so.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let (start, end) = (given.whole("Start")?, given.whole("End")?);
    let (look_back, period) = (length(given, "LookbackWindow")?, length(given, "Period")?);
    let wanted = usize::try_from(given.whole("ActivePeriodsCount")?).unwrap_or(0);
    let bins = Windows::of(given, "Bin", start)?;
    let periods = Windows::Length(start, period);
    let timeline = Timeline::of(given, (start.saturating_sub(look_back), end))?;
    let mut rows = vec![];
    for (slice, events) in timeline.slices.iter().enumerate() {
        let mut moments: HashMap<usize, Vec<i64>> = HashMap::new();
        for event in events {
            moments.entry(event.id).or_default().push(event.at);
        }
        let mut active: BTreeMap<i64, HashSet<usize>> = BTreeMap::new();
        for (id, moments) in &moments {
            for bin in active_bins(moments, (start, look_back, wanted), periods, bins) {
                active.entry(bin).or_default().insert(*id);
            }
        }
        rows.extend(active.into_iter().map(|(bin, ids)| (slice, vec![bin], vec![count(ids.len())])));
    }
    timeline.answer(given.schema, rows)
}

/// The bins in which somebody with these appearances, in order, is active.
fn active_bins(
    moments: &[i64],
    (start, look_back, wanted): (i64, i64, usize),
    periods: Windows,
    bins: Windows,
) -> HashSet<i64> {
    let mut active = HashSet::new();
    let mut seen: Tally<Option<i64>> = Tally::default();
    let mut going = moments.iter().peekable();
    for at in moments {
        seen.add(periods.around(*at));
        while let Some(old) = going.next_if(|old| at.checked_sub(**old).is_none_or(|age| age >= look_back)) {
            seen.remove(&periods.around(*old));
        }
        if *at >= start && seen.len() >= wanted {
            active.extend(bins.around(*at));
        }
    }
    active
}
