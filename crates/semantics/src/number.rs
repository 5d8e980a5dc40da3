//! How Kusto writes a real as text: `1.0`, `0.1`, `1E+15`, `1E-05`, `NaN`, `Infinity`.
//!
//! The shortest digits that read back as the same double, scientific from 10^15 up and below 10^-4, as .NET writes them;
//! a number that would look whole gets `.0`, so that it stays a real when read again.

/// Writes a real as `tostring` does.
pub fn format_real(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..15).contains(&exponent) && value != 0.0 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}E{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

/// The canonical text of a decimal literal: sign, digits, fraction without needless zeros; none when it is not a number.
pub fn canonical_decimal(text: &str) -> Option<String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || exponent.abs() > DECIMAL_EXPONENT_MAX {
        return None;
    }
    // Where the point stands, counted from the left of `digits`.
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (whole, fraction) = if point <= 0 {
        let zeros = usize::try_from(-point).ok()?;
        ("0".to_owned(), format!("{}{digits}", "0".repeat(zeros)))
    } else {
        let point = usize::try_from(point).ok()?;
        match digits.split_at_checked(point) {
            Some((whole, fraction)) => (whole.to_owned(), fraction.to_owned()),
            None => (format!("{digits}{}", "0".repeat(point - digits.len())), String::new()),
        }
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// A decimal of 34 digits needs no more; a longer exponent only costs zeros.
const DECIMAL_EXPONENT_MAX: i32 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// .NET's `double.ToString("R")`, and Kusto's `.0` on whole numbers.
    #[test]
    fn writes_reals_as_kusto() {
        let cases = [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.0, "0.0"),
            (1e15, "1E+15"),
            (123_456_789_012_345.0, "123456789012345.0"),
            (6.213_559_68e17, "6.21355968E+17"),
            (0.0001, "0.0001"),
            (0.00001, "1E-05"),
            (1e300, "1E+300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, expect) in cases {
            assert_eq!(format_real(value), expect);
        }
    }

    #[test]
    fn decimals_have_one_spelling() {
        let cases =
            [("1.50", "1.5"), ("-0.0", "0"), ("007", "7"), ("1e3", "1000"), ("12.5e-3", "0.0125"), (".5", "0.5")];
        for (text, expect) in cases {
            assert_eq!(canonical_decimal(text).as_deref(), Some(expect));
        }
        assert_eq!(canonical_decimal("1,5"), None);
        assert_eq!(canonical_decimal(""), None);
    }
}
