//! Numbers that look like chance and are the same in every run of one seed.
//!
//! In: a seed and a purpose. Out: numbers. SplitMix64 (Steele, Lea, Flood 2014): small, known, and good enough for telemetry, not for secrets.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// A stream for a purpose: two purposes of one seed share nothing, so that adding a program changes no other.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // SipHash with fixed keys, as DefaultHasher::new() has: the same in every run.
        let mut hasher = DefaultHasher::new();
        (seed, purpose).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included; `low` when that is no range.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let Ok(span) = u64::try_from(high.saturating_sub(low)) else { return low };
        low.saturating_add_unsigned(self.next() % span.saturating_add(1))
    }

    /// From 0 to below 1.
    pub(crate) fn share(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let numerator = (self.next() >> 11) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    /// One of them.
    pub(crate) fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(of.len()).ok().filter(|count| *count > 0)?;
        of.get(usize::try_from(self.next() % count).unwrap_or(0))
    }

    /// A time that differs by at most that share of itself.
    pub(crate) fn around(&mut self, ticks: i64, jitter: f64) -> i64 {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "times of a year at most")]
        let spread = (ticks as f64 * jitter.clamp(0.0, 1.0)) as i64;
        ticks.saturating_add(self.between(-spread, spread))
    }

    /// So many hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of SplitMix64 from state 1234567, as its reference implementation prints them.
    #[test]
    fn numbers_are_those_of_the_reference() {
        let mut random = Random(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn ranges_hold_both_ends_and_nothing_else() {
        let mut random = Random::new(1, "test");
        let seen: std::collections::BTreeSet<i64> = (0..200).map(|_| random.between(-1, 1)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
        assert_eq!(random.between(5, 4), 5);
        assert_eq!(random.pick::<u8>(&[]), None);
        assert!((0..200).all(|_| (0.0..1.0).contains(&random.share())));
        assert_eq!(random.hex(40).len(), 40);
    }
}
