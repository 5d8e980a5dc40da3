//! `in`, `in~`, `has_any`, `has_all`: a value against a list.
//!
//! Source: learn.microsoft.com/kusto/query/in-operator. A null is in no list.

use arrow::array::ArrayRef;
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::expr::InList as SqlInList;
use datafusion::logical_expr::{Expr, Operator, lit, not};
use semantics::Type;
use semantics::bound::{CompareOp, InList};
use syntax::ast::{Case, InTest};

use super::{Wanted, binary, compare, convert, fold, text};
use crate::dynamic;
use crate::error::{Error, Result};
use crate::functions::{Args, kernel_call};
use crate::operators::Lowering;

/// The operator, without its operands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    pub(super) test: InTest,
    pub(super) case: Case,
    pub(super) negated: bool,
    pub(super) wanted: Wanted,
}

/// Above this many values `in~` compares lower-case text through DataFusion's hash set instead of a matcher.
const MATCHER_VALUES_MAX: usize = 256;

impl Lowering<'_> {
    pub(super) fn membership(
        &self,
        of: Membership,
        value: (Expr, Type),
        list: &InList,
        scope: &[Expr],
    ) -> Result<Expr> {
        let values = match list {
            InList::Values(values) => {
                values.iter().map(|item| fold(self.value(item, scope)?)).collect::<Result<Vec<_>>>()?
            }
            InList::Dynamic(list) => match fold(self.value(list, scope)?)? {
                Expr::Literal(json, _) => convert::elements(
                    json.try_as_str().flatten(),
                    if of.test == InTest::In { value.1 } else { Type::String },
                ),
                list if matches!(value.1, Type::String | Type::Dynamic | Type::Long | Type::Int | Type::Guid) => {
                    let found = text::any_of_dynamic(of.test, of.case, value, list);
                    return Ok(if of.negated { not(found) } else { found });
                }
                list => {
                    let types = vec![value.1, Type::Dynamic];
                    let found =
                        kernel_call("in_dynamic_values", in_list_of_row, vec![value.0, list], types, Type::Bool);
                    return Ok(if of.negated { not(found) } else { found });
                }
            },
            InList::Table(_) => return Err(Error::Bug("a subquery was not resolved before lowering".into())),
        };
        let found = match of.test {
            InTest::In => is_in(of, value, values),
            InTest::HasAny if values.is_empty() => lit(false),
            InTest::HasAll if values.is_empty() => lit(true),
            InTest::HasAny | InTest::HasAll => text::any_of(of.test, of.case, value, values),
        };
        Ok(if of.negated { not(found) } else { found })
    }
}

/// Is the value among the elements of the row's own list? An element is taken as the value's type, as those of a constant list are.
fn in_list_of_row(args: &Args) -> DataFusionResult<ArrayRef> {
    let list = args.json(1)?;
    match args.ty(0) {
        Type::Bool => {
            let value = args.bools(0)?;
            args.make_bools(|row| Some(has(list.get(row), value.get(row), dynamic::as_bool)))
        }
        Type::Real => {
            let value = args.reals(0)?;
            args.make_bools(|row| Some(has(list.get(row), value.get(row), dynamic::as_real)))
        }
        Type::Decimal => {
            let value = args.decimals(0)?;
            args.make_bools(|row| Some(has(list.get(row), value.get(row), dynamic::as_decimal)))
        }
        ty => {
            let value = args.longs(0)?;
            args.make_bools(|row| Some(has(list.get(row), value.get(row), |json| dynamic::as_ticks(json, ty))))
        }
    }
}

/// A dynamic that is no array is a list of one. Null is in no list, and a list that is null has nothing.
fn has<T: PartialEq>(list: Option<&str>, value: Option<T>, element: impl Fn(&str) -> Option<T>) -> bool {
    let (Some(list), Some(value)) = (list, value) else { return false };
    let is_value = |json: &str| element(json).is_some_and(|element| element == value);
    match dynamic::array_items(list) {
        Some(mut items) => items.any(is_value),
        None => is_value(list),
    }
}

fn is_in(of: Membership, value: (Expr, Type), values: Vec<Expr>) -> Expr {
    if values.is_empty() {
        return lit(false);
    }
    match (value.1, of.case) {
        (Type::String, Case::Insensitive) if values.len() <= MATCHER_VALUES_MAX => {
            text::any_of(InTest::In, Case::Insensitive, value, values)
        }
        (Type::String, Case::Insensitive) => {
            let lower = datafusion::functions::string::expr_fn::lower;
            sql_in(lower(value.0), values.into_iter().map(lower).collect())
        }
        (Type::Dynamic | Type::Real, _) => {
            let equal = |item| compare::lower(CompareOp::Equal, value.0.clone(), item, value.1, Wanted::Truth);
            let any = values.into_iter().map(equal).reduce(|one, other| binary(one, Operator::Or, other));
            known(any.unwrap_or_else(|| lit(false)))
        }
        (Type::String, Case::Sensitive) => sql_in(value.0, values),
        _ if of.wanted == Wanted::Truth && !of.negated => sql_in(value.0, values),
        _ => known(sql_in(value.0, values)),
    }
}

fn sql_in(value: Expr, list: Vec<Expr>) -> Expr {
    Expr::InList(SqlInList::new(Box::new(value), list, false))
}

/// False where SQL says null.
fn known(expr: Expr) -> Expr {
    datafusion::functions::core::expr_fn::coalesce(vec![expr, lit(ScalarValue::Boolean(Some(false)))])
}
