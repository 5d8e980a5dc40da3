//! What `prev` and `next` share: values taken from other rows.
//!
//! In: a call's arguments over all rows. Out: for each row the value of another, or a default where there is none.

use arrow::array::ArrayRef;
use arrow::compute::{cast, interleave};
use datafusion::common::{Result, exec_err};

use super::args::Args;
use crate::types::{absent, arrow_type};

/// `prev(column, offset, default)` and `next`; `place` says which row is so many places away.
pub(super) fn neighbors(args: &Args, place: impl Fn(usize, usize) -> Option<usize>) -> Result<ArrayRef> {
    let offset = if args.len() > 1 { args.longs(1)?.get(0) } else { Some(1) };
    let Some(offset) = offset.and_then(|offset| usize::try_from(offset).ok()) else {
        return exec_err!("the offset of `prev` and `next` is a number of rows, not negative");
    };
    let ty = arrow_type(args.returns());
    let values = cast(&args.array(0)?, &ty)?;
    let default = match args.constant(2) {
        Some(value) => value.to_array()?,
        None => absent(args.returns()).to_array()?,
    };
    let default = cast(&default, &ty)?;
    let from: Vec<(usize, usize)> = (0..args.rows())
        .map(|row| match place(row, offset).filter(|place| *place < args.rows()) {
            Some(place) => (0, place),
            None => (1, 0),
        })
        .collect();
    Ok(interleave(&[values.as_ref(), default.as_ref()], &from)?)
}
