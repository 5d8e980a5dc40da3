//! Text of dates, times and spans → ticks of 100 ns.
//!
//! In: text as logs and exports write it. Out: ticks since 0001-01-01 UTC, or ticks of a span; none when the text is neither. A time without
//! offset is UTC, as in Kusto.

/// Ticks of a second.
pub(super) const SECOND: i64 = 10_000_000;
/// Ticks of a day.
pub(super) const DAY: i64 = 86_400 * SECOND;
/// Ticks from 0001-01-01 to 1970-01-01.
pub(super) const UNIX_EPOCH: i64 = 719_162 * DAY;
/// The last tick of 9999-12-31.
const TICKS_MAX: i64 = 3_155_378_975_999_999_999;

/// Ticks of a datetime as text: ISO 8601 with a blank or `T`, or the two ways in which Microsoft's portals write it in CSV.
pub(crate) fn datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    iso(text).or_else(|| portal(text)).filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Ticks of an ISO 8601 datetime only: what a column must hold throughout to be taken for datetimes.
pub(super) fn iso_datetime(text: &str) -> Option<i64> {
    iso(text.trim()).filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Does the text say which offset its time has?
pub(super) fn has_offset(text: &str) -> bool {
    let clock = text.get(10..).unwrap_or_default();
    clock.ends_with(['Z', 'z']) || clock.contains(['+', '-'])
}

/// Ticks of seconds since 1970 as decimal text (`1517336042.279652`): exact, where a double would lose the last digits.
pub(crate) fn epoch_seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, fraction_ticks(fraction)?),
        None => (text, 0),
    };
    let is_negative = whole.starts_with('-');
    let seconds = whole.parse::<i64>().ok()?.checked_mul(SECOND)?;
    let ticks = if is_negative { seconds.checked_sub(fraction)? } else { seconds.checked_add(fraction)? };
    ticks.checked_add(UNIX_EPOCH).filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Ticks of microseconds since 1970.
pub(super) fn unix_microseconds(count: i64) -> Option<i64> {
    count.checked_mul(SECOND / 1_000_000)?.checked_add(UNIX_EPOCH).filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Ticks of a span as Kusto writes it: `[-][d.]hh:mm[:ss[.fffffff]]`, or a number of days.
pub(super) fn timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let Some((first, rest)) = text.split_once(':') else {
        return digits(text)?.checked_mul(DAY)?.checked_mul(sign);
    };
    let (days, hours) = match first.split_once('.') {
        Some((days, hours)) => (digits(days)?, digits(hours)?),
        None => (0, digits(first)?),
    };
    let (minutes, seconds) = match rest.split_once(':') {
        Some((minutes, seconds)) => (digits(minutes)?, seconds_ticks(seconds)?),
        None => (digits(rest)?, 0),
    };
    (hours < 24 && minutes < 60).then_some(())?;
    let clock = (hours * 60 + minutes) * 60 * SECOND + seconds;
    days.checked_mul(DAY)?.checked_add(clock)?.checked_mul(sign)
}

