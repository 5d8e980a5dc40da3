//! Text → ticks, in the spellings that Kusto documents.
//!
//! Datetime: ISO 8601 (with `T` or a space, cut short anywhere after the year, zone optional), RFC 822 (`Sat, 8 Nov 14 15:05:02 GMT`),
//! RFC 850 (`Saturday, 08-Nov-14 15:05:02 GMT`) and month/day/year. Timespan: `[-][d.]hh:mm[:ss[.fffffff]]`, a number with a unit, a bare number of days.
//! Anything else is none, which Kusto shows as null.

use super::{
    Civil, DATETIME_MAX, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
};

/// Reads a datetime; none for text that is not one or is out of range.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    let mut cursor = Cursor { rest: text };
    let civil = cursor.date()?;
    let (time, zone) = cursor.time_and_zone()?;
    let civil = Civil { hour: time.hour, minute: time.minute, second: time.second, tick: time.tick, ..civil };
    let ticks = civil.to_ticks()?.checked_sub(zone)?;
    (0..=DATETIME_MAX).contains(&ticks).then_some(ticks)
}

/// Reads a timespan; none for text that is not one or does not fit.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let magnitude = if text.contains(':') { clock(text)? } else { with_unit(text)? };
    // The most negative timespan has no positive twin, hence the detour over i128.
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// `[d.]hh:mm[:ss[.fffffff]]`.
fn clock(text: &str) -> Option<i128> {
    let (first, rest) = text.split_once(':')?;
    let (days, hours) = match first.split_once('.') {
        Some((days, hours)) => (number(days)?, number(hours)?),
        None => (0, number(first)?),
    };
    let (minutes, seconds) = match rest.split_once(':') {
        Some((minutes, seconds)) => (number(minutes)?, seconds),
        None => (number(rest)?, "0"),
    };
    let (seconds, fraction) = match seconds.split_once('.') {
        Some((seconds, digits)) => (number(seconds)?, fraction(digits)?),
        None => (number(seconds)?, 0),
    };
    // Hours above 23 are days in disguise only when no days were written: `24:00:00` is refused by .NET, so it is here.
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let whole = i128::from(days) * i128::from(TICKS_PER_DAY)
        + i128::from(hours) * i128::from(TICKS_PER_HOUR)
        + i128::from(minutes) * i128::from(TICKS_PER_MINUTE)
        + i128::from(seconds) * i128::from(TICKS_PER_SECOND);
    Some(whole + i128::from(fraction))
}

/// `15 seconds`, `1.5h`, `2`.
fn with_unit(text: &str) -> Option<i128> {
    let end = text.find(|ch: char| !(ch.is_ascii_digit() || ch == '.')).unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(end)?;
    let per_unit = match unit.trim() {
        // Recorded: `totimespan("1.5")` is null.
        "" if amount.contains('.') => return None,
        "" | "d" | "day" | "days" => TICKS_PER_DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => TICKS_PER_HOUR,
        "m" | "min" | "minute" | "minutes" => TICKS_PER_MINUTE,
        "s" | "sec" | "second" | "seconds" => TICKS_PER_SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => TICKS_PER_MILLISECOND,
        "us" | "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => TICKS_PER_MICROSECOND,
        "tick" | "ticks" => 1,
        _ => return None,
    };
    scaled(amount, per_unit)
}

