//! Calendar arithmetic on ticks: periods are added to datetimes, counted between them, and found around them.
//!
//! In: ticks since 0001-01-01, UTC. Out: ticks, or `None` where the calendar of the years 1 to 9999 ends. Weeks begin on Sunday, but those
//! that have numbers (ISO 8601) on Monday, as Kusto's do.

use datafusion::common::Result;
use datafusion::logical_expr::Expr;
use semantics::time::{
    Civil, DATETIME_MAX, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE,
    TICKS_PER_SECOND, date_of_day, day_of_date, days_in_month,
};

use crate::error::mistake;
use crate::functions::Args;

/// A period of `datetime_add` and `datetime_diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Period {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" => Self::Week,
            "day" => Self::Day,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "second" => Self::Second,
            "millisecond" => Self::Millisecond,
            "microsecond" => Self::Microsecond,
            "nanosecond" => Self::Nanosecond,
            _ => return None,
        })
    }

    /// Its months, when it is made of months.
    fn months(self) -> Option<i64> {
        match self {
            Self::Year => Some(12),
            Self::Quarter => Some(3),
            Self::Month => Some(1),
            _ => None,
        }
    }

    /// Its ticks, when it always has as many. A nanosecond has less than one.
    fn ticks(self) -> i64 {
        match self {
            Self::Week => 7 * TICKS_PER_DAY,
            Self::Day => TICKS_PER_DAY,
            Self::Hour => TICKS_PER_HOUR,
            Self::Minute => TICKS_PER_MINUTE,
            Self::Second => TICKS_PER_SECOND,
            Self::Millisecond => TICKS_PER_MILLISECOND,
            Self::Microsecond => TICKS_PER_MICROSECOND,
            Self::Year | Self::Quarter | Self::Month | Self::Nanosecond => 1,
        }
    }
}

fn named_period(function: &str, name: &str) -> Result<Period> {
    match Period::from_name(name) {
        Some(period) => Ok(period),
        None => mistake(format!(
            "`{function}` knows no period `{name}`; there are year, quarter, month, week, day, hour, minute, second, millisecond, \
             microsecond and nanosecond"
        )),
    }
}

/// Is a constant the name of a period?
///
/// - Errors: it is not.
pub(crate) fn check_period(function: &str, argument: Option<&Expr>) -> Result<()> {
    match argument {
        Some(Expr::Literal(name, _)) => named_period(function, name.try_as_str().flatten().unwrap_or("")).map(drop),
        _ => Ok(()),
    }
}

/// The period that the first argument names; the binder has made sure that it is the same for every row.
///
/// - Errors: it names none.
pub(crate) fn period_argument(function: &str, args: &Args) -> Result<Period> {
    let name = args.strings(0)?;
    if args.rows() == 0 { Ok(Period::Day) } else { named_period(function, name.get(0)) }
}

/// `amount` periods after a datetime.
pub(crate) fn add(period: Period, amount: i64, ticks: i64) -> Option<i64> {
    let moved = match (period.months(), period) {
        (Some(months), _) => add_months(ticks, amount.checked_mul(months)?)?,
        (None, Period::Nanosecond) => ticks.checked_add(amount / 100)?,
        (None, _) => ticks.checked_add(amount.checked_mul(period.ticks())?)?,
    };
    within_calendar(moved)
}

/// The same day of another month, or its last when it is shorter.
fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let civil = Civil::from_ticks(ticks);
    let month = (civil.year * 12 + civil.month - 1).checked_add(months)?;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = civil.day.min(days_in_month(year, month));
    Civil { year, month, day, ..civil }.to_ticks()
}

/// Which period of its kind a datetime is in, counted from a fixed one: the difference of two is what `datetime_diff` gives.
pub(crate) fn number_of(period: Period, ticks: i64) -> i64 {
    let civil = || Civil::from_ticks(ticks);
    match period {
        Period::Year => civil().year,
        Period::Quarter => civil().year * 4 + (civil().month - 1) / 3,
        Period::Month => civil().year * 12 + civil().month,
        // 0001-01-01 was a Monday; the day before began a week.
        Period::Week => (ticks.div_euclid(TICKS_PER_DAY) + 1).div_euclid(7),
        Period::Nanosecond => ticks.wrapping_mul(100),
        Period::Day | Period::Hour | Period::Minute | Period::Second | Period::Millisecond | Period::Microsecond => {
            ticks.div_euclid(period.ticks())
        }
    }
}

/// When the period of a datetime, or the one `offset` later, begins.
pub(crate) fn start_of(period: Period, ticks: i64, offset: i64) -> Option<i64> {
    within_calendar(start_unbounded(period, ticks, offset)?)
}

/// The last tick of the period of a datetime, or of the one `offset` later.
pub(crate) fn end_of(period: Period, ticks: i64, offset: i64) -> Option<i64> {
    within_calendar(start_unbounded(period, ticks, offset.checked_add(1)?)?.checked_sub(1)?)
}

fn start_unbounded(period: Period, ticks: i64, offset: i64) -> Option<i64> {
    let number = number_of(period, ticks).checked_add(offset)?;
    let day = match period {
        // Farther away there is no calendar, and the arithmetic would overflow.
        _ if offset.unsigned_abs() > (DATETIME_MAX / TICKS_PER_DAY).unsigned_abs() => return None,
        Period::Year => day_of_date(number, 1, 1),
        Period::Quarter => day_of_date(number.div_euclid(4), number.rem_euclid(4) * 3 + 1, 1),
        Period::Month => day_of_date((number - 1).div_euclid(12), (number - 1).rem_euclid(12) + 1, 1),
        Period::Week => number * 7 - 1,
        _ => return number.checked_mul(period.ticks()),
    };
    day.checked_mul(TICKS_PER_DAY)
}

fn within_calendar(ticks: i64) -> Option<i64> {
    (0..=DATETIME_MAX).contains(&ticks).then_some(ticks)
}

/// The day of the year, from 1.
pub(crate) fn day_of_year(ticks: i64) -> i64 {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    let (year, _, _) = date_of_day(day);
    day - day_of_date(year, 1, 1) + 1
}

/// The week by ISO 8601: it begins on Monday, and the one with the year's first Thursday is the first.
pub(crate) fn week_of_year(ticks: i64) -> i64 {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    week_of_middle(day - day.rem_euclid(7) + 3)
}

/// The week as Kusto counted before: it begins on Sunday, and the one with the year's first Wednesday is the first.
pub(crate) fn week_by_wednesday(ticks: i64) -> i64 {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    // 0001-01-01 was a Monday, the second day of its week.
    week_of_middle(day - (day + 1).rem_euclid(7) + 3)
}

/// The number of the week whose middle day that is: a week belongs to the year in which most of it lies.
fn week_of_middle(middle: i64) -> i64 {
    let (year, _, _) = date_of_day(middle);
    (middle - day_of_date(year, 1, 1)) / 7 + 1
}

/// Seconds of a minute as ticks; `None` for what is no second.
pub(crate) fn ticks_of_seconds(seconds: f64) -> Option<i64> {
    let ticks = (seconds * TICKS_PER_SECOND as f64).round();
    (0.0..60.0 * TICKS_PER_SECOND as f64).contains(&ticks).then_some(ticks as i64)
}
