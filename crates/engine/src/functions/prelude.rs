//! What a function file needs.

pub(crate) use std::sync::Arc;

pub(crate) use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
pub(crate) use arrow::datatypes::DataType;
pub(crate) use datafusion::common::{Result, ScalarValue, exec_err};
pub(crate) use datafusion::logical_expr::{EmitTo, Expr, GroupsAccumulator, lit};
pub(crate) use semantics::Type;
pub(crate) use semantics::signature::{Accepts, Parameter, Returns, Signature, optional, required};

pub(crate) use super::args::{Args, Bools, Json, Longs, Reals, Strings};
pub(crate) use super::kernel::kernel_call;
pub(crate) use super::texts::Texts;
pub(crate) use super::{Aggregate, AggregateCall, Lower, LowerAggregate, Rewrite, Scalar};
pub(crate) use crate::types::{arrow_type, scalar_value};
