//! The clock of this machine: the one place that asks it.

use std::time::{SystemTime, UNIX_EPOCH as UNIX_START};

use semantics::time::UNIX_EPOCH;

/// Now, in microseconds since 1970; 1970 when the clock says something before.
pub fn micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_START).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Now, in ticks.
pub fn ticks() -> i64 {
    ticks_of(micros())
}

/// Microseconds since 1970 as ticks.
pub(crate) fn ticks_of(micros: i64) -> i64 {
    micros.saturating_mul(10).saturating_add(UNIX_EPOCH)
}
