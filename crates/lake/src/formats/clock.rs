//! The times of text logs → ticks of 100 ns: months by name, years left out, epochs in milliseconds.
//!
//! In: text that starts with a time. Out: ticks since 0001-01-01 UTC and what follows. A time without a zone is UTC; a zone that is told by
//! letters other than UTC's is none, because the same letters mean different zones. A time without a year is the last one of that name that
//! is not after the file's last change, give or take a day for clocks and zones.

use super::ticks::{self, DAY, MONTHS, clock_ticks, date_ticks, digits};

/// A time at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp<'t> {
    /// Its ticks; none when it has no year and nothing tells one.
    pub(super) ticks: Option<i64>,
    /// Was the year left out?
    pub(super) is_yearless: bool,
    /// What follows.
    pub(super) rest: &'t str,
}

/// Years back that are tried, so that 29 February finds its year: at most eight lie between two of them.
const YEARS_BACK_MAX: i64 = 8;

/// Years that a word of four digits may be; others are a host's name or a process's number.
const YEARS: std::ops::RangeInclusive<i64> = 1970..=2199;

/// `Mar  2 09:00:00`, `Mar 02 2026 09:00:00.123` or `Mar 02 09:00:00 2026`; RFC 3164 section 4.1.2, and what Cisco and CEF make of it.
pub(super) fn month_first(text: &str, modified: Option<i64>) -> Option<Stamp<'_>> {
    let month = month(text.get(..3)?)?;
    let (day, rest) = word(text.get(3..)?.strip_prefix(' ')?.trim_start_matches(' '))?;
    let day = digits(day.trim_end_matches(','))?;
    let (first, after) = word(rest.trim_start_matches(' '))?;
    let year_of_word = |word: &str| digits(word).filter(|year| word.len() == 4 && YEARS.contains(year));
    let (year, clock, rest) = match year_of_word(first) {
        Some(year) => {
            let (clock, rest) = word(after.trim_start_matches(' '))?;
            (Some(year), clock, rest)
        }
        None => match word(after.trim_start_matches(' ')) {
            Some((last, rest)) if year_of_word(last).is_some() => (year_of_word(last), first, rest),
            _ => (None, first, after),
        },
    };
    let clock = clock_ticks(clock.trim_end_matches(':'))?;
    match year {
        Some(year) => {
            Some(Stamp { ticks: Some(date_ticks(year, month, day)?.checked_add(clock)?), is_yearless: false, rest })
        }
        None => {
            // No year at all has such a day.
            date_ticks(2000, month, day)?;
            let ticks = modified.and_then(|modified| last_before(month, day, clock, modified.checked_add(DAY)?));
            Some(Stamp { ticks, is_yearless: true, rest })
        }
    }
}

/// `2026-03-02T09:00:00.123456+01:00`: RFC 5424 section 6.2.3, up to the next blank.
pub(super) fn iso(text: &str) -> Option<Stamp<'_>> {
    let (first, rest) = word(text)?;
    first.get(10..11).filter(|at| matches!(*at, "T" | "t"))?;
    let ticks = ticks::datetime(first.trim_end_matches(':'))?;
    Some(Stamp { ticks: Some(ticks), is_yearless: false, rest })
}

/// `02/Mar/2026:09:00:00 +0100`, as Apache and the servers after it write it.
pub(super) fn access(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(':')?;
    let mut parts = date.split('/');
    let (day, name, year) = (digits(parts.next()?)?, parts.next()?, digits(parts.next()?)?);
    let (clock, offset) = ticks::split_offset(rest)?;
    date_ticks(year, month(name)?, day)?.checked_add(clock_ticks(clock.trim_end())?)?.checked_sub(offset)
}

/// A time in any of CEF's ways: milliseconds since 1970, months by name with or without year and zone, or ISO 8601.
///
/// Source: the CEF standard, date formats of `rt`, `start` and `end`.
pub(super) fn cef(text: &str, modified: Option<i64>) -> Option<i64> {
    let text = text.trim();
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return epoch(text);
    }
    if let Some(stamp) = month_first(text, modified) {
        let zone = stamp.rest.trim();
        let offset = match zone {
            "" | "UTC" | "GMT" | "Z" => 0,
            _ => ticks::split_offset(&format!("00:00{zone}")).filter(|_| zone.starts_with(['+', '-']))?.1,
        };
        return stamp.ticks?.checked_sub(offset);
    }
    ticks::datetime(text)
}

/// Seconds since 1970 up to ten digits before the point, milliseconds up to thirteen, beyond that microseconds and nanoseconds.
pub(super) fn epoch(text: &str) -> Option<i64> {
    let whole = text.split('.').next().unwrap_or_default().len();
    match whole {
        0..=10 => ticks::epoch_seconds(text),
        11..=13 => ticks::epoch_seconds(&shifted(text, 3)?),
        14..=16 => ticks::epoch_seconds(&shifted(text, 6)?),
        17..=19 => ticks::epoch_seconds(&shifted(text, 9)?),
        _ => None,
    }
}

/// The number with its point moved left; digits after a point that was there already are below what ticks hold.
fn shifted(text: &str, places: usize) -> Option<String> {
    let whole = text.split('.').next()?;
    let at = whole.len().checked_sub(places)?;
    Some(format!("{}.{}", whole.get(..at)?, whole.get(at..)?))
}

