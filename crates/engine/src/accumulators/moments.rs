//! Variance, standard deviation and covariance in one pass: Welford's update, Chan's merge.
//!
//! The sample forms divide by n − 1; of one value or none every form gives 0, as Kusto does.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use std::sync::Arc;

use super::{Fold, Folding};
use crate::functions::LowerAggregate;

/// Which moment comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Of a sample.
    Variance,
    /// Of a whole population.
    VarianceP,
    /// Of a sample.
    Stdev,
    /// Of a whole population.
    StdevP,
}

/// The state of a moment: count, mean, sum of squared differences.
pub(crate) fn moment_state() -> Vec<DataType> {
    vec![DataType::Float64; 3]
}

/// The state of a covariance: count, both means, sum of products of differences.
pub(crate) fn covariance_state() -> Vec<DataType> {
    vec![DataType::Float64; 4]
}

/// How a moment is computed; `filter` is the place of the predicate.
pub(crate) const fn moment(which: Moment, filter: Option<usize>) -> LowerAggregate {
    let make = match which {
        Moment::Variance => |_: &_| Ok(Folding::boxed(Moments(Moment::Variance))),
        Moment::VarianceP => |_: &_| Ok(Folding::boxed(Moments(Moment::VarianceP))),
        Moment::Stdev => |_: &_| Ok(Folding::boxed(Moments(Moment::Stdev))),
        Moment::StdevP => |_: &_| Ok(Folding::boxed(Moments(Moment::StdevP))),
    };
    LowerAggregate::Groups { make, state: |_| moment_state(), columns: |_| 1, filter }
}

/// How a covariance is computed.
pub(crate) const fn covariance(of_sample: bool, filter: Option<usize>) -> LowerAggregate {
    let make = match of_sample {
        true => |_: &_| Ok(Folding::boxed(Covariance { of_sample: true })),
        false => |_: &_| Ok(Folding::boxed(Covariance { of_sample: false })),
    };
    LowerAggregate::Groups { make, state: |_| covariance_state(), columns: |_| 2, filter }
}

#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    count: f64,
    mean: f64,
    squares: f64,
}

struct Moments(Moment);

impl Fold for Moments {
    type State = Spread;
    type Input = Float64Array;

    fn read(&self, columns: &[ArrayRef]) -> Result<Float64Array> {
        reals(&columns[0])
    }

    fn add(&self, state: &mut Spread, input: &Float64Array, row: usize) {
        if input.is_valid(row) {
            let value = input.value(row);
            state.count += 1.0;
            let before = value - state.mean;
            state.mean += before / state.count;
            state.squares += before * (value - state.mean);
        }
    }

    fn merge(&self, state: &mut Spread, other: &Spread) {
        let count = state.count + other.count;
        if other.count == 0.0 {
            return;
        }
        let apart = other.mean - state.mean;
        state.squares += other.squares + apart * apart * state.count * other.count / count;
        state.mean += apart * other.count / count;
        state.count = count;
    }

    fn save(&self, states: &[Spread]) -> Vec<ArrayRef> {
        vec![
            column(states, |state| state.count),
            column(states, |state| state.mean),
            column(states, |state| state.squares),
        ]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Spread>> {
        let [count, mean, squares] = [0, 1, 2].map(|at: usize| columns[at].as_primitive::<Float64Type>());
        let spread = |row| Spread { count: count.value(row), mean: mean.value(row), squares: squares.value(row) };
        Ok((0..count.len()).map(spread).collect())
    }

    fn finish(&self, states: Vec<Spread>) -> Result<ArrayRef> {
        let sample = |state: &Spread| if state.count < 2.0 { 0.0 } else { state.squares / (state.count - 1.0) };
        let population = |state: &Spread| if state.count < 1.0 { 0.0 } else { state.squares / state.count };
        Ok(match self.0 {
            Moment::Variance => column(&states, sample),
            Moment::VarianceP => column(&states, population),
            Moment::Stdev => column(&states, |state| sample(state).sqrt()),
            Moment::StdevP => column(&states, |state| population(state).sqrt()),
        })
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Together {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    products: f64,
}

struct Covariance {
    of_sample: bool,
}

impl Fold for Covariance {
    type State = Together;
    type Input = (Float64Array, Float64Array);

    fn read(&self, columns: &[ArrayRef]) -> Result<Self::Input> {
        Ok((reals(&columns[0])?, reals(&columns[1])?))
    }

    fn add(&self, state: &mut Together, (xs, ys): &Self::Input, row: usize) {
        if xs.is_valid(row) && ys.is_valid(row) {
            state.count += 1.0;
            let x_before = xs.value(row) - state.mean_x;
            state.mean_x += x_before / state.count;
            state.mean_y += (ys.value(row) - state.mean_y) / state.count;
            state.products += x_before * (ys.value(row) - state.mean_y);
        }
    }

    fn merge(&self, state: &mut Together, other: &Together) {
        if other.count == 0.0 {
            return;
        }
        let count = state.count + other.count;
        let (x_apart, y_apart) = (other.mean_x - state.mean_x, other.mean_y - state.mean_y);
        state.products += other.products + x_apart * y_apart * state.count * other.count / count;
        state.mean_x += x_apart * other.count / count;
        state.mean_y += y_apart * other.count / count;
        state.count = count;
    }

    fn save(&self, states: &[Together]) -> Vec<ArrayRef> {
        vec![
            column(states, |state| state.count),
            column(states, |state| state.mean_x),
            column(states, |state| state.mean_y),
            column(states, |state| state.products),
        ]
    }

    fn load(&self, columns: &[ArrayRef]) -> Result<Vec<Together>> {
        let [count, mean_x, mean_y, products] = [0, 1, 2, 3].map(|at: usize| columns[at].as_primitive::<Float64Type>());
        let together = |row| Together {
            count: count.value(row),
            mean_x: mean_x.value(row),
            mean_y: mean_y.value(row),
            products: products.value(row),
        };
        Ok((0..count.len()).map(together).collect())
    }

    fn finish(&self, states: Vec<Together>) -> Result<ArrayRef> {
        let lost = if self.of_sample { 1.0 } else { 0.0 };
        Ok(column(&states, |state| if state.count <= lost { 0.0 } else { state.products / (state.count - lost) }))
    }
}

fn reals(array: &ArrayRef) -> Result<Float64Array> {
    Ok(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

fn column<S>(states: &[S], value: impl Fn(&S) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(states.iter().map(value)))
}
