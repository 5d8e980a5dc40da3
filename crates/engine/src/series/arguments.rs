//! The settings of a decomposition, as the calls of `series_decompose` and its family give them.
//!
//! In: a call's arguments and their places. Out: the options of each row. What is left out has the default of the pages.

use arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err};
use semantics::Type;

use super::decompose::{Options, Trend, decompose};
use super::numbers::{reals, series_json, tuple_json};
use super::outliers::Fence;
use crate::functions::{Args, Longs, Reals, Strings};

/// Where a function of the family has its settings; `None` for one that it does not take.
pub(crate) struct Places {
    /// The period.
    pub(crate) period: usize,
    /// The trend's name.
    pub(crate) trend: usize,
    /// How many points are not learned from.
    pub(crate) test_points: usize,
    /// The least score of a period that is found.
    pub(crate) score: usize,
}

/// The settings of a call.
pub(crate) struct Settings {
    period: Longs,
    trend: Strings,
    test_points: Longs,
    score: Reals,
}

impl Settings {
    /// Reads them; an unknown trend is an error.
    pub(crate) fn new(args: &Args, places: &Places) -> Result<Self> {
        let has = |place: usize| args.len() > place;
        let settings = Self {
            period: if has(places.period) { args.longs(places.period)? } else { Longs::One(Some(-1)) },
            trend: if has(places.trend) { args.strings(places.trend)? } else { Strings::One("avg".to_owned()) },
            test_points: if has(places.test_points) { args.longs(places.test_points)? } else { Longs::One(Some(0)) },
            score: if has(places.score) { args.reals(places.score)? } else { Reals::One(Some(SCORE_MIN)) },
        };
        for row in 0..args.rows() {
            if Trend::from_name(settings.trend.get(row)).is_none() {
                return exec_err!("a trend is `avg`, `linefit` or `none`, found `{}`", settings.trend.get(row));
            }
        }
        Ok(settings)
    }

    /// The options of a row; `None` when one of them is null.
    pub(crate) fn get(&self, row: usize) -> Option<Options> {
        Some(Options {
            period: self.period.get(row)?,
            trend: Trend::from_name(self.trend.get(row))?,
            test_points: usize::try_from(self.test_points.get(row)?).unwrap_or(0),
            score_min: self.score.get(row)?,
        })
    }
}

/// The page's default.
const SCORE_MIN: f64 = 0.6;

/// The columns that a decomposition gives.
pub(crate) const PARTS: &[(&str, Type)] =
    &[("baseline", Type::Dynamic), ("seasonal", Type::Dynamic), ("trend", Type::Dynamic), ("residual", Type::Dynamic)];

/// What the parts of each series are, for the functions that give just these.
pub(crate) fn parts_json(args: &Args, places: &Places) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let settings = Settings::new(args, places)?;
    args.make_json(|row| {
        let parts = decompose(&reals(series.get(row)?)?, settings.get(row)?);
        Some(tuple_json(
            &[&parts.baseline, &parts.seasonal, &parts.trend, &parts.residual].map(|part| series_json(part)),
        ))
    })
}

/// The fence that an argument names; the custom one by default.
pub(crate) fn fence(args: &Args, index: usize) -> Result<Fence> {
    if args.len() <= index {
        return Ok(Fence::Custom);
    }
    let name = args.strings(index)?.get(0).to_owned();
    match Fence::from_name(&name) {
        Some(fence) => Ok(fence),
        None => exec_err!("a fence is `ctukey` or `tukey`, found `{name}`"),
    }
}
