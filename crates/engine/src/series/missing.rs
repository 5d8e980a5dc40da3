//! Gaps of a series: which elements are missing, and lines drawn over them.

use crate::dynamic::{Kind, array_items, array_of, as_real, kind, real_json};
use crate::functions::Args;
use arrow::array::ArrayRef;
use datafusion::common::Result;

/// Which elements count as missing.
pub(crate) enum Missing {
    /// Nulls.
    Null,
    /// Those of a value, by row.
    Value(Vec<Option<f64>>),
}

impl Missing {
    /// The placeholder at a place of the arguments; without one, or when it is null, nulls are missing.
    pub(crate) fn new(args: &Args, index: usize) -> Result<Self> {
        if args.len() <= index {
            return Ok(Self::Null);
        }
        let values = args.reals(index)?;
        Ok(Self::Value((0..args.rows()).map(|row| values.get(row)).collect()))
    }

    /// Is this element missing?
    pub(crate) fn is(&self, item: &str, row: usize) -> bool {
        let placeholder = match self {
            Self::Null => None,
            Self::Value(values) => values.get(row).copied().flatten(),
        };
        match placeholder {
            None => kind(item) == Kind::Null,
            Some(value) => matches!(kind(item), Kind::Whole | Kind::Real) && as_real(item) == Some(value),
        }
    }
}

/// The side that a gap is filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What stands before it.
    Left,
    /// What stands after it.
    Right,
}

/// What `series_fill_forward` and `series_fill_backward` answer: each missing element is the nearest one of that side which is not, and stays
/// where there is none.
pub(crate) fn fill_from(args: &Args, side: Side) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let missing = Missing::new(args, 1)?;
    args.make_json(|row| {
        let mut items: Vec<&str> = array_items(series.get(row)?)?.collect();
        if side == Side::Right {
            items.reverse();
        }
        let mut last = None;
        for item in &mut items {
            if !missing.is(item, row) {
                last = Some(*item);
            }
            *item = last.unwrap_or(item);
        }
        if side == Side::Right {
            items.reverse();
        }
        Some(array_of(items))
    })
}

/// Draws lines over the gaps. Whole numbers stay whole: what is between them loses its fraction. At the edges the nearest number is
/// repeated when asked for; a series of nothing but gaps becomes the constant, or stays when there is none.
pub(crate) fn fill_linear(
    items: &[&str],
    is_missing: impl Fn(&str) -> bool,
    fills_edges: bool,
    constant: Option<f64>,
) -> String {
    let is_number = |item: &str| matches!(kind(item), Kind::Whole | Kind::Real) && !is_missing(item);
    let known: Vec<usize> = items.iter().enumerate().filter(|(_, item)| is_number(item)).map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        let filler = constant.map(real_json);
        let fill = |item: &&str| match &filler {
            Some(filler) if is_missing(item) => filler.clone(),
            _ => (*item).to_owned(),
        };
        return array_of(items.iter().map(fill));
    };
    let is_whole = known.iter().all(|at| kind(items[*at]) == Kind::Whole);
    let mut next = 0;
    let filled = items.iter().enumerate().map(|(at, item)| {
        while known.get(next).is_some_and(|place| *place < at) {
            next += 1;
        }
        if !is_missing(item) {
            return (*item).to_owned();
        }
        match (next.checked_sub(1).and_then(|left| known.get(left)), known.get(next)) {
            (Some(left), Some(right)) => between(items, *left, *right, at, is_whole),
            _ if !fills_edges => (*item).to_owned(),
            (None, _) => items[*first].to_owned(),
            (Some(_), None) => items[*last].to_owned(),
        }
    });
    array_of(filled.collect::<Vec<String>>())
}

fn between(items: &[&str], left: usize, right: usize, at: usize, is_whole: bool) -> String {
    let (Some(low), Some(high)) = (as_real(items[left]), as_real(items[right])) else { return "null".to_owned() };
    let value = low + (high - low) * (at - left) as f64 / (right - left) as f64;
    if is_whole { (value.trunc() as i64).to_string() } else { real_json(value) }
}
