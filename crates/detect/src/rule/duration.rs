//! A rule's durations: how often, and how far back.
//!
//! In: the text of `queryFrequency` or `queryPeriod`. Out: seconds. KQL's own timespans are another spelling and another room's.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
