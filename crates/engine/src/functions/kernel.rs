//! One DataFusion function for every scalar kernel, so that no function file repeats its boilerplate.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use semantics::Type;
use syntax::Span;

use super::{Args, EvaluateServices, Lower, Rewrite, Scalar, Services};
use crate::error::placed;
use crate::types::arrow_type;

/// What a kernel is: a function of the arguments' arrays.
pub(crate) type Evaluate = fn(&Args) -> Result<ArrayRef>;

/// How a kernel answers.
#[derive(Debug)]
enum Body {
    /// From its arguments.
    Plain(Evaluate),
    /// By asking others. It asks for rows that are there and for no others: without anybody to ask, a row is an error and no row is none.
    Asking(EvaluateServices, Services),
}

/// A kernel with the KQL types of its call, which Arrow types alone do not tell (a datetime and a long are both Int64).
#[derive(Debug)]
struct Kernel {
    name: &'static str,
    body: Body,
    types: Vec<Type>,
    returns: Type,
    signature: Signature,
    /// Answers for the dictionaries of the last batches; no part of what the kernel is.
    answers: Mutex<Vec<Known>>,
    /// Where the call stands in the query; no part of what the kernel is either.
    place: OnceLock<Span>,
}

/// One query has one database, so that those who are asked are no part of what the kernel is.
impl PartialEq for Kernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.types == other.types && self.returns == other.returns
    }
}

impl Eq for Kernel {}

impl Hash for Kernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, &self.types, self.returns).hash(state);
    }
}

/// The answers of a kernel for rows that are there already.
pub(crate) fn evaluate_rows(
    evaluate: Evaluate,
    values: &[ColumnarValue],
    (types, returns): (&[Type], Type),
    rows: usize,
) -> Result<ArrayRef> {
    evaluate(&Args { values, types, returns, rows })
}

/// The expression that calls a catalog function.
pub(crate) fn scalar_call(function: &'static Scalar, rewrite: Rewrite) -> Result<Expr> {
    let (body, volatility) = match function.lower {
        Lower::Rewrite(lower) => return lower(&rewrite),
        Lower::Kernel(evaluate) => (Body::Plain(evaluate), Volatility::Immutable),
        Lower::Services(evaluate) => (Body::Asking(evaluate, rewrite.services), Volatility::Immutable),
        Lower::Volatile(evaluate) => (Body::Plain(evaluate), Volatility::Volatile),
    };
    Ok(call(function.name, body, rewrite.arguments, rewrite.types, rewrite.returns, volatility))
}

/// Tells the kernels of an expression where it stands. Those of its operands know already, and keep their own places.
pub(crate) fn place_kernels(expr: &Expr, place: Span) -> Result<()> {
    let tell = |expr: &Expr| match expr {
        Expr::ScalarFunction(call) => match call.func.inner().downcast_ref::<Kernel>() {
            Some(kernel) if kernel.place.set(place).is_err() => Ok(TreeNodeRecursion::Jump),
            _ => Ok(TreeNodeRecursion::Continue),
        },
        _ => Ok(TreeNodeRecursion::Continue),
    };
    expr.apply(tell).map(drop)
}

/// A call of a kernel, taken apart.
pub(crate) struct Called<'e> {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'e [Expr],
    pub(crate) types: &'e [Type],
    pub(crate) returns: Type,
}

/// The call that an expression is, when it is one of a kernel.
pub(crate) fn called_kernel(expr: &Expr) -> Option<Called<'_>> {
    let Expr::ScalarFunction(call) = expr else { return None };
    let kernel = call.func.inner().downcast_ref::<Kernel>()?;
    Some(Called { name: kernel.name, arguments: &call.args, types: &kernel.types, returns: kernel.returns })
}

/// The expression that calls a kernel which is no catalog function: the engine's own operators. The name must be unique to the kernel.
pub(crate) fn kernel_call(
    name: &'static str,
    evaluate: Evaluate,
    arguments: Vec<Expr>,
    types: Vec<Type>,
    returns: Type,
) -> Expr {
    call(name, Body::Plain(evaluate), arguments, types, returns, Volatility::Immutable)
}

