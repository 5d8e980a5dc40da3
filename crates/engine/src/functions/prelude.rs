//! What a function file needs.

pub(crate) use arrow::array::ArrayRef;
pub(crate) use datafusion::common::{Result, ScalarValue, exec_err};
pub(crate) use datafusion::logical_expr::{Expr, lit};
pub(crate) use semantics::Type;
pub(crate) use semantics::signature::{Accepts, Returns, Signature, optional, required};

pub(crate) use super::args::{Args, Bools, Json, Longs, Reals, Strings};

pub(crate) use super::kernel::kernel_call;
pub(crate) use super::services::Services;
pub(crate) use super::texts::Texts;
pub(crate) use super::{Aggregate, AggregateCall, Lower, LowerAggregate, Rewrite, Scalar, Window};