/// A decimal number times a whole one, exactly, cut to whole ticks.
fn scaled(amount: &str, per_unit: i64) -> Option<i128> {
    let (whole, digits) = amount.split_once('.').unwrap_or((amount, ""));
    if whole.is_empty() && digits.is_empty() {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { i128::from(number(whole)?) };
    let digits = digits.get(..18).unwrap_or(digits);
    let part = if digits.is_empty() { 0 } else { i128::from(number(digits)?) };
    let scale = 10_i128.pow(u32::try_from(digits.len()).ok()?);
    Some(whole * i128::from(per_unit) + part * i128::from(per_unit) / scale)
}

/// Digits only, at most what a long holds.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Digits after the point as ticks; more than seven are cut, as Kusto stores no more.
fn fraction(digits: &str) -> Option<i64> {
    let kept = digits.get(..7).unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut ticks = number(kept)?;
    for _ in kept.len()..7 {
        ticks *= 10;
    }
    Some(ticks)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// What is left of a text, read from the front.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn eat(&mut self, ch: char) -> bool {
        match self.rest.strip_prefix(ch) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn digits(&mut self) -> Option<(i64, usize)> {
        let end = self.rest.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        let value = number(digits)?;
        self.rest = rest;
        Some((value, end))
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|ch: char| !ch.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or(("", self.rest));
        self.rest = rest;
        word
    }

    /// A date in any of the spellings.
    fn date(&mut self) -> Option<Civil> {
        if self.rest.starts_with(|ch: char| ch.is_ascii_alphabetic()) {
            let name = self.word().to_ascii_lowercase();
            WEEKDAYS.iter().find(|day| matches(day, &name))?;
            self.eat(',');
            self.blanks();
        }
        let (first, width) = self.digits()?;
        if width == 4 {
            return self.year_first(first);
        }
        if self.eat('/') {
            return self.numbers_after_month(first, '/');
        }
        // `12-02-2022` is month first; `08-Nov-14` has its month as a word.
        let dash = self.eat('-');
        self.blanks();
        if dash && self.rest.starts_with(|ch: char| ch.is_ascii_digit()) {
            return self.numbers_after_month(first, '-');
        }
        let name = self.word().to_ascii_lowercase();
        let month = MONTHS.iter().position(|month| matches(month, &name))?;
        if dash && !self.eat('-') {
            return None;
        }
        self.blanks();
        let year = self.year()?;
        Some(Civil { year, month: i64::try_from(month).ok()? + 1, day: first, ..Civil::default() })
    }

    /// `-01-31`, `-01` or nothing, after the year. The page of `startofweek` has commas: `2025, 6, 14`.
    fn year_first(&mut self, year: i64) -> Option<Civil> {
        let mut civil = Civil { year, month: 1, day: 1, ..Civil::default() };
        let separator = self.rest.chars().next().filter(|ch| matches!(ch, '/' | ',')).unwrap_or('-');
        if self.spaced(separator) {
            civil.month = self.digits()?.0;
            if self.spaced(separator) {
                civil.day = self.digits()?.0;
            }
        }
        Some(civil)
    }

    /// A separator with blanks around it at will, as the page of `sliding_window_counts` writes its dates: `2017 - 08 - 01`.
    fn spaced(&mut self, separator: char) -> bool {
        let before = self.rest;
        self.blanks();
        if self.eat(separator) {
            self.blanks();
            return true;
        }
        self.rest = before;
        false
    }

    /// `25/2024` after a month.
    fn numbers_after_month(&mut self, month: i64, separator: char) -> Option<Civil> {
        let day = self.digits()?.0;
        if !self.eat(separator) {
            return None;
        }
        Some(Civil { year: self.year()?, month, day, ..Civil::default() })
    }

    /// Four digits, or two that mean 1950 to 2049, as .NET reads them.
    fn year(&mut self) -> Option<i64> {
        match self.digits()? {
            (year, 4) => Some(year),
            (year, 2) if year < 50 => Some(2000 + year),
            (year, 2) => Some(1900 + year),
            _ => None,
        }
    }

    /// The rest: nothing, or a time and maybe a zone. Gives the zone's offset in ticks.
    fn time_and_zone(&mut self) -> Option<(Civil, i64)> {
        let mut civil = Civil::default();
        let has_time = self.eat('T') || self.eat('t') || self.rest.starts_with(' ');
        self.blanks();
        if has_time && self.rest.starts_with(|ch: char| ch.is_ascii_digit()) {
            civil = self.time()?;
        }
        self.blanks();
        let zone = self.zone()?;
        self.rest.is_empty().then_some((civil, zone))
    }

    /// `10`, `10:20`, `10:20:30.1234567`, with `AM` or `PM` after it at will.
    fn time(&mut self) -> Option<Civil> {
        let mut civil = Civil { hour: self.digits()?.0, ..Civil::default() };
        if self.eat(':') {
            civil.minute = self.digits()?.0;
            if self.eat(':') {
                civil.second = self.digits()?.0;
                if self.eat('.') || self.eat(',') {
                    let end = self.rest.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(self.rest.len());
                    let (digits, rest) = self.rest.split_at_checked(end)?;
                    civil.tick = fraction(digits)?;
                    self.rest = rest;
                }
            }
        }
        let before = self.rest;
        self.blanks();
        let half = self.word();
        match (half.to_ascii_lowercase().as_str(), civil.hour) {
            ("am", 1..=11) | ("pm", 12) => {}
            ("am", 12) => civil.hour = 0,
            ("pm", 1..=11) => civil.hour += 12,
            ("am" | "pm", _) => return None,
            _ => self.rest = before,
        }
        Some(civil)
    }

    /// `Z`, `GMT`, `UTC`, `+01:00`, `-0530`, or nothing.
    fn zone(&mut self) -> Option<i64> {
        let negative = self.rest.starts_with('-');
        if !self.eat('+') && !self.eat('-') {
            return matches!(self.word().to_ascii_uppercase().as_str(), "" | "Z" | "GMT" | "UTC").then_some(0);
        }
        let (hours, minutes) = match self.digits()? {
            (together, 4) => (together / 100, together % 100),
            (hours, 1 | 2) if self.eat(':') => (hours, self.digits()?.0),
            (hours, 1 | 2) => (hours, 0),
            _ => return None,
        };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let offset = hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE;
        Some(if negative { -offset } else { offset })
    }
}

/// Is this the name or its first three letters?
fn matches(name: &str, text: &str) -> bool {
    text == name || (text.len() == 3 && name.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::super::{format_datetime, format_timespan};
    use super::*;

    fn check_datetime(text: &str, expect: &str) {
        let shown = parse_datetime(text).map_or_else(|| "null".to_owned(), format_datetime);
        assert_eq!(shown, expect, "{text}");
    }

    fn check_timespan(text: &str, expect: &str) {
        let shown = parse_timespan(text).map_or_else(|| "null".to_owned(), format_timespan);
        assert_eq!(shown, expect, "{text}");
    }

    /// The spellings of the datetime page, section "Supported formats".
    #[test]
    fn reads_documented_datetimes() {
        check_datetime("2014-05-25T08:20:03.123456Z", "2014-05-25T08:20:03.1234560Z");
        check_datetime("2014-05-25T08:20", "2014-05-25T08:20:00.0000000Z");
        check_datetime("2014-05-25 08:20:03.123456", "2014-05-25T08:20:03.1234560Z");
        check_datetime("2014-05-25", "2014-05-25T00:00:00.0000000Z");
        check_datetime("2014-11-08 15:55:55+01:00", "2014-11-08T14:55:55.0000000Z");
        check_datetime("Sat, 8 Nov 14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z");
        check_datetime("8 Nov 14 15:05", "2014-11-08T15:05:00.0000000Z");
        check_datetime("Saturday, 08-Nov-14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z");
        check_datetime("08-Nov-14 15:05", "2014-11-08T15:05:00.0000000Z");
        check_datetime("2014-11-08T15:05:25 GMT", "2014-11-08T15:05:25.0000000Z");
        check_datetime("2017 - 08 - 01", "2017-08-01T00:00:00.0000000Z");
        check_datetime("2025, 6, 14", "2025-06-14T00:00:00.0000000Z");
        check_datetime("12/31/2019 11:59:59 PM", "2019-12-31T23:59:59.0000000Z");
    }

    /// 2023 had no 29 February; the datetime page ends the range with the year 9999.
    #[test]
    fn refuses_what_the_calendar_lacks() {
        check_datetime("2023-02-29", "null");
        check_datetime("not a date", "null");
        check_datetime("", "null");
        check_datetime("10000-01-01", "null");
        check_datetime("0001-01-01T00:00:00+01:00", "null");
        check_datetime("2024-01-01 10:00 tomorrow", "null");
    }

    /// The spellings of the timespan page.
    #[test]
    fn reads_documented_timespans() {
        check_timespan("1.02:03:04.1234567", "1.02:03:04.1234567");
        check_timespan("12:30", "12:30:00");
        check_timespan("-00:30:00", "-00:30:00");
        check_timespan("15 seconds", "00:00:15");
        check_timespan("2", "2.00:00:00");
        check_timespan("1d", "1.00:00:00");
        check_timespan("1.5h", "01:30:00");
        check_timespan("100ms", "00:00:00.1000000");
        check_timespan("1tick", "00:00:00.0000001");
        check_timespan("-10675199.02:48:05.4775808", "-10675199.02:48:05.4775808");
        check_timespan("abc", "null");
        check_timespan("25:00:00", "null");
    }
}
