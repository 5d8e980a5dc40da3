//! One DataFusion aggregate for every accumulator of ours, so that an aggregate's file holds only its accumulator.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::array::{Array, ArrayRef, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature, Volatility,
};
use semantics::Type;
use syntax::Span;

use super::{Aggregate, AggregateCall, LowerAggregate};
use crate::error::placed;
use crate::types::arrow_type;

/// An accumulator with its call.
#[derive(Debug)]
struct Accumulating {
    function: &'static Aggregate,
    call: AggregateCall,
    signature: Signature,
    /// Where the call stands in the query; no part of what the accumulator is.
    place: OnceLock<Span>,
}

impl PartialEq for Accumulating {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
            && self.call.types == other.call.types
            && self.call.outputs == other.call.outputs
            && self.call.arguments == other.call.arguments
            && self.call.place == other.call.place
    }
}

impl Eq for Accumulating {}

impl Hash for Accumulating {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.function.name, &self.call.types, &self.call.outputs, &self.call.arguments).hash(state);
    }
}

/// The aggregate expression of a call; several outputs come as a struct `c0, c1 …`.
pub(crate) fn aggregate_call(function: &'static Aggregate, call: AggregateCall) -> Result<Expr> {
    match function.lower {
        LowerAggregate::Rewrite(lower) => lower(&call),
        LowerAggregate::Groups { columns, filter, .. } => {
            let arguments = call.arguments.iter().take(columns(&call)).chain(&call.place).cloned().collect();
            let filter = filter.and_then(|at| call.arguments.get(at)).cloned().map(Box::new);
            let signature = Signature::variadic_any(Volatility::Immutable);
            let udaf = AggregateUDF::new_from_impl(Accumulating { function, call, signature, place: OnceLock::new() });
            Ok(Expr::AggregateFunction(AggregateFunction::new_udf(
                Arc::new(udaf),
                arguments,
                false,
                filter,
                vec![],
                None,
            )))
        }
    }
}

/// Tells an aggregate where its call stands.
pub(crate) fn place_aggregate(expr: &Expr, place: Span) {
    if let Expr::AggregateFunction(call) = expr
        && let Some(accumulating) = call.func.inner().downcast_ref::<Accumulating>()
    {
        accumulating.place.get_or_init(|| place);
    }
}

impl Accumulating {
    fn make(&self) -> Result<Box<dyn GroupsAccumulator>> {
        match self.function.lower {
            LowerAggregate::Groups { make, .. } => make(&self.call).map_err(|error| match self.place.get() {
                Some(place) => placed(error, *place),
                None => error,
            }),
            LowerAggregate::Rewrite(_) => {
                datafusion::common::internal_err!("`{}` has no accumulator", self.function.name)
            }
        }
    }

    fn output_type(&self) -> DataType {
        match self.call.outputs.as_slice() {
            [only] => arrow_type(*only),
            several => DataType::Struct(struct_fields(several)),
        }
    }
}

/// The fields of the struct that an aggregate with several outputs gives.
pub(crate) fn struct_fields(outputs: &[Type]) -> Fields {
    outputs.iter().enumerate().map(|(at, ty)| Field::new(format!("c{at}"), arrow_type(*ty), true)).collect()
}

impl AggregateUDFImpl for Accumulating {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.output_type())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let LowerAggregate::Groups { columns, .. } = self.function.lower else {
            return datafusion::common::internal_err!("`{}` has no accumulator", self.function.name);
        };
        let inputs = self.call.types.iter().take(columns(&self.call)).map(|ty| arrow_type(*ty)).collect();
        Ok(Box::new(OneGroup { groups: Mutex::new(self.make()?), inputs, has_rows: false }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let LowerAggregate::Groups { state, .. } = self.function.lower else { return Ok(vec![]) };
        let types = state(&self.call).into_iter().enumerate();
        Ok(types.map(|(at, ty)| Arc::new(Field::new(format!("{}[{at}]", args.name), ty, true))).collect())
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        self.make()
    }
}

/// The row form of an accumulator, for `summarize` without `by`: a single group.
struct OneGroup {
    /// DataFusion wants it `Sync`, which `GroupsAccumulator` is not; it is never contended.
    groups: Mutex<Box<dyn GroupsAccumulator>>,
    inputs: Vec<DataType>,
    has_rows: bool,
}

impl Debug for OneGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneGroup").field("inputs", &self.inputs).finish_non_exhaustive()
    }
}

impl OneGroup {
    fn groups(&mut self) -> &mut Box<dyn GroupsAccumulator> {
        self.groups.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that group 0 exists, so that no rows still give the answer for no rows.
    fn begin(&mut self) -> Result<()> {
        if !self.has_rows {
            self.has_rows = true;
            let empty: Vec<ArrayRef> = self.inputs.iter().map(new_empty_array).collect();
            self.groups().update_batch(&empty, &[], None, 1)?;
        }
        Ok(())
    }
}

impl Accumulator for OneGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.begin()?;
        let rows = values.first().map_or(0, |column| column.len());
        self.groups().update_batch(values, &vec![0; rows], None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.has_rows = true;
        let rows = states.first().map_or(0, |column| column.len());
        self.groups().merge_batch(states, &vec![0; rows], 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.begin()?;
        ScalarValue::try_from_array(&self.groups().evaluate(EmitTo::All)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.begin()?;
        self.groups().state(EmitTo::All)?.iter().map(|array| ScalarValue::try_from_array(array, 0)).collect()
    }

    fn size(&self) -> usize {
        self.groups.lock().map_or(0, |groups| groups.size()) + size_of::<Self>()
    }
}
