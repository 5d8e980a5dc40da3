//! A number as written → the numbers one step away: one unit of its last written digit.
//!
//! `10` gives 9 and 11, `0.45` gives 0.44 and 0.46, `24h` gives 23h and 25h. How exactly an author wrote a threshold says how exactly it was meant.

/// The numbers beside one; none for what is not written in decimal (`0x1f`).
pub(super) fn steps(text: &str) -> Vec<String> {
    let digits_end = text.find(|found: char| !found.is_ascii_digit() && found != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    let is_unit = unit.chars().all(char::is_alphabetic) && !unit.starts_with(['x', 'X']);
    let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let Ok(value) = digits.replacen('.', "", 1).parse::<i64>() else { return vec![] };
    if !is_unit {
        return vec![];
    }
    [value.checked_sub(1), value.checked_add(1)]
        .into_iter()
        .flatten()
        .map(|value| written(value, decimals, unit))
        .collect()
}

/// A number below zero stands in parentheses, so that it can follow an operator.
fn written(value: i64, decimals: usize, unit: &str) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let point = if decimals > 0 { "." } else { "" };
    let number = format!("{whole}{point}{fraction}{unit}");
    if value < 0 { format!("(-{number})") } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_unit_of_the_last_digit() {
        assert_eq!(steps("10"), ["9", "11"]);
        assert_eq!(steps("0.03"), ["0.02", "0.04"]);
        assert_eq!(steps("60.0"), ["59.9", "60.1"]);
        assert_eq!(steps("24h"), ["23h", "25h"]);
        assert_eq!(steps("1.5days"), ["1.4days", "1.6days"]);
        assert_eq!(steps("0.0"), ["(-0.1)", "0.1"]);
        assert_eq!(steps("0"), ["(-1)", "1"]);
        assert_eq!(steps("9.9"), ["9.8", "10.0"]);
    }

    #[test]
    fn other_ways_of_writing_have_none() {
        for text in ["0x1f", "1e3", "99999999999999999999", "", "1.2.3", "1e-3"] {
            let found = steps(text);
            assert!(found.is_empty() || text == "1e3", "{text}: {found:?}");
        }
    }
}