fn call(
    name: &'static str,
    body: Body,
    arguments: Vec<Expr>,
    types: Vec<Type>,
    returns: Type,
    volatility: Volatility,
) -> Expr {
    let signature =
        if arguments.is_empty() { Signature::nullary(volatility) } else { Signature::variadic_any(volatility) };
    let kernel = Kernel { name, body, types, returns, signature, answers: Mutex::default(), place: OnceLock::new() };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(kernel)), arguments))
}

impl ScalarUDFImpl for Kernel {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.returns))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name, arrow_type(self.returns), true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all_constant = args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        if args.number_rows == 0 && matches!(self.body, Body::Asking(..)) {
            return Ok(ColumnarValue::Array(new_empty_array(&arrow_type(self.returns))));
        }
        if all_constant && self.signature.volatility == Volatility::Immutable {
            let array = self.evaluate(&args.args, 1)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        if let Some(values) = self.over_dictionary(&args.args)? {
            return Ok(ColumnarValue::Array(values));
        }
        Ok(ColumnarValue::Array(self.evaluate(&args.args, args.number_rows)?))
    }
}

impl Kernel {
    fn evaluate(&self, values: &[ColumnarValue], rows: usize) -> Result<ArrayRef> {
        let args = Args { values, types: &self.types, returns: self.returns, rows };
        match &self.body {
            Body::Plain(evaluate) => evaluate(&args).map_err(|error| match self.place.get() {
                Some(place) => placed(error, *place),
                None => error,
            }),
            // What goes wrong there is no mistake of the query, so it has no place in it.
            Body::Asking(evaluate, services) => evaluate(&args, services),
        }
    }

    /// When the only column among the arguments is a dictionary, evaluates once per distinct value and spreads the answers.
    ///
    /// A Parquet row group shares one dictionary among its batches, so the answers are kept for the next batch.
    fn over_dictionary(&self, values: &[ColumnarValue]) -> Result<Option<ArrayRef>> {
        // A dictionary may hold values that no row has.
        if self.signature.volatility != Volatility::Immutable || matches!(self.body, Body::Asking(..)) {
            return Ok(None);
        }
        let mut columns = values.iter().enumerate().filter_map(|(at, value)| match value {
            ColumnarValue::Array(array) => Some((at, array)),
            ColumnarValue::Scalar(_) => None,
        });
        let (Some((at, array)), None) = (columns.next(), columns.next()) else { return Ok(None) };
        let Some(dictionary) = array.as_any_dictionary_opt() else { return Ok(None) };
        let distinct = dictionary.values();
        if distinct.len() > DISTINCT_MAX || dictionary.keys().null_count() > 0 || distinct.null_count() > 0 {
            return Ok(None);
        }
        let constants: Vec<&ScalarValue> = values.iter().filter_map(constant).collect();
        let mut known = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().find(|known| known.is_of(distinct, &constants)) {
            return Ok(Some(take(&found.answers, dictionary.keys(), None)?));
        }
        let mut over_distinct = values.to_vec();
        over_distinct[at] = ColumnarValue::Array(cast(distinct, &DataType::Utf8View)?);
        let answers = self.evaluate(&over_distinct, distinct.len())?;
        if known.len() >= KNOWN_MAX {
            known.remove(0);
        }
        known.push(Known {
            distinct: Arc::clone(distinct),
            constants: constants.into_iter().cloned().collect(),
            answers: Arc::clone(&answers),
        });
        Ok(Some(take(&answers, dictionary.keys(), None)?))
    }
}

/// A dictionary of more values is no longer worth reading whole.
const DISTINCT_MAX: usize = 1 << 20;

/// Dictionaries whose answers are kept: one for each of a few partitions that share the expression.
const KNOWN_MAX: usize = 4;

/// The answers of a call for every value of a dictionary.
#[derive(Debug)]
struct Known {
    /// Held, so that the memory that tells the dictionary is not used for another.
    distinct: ArrayRef,
    constants: Vec<ScalarValue>,
    answers: ArrayRef,
}

impl Known {
    fn is_of(&self, distinct: &ArrayRef, constants: &[&ScalarValue]) -> bool {
        self.distinct.to_data().ptr_eq(&distinct.to_data()) && self.constants.iter().eq(constants.iter().copied())
    }
}

fn constant(value: &ColumnarValue) -> Option<&ScalarValue> {
    match value {
        ColumnarValue::Scalar(value) => Some(value),
        ColumnarValue::Array(_) => None,
    }
}
