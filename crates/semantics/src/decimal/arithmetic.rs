//! `+ - * / %` and rounding of decimals: exact, then rounded once to 34 digits, half to even.
//!
//! None is KQL's null: a result that is too large, and division by zero.

use std::cmp::Ordering;

use super::{DIGITS, Decimal, LIMIT, Parts};

impl Decimal {
    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b) = (self.parts(), other.parts());
        if a.coefficient == 0 || b.coefficient == 0 {
            return Some(if a.coefficient == 0 { other } else { self });
        }
        let (large, small) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
        let distance = large.exponent.abs_diff(small.exponent);
        // Three digits of room: two that decide how to round even when the first digit cancels out, and one that says that more follow.
        let (left, right) = (large.coefficient * 1000, at_distance(small.coefficient, distance));
        let (negative, size) = match (large.negative == small.negative, left.cmp(&right)) {
            (true, _) => (large.negative, left + right),
            (false, Ordering::Greater | Ordering::Equal) => (large.negative, left - right),
            (false, Ordering::Less) => (small.negative, right - left),
        };
        Self::rounded(negative, size, false, large.exponent - 3)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The same with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { code: -self.code }
    }

    /// Without its sign.
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self { code: self.code.abs() }
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let (a, b) = (self.parts(), other.parts());
        if a.coefficient == 0 || b.coefficient == 0 {
            return Some(Self::ZERO);
        }
        let (high, low) = product(a.coefficient, b.coefficient);
        // 33 or 34 digits in the upper half; with four of the lower one there is enough to round by, and a bit says whether more follow.
        let unit = 10_u128.pow(DIGITS - 4);
        Self::rounded(
            a.negative != b.negative,
            high * 10_000 + low / unit,
            low % unit != 0,
            a.exponent + b.exponent + (DIGITS.cast_signed() - 4),
        )
    }

    /// The quotient; none by zero.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        let (a, b) = (self.parts(), other.parts());
        if b.coefficient == 0 {
            return None;
        }
        if a.coefficient == 0 {
            return Some(Self::ZERO);
        }
        let (mut quotient, mut rest) = (a.coefficient / b.coefficient, a.coefficient % b.coefficient);
        let mut exponent = a.exponent - b.exponent;
        // Of two coefficients the quotient is above 0.1, so that 36 places are 36 digits at least: two to round by.
        for _ in 0..PLACES / 4 {
            rest *= 10_000;
            quotient = quotient * 10_000 + rest / b.coefficient;
            rest %= b.coefficient;
            exponent -= 4;
        }
        Self::rounded(a.negative != b.negative, quotient, rest != 0, exponent)
    }

    /// What is left of dividing by the other, never negative, as of other numbers in Kusto; none by zero.
    #[must_use]
    pub fn modulo(self, other: Self) -> Option<Self> {
        let (a, b) = (self.parts(), other.parts());
        if b.coefficient == 0 {
            return None;
        }
        let (rest, exponent) = rest(a, b)?;
        let rest = Self::rounded(a.negative, rest, false, exponent)?;
        if rest.code < 0 { rest.plus(other.magnitude()) } else { Some(rest) }
    }

    /// The greatest whole number that is not greater.
    #[must_use]
    pub fn floor(self) -> Option<Self> {
        self.cut(0, |parts, dropped, _| parts.negative && dropped > 0)
    }

    /// The least whole number that is not less.
    #[must_use]
    pub fn ceiling(self) -> Option<Self> {
        self.cut(0, |parts, dropped, _| !parts.negative && dropped > 0)
    }

    /// To so many digits behind the point, halves away from zero; before it when negative.
    #[must_use]
    pub fn round(self, digits: i64) -> Option<Self> {
        self.cut(digits, |_, dropped, unit| dropped >= unit - dropped)
    }

    /// The greatest multiple of `size` that is not greater; none for a size that is not positive.
    #[must_use]
    pub fn bin(self, size: Self) -> Option<Self> {
        if size.code <= 0 { None } else { self.minus(self.modulo(size)?) }
    }

    /// Leaves `digits` behind the point. `goes_up` is told what was cut off, of what unit, and makes the rest larger, sign apart.
    fn cut(self, digits: i64, goes_up: impl Fn(&Parts, u128, u128) -> bool) -> Option<Self> {
        let parts = self.parts();
        // How many of the 34 digits go.
        let surplus = -(i64::from(parts.exponent) + digits.clamp(-DIGITS_CUT_MAX, DIGITS_CUT_MAX));
        if parts.coefficient == 0 || surplus <= 0 {
            return Some(self);
        }
        let surplus = u32::try_from(surplus).ok()?;
        // Further digits than the 34: the number is small beside the unit, and any such unit will do.
        let unit = 10_u128.pow(surplus.min(DIGITS + 1));
        let (kept, dropped) = (parts.coefficient / unit, parts.coefficient % unit);
        let kept = kept + u128::from(goes_up(&parts, dropped, unit));
        Self::rounded(parts.negative, kept, false, parts.exponent.checked_add_unsigned(surplus)?)
    }
}

