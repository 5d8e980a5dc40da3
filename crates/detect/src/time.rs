//! Datetimes and durations as packs write them ↔ ticks.
//!
//! A tick is 100 ns; a datetime counts ticks since 0001-01-01, in the proleptic Gregorian calendar, as Kusto does.

/// Ticks of a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;

const SECONDS_PER_DAY: i64 = 86_400;

/// Reads `2026-03-02T12:00:00Z`, with at most seven digits of fraction; `Z` may be left out, other offsets are not read.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let (date, time) = text.trim().strip_suffix('Z').unwrap_or(text.trim()).split_once(['T', ' '])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let is_real = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !is_real || fraction.is_empty() || fraction.len() > 7 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ticks: i64 = format!("{fraction:0<7}").parse().ok()?;
    let days = days_before_year(year) + (1..month).map(|month| days_of_month(year, month)).sum::<i64>() + day - 1;
    Some((days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + ticks)
}

/// Prints a datetime as Kusto does: `2026-03-02T12:00:00.0000000Z`.
pub fn print_datetime(ticks: i64) -> String {
    let (seconds, fraction) = (ticks.div_euclid(TICKS_PER_SECOND), ticks.rem_euclid(TICKS_PER_SECOND));
    let (mut days, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    // 365.2425 days a year, so the guess is the year or one off.
    let mut year = days * 400 / 146_097 + 1;
    while days_before_year(year) > days {
        year -= 1;
    }
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    days -= days_before_year(year);
    let mut month = 1;
    while days >= days_of_month(year, month) {
        days -= days_of_month(year, month);
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{fraction:07}Z", days + 1)
}

/// Prints a timespan as Kusto does: `1.02:03:04.5000000`, without the fraction when it is zero and without the days when they are.
pub fn print_timespan(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let (seconds, fraction) = (ticks / TICKS_PER_SECOND.unsigned_abs(), ticks % TICKS_PER_SECOND.unsigned_abs());
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}."),
    };
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:07}") };
    format!("{sign}{days}{:02}:{:02}:{:02}{fraction}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

/// Reads a rule's duration, `5m`, `12h`, `1d` or ISO 8601 (`PT5M`, `P1D`, `P1DT12H`), as seconds.
pub fn parse_duration(text: &str) -> Option<i64> {
    if let Some(iso) = text.strip_prefix('P') {
        let (days, time) = iso.split_once('T').unwrap_or((iso, ""));
        if iso.is_empty() || iso.ends_with('T') {
            return None;
        }
        return parts(days, &[('D', 86_400)])?.checked_add(parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?);
    }
    match text.is_empty() {
        true => None,
        false => parts(text, &[('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)]),
    }
}

/// Sums numbers with units, each unit at most once and in that order; nothing is zero.
fn parts(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let (mut rest, mut sum) = (text, 0_i64);
    for (unit, seconds) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            sum = sum.checked_add(number.parse::<i64>().ok()?.checked_mul(*seconds)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}

fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut read = |width: usize| {
        let part = parts.next()?;
        (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let numbers = [read(widths[0])?, read(widths[1])?, read(widths[2])?];
    parts.next().is_none().then_some(numbers)
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn days_before_year(year: i64) -> i64 {
    let years = year - 1;
    years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 621355968000000000 is .NET's `DateTime.UnixEpoch.Ticks`, documented; .NET counts as Kusto does.
    #[test]
    fn the_unix_epoch_is_where_dotnet_says() {
        assert_eq!(parse_datetime("1970-01-01T00:00:00Z"), Some(621_355_968_000_000_000));
        assert_eq!(parse_datetime("0001-01-01T00:00:00Z"), Some(0));
    }

    #[test]
    fn datetimes_come_back() {
        for text in [
            "0001-01-01T00:00:00.0000000Z",
            "1900-02-28T23:59:59.9999999Z",
            "2000-02-29T12:30:00.0000001Z",
            "2024-12-31T23:59:59.0000000Z",
            "2025-01-01T00:00:00.0000000Z",
            "9999-12-31T23:59:59.9999999Z",
        ] {
            assert_eq!(parse_datetime(text).map(print_datetime).as_deref(), Some(text));
        }
        assert_eq!(parse_datetime("2026-03-02 12:00:00.5"), parse_datetime("2026-03-02T12:00:00.5000000Z"));
    }

    #[test]
    fn what_is_no_datetime_is_not_read() {
        for text in [
            "",
            "2026-03-02",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T12:00:00+01:00",
        ] {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_short_or_iso() {
        for (text, seconds) in [
            ("5m", Some(300)),
            ("1d", Some(86_400)),
            ("1d12h", Some(129_600)),
            ("PT5M", Some(300)),
            ("P14D", Some(1_209_600)),
            ("P1DT12H", Some(129_600)),
            ("PT1H", Some(3600)),
            ("", None),
            ("P", None),
            ("PT", None),
            ("5", None),
            ("5 m", None),
            ("-5m", None),
            ("1h1d", None),
        ] {
            assert_eq!(parse_duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn timespans_print_as_kusto_does() {
        assert_eq!(print_timespan(0), "00:00:00");
        assert_eq!(print_timespan(864_000_000_000 + 15_000_000), "1.00:00:01.5000000");
        assert_eq!(print_timespan(-10_000_000), "-00:00:01");
    }
}
