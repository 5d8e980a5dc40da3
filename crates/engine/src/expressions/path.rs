//! `a.b["c"][0]`: a walk into a dynamic, as one call for the whole path.

use arrow::array::ArrayRef;
use datafusion::common::{Result as KernelResult, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use semantics::Type;
use semantics::bound::{self, Step};

use crate::dynamic::{self, StepRef};
use crate::error::Result;
use crate::functions::prelude::Json;
use crate::functions::{Args, kernel_call};
use crate::operators::Lowering;

impl Lowering<'_> {
    pub(super) fn path(&self, base: &bound::Expr, steps: &[Step], scope: &[Expr]) -> Result<Expr> {
        let mut arguments = vec![self.value(base, scope)?];
        let mut types = vec![Type::Dynamic];
        for step in steps {
            let (argument, ty) = match step {
                Step::Key(key) => (lit(ScalarValue::Utf8View(Some(key.clone()))), Type::String),
                Step::Index(index) => (lit(*index), Type::Long),
                Step::Computed(expr) => (self.value(expr, scope)?, expr.ty),
            };
            arguments.push(argument);
            types.push(ty);
        }
        Ok(kernel_call("path", walk, arguments, types, Type::Dynamic))
    }
}

/// Steps that are constant are read once per batch, the others per row.
fn walk(args: &Args) -> KernelResult<ArrayRef> {
    let base = args.json(0)?;
    let constant: Option<Vec<StepRef>> = (1..args.len()).map(|at| args.constant(at).map(step)).collect();
    if let Some(steps) = constant {
        if let (Json::Many(column), Some((StepRef::Key(key), rest))) = (&base, steps.split_first())
            && let Some(members) = dynamic::members_of(column)
        {
            let key = members.key(key);
            return args.make_json(|row| {
                let value = members.value(base.get(row)?, row, key?)?;
                dynamic::walk(value, rest)
            });
        }
        return args.make_json(|row| dynamic::walk(base.get(row)?, &steps));
    }
    let columns = (1..args.len()).map(|at| args.array(at)).collect::<KernelResult<Vec<_>>>()?;
    let mut found = vec![];
    for row in 0..args.rows() {
        let steps =
            columns.iter().map(|column| ScalarValue::try_from_array(column, row)).collect::<KernelResult<Vec<_>>>()?;
        let steps: Vec<StepRef> = steps.iter().map(step).collect();
        found.push(base.get(row).and_then(|json| dynamic::walk(json, &steps).map(std::borrow::Cow::into_owned)));
    }
    args.make_json(|row| found.get(row).cloned().flatten())
}

/// A null index is outside every array.
fn step(value: &ScalarValue) -> StepRef<'_> {
    match value {
        ScalarValue::Int64(Some(index)) => StepRef::Index(*index),
        ScalarValue::Int32(Some(index)) => StepRef::Index(i64::from(*index)),
        ScalarValue::Int64(None) | ScalarValue::Int32(None) => StepRef::Index(i64::MAX),
        other => StepRef::Key(other.try_as_str().flatten().unwrap_or("")),
    }
}
