//! `decimal`: 34 significant digits and a power of ten, as IEEE 754's decimal128 has them.
//!
//! A decimal is held as a number that sorts as it does: the first digit's power of ten, then the digits, negative for a negative one. Equal
//! decimals are one number, so comparing, grouping and sorting need no decimal arithmetic, and 128 bits hold it. Decimal128 has room for powers from
//! -6143 to 6144; here they go from -5555 to 5555, so that the number stays below 10^38, which columns of 128 bits promise.
//! There is no infinity and no NaN: what does not fit is none, and smaller than the smallest is zero.
//!
//! Source: learn.microsoft.com/kusto/query/scalar-data-types/decimal; rounding is IEEE 754's, half to even.

mod arithmetic;
mod text;

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal {
    code: i128,
}

/// Significant digits.
const DIGITS: u32 = 34;

/// The least number of so many digits: 10^33.
const LEAST: u128 = 10_u128.pow(DIGITS - 1);

/// The first number of more digits: 10^34.
const LIMIT: u128 = 10 * LEAST;

/// How many coefficients share a power of ten.
const SPAN: u128 = LIMIT - LEAST;

/// The greatest power of ten of a first digit, and the least, negated.
const POWER_MAX: i32 = 5555;

/// A decimal taken apart: `coefficient` times 10^`exponent`, negative or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    negative: bool,
    /// 34 digits, or zero.
    coefficient: u128,
    /// The power of ten of the last digit.
    exponent: i32,
}

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self { code: 0 };

    /// The number that stands for it: it sorts as the decimal does, and its negation is the decimal's.
    pub const fn code(self) -> i128 {
        self.code
    }

    /// The decimal that a number from [`Decimal::code`] stands for.
    pub const fn from_code(code: i128) -> Self {
        Self { code }
    }

    /// The decimal nearest to `coefficient` times 10^`exponent`, half to even; `is_more` says that digits follow that are not all zero.
    ///
    /// With `is_more` the coefficient has more than 34 digits, or the answer could not be told. None: too large.
    fn rounded(negative: bool, coefficient: u128, is_more: bool, exponent: i32) -> Option<Self> {
        if coefficient == 0 {
            return Some(Self::ZERO);
        }
        let digits = coefficient.ilog10() + 1;
        let (mut coefficient, mut exponent) = if digits <= DIGITS {
            let missing = DIGITS - digits;
            (coefficient * 10_u128.pow(missing), exponent.checked_sub_unsigned(missing)?)
        } else {
            let surplus = digits - DIGITS;
            let unit = 10_u128.pow(surplus);
            let (kept, dropped) = (coefficient / unit, coefficient % unit);
            let half = unit / 2;
            let rounds_up = dropped > half || (dropped == half && (is_more || kept % 2 == 1));
            (kept + u128::from(rounds_up), exponent.checked_add_unsigned(surplus)?)
        };
        if coefficient == LIMIT {
            coefficient = LEAST;
            exponent += 1;
        }
        Self::assembled(Parts { negative, coefficient, exponent })
    }

    /// A coefficient of 34 digits with its exponent; none when it is too large, zero when it is too small.
    fn assembled(parts: Parts) -> Option<Self> {
        let power = i64::from(parts.exponent) + i64::from(DIGITS) - 1;
        if power > i64::from(POWER_MAX) {
            return None;
        }
        let Ok(step) = u128::try_from(power + i64::from(POWER_MAX)) else { return Some(Self::ZERO) };
        let size = i128::try_from(1 + step * SPAN + (parts.coefficient - LEAST)).ok()?;
        Some(Self { code: if parts.negative { -size } else { size } })
    }

    fn parts(self) -> Parts {
        let Some(size) = self.code.unsigned_abs().checked_sub(1) else {
            return Parts { negative: false, coefficient: 0, exponent: 0 };
        };
        let power = i32::try_from(size / SPAN).unwrap_or(i32::MAX / 2) - POWER_MAX;
        Parts {
            negative: self.code < 0,
            coefficient: LEAST + size % SPAN,
            exponent: power - (DIGITS.cast_signed() - 1),
        }
    }
}

impl From<i64> for Decimal {
    /// A long has 19 digits at most: exact.
    fn from(value: i64) -> Self {
        Self::rounded(value < 0, u128::from(value.unsigned_abs()), false, 0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    #[test]
    fn codes_sort_as_the_numbers_and_negate_as_they_do() {
        let sorted = ["-1e5555", "-12.5", "-1", "-0.001", "-1e-5555", "0", "1e-5555", "0.5", "0.51", "5", "10", "9e40"];
        let codes: Vec<i128> = sorted.iter().map(|text| decimal(text).code()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        assert_eq!(decimal("-12.5").code(), -decimal("12.5").code());
        assert_eq!(decimal("1.50"), decimal("15e-1"));
    }

    /// Columns of 128-bit decimals hold numbers below 10^38.
    #[test]
    fn the_largest_code_is_below_the_limit_of_a_column() {
        let largest = decimal("9.999999999999999999999999999999999e5555").code();
        assert!(largest < 10_i128.pow(38), "{largest}");
        assert_eq!(Decimal::parse("1e5556"), None);
        assert_eq!(Decimal::parse("1e-5556"), Some(Decimal::ZERO));
    }

    #[test]
    fn a_code_is_taken_apart_as_it_was_put_together() {
        for text in ["1", "-9.999999999999999999999999999999999", "123456789012345678901234567890.1234", "1e-100"] {
            let value = decimal(text);
            assert_eq!(Decimal::assembled(value.parts()), Some(value), "{text}");
        }
    }

    #[test]
    fn longs_are_exact() {
        for value in [0, 1, -1, i64::MAX, i64::MIN] {
            assert_eq!(Decimal::from(value).to_string(), value.to_string());
            assert_eq!(Decimal::from(value).to_long(), value);
        }
    }
}
