//! `has`, `contains`, `startswith`, `matches regex` … and `=~`: which matcher, over which text.
//!
//! The text of a dynamic is what `tostring` makes of it. The rules of terms and case are in [`crate::text`].

use datafusion::logical_expr::{Expr, not};
use semantics::Type;
use syntax::ast::{Case, InTest, TextTest};

use super::convert;
use crate::functions::{Evaluate, kernel_call};
use crate::text::operators::{dynamic_list_kernel, equal_ignoring_case_kernel, list_kernel, text_kernel};

/// `left test right`, or its negation. Text is never null, so that the answer never is.
pub(super) fn lower(test: TextTest, case: Case, negated: bool, left: (Expr, Type), right: Expr) -> Expr {
    negate_if(negated, call(text_kernel(test, case), left, vec![right], Type::String))
}

/// `value in~ (needles)`, `has_any`, `has_all`: one compiled matcher for all needles.
pub(super) fn any_of(test: InTest, case: Case, value: (Expr, Type), needles: Vec<Expr>) -> Expr {
    call(list_kernel(test, case), value, needles, Type::String)
}

/// The same with a list that differs from row to row.
pub(super) fn any_of_dynamic(test: InTest, case: Case, value: (Expr, Type), list: Expr) -> Expr {
    call(dynamic_list_kernel(test, case), value, vec![list], Type::Dynamic)
}

pub(super) fn equal_ignoring_case(negated: bool, left: Expr, right: Expr) -> Expr {
    negate_if(negated, call(equal_ignoring_case_kernel(), (left, Type::String), vec![right], Type::String))
}

fn call(kernel: (&'static str, Evaluate), value: (Expr, Type), others: Vec<Expr>, other_ty: Type) -> Expr {
    let text = convert::lower(value.0, value.1, Type::String);
    let types = std::iter::once(Type::String).chain(others.iter().map(|_| other_ty)).collect();
    let arguments = std::iter::once(text).chain(others).collect();
    kernel_call(kernel.0, kernel.1, arguments, types, Type::Bool)
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    if negated { not(expr) } else { expr }
}
