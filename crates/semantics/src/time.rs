//! Datetimes and timespans: text ↔ ticks ↔ calendar.
//!
//! A tick is 100 ns. A datetime counts ticks since 0001-01-01T00:00:00Z of the proleptic Gregorian calendar and ends with the year 9999;
//! a timespan is any number of ticks. Everything is UTC. Pure: knows no clock and no time zone but the offset in a text.
//!
//! Source: learn.microsoft.com/kusto/query/scalar-data-types/datetime and …/timespan.

mod parse;

pub use parse::{parse_datetime, parse_timespan};

/// Ticks of a microsecond.
pub const TICKS_PER_MICROSECOND: i64 = 10;
/// Ticks of a millisecond.
pub const TICKS_PER_MILLISECOND: i64 = 10_000;
/// Ticks of a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of a minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks of an hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks of a day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// The last datetime, 9999-12-31T23:59:59.9999999Z.
pub const DATETIME_MAX: i64 = 3_155_378_975_999_999_999;
/// Ticks of 1970-01-01T00:00:00Z.
pub const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// A moment as the calendar has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Civil {
    /// 1 to 9999.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
    /// Ticks within the second, 0 to 9,999,999.
    pub tick: i64,
}

impl Civil {
    /// The calendar's view of a datetime.
    pub fn from_ticks(ticks: i64) -> Self {
        let days = ticks.div_euclid(TICKS_PER_DAY);
        let rest = ticks.rem_euclid(TICKS_PER_DAY);
        let (year, month, day) = date_of_day(days);
        Self {
            year,
            month,
            day,
            hour: rest / TICKS_PER_HOUR,
            minute: rest / TICKS_PER_MINUTE % 60,
            second: rest / TICKS_PER_SECOND % 60,
            tick: rest % TICKS_PER_SECOND,
        }
    }

    /// The datetime, or none when a field is out of its range (there is no 30 February).
    pub fn to_ticks(self) -> Option<i64> {
        let fits = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second)
            && (0..TICKS_PER_SECOND).contains(&self.tick);
        fits.then(|| {
            day_of_date(self.year, self.month, self.day) * TICKS_PER_DAY
                + self.hour * TICKS_PER_HOUR
                + self.minute * TICKS_PER_MINUTE
                + self.second * TICKS_PER_SECOND
                + self.tick
        })
    }
}

/// Does the year have a 29 February?
pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The length of a month, 1 to 12.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 0001-01-01 to a date. Counts years from March, so that the leap day is the last of its year.
pub fn day_of_date(year: i64, month: i64, day: i64) -> i64 {
    let from_march = (month + 9) % 12;
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 306
}

/// The date that is so many days after 0001-01-01: year, month, day. The inverse of [`day_of_date`].
pub fn date_of_day(days: i64) -> (i64, i64, i64) {
    let days = days + 306;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The day of the week: 0 is Sunday.
pub fn weekday(ticks: i64) -> i64 {
    (ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
}

/// `2024-01-31T10:20:30.1234567Z`: always seven digits and a Z.
pub fn format_datetime(ticks: i64) -> String {
    let Civil { year, month, day, hour, minute, second, tick } = Civil::from_ticks(ticks);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{tick:07}Z")
}

/// `[-][d.]hh:mm:ss[.fffffff]`: days and fraction only when there are some.
pub fn format_timespan(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let magnitude = ticks.unsigned_abs();
    let per = |unit: i64| unit.unsigned_abs();
    let days = magnitude / per(TICKS_PER_DAY);
    let hours = magnitude / per(TICKS_PER_HOUR) % 24;
    let minutes = magnitude / per(TICKS_PER_MINUTE) % 60;
    let seconds = magnitude / per(TICKS_PER_SECOND) % 60;
    let fraction = magnitude % per(TICKS_PER_SECOND);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let fraction = if fraction > 0 { format!(".{fraction:07}") } else { String::new() };
    format!("{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_agrees_with_known_days() {
        // .NET documents these constants: DateTime.UnixEpoch.Ticks and DateTime.MaxValue.Ticks.
        assert_eq!(day_of_date(1970, 1, 1) * TICKS_PER_DAY, UNIX_EPOCH);
        assert_eq!(day_of_date(1, 1, 1), 0);
        assert_eq!((day_of_date(9999, 12, 31) + 1) * TICKS_PER_DAY - 1, DATETIME_MAX);
        // 2024-02-29 was a Thursday.
        assert_eq!(weekday(day_of_date(2024, 2, 29) * TICKS_PER_DAY), 4);
    }

    #[test]
    fn day_and_date_are_inverse() {
        for days in (0..3_652_059).step_by(97) {
            let (year, month, day) = date_of_day(days);
            assert_eq!(day_of_date(year, month, day), days);
            assert!((1..=days_in_month(year, month)).contains(&day));
        }
    }

    #[test]
    fn prints_as_kusto_prints() {
        assert_eq!(format_datetime(0), "0001-01-01T00:00:00.0000000Z");
        assert_eq!(format_datetime(DATETIME_MAX), "9999-12-31T23:59:59.9999999Z");
        assert_eq!(format_timespan(90_061 * TICKS_PER_SECOND), "1.01:01:01");
        assert_eq!(format_timespan(-30 * TICKS_PER_MINUTE), "-00:30:00");
        assert_eq!(format_timespan(15_000_000), "00:00:01.5000000");
        assert_eq!(format_timespan(i64::MIN), "-10675199.02:48:05.4775808");
    }
}