fn iso(text: &str) -> Option<i64> {
    let year = digits(text.get(0..4)?)?;
    let month = digits(text.get(5..7)?)?;
    let day = digits(text.get(8..10)?)?;
    (text.get(4..5)? == "-" && text.get(7..8)? == "-").then_some(())?;
    let date = date_ticks(year, month, day)?;
    let clock = text.get(10..)?;
    if clock.is_empty() {
        return Some(date);
    }
    let clock = clock.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = split_offset(clock)?;
    date.checked_add(clock_ticks(clock)?)?.checked_sub(offset)
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fffffff`, of a day.
pub(super) fn clock_ticks(text: &str) -> Option<i64> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = match rest.split_once(':') {
        Some((minutes, seconds)) => (minutes, seconds_ticks(seconds)?),
        None => (rest, 0),
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes) * 60 * SECOND + seconds)
}

/// The clock and the ticks of its offset: `Z`, `+02:00`, `+0200`, `+02`, or none, which is UTC.
pub(super) fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let (clock, offset) = (text.get(..at)?, text.get(at + 1..)?);
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (digits(hours)?, digits(minutes)?),
        None if offset.len() == 4 => (digits(offset.get(..2)?)?, digits(offset.get(2..)?)?),
        None => (digits(offset)?, 0),
    };
    (hours <= 14 && minutes < 60).then_some(())?;
    let ticks = (hours * 60 + minutes) * 60 * SECOND;
    Some((clock.trim_end(), if text.get(at..=at) == Some("-") { -ticks } else { ticks }))
}

/// `Jun 9, 2023 10:12:13 AM` (Defender's portal) and `6/9/2023, 10:12:13.123 AM` (Log Analytics): both UTC, the second month first.
fn portal(text: &str) -> Option<i64> {
    let (rest, noon) = match text.strip_suffix("AM") {
        Some(rest) => (rest, 0),
        None => (text.strip_suffix("PM")?, 12),
    };
    let (date, clock) = rest.trim_end().rsplit_once(' ')?;
    let (hours, rest) = clock.split_once(':')?;
    let hours = digits(hours)?;
    (1..=12).contains(&hours).then_some(())?;
    let clock = clock_ticks(&format!("{}:{rest}", hours % 12 + noon))?;
    let date = date.trim_end_matches(',').trim_end();
    let (year, month, day) = match date.split_once('/') {
        Some((month, rest)) => {
            let (day, year) = rest.split_once('/')?;
            (digits(year)?, digits(month)?, digits(day)?)
        }
        None => {
            let (month_day, year) = date.split_once(", ")?;
            let (month, day) = month_day.split_once(' ')?;
            let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
            (digits(year)?, i64::try_from(month).ok()? + 1, digits(day)?)
        }
    };
    date_ticks(year, month, day)?.checked_add(clock)
}

pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Ticks of midnight, by counting days from 0001-01-01 in the Gregorian calendar.
pub(super) fn date_ticks(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap { 29 } else { 28 };
    let month_days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month_idx = usize::try_from(month - 1).ok()?;
    ((1..=9999).contains(&year) && (1..=*month_days.get(month_idx)?).contains(&day)).then_some(())?;
    let before = year - 1;
    let year_days = before * 365 + before / 4 - before / 100 + before / 400;
    let days = year_days + month_days.iter().take(month_idx).sum::<i64>() + day - 1;
    Some(days * DAY)
}

/// `ss` or `ss.fffffff`; more digits are cut off.
fn seconds_ticks(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, fraction_ticks(fraction)?),
        None => (text, 0),
    };
    let seconds = digits(whole)?;
    (seconds < 60).then_some(seconds * SECOND + fraction)
}

/// Ticks of the digits after the point of a second.
fn fraction_ticks(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let kept = text.get(..text.len().min(7))?;
    let scale = 10_i64.pow(7 - u32::try_from(kept.len()).ok()?);
    if kept.is_empty() { Some(0) } else { Some(kept.parse::<i64>().ok()? * scale) }
}

/// A whole number without sign, of at most nine digits.
pub(super) fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected ticks are .NET's `DateTime.Ticks`: 621355968000000000 is 1970-01-01 (documented constant `DateTime.UnixEpoch`),
    /// 3155378975999999999 is `DateTime.MaxValue`; the others are those plus seconds × 10⁷ counted from the Unix time of the same instant.
    #[test]
    fn datetimes() {
        let at = |text: &str, ticks: i64| assert_eq!(datetime(text), Some(ticks), "{text}");
        at("1970-01-01", 621_355_968_000_000_000);
        at("0001-01-01T00:00:00Z", 0);
        at("9999-12-31T23:59:59.9999999Z", 3_155_378_975_999_999_999);
        // 2021-08-02T13:11:39Z is Unix time 1627909899.
        at("2021-08-02T13:11:39.7724491Z", 621_355_968_000_000_000 + 1_627_909_899 * SECOND + 7_724_491);
        at("2021-08-02 13:11:39", 621_355_968_000_000_000 + 1_627_909_899 * SECOND);
        at("2021-08-02T15:11:39+02:00", 621_355_968_000_000_000 + 1_627_909_899 * SECOND);
        at("2021-08-02T08:41:39-0430", 621_355_968_000_000_000 + 1_627_909_899 * SECOND);
        at("Aug 2, 2021 1:11:39 PM", 621_355_968_000_000_000 + 1_627_909_899 * SECOND);
        at("8/2/2021, 1:11:39.500 PM", 621_355_968_000_000_000 + 1_627_909_899 * SECOND + 5_000_000);
        at("8/2/2021, 12:11:39 AM", 621_355_968_000_000_000 + (1_627_909_899 - 13 * 3600) * SECOND);
        at("2024-02-29", 621_355_968_000_000_000 + 1_709_164_800 * SECOND);
    }

    #[test]
    fn what_is_no_datetime() {
        for text in [
            "",
            "2021",
            "2021-13-01",
            "2023-02-29",
            "2021-08-02T25:00:00",
            "2021-08-02x",
            "13/2/2021, 1:00 PM",
            "ünïcödé-text",
        ] {
            assert_eq!(datetime(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_since_1970_keep_every_digit() {
        assert_eq!(epoch_seconds("0"), Some(UNIX_EPOCH));
        assert_eq!(epoch_seconds("1517336042.279652"), Some(UNIX_EPOCH + 15_173_360_422_796_520));
        assert_eq!(epoch_seconds("-1.5"), Some(UNIX_EPOCH - 15_000_000));
        assert_eq!(epoch_seconds("1.x"), None);
        assert_eq!(epoch_seconds("99999999999999999999"), None);
    }

    #[test]
    fn timespans() {
        assert_eq!(timespan("00:00:01"), Some(SECOND));
        assert_eq!(timespan("-1.02:03:04.5"), Some(-(DAY + ((2 * 60 + 3) * 60 + 4) * SECOND + 5_000_000)));
        assert_eq!(timespan("2"), Some(2 * DAY));
        assert_eq!(timespan("24:00:00"), None);
    }
}
