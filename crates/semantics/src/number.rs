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
}
