//! One DataFusion function for the kernels that ask where addresses are: they need somebody whom only the database knows.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use semantics::Type;

use super::Args;
use crate::places::Places;
use crate::types::arrow_type;

/// What such a kernel is: a function of the texts, and of whoever knows places, if anybody does.
pub(crate) type EvaluatePlaces = fn(&Args, Option<&dyn Places>) -> Result<ArrayRef>;

/// A kernel over one text, which gives a dynamic.
#[derive(Debug)]
struct PlacesKernel {
    name: &'static str,
    evaluate: EvaluatePlaces,
    places: Option<Arc<dyn Places>>,
    signature: Signature,
}

/// One query has one database: the name is the whole identity.
impl PartialEq for PlacesKernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for PlacesKernel {}

impl Hash for PlacesKernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// The expression that calls such a kernel.
pub(crate) fn places_call(
    name: &'static str,
    evaluate: EvaluatePlaces,
    places: Option<Arc<dyn Places>>,
    arguments: Vec<Expr>,
) -> Expr {
    let signature = Signature::variadic_any(Volatility::Immutable);
    let kernel = PlacesKernel { name, evaluate, places, signature };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(kernel)), arguments))
}

impl ScalarUDFImpl for PlacesKernel {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(Type::Dynamic))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant = args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
        // No row asks: nobody needs to know.
        let rows = if is_constant { args.number_rows.min(1) } else { args.number_rows };
        let array = super::evaluate_rows_with(&args.args, (&[Type::String], Type::Dynamic), rows, |args| {
            (self.evaluate)(args, self.places.as_deref())
        })?;
        match is_constant && rows == 1 {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)),
            false => Ok(ColumnarValue::Array(array)),
        }
    }
}
