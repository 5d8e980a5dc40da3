//! `mv-expand`: each row once per element of its arrays.
//!
//! - Shape: n rows → sum of the longest array of each; columns unchanged but the expanded ones, which become their element.
//! - Nulls: a null gives one row with a null element, an empty array or bag no row. Shorter arrays are filled with nulls. An element of another
//!   type than is told is null: numbers become each other, and no text is read as a number.
//! - Source: learn.microsoft.com/kusto/query/mv-expand-operator.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Builder, ListBuilder, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, Result as KernelResult, UnnestOptions, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use semantics::bound::{self, MvColumn, MvKind, Table};
use semantics::{Schema, Type};

use super::{Lowering, columns, project};
use crate::dynamic;
use crate::error::Result;
use crate::expressions::convert;

impl Lowering<'_> {
    pub(super) fn mv_expand(
        &self,
        input: &Table,
        expanded: &[MvColumn],
        limit: Option<&bound::Expr>,
        item_index: bool,
        kind: MvKind,
        schema: &Schema,
    ) -> Result<LogicalPlan> {
        let limit = limit.map(|limit| self.row_count(limit)).transpose()?;
        let input = self.table(input)?;
        let scope = columns(&input);
        let arrays: Vec<Expr> = expanded.iter().filter_map(|column| scope.get(column.column).cloned()).collect();
        let mut exprs: Vec<Expr> =
            scope.iter().enumerate().map(|(at, column)| column.clone().alias(format!("$in{at}"))).collect();
        let mut lists = vec![];
        for (at, array) in arrays.iter().enumerate() {
            lists.push(format!("$mv{at}"));
            let is_number = expanded.get(at).is_some_and(|column| is_number(column.ty));
            let gives = if is_number { Gives::Numbers } else { Gives::Elements };
            exprs.push(Lists { kind, limit, gives }.call(vec![array.clone()]).alias(format!("$mv{at}")));
        }
        if item_index {
            lists.push("$index".to_owned());
            exprs.push(Lists { kind, limit, gives: Gives::Indices }.call(arrays).alias("$index"));
        }
        let unnested = lists.iter().map(Column::new_unqualified).collect();
        let plan = LogicalPlanBuilder::from(input)
            .project(exprs)?
            .unnest_columns_with_options(unnested, UnnestOptions::new().with_preserve_nulls(true))?
            .build()?;
        let mut outputs: Vec<Expr> = (0..scope.len()).map(|at| unqualified(&format!("$in{at}"))).collect();
        for (at, column) in expanded.iter().enumerate() {
            if let Some(output) = outputs.get_mut(column.column) {
                *output = convert::lower(unqualified(&format!("$mv{at}")), Type::Dynamic, column.ty);
            }
        }
        if item_index {
            outputs.push(unqualified("$index"));
        }
        project(plan, outputs, schema)
    }
}

fn unqualified(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// Times and spans of time are texts in a dynamic; these types never are.
fn is_number(ty: Type) -> bool {
    matches!(ty, Type::Bool | Type::Int | Type::Long | Type::Real | Type::Decimal)
}

/// What a list function gives for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Gives {
    /// The elements of its only argument, as JSON.
    Elements,
    /// Those elements but the texts, which are null.
    Numbers,
    /// 0, 1, 2 … up to the length of the longest argument.
    Indices,
}

/// Makes the lists that DataFusion's unnest takes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Lists {
    kind: MvKind,
    limit: Option<usize>,
    gives: Gives,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ListFunction {
    lists: Lists,
    signature: Signature,
}

impl Lists {
    fn call(self, arguments: Vec<Expr>) -> Expr {
        let function = ListFunction { lists: self, signature: Signature::variadic_any(Volatility::Immutable) };
        Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), arguments))
    }

    fn element_type(self) -> DataType {
        match self.gives {
            Gives::Elements | Gives::Numbers => DataType::Utf8View,
            Gives::Indices => DataType::Int64,
        }
    }

    /// The elements of a dynamic; whatever is no array or bag is one element.
    fn elements(self, json: Option<&str>) -> Vec<Option<String>> {
        let Some(json) = json else { return vec![None] };
        let mut elements: Vec<Option<String>> = if let Some(items) = dynamic::array_items(json) {
            items.map(|item| (item != "null").then(|| item.to_owned())).collect()
        } else if let Some(entries) = dynamic::object_entries(json) {
            entries.map(|(key, value)| Some(self.property(&key, value))).collect()
        } else {
            vec![Some(json.to_owned())]
        };
        elements.truncate(self.limit.unwrap_or(usize::MAX));
        if self.gives == Gives::Numbers {
            for element in &mut elements {
                element.take_if(|json| json.starts_with('"'));
            }
        }
        elements
    }

    fn property(self, key: &str, value: &str) -> String {
        match self.kind {
            MvKind::Bag => dynamic::object_of([(key, value)]),
            MvKind::Array => dynamic::array_of([dynamic::quoted(key).as_str(), value]),
        }
    }
}

impl ScalarUDFImpl for ListFunction {
    fn name(&self) -> &str {
        match self.lists.gives {
            Gives::Elements => "mv_elements",
            Gives::Numbers => "mv_numbers",
            Gives::Indices => "mv_indices",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> KernelResult<DataType> {
        Ok(DataType::List(Arc::new(Field::new("item", self.lists.element_type(), true))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> KernelResult<ColumnarValue> {
        let arrays = args
            .args
            .iter()
            .map(|value| cast_text(&value.to_array(args.number_rows)?))
            .collect::<KernelResult<Vec<_>>>()?;
        let rows = args.number_rows;
        let array: ArrayRef = match (self.lists.gives, arrays.first()) {
            (_, None) => return internal_err!("`mv-expand` of no column"),
            (Gives::Elements | Gives::Numbers, Some(array)) => Arc::new(self.elements(array, rows)),
            (Gives::Indices, Some(_)) => Arc::new(self.indices(&arrays, rows)),
        };
        Ok(ColumnarValue::Array(array))
    }
}

impl ListFunction {
    fn elements(&self, array: &ArrayRef, rows: usize) -> arrow::array::ListArray {
        let mut builder = ListBuilder::new(StringViewBuilder::new());
        for row in 0..rows {
            for element in self.lists.elements(json(array, row)) {
                builder.values().append_option(element);
            }
            builder.append(true);
        }
        builder.finish()
    }

    fn indices(&self, arrays: &[ArrayRef], rows: usize) -> arrow::array::ListArray {
        let mut builder = ListBuilder::new(Int64Builder::new());
        for row in 0..rows {
            let longest = arrays.iter().map(|array| self.lists.elements(json(array, row)).len()).max().unwrap_or(0);
            for index in 0..longest {
                builder.values().append_value(index as i64);
            }
            builder.append(true);
        }
        builder.finish()
    }
}

fn cast_text(array: &ArrayRef) -> KernelResult<ArrayRef> {
    Ok(cast(array, &DataType::Utf8View)?)
}

fn json(array: &ArrayRef, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.as_string_view().value(row))
}
