//! What aggregate functions keep per group, shared by the functions of a family.
//!
//! In: Arrow columns and group numbers. Out: states that merge, and one value per group. Knows KQL types; knows nothing of queries.
//! States cross processes as Arrow columns, so a hash in one must not depend on the process.

mod atoms;
mod bag;
mod bits;
mod choice;
mod decimal;
mod digest;
mod distinct;
mod extreme;
mod fold;
mod hll;
mod interner;
mod list;
mod log;
mod mean;
mod moments;
mod percentile;
mod schema;
mod set;
mod sketch;
mod sketches;
mod sum;
#[cfg(test)]
mod tests;

pub(crate) use bag::{bag, old_bag};
pub(crate) use bits::{Bits, binary};
pub(crate) use choice::{Choice, choice};
pub(crate) use digest::{Digest, digest, place_in_digest};
pub(crate) use distinct::{count_distinct, dcount};
pub(crate) use extreme::{EXTREMES, Extreme, lower_extreme, refuse_dynamic};
use fold::{Fold, Folding, is_kept};
pub(crate) use hll::{COUNTED, Hll, hll};
pub(crate) use list::{Nulls, list, old_list};
pub(crate) use mean::{AVERAGED, averaged, mean};
pub(crate) use moments::{Moment, covariance, moment};
pub(crate) use percentile::{Percentiles, RANKED, percentile, ranked};
pub(crate) use schema::schema;
pub(crate) use set::{old_set, set};
pub(crate) use sketches::{Mergeable, merging};
pub(crate) use sum::{SUMMABLE, promoted, sum, sum_state};
