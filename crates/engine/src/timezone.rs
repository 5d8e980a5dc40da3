//! Local times and UTC, by the names of the IANA time zone database.
//!
//! In: ticks and the name of a zone. Out: ticks; `None` for a zone that is not known and where the calendar of the years 1 to 9999 ends.
//!
//! Source: the pages of `datetime_local_to_utc` and `datetime_utc_to_local`. A local time that a change to summer time skips is taken with the
//! time that is valid after it, as the page's example shows. One that occurs twice is taken as the earlier, which is our choice.

mod names;

use arrow::array::ArrayRef;
use arrow::array::timezone::Tz;
use chrono::{DateTime, Days, LocalResult, NaiveDateTime, Offset, TimeZone};
use datafusion::common::Result;
use semantics::time::{DATETIME_MAX, TICKS_PER_SECOND, UNIX_EPOCH};

use crate::functions::{Args, Strings};

pub(crate) use names::names;

/// What the functions answer that convert a time by the zone that the second argument names; null when there is no such zone.
pub(crate) fn converted(args: &Args, convert: fn(i64, Tz) -> Option<i64>) -> Result<ArrayRef> {
    let (time, name) = (args.longs(0)?, args.strings(1)?);
    // A name is looked up once when it is the same for all rows.
    let constant = if let Strings::One(name) = &name { Some(zone(name)) } else { None };
    args.make_longs(|row| {
        let zone = constant.unwrap_or_else(|| zone(name.get(row)))?;
        convert(time.get(row)?, zone)
    })
}

/// The zone of that name.
fn zone(name: &str) -> Option<Tz> {
    // An offset (`+02:00`) is no name of a zone, though Arrow reads one.
    if name.starts_with(['+', '-']) { None } else { name.parse().ok() }
}

/// The local time of a moment.
pub(crate) fn to_local(ticks: i64, zone: Tz) -> Option<i64> {
    let offset = zone.offset_from_utc_datetime(&civil(ticks)?);
    within(ticks.checked_add(seconds(&offset) * TICKS_PER_SECOND)?)
}

/// The moment of a local time.
pub(crate) fn to_utc(ticks: i64, zone: Tz) -> Option<i64> {
    let local = civil(ticks)?;
    let offset = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) => offset,
        LocalResult::Ambiguous(earlier, _) => earlier,
        // No change skips more than a day.
        LocalResult::None => zone.offset_from_local_datetime(&local.checked_add_days(Days::new(1))?).earliest()?,
    };
    within(ticks.checked_sub(seconds(&offset) * TICKS_PER_SECOND)?)
}

fn seconds(offset: &impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc())
}

fn civil(ticks: i64) -> Option<NaiveDateTime> {
    let since_epoch = ticks.checked_sub(UNIX_EPOCH)?;
    Some(DateTime::from_timestamp(since_epoch.div_euclid(TICKS_PER_SECOND), 0)?.naive_utc())
}

fn within(ticks: i64) -> Option<i64> {
    (0..=DATETIME_MAX).contains(&ticks).then_some(ticks)
}