/// More digits than any decimal has on either side of the point.
const DIGITS_CUT_MAX: i64 = 20_000;

/// Decimal places that a division computes, in steps of four, which 128 bits have room for.
const PLACES: u32 = 36;

/// A coefficient times 1000, moved `distance` digits to the right. The last digit is 1 instead of what followed, when that was not zero.
fn at_distance(coefficient: u128, distance: u32) -> u128 {
    match distance {
        0..=3 => coefficient * 10_u128.pow(3 - distance),
        4..=36 => {
            let unit = 10_u128.pow(distance - 2);
            coefficient / unit * 10 + u128::from(!coefficient.is_multiple_of(unit))
        }
        _ => 1,
    }
}

/// The product of two coefficients as two numbers of 34 digits, by halves of 17 digits.
fn product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = 10_u128.pow(DIGITS / 2);
    let (a_high, a_low, b_high, b_low) = (a / HALF, a % HALF, b / HALF, b % HALF);
    let middle = a_high * b_low + a_low * b_high;
    let low = middle % HALF * HALF + a_low * b_low;
    (a_high * b_high + middle / HALF + low / LIMIT, low % LIMIT)
}

/// What is left of dividing the one by the other, signs apart, with its exponent.
fn rest(a: Parts, b: Parts) -> Option<(u128, i32)> {
    let distance = a.exponent.checked_sub(b.exponent)?;
    if distance >= 0 {
        let mut rest = a.coefficient % b.coefficient;
        // Four digits at a time: powers of ten go to 11110 at most, so this ends.
        let mut left = distance;
        while left > 0 && rest > 0 {
            let step = left.min(4);
            rest = rest * 10_u128.pow(step.unsigned_abs()) % b.coefficient;
            left -= step;
        }
        return Some((rest, b.exponent));
    }
    // The divisor in the dividend's last place. A larger one than the dividend leaves all of it.
    let divisor = 10_u128.checked_pow(distance.unsigned_abs()).and_then(|unit| b.coefficient.checked_mul(unit));
    Some((divisor.map_or(a.coefficient, |divisor| a.coefficient % divisor), a.exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    type Operation = fn(Decimal, Decimal) -> Option<Decimal>;

    fn check(operation: Operation, cases: &[(&str, &str, &str)]) {
        for (a, b, expect) in cases {
            assert_eq!(operation(decimal(a), decimal(b)), Decimal::parse(expect), "{a} and {b}");
        }
    }

    #[test]
    fn sums() {
        check(
            Decimal::plus,
            &[
                ("0.1", "0.2", "0.3"),
                ("1", "-1", "0"),
                ("-5", "0", "-5"),
                ("1e33", "0.4", "1e33"),
                // A tie goes to the even digit, and what follows the tie decides.
                ("1000000000000000000000000000000001", "0.5", "1000000000000000000000000000000002"),
                ("1000000000000000000000000000000000", "0.5", "1000000000000000000000000000000000"),
                (
                    "1000000000000000000000000000000000",
                    "0.5000000000000000000000000000000001",
                    "1000000000000000000000000000000001",
                ),
                // The first digit cancels: 10^33 - 0.04 is 999999999999999999999999999999999.96, which has 35 digits.
                ("1e33", "-0.04", "1e33"),
                ("1e33", "-0.06", "999999999999999999999999999999999.9"),
                ("1e33", "-0.05", "1e33"),
                ("1e33", "-0.0500000000000001", "999999999999999999999999999999999.9"),
                ("1e5000", "1e-5000", "1e5000"),
                ("9e5555", "9e5555", "too large"),
            ],
        );
    }

    #[test]
    fn differences() {
        check(Decimal::minus, &[("5.5", "2.2", "3.3"), ("2.2", "5.5", "-3.3"), ("0", "7", "-7")]);
    }

    /// Products of nines: (10^34 - 1)^2 = 10^68 - 2*10^34 + 1.
    #[test]
    fn products() {
        check(
            Decimal::times,
            &[
                ("1.5", "2", "3"),
                ("-0.1", "0.1", "-0.01"),
                ("0", "-3", "0"),
                (
                    "9999999999999999999999999999999999",
                    "9999999999999999999999999999999999",
                    "9.999999999999999999999999999999998e67",
                ),
                ("3", "1234567890123456789012345678901234", "3703703670370370367037037036703702"),
                // 15000000000000000000000000000000075 has 35 digits; the tie goes to the even one.
                ("1000000000000000000000000000000005", "15", "15000000000000000000000000000000080"),
                ("1e5000", "1e5000", "too large"),
                ("1e-5000", "1e-5000", "0"),
            ],
        );
    }

    #[test]
    fn quotients() {
        check(
            Decimal::over,
            &[
                ("10", "3", "3.333333333333333333333333333333333"),
                ("2", "3", "0.6666666666666666666666666666666667"),
                ("1", "-8", "-0.125"),
                ("0", "5", "0"),
                ("1", "0", "by zero"),
                ("1", "9999999999999999999999999999999999", "1.0000000000000000000000000000000001e-34"),
                ("6.02e23", "2", "3.01e23"),
            ],
        );
    }

    #[test]
    fn remainders() {
        check(
            Decimal::modulo,
            &[
                ("10", "3", "1"),
                ("-10", "3", "2"),
                ("10", "-3", "1"),
                ("5.5", "2", "1.5"),
                ("0.3", "0.1", "0"),
                ("1", "1000", "1"),
                ("1e40", "7", "4"),
                ("7", "0", "by zero"),
            ],
        );
    }

    #[test]
    fn rounding() {
        let cases = [
            ("2.5", 0, "3"),
            ("-2.5", 0, "-3"),
            ("3.14159", 2, "3.14"),
            ("3.145", 2, "3.15"),
            ("149", -2, "100"),
            ("150", -2, "200"),
            ("0.4", 0, "0"),
            ("1e-60", 5, "0"),
            ("7", 100, "7"),
            ("7", -100, "0"),
            ("1e300", 2, "1e300"),
        ];
        for (text, digits, expect) in cases {
            assert_eq!(decimal(text).round(digits), Decimal::parse(expect), "{text} to {digits}");
        }
    }

    #[test]
    fn floors_and_ceilings() {
        for (text, floor, ceiling) in
            [("2.5", "2", "3"), ("-2.5", "-3", "-2"), ("4", "4", "4"), ("1e-50", "0", "1"), ("-1e-50", "-1", "0")]
        {
            assert_eq!(decimal(text).floor(), Decimal::parse(floor), "{text}");
            assert_eq!(decimal(text).ceiling(), Decimal::parse(ceiling), "{text}");
        }
    }

    #[test]
    fn bins() {
        check(
            Decimal::bin,
            &[
                ("12.34", "0.1", "12.3"),
                ("-12.34", "0.1", "-12.4"),
                ("7", "2.5", "5"),
                ("7", "0", "none"),
                ("7", "-1", "none"),
            ],
        );
    }
}
