//! Calls that give several columns at once: `print array_sort_asc(a, b)` has `a_sorted` and `b_sorted`.
//!
//! In: the columns of an operator as written. Out: the same, with such a call written once per column that it gives. A name takes the
//! first column, a list of names the first few, and the other columns are dropped; without names all come under names of their own.
//! Inside an expression a sort is one array of arrays, as the pages of both functions use it: `array_sort_asc(a, b)[1]`. Other calls of
//! several columns are an error there.

use std::borrow::Cow;

use syntax::Span;
use syntax::ast::{Argument, Call, Expr as Tree, ExprKind as TreeKind, Literal, Name, NamedExpr};

use crate::binder::{Binder, TUPLE_COLUMN};
use crate::codes;
use crate::names::argument_name;
use crate::signature::{FunctionKind, TupleColumn};

/// A call that gives several columns.
enum Several<'t> {
    /// Arrays sorted along with the first.
    Sorted(&'t [Argument]),
    /// The columns that the catalog names.
    Columns(&'t Call, &'static [TupleColumn]),
}

/// The columns, each with one value.
pub(super) fn spread<'t>(b: &mut Binder<'_>, columns: &'t [NamedExpr]) -> Cow<'t, [NamedExpr]> {
    if !columns.iter().any(|column| several(b, &column.value).is_some()) {
        return Cow::Borrowed(columns);
    }
    let mut all = vec![];
    for column in columns {
        match several(b, &column.value) {
            Some(Several::Sorted(arrays)) => spread_sorted(b, column, arrays, &mut all),
            Some(Several::Columns(call, outputs)) => spread_columns(b, column, call, outputs, &mut all),
            None => all.push(column.clone()),
        }
    }
    Cow::Owned(all)
}

/// What gives several columns; none when the expression gives one.
fn several<'t>(b: &Binder<'_>, tree: &'t Tree) -> Option<Several<'t>> {
    let TreeKind::Call(call) = &tree.kind else { return None };
    if let Some(arrays) = sorted_arrays(call) {
        return Some(Several::Sorted(arrays));
    }
    if b.env.find(&call.name.text).is_some() {
        return None;
    }
    let columns = b.catalog.function(&call.name.text, FunctionKind::Scalar)?.columns()?;
    Some(Several::Columns(call, columns))
}

fn spread_columns(
    b: &mut Binder<'_>,
    column: &NamedExpr,
    call: &Call,
    outputs: &[TupleColumn],
    all: &mut Vec<NamedExpr>,
) {
    if let Some(extra) = column.names.get(outputs.len()) {
        let message =
            format!("`{}` gives {} columns, and here are {} names", call.name.text, outputs.len(), column.names.len());
        b.error(codes::TUPLE_TOO_LONG, extra.span, message);
        return;
    }
    let argument = call.arguments.first().and_then(argument_name).unwrap_or_default();
    let count = if column.names.is_empty() { outputs.len() } else { column.names.len() };
    for (at, (output, _)) in outputs.iter().enumerate().take(count) {
        let name = match column.names.get(at) {
            Some(name) => name.clone(),
            None => Name { text: format!("{}_{argument}_{output}", call.name.text), span: column.span },
        };
        let value = form(&column.value, at, column.span);
        all.push(NamedExpr { names: vec![name], value, span: column.span });
    }
}

/// The column at a place, to be bound as a form.
fn form(call: &Tree, at: usize, span: Span) -> Tree {
    let argument = |value| Argument { name: None, value };
    let arguments = vec![argument(call.clone()), argument(place(at, span))];
    let name = Name { text: TUPLE_COLUMN.to_owned(), span: call.span };
    Tree { kind: TreeKind::Call(Call { name, arguments }), span: call.span }
}

fn spread_sorted(b: &mut Binder<'_>, column: &NamedExpr, arrays: &[Argument], all: &mut Vec<NamedExpr>) {
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

/// The arrays of a call that sorts several; none when the call is another.
fn sorted_arrays(call: &Call) -> Option<&[Argument]> {
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
    Tree { kind: TreeKind::Index { base: Box::new(call.clone()), index: Box::new(place(at, span)) }, span }
}

fn place(at: usize, span: Span) -> Tree {
    Tree { kind: TreeKind::Literal(Literal::Long(i64::try_from(at).unwrap_or(i64::MAX))), span }
}
