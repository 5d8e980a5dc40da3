//! `sort`, `top`, `take`, `sample`: order, and the first or any rows.

use syntax::Span;
use syntax::ast::{Direction, Expr as Tree, Nulls, OrderedExpr};

use crate::binder::{Binder, Scope};
use crate::bound::{SortKey, TableKind};
use crate::tabular::Tabular;

/// `sort by`, `order by`. Descending unless told; nulls are smallest unless told.
pub(super) fn sort(b: &mut Binder<'_>, input: Tabular, by: &[OrderedExpr], span: Span) -> Tabular {
    let keys = sort_keys(b, &input, by, "sort");
    let table = match keys {
        Some(keys) => input.same_columns(span, |input| TableKind::Sort { input, keys }),
        None => input,
    };
    Tabular { is_serialized: true, ..table }
}

/// `top n by …`.
pub(super) fn top(b: &mut Binder<'_>, input: Tabular, count: &Tree, by: &[OrderedExpr], span: Span) -> Tabular {
    let count = b.count(count);
    let keys = sort_keys(b, &input, by, "top");
    let table = match (count, keys) {
        (Some(count), Some(keys)) => input.same_columns(span, |input| TableKind::Top { input, count, keys }),
        _ => input,
    };
    Tabular { is_serialized: true, ..table }
}

/// `take n`, `limit n`.
pub(super) fn take(b: &mut Binder<'_>, input: Tabular, count: &Tree, span: Span) -> Tabular {
    match b.count(count) {
        Some(count) => input.same_columns(span, |input| TableKind::Take { input, count }),
        None => input,
    }
}

/// `sample n`.
pub(super) fn sample(b: &mut Binder<'_>, input: Tabular, count: &Tree, span: Span) -> Tabular {
    match b.count(count) {
        Some(count) => {
            let table = input.same_columns(span, |input| TableKind::Sample { input, count });
            Tabular { is_serialized: false, ..table }
        }
        None => input,
    }
}

fn sort_keys(b: &mut Binder<'_>, input: &Tabular, by: &[OrderedExpr], operator: &str) -> Option<Vec<SortKey>> {
    let mut keys = vec![];
    let mut is_complete = true;
    for ordered in by {
        let Some(expr) = b.scalar(&ordered.key.value, Scope::of(input)) else {
            is_complete = false;
            continue;
        };
        is_complete &= !b.refuse_dynamic_key(&expr, ordered.key.value.span, operator);
        let descending = ordered.direction != Some(Direction::Ascending);
        let nulls_first = match ordered.nulls {
            Some(nulls) => nulls == Nulls::First,
            None => !descending,
        };
        keys.push(SortKey { expr, descending, nulls_first });
    }
    is_complete.then_some(keys)
}
