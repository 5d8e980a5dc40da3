//! One DataFusion function for the kernels that ask somebody whom only the database knows: where an address is, what a file is.

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
use crate::profiles::FileProfiles;
use crate::types::arrow_type;

/// Whom kernels may ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Services {
    /// Who knows where addresses are.
    pub(crate) places: Option<Arc<dyn Places>>,
    /// Who knows files by their hashes.
    pub(crate) profiles: Option<Arc<dyn FileProfiles>>,
}

/// What such a kernel is: a function of the texts, and of those who know more.
pub(crate) type EvaluateServices = fn(&Args, &Services) -> Result<ArrayRef>;

/// A kernel over one text, which gives a dynamic.
#[derive(Debug)]
struct ServicesKernel {
    name: &'static str,
    evaluate: EvaluateServices,
    services: Services,
    signature: Signature,
}

/// One query has one database: the name is the whole identity.
impl PartialEq for ServicesKernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ServicesKernel {}

impl Hash for ServicesKernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// The expression that calls such a kernel.
pub(crate) fn services_call(
    name: &'static str,
    evaluate: EvaluateServices,
    services: Services,
    arguments: Vec<Expr>,
) -> Expr {
    let signature = Signature::variadic_any(Volatility::Immutable);
    let kernel = ServicesKernel { name, evaluate, services, signature };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(kernel)), arguments))
}

impl ScalarUDFImpl for ServicesKernel {
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
            (self.evaluate)(args, &self.services)
        })?;
        match is_constant && rows == 1 {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)),
            false => Ok(ColumnarValue::Array(array)),
        }
    }
}
