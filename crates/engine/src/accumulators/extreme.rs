//! `min` and `max`. Whole numbers, ticks and decimals go to DataFusion, which knows shortcuts for them; reals and texts are ours.
//!
//! Among reals NaN is both the least and the greatest, as recorded from Kusto. No rows give null (the empty text for a string).

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, not_impl_err};
use datafusion::functions_aggregate::expr_fn;
use datafusion::logical_expr::{Expr, ExprFunctionExt, GroupsAccumulator};
use semantics::Type;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::functions::{Aggregate, AggregateCall, LowerAggregate, aggregate_call};

/// Which end of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extreme {
    /// The least.
    Min,
    /// The greatest.
    Max,
}

/// The types that `min`, `max` and `arg_max` take. A dynamic has no order; it is among them so that it is refused and not converted.
pub(crate) const EXTREMES: &[Type] = &[
    Type::Int,
    Type::Long,
    Type::Real,
    Type::Decimal,
    Type::DateTime,
    Type::TimeSpan,
    Type::String,
    Type::Guid,
    Type::Bool,
    Type::Dynamic,
];

/// Refuses a call whose first argument is a dynamic.
pub(crate) fn refuse_dynamic(call: &AggregateCall) -> Result<()> {
    match call.types.first() {
        Some(Type::Dynamic) => {
            not_impl_err!("the least or greatest of dynamic values; convert them first, with `tolong` or `tostring`")
        }
        _ => Ok(()),
    }
}

/// The aggregate expression of `min`, `max` and their `if` forms.
pub(crate) fn lower_extreme(which: Extreme, call: &AggregateCall) -> Result<Expr> {
    refuse_dynamic(call)?;
    let [value, filter @ ..] = call.arguments.as_slice() else {
        return datafusion::common::internal_err!("min and max have an argument");
    };
    if !matches!(call.types.first(), Some(Type::Int | Type::Long | Type::Decimal | Type::DateTime | Type::TimeSpan)) {
        let own = match (which, filter.is_empty()) {
            (Extreme::Min, true) => &MIN,
            (Extreme::Min, false) => &MIN_IF,
            (Extreme::Max, true) => &MAX,
            (Extreme::Max, false) => &MAX_IF,
        };
        return aggregate_call(own, call.clone());
    }
    let built_in = match which {
        Extreme::Min => expr_fn::min(value.clone()),
        Extreme::Max => expr_fn::max(value.clone()),
    };
    match filter.first() {
        Some(filter) => built_in.filter(filter.clone()).build(),
        None => Ok(built_in),
    }
}

static MIN: Aggregate = own("min_of_scalars", make_min, None);
static MIN_IF: Aggregate = own("minif_of_scalars", make_min, Some(1));
static MAX: Aggregate = own("max_of_scalars", make_max, None);
static MAX_IF: Aggregate = own("maxif_of_scalars", make_max, Some(1));

type Make = fn(&AggregateCall) -> Result<Box<dyn GroupsAccumulator>>;

/// An aggregate behind `min` or `max`: never called by name.
const fn own(name: &'static str, make: Make, filter: Option<usize>) -> Aggregate {
    let lower = LowerAggregate::Groups { make, state, columns: |_| 1, filter };
    Aggregate { name, aliases: &[], summary: "", signatures: &[], source: "", lower }
}

fn state(call: &AggregateCall) -> Vec<DataType> {
    vec![match call.types.first() {
        Some(Type::Real) => DataType::Float64,
        Some(Type::Bool) => DataType::Boolean,
        _ => DataType::Utf8View,
    }]
}

fn make_min(call: &AggregateCall) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(make(Extreme::Min, call))
}

fn make_max(call: &AggregateCall) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(make(Extreme::Max, call))
}

fn make(which: Extreme, call: &AggregateCall) -> Box<dyn GroupsAccumulator> {
    match call.types.first() {
        Some(Type::Real) => Folding::boxed(ExtremeReal(which)),
        Some(Type::Bool) => Folding::boxed(ExtremeBool(which)),
        ty => Folding::boxed(ExtremeText { which, is_string: ty == Some(&Type::String) }),
    }
}

