//! `dcount_intersect`: about how many values the first of several sketches saw, the first two, the first three …
use arrow::array::{Array, ArrayRef, AsArray, Int64Array};

use crate::accumulators::{Hll, Mergeable};
use crate::error::mistake;
use crate::functions::plugin_prelude::*;

pub(super) static FUNCTION: Plugin = Plugin {
    info: PluginInfo {
        name: "dcount_intersect",
        summary: "Counts, per row, the values that the first sketch saw, that the first two saw, and so on.",
        parameters: &[
            takes("hll", PluginAccepts::Column(&[Type::Dynamic])),
            takes("hll", PluginAccepts::Column(&[Type::Dynamic])).repeated(),
        ],
        source: "https://learn.microsoft.com/kusto/query/dcount-intersect-plugin",
        columns: PluginColumns::OfCall(columns),
        caution: None,
    },
    evaluate,
};

/// Sketches that may be given: as documented.
const SKETCHES: std::ops::RangeInclusive<usize> = 2..=16;
/// Unions of sketches of one answer: two to the number of sketches for each row.
const UNIONS_MAX: usize = 1 << 20;

/// The input's columns, which the language service keeps, then one per sketch.
fn columns(call: &PluginCall<'_>) -> Result<Schema, String> {
    let count = call.columns("hll").len();
    if !SKETCHES.contains(&count) {
        return Err(format!("`dcount_intersect` takes 2 to 16 sketches, found {count}"));
    }
    let counts = (0..count).map(|at| Column::new(format!("s{at}"), Type::Long));
    Ok(call.input().into_iter().chain(counts).collect())
}

/// - Shape: one row per row.
/// - Nulls: from what is no sketch on, and from one of another accuracy on, the counts of a row are null.
fn evaluate(given: &Given<'_>) -> Result<Made> {
    let places = given.places("hll");
    if given.row_count().saturating_mul(1 << places.len().min(32)) > UNIONS_MAX {
        return mistake(format!("`dcount_intersect` would make more than {UNIONS_MAX} unions of sketches"));
    }
    let sketches = places.iter().map(|place| Ok(given.at(0, *place)?.1)).collect::<Result<Vec<ArrayRef>>>()?;
    let mut counts: Vec<Vec<Option<i64>>> = vec![vec![]; sketches.len()];
    for row in 0..given.row_count() {
        let (mut known, mut least) = (vec![], u64::MAX);
        for (at, (array, counts)) in sketches.iter().zip(&mut counts).enumerate() {
            let text = array.as_string_view_opt().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
            let fits = |sketch: &Hll| known.first().is_none_or(|first: &Hll| first.fits(sketch));
            known.extend(text.and_then(Hll::parse).filter(fits).filter(|_| known.len() == at));
            // What more sketches share is no more than what fewer share; an estimate may say so.
            let shared = (known.len() > at).then(|| Hll::count_shared(&known).min(least));
            least = shared.unwrap_or(least);
            counts.push(shared.and_then(|shared| i64::try_from(shared).ok()));
        }
    }
    let input = (0..given.schema.len() - counts.len()).map(|at| Ok(given.at(0, at)?.1));
    let mut arrays = input.collect::<Result<Vec<ArrayRef>>>()?;
    arrays.extend(counts.into_iter().map(|counts| std::sync::Arc::new(Int64Array::from(counts)) as ArrayRef));
    Ok(Made::of(given.schema, arrays, given.row_count()))
}
