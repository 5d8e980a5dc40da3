//! Calls that give several columns at once: `print array_sort_asc(a, b)` has `a_sorted` and `b_sorted`.
//!
//! In: the columns of an operator as written. Out: the same, with such a call written once per column that it gives.
//! Inside an expression the call is one array of arrays, as the pages of both functions use it: `array_sort_asc(a, b)[1]`.

use std::borrow::Cow;

use syntax::Span;
use syntax::ast::{Argument, Expr as Tree, ExprKind as TreeKind, Literal, Name, NamedExpr};

use crate::binder::Binder;
use crate::names::argument_name;

/// The columns, each with one value.
pub(super) fn spread<'t>(b: &mut Binder<'_>, columns: &'t [NamedExpr]) -> Cow<'t, [NamedExpr]> {
    if !columns.iter().any(|column| sorted_arrays(&column.value).is_some()) {
        return Cow::Borrowed(columns);
    }
    let mut all = vec![];
    for column in columns {
        match sorted_arrays(&column.value) {
            Some(arrays) => spread_one(b, column, arrays, &mut all),
            None => all.push(column.clone()),
        }
    }
    Cow::Owned(all)
}

fn spread_one(b: &mut Binder<'_>, column: &NamedExpr, arrays: &[Argument], all: &mut Vec<NamedExpr>) {
    if column.names.len() == 1 || column.names.len() > arrays.len() {
        b.unsupported(column.span, "several sorted arrays under other than as many names");
        return;
    }
    for (at, array) in arrays.iter().enumerate() {
        let name = match column.names.get(at) {
            Some(name) => name.clone(),
            None => match argument_name(array) {
                Some(name) => Name { text: format!("{name}_sorted"), span: array.value.span },
                None => {
                    b.unsupported(array.value.span, "a sorted array without a name");
                    return;
                }
            },
        };
        let value = element(&column.value, at, column.span);
        all.push(NamedExpr { names: vec![name], value, span: column.span });
    }
}

/// Where `(a, b)` of `(a, b) = x` stands, which the tree does not keep: from the column's beginning to the character after its last name.
pub(super) fn names_in_parentheses(column: Span, last: Span) -> Span {
    Span::new(column.start, last.end + 1)
}

/// The arrays of a call that sorts several; none when the expression is another.
fn sorted_arrays(tree: &Tree) -> Option<&[Argument]> {
    let TreeKind::Call(call) = &tree.kind else { return None };
    if !matches!(call.name.text.as_str(), "array_sort_asc" | "array_sort_desc") {
        return None;
    }
    let arrays = match call.arguments.split_last() {
        Some((last, arrays)) if matches!(last.value.kind, TreeKind::Literal(Literal::Bool(_))) => arrays,
        _ => &call.arguments,
    };
    (arrays.len() > 1).then_some(arrays)
}

/// `call[at]`.
fn element(call: &Tree, at: usize, span: Span) -> Tree {
    let index = TreeKind::Literal(Literal::Long(i64::try_from(at).unwrap_or(i64::MAX)));
    let index = Box::new(Tree { kind: index, span });
    Tree { kind: TreeKind::Index { base: Box::new(call.clone()), index }, span }
}