/// The last such day and time of a year that is not after the given one.
fn last_before(month: i64, day: i64, clock: i64, latest: i64) -> Option<i64> {
    let newest = year_of(latest)?;
    (newest - YEARS_BACK_MAX..=newest).rev().find_map(|year| {
        let ticks = date_ticks(year, month, day)?.checked_add(clock)?;
        (ticks <= latest).then_some(ticks)
    })
}

fn year_of(ticks: i64) -> Option<i64> {
    // A year has 365.2425 days on average, so that the estimate is at most one too low or too high.
    let estimate = ticks / DAY * 10_000 / 3_652_425 + 1;
    (estimate - 1..=estimate + 1).rev().find(|year| date_ticks(*year, 1, 1).is_some_and(|start| start <= ticks))
}

fn month(name: &str) -> Option<i64> {
    let at = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    i64::try_from(at).ok().map(|at| at + 1)
}

/// What stands before the first blank, and what stands after it.
pub(super) fn word(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    (!first.is_empty()).then_some((first, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<i64> {
        ticks::datetime(text)
    }

    fn found(text: &str, modified: Option<&str>) -> Option<(Option<i64>, bool, String)> {
        let stamp = month_first(text, modified.and_then(at))?;
        Some((stamp.ticks, stamp.is_yearless, stamp.rest.to_owned()))
    }

    #[test]
    fn a_year_that_is_told_counts() {
        let expect = |text: &str, rest: &str| {
            assert_eq!(found(text, None), Some((at("2026-03-02T09:00:00"), false, rest.to_owned())), "{text}");
        };
        expect("Mar  2 2026 09:00:00 fw : x", "fw : x");
        expect("Mar 02 2026 09:00:00: x", "x");
        expect("Mar  2 09:00:00 2026 fw x", "fw x");
    }

    /// The last 2 March before the file changed; a day of grace; 29 February only in a year that has one.
    #[test]
    fn a_year_that_is_not_told_follows_from_the_file() {
        let expect = |text: &str, modified: &str, ticks: &str| {
            assert_eq!(found(text, Some(modified)), Some((at(ticks), true, "h".to_owned())), "{text} {modified}");
        };
        expect("Mar  2 09:00:00 h", "2026-03-02T09:00:01", "2026-03-02T09:00:00");
        expect("Mar  2 09:00:00 h", "2026-03-01T10:00:00", "2026-03-02T09:00:00");
        expect("Mar  2 09:00:00 h", "2026-02-20", "2025-03-02T09:00:00");
        expect("Dec 31 23:59:59 h", "2026-01-01", "2025-12-31T23:59:59");
        expect("Jan  1 00:00:00 h", "2025-12-31T23:59:00", "2026-01-01T00:00:00");
        expect("Feb 29 00:00:00 h", "2026-06-01", "2024-02-29");
        let host = Some((at("2026-03-02T09:00:00"), true, "1234 x".to_owned()));
        assert_eq!(found("Mar  2 09:00:00 1234 x", Some("2026-06-01")), host);
        assert_eq!(found("Mar  2 09:00:00 h", None), Some((None, true, "h".to_owned())));
    }

    #[test]
    fn what_is_no_time() {
        for text in
            ["", "Mar", "Mar 2", "Mar 32 09:00:00 h", "Feb 30 09:00:00 h", "Mar 2 25:00:00 h", "März 2 09:00:00", "é"]
        {
            assert_eq!(found(text, Some("2026-06-01")), None, "{text}");
        }
        assert_eq!(iso("2026-13-02T09:00:00Z h"), None);
        assert_eq!(access("2/Mar/2026"), None);
        assert_eq!(epoch("99999999999999999999"), None);
    }

    /// 2026-03-02T09:00:00Z is Unix time 1772442000.
    #[test]
    fn the_ways_of_cef_and_of_access_logs() {
        for text in [
            "1772442000000",
            "1772442000",
            "Mar 02 2026 09:00:00",
            "Mar 02 2026 09:00:00.000 UTC",
            "Mar 02 2026 10:00:00 +01:00",
            "2026-03-02T09:00:00Z",
        ] {
            assert_eq!(cef(text, None), at("2026-03-02T09:00:00"), "{text}");
        }
        assert_eq!(cef("Mar 02 2026 10:00:00 CET", None), None);
        assert_eq!(access("02/Mar/2026:10:00:00 +0100"), at("2026-03-02T09:00:00"));
        assert_eq!(epoch("1772442000000000001"), at("2026-03-02T09:00:00"));
        assert_eq!(epoch("1772442000.5"), at("2026-03-02T09:00:00.5"));
    }

    /// The first and the last second of a year, and of years around centuries.
    #[test]
    fn years() {
        for year in [1, 4, 100, 400, 1600, 1601, 1900, 1999, 2000, 2024, 2100, 9999] {
            let start = date_ticks(year, 1, 1).expect("a date");
            assert_eq!(year_of(start), Some(year));
            assert_eq!(year_of(start + 364 * DAY), Some(year));
            assert_eq!(
                year_of(start - 1),
                if year == 1 { Some(1).filter(|_| false) } else { Some(year - 1) },
                "{year}"
            );
        }
    }
}
