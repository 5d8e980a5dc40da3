//! Decimals as text and as other numbers.
//!
//! Text is digits with a point from 10^-38 to 10^38, without needless zeros, and scientific beyond, as a real is written there.

use std::fmt;

use super::{DIGITS, Decimal, LEAST, POWER_MAX};

/// Powers of ten of the first digit that are written without an exponent: what SQL's decimals of 38 digits reach.
const PLAIN_POWERS: std::ops::Range<i32> = -38..38;

impl Decimal {
    /// Reads `-12.5`, `.5`, `1e-3`; digits beyond the 34th are rounded. None for what is no number, or too large.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, written_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (mut coefficient, mut is_more, mut has_digits) = (0_u128, false, false);
        // Powers of ten that the digits left out stand for, and that the fraction takes away.
        let mut shift = 0_i64;
        for (digits, is_fraction) in [(whole, false), (fraction, true)] {
            for byte in digits.bytes() {
                let digit = byte.is_ascii_digit().then(|| u128::from(byte - b'0'))?;
                has_digits = true;
                // Two digits more than are kept tell how to round; of the rest only whether they are zero.
                if coefficient < LEAST * 100 {
                    coefficient = coefficient * 10 + digit;
                    shift -= i64::from(is_fraction);
                } else {
                    is_more |= digit != 0;
                    shift += i64::from(!is_fraction);
                }
            }
        }
        if !has_digits {
            return None;
        }
        let exponent = (i64::from(exponent) + shift).clamp(-EXPONENT_READ_MAX, EXPONENT_READ_MAX);
        Self::rounded(negative, coefficient, is_more, i32::try_from(exponent).ok()?)
    }

    /// The decimal with the shortest digits that are this real's: 0.1 is 0.1. None for NaN and the infinities.
    ///
    /// Source: our choice; the pages do not say whether a real is taken by its digits or by its binary value.
    pub fn from_real(value: f64) -> Option<Self> {
        if value.is_finite() { Self::parse(&format!("{value:e}")) } else { None }
    }

    /// The nearest real.
    pub fn to_real(self) -> f64 {
        let parts = self.parts();
        let sign = if parts.negative { "-" } else { "" };
        format!("{sign}{}e{}", parts.coefficient, parts.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Without its fraction; what is too large becomes the largest long, or the least.
    pub fn to_long(self) -> i64 {
        let parts = self.parts();
        let saturated = if parts.negative { i64::MIN } else { i64::MAX };
        let size = if parts.exponent >= 0 {
            // 34 digits before the point are no long, unless there are none.
            if parts.coefficient == 0 { 0 } else { u128::MAX }
        } else {
            10_u128.checked_pow(parts.exponent.unsigned_abs()).map_or(0, |unit| parts.coefficient / unit)
        };
        match i128::try_from(size) {
            Ok(size) => i64::try_from(if parts.negative { -size } else { size }).unwrap_or(saturated),
            Err(_) => saturated,
        }
    }
}

/// Beyond these every number is too large, or zero.
const EXPONENT_READ_MAX: i64 = 1_000_000;

fn written_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = i32::try_from(EXPONENT_READ_MAX).unwrap_or(POWER_MAX);
    Some(
        text.parse::<i32>()
            .map_or(if text.starts_with('-') { -limit } else { limit }, |value| value.clamp(-limit, limit)),
    )
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        if parts.coefficient == 0 {
            return f.write_str("0");
        }
        let sign = if parts.negative { "-" } else { "" };
        let all = parts.coefficient.to_string();
        let digits = all.trim_end_matches('0');
        let power = parts.exponent + (DIGITS.cast_signed() - 1);
        if !PLAIN_POWERS.contains(&power) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let exponent_sign = if power < 0 { '-' } else { '+' };
            return write!(f, "{sign}{first}{point}{rest}E{exponent_sign}{:02}", power.unsigned_abs());
        }
        let Ok(whole) = usize::try_from(power + 1) else {
            let zeros = usize::try_from(-(power + 1)).unwrap_or_default();
            return write!(f, "{sign}0.{:0<zeros$}{digits}", "");
        };
        match digits.split_at_checked(whole) {
            Some(("", fraction)) => write!(f, "{sign}0.{fraction}"),
            Some((whole, "")) => write!(f, "{sign}{whole}"),
            Some((whole, fraction)) => write!(f, "{sign}{whole}.{fraction}"),
            None => write!(f, "{sign}{digits:0<whole$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_has_one_spelling() {
        let cases = [
            ("1.50", "1.5"),
            ("-0.0", "0"),
            ("007", "7"),
            ("1e3", "1000"),
            ("12.5e-3", "0.0125"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-120", "-120"),
            ("1e37", "10000000000000000000000000000000000000"),
            ("1e38", "1E+38"),
            ("-1.25e-100", "-1.25E-100"),
            ("1e-38", "0.00000000000000000000000000000000000001"),
        ];
        for (text, expect) in cases {
            assert_eq!(Decimal::parse(text).map(|value| value.to_string()).as_deref(), Some(expect), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".", "e5", "1e", "1e+", "1,5", "0x10", "nan", "infinity", " 1", "1_000", "٣"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    /// IEEE 754: the 35th digit decides, half to even, unless something follows it.
    #[test]
    fn the_35th_digit_rounds() {
        let cases = [
            ("1.2345678901234567890123456789012345", "1.234567890123456789012345678901234"),
            ("1.2345678901234567890123456789012335", "1.234567890123456789012345678901234"),
            ("1.23456789012345678901234567890123450000000001", "1.234567890123456789012345678901235"),
            ("9.9999999999999999999999999999999999", "10"),
            ("12345678901234567890123456789012345678", "12345678901234567890123456789012350000"),
        ];
        for (text, expect) in cases {
            assert_eq!(Decimal::parse(text).map(|value| value.to_string()).as_deref(), Some(expect), "{text}");
        }
    }

    #[test]
    fn exponents_of_any_length_are_read() {
        assert_eq!(Decimal::parse("1e99999999999999999999"), None);
        assert_eq!(Decimal::parse("1e-99999999999999999999"), Some(Decimal::ZERO));
        assert_eq!(Decimal::parse(&format!("0.{}1e6000", "0".repeat(5999))), Decimal::parse("1"));
        assert_eq!(Decimal::parse(&format!("1{}", "0".repeat(6000))), None);
    }

    #[test]
    fn reals_go_by_their_digits() {
        for value in [0.1, 1e22, -2.5e-300, 123_456.789, f64::MAX, f64::MIN_POSITIVE] {
            assert_eq!(Decimal::from_real(value).map(Decimal::to_real), Some(value));
        }
        assert_eq!(Decimal::from_real(0.1), Decimal::parse("0.1"));
        assert_eq!(Decimal::from_real(f64::NAN), None);
        assert_eq!(Decimal::from_real(f64::INFINITY), None);
    }

    #[test]
    fn longs_lose_the_fraction_and_have_an_end() {
        let cases = [("9.99", 9), ("-9.99", -9), ("0.5", 0), ("1e30", i64::MAX), ("-1e40", i64::MIN), ("1e-60", 0)];
        for (text, expect) in cases {
            assert_eq!(Decimal::parse(text).map(Decimal::to_long), Some(expect), "{text}");
        }
    }
}