struct ExtremeReal(Extreme);

impl Fold for ExtremeReal {
    type State = Option<f64>;
    type Input = Float64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Float64Array> {
        Ok(cast(&columns[0], &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    }

    fn add(&self, state: &mut Option<f64>, input: &Float64Array, row: usize) {
        if input.is_valid(row) {
            self.merge(state, &Some(input.value(row)));
        }
    }

    fn merge(&self, state: &mut Option<f64>, other: &Option<f64>) {
        let Some(new) = *other else { return };
        let is_better = state.is_none_or(|old| match self.0 {
            _ if old.is_nan() => false,
            _ if new.is_nan() => true,
            Extreme::Min => new < old,
            Extreme::Max => new > old,
        });
        if is_better {
            *state = Some(new);
        }
    }

    fn save(&self, states: &[Option<f64>]) -> Vec<ArrayRef> {
        vec![Arc::new(states.iter().copied().collect::<Float64Array>())]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<f64>>> {
        Ok(columns[0].as_primitive::<Float64Type>().iter().collect())
    }

    fn finish(&self, states: Vec<Option<f64>>) -> Result<ArrayRef> {
        Ok(Arc::new(states.into_iter().collect::<Float64Array>()))
    }
}

struct ExtremeBool(Extreme);

impl Fold for ExtremeBool {
    type State = Option<bool>;
    type Input = arrow::array::BooleanArray;

    fn read(&self, columns: &[ArrayRef]) -> Result<Self::Input> {
        Ok(columns[0].as_boolean().clone())
    }

    fn add(&self, state: &mut Option<bool>, input: &Self::Input, row: usize) {
        if input.is_valid(row) {
            self.merge(state, &Some(input.value(row)));
        }
    }

    fn merge(&self, state: &mut Option<bool>, other: &Option<bool>) {
        *state = match (*state, *other, self.0) {
            (Some(a), Some(b), Extreme::Min) => Some(a && b),
            (Some(a), Some(b), Extreme::Max) => Some(a || b),
            (a, b, _) => a.or(b),
        };
    }

    fn save(&self, states: &[Option<bool>]) -> Vec<ArrayRef> {
        vec![Arc::new(states.iter().copied().collect::<Self::Input>())]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<bool>>> {
        Ok(columns[0].as_boolean().iter().collect())
    }

    fn finish(&self, states: Vec<Option<bool>>) -> Result<ArrayRef> {
        Ok(Arc::new(states.into_iter().collect::<Self::Input>()))
    }
}

struct ExtremeText {
    which: Extreme,
    is_string: bool,
}

impl ExtremeText {
    fn offer(&self, state: &mut Option<Box<str>>, new: &str) {
        let is_better = state.as_deref().is_none_or(|old| match self.which {
            Extreme::Min => new < old,
            Extreme::Max => new > old,
        });
        if is_better {
            *state = Some(new.into());
        }
    }
}

impl Fold for ExtremeText {
    type State = Option<Box<str>>;
    type Input = StringViewArray;

    fn read(&self, columns: &[ArrayRef]) -> Result<StringViewArray> {
        Ok(cast(&columns[0], &DataType::Utf8View)?.as_string_view().clone())
    }

    fn add(&self, state: &mut Option<Box<str>>, input: &StringViewArray, row: usize) {
        if input.is_valid(row) {
            self.offer(state, input.value(row));
        }
    }

    fn merge(&self, state: &mut Option<Box<str>>, other: &Option<Box<str>>) {
        if let Some(new) = other {
            self.offer(state, new);
        }
    }

    fn save(&self, states: &[Option<Box<str>>]) -> Vec<ArrayRef> {
        vec![Arc::new(states.iter().map(Option::as_deref).collect::<StringViewArray>())]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Option<Box<str>>>> {
        Ok(columns[0].as_string_view().iter().map(|text| text.map(Into::into)).collect())
    }

    fn finish(&self, states: Vec<Option<Box<str>>>) -> Result<ArrayRef> {
        let none = if self.is_string { Some("") } else { None };
        Ok(Arc::new(states.iter().map(|text| text.as_deref().or(none)).collect::<StringViewArray>()))
    }
}
