//! `top-hitters`: the values that are most frequent, or have the largest sums.
//!
//! In: the rows. Out: their groups in the order of the values, of which the engine takes those with the largest sums. Kusto approximates them;
//! the exact ones are within what it promises.

use syntax::Span;
use syntax::ast::{Expr as Tree, NamedExpr};

use super::summarize::count_call;
use crate::binder::{Binder, Scope};
use crate::bound::{Aggregate, Expr, SortKey, TableKind};
use crate::codes;
use crate::names::implied_name;
use crate::schema::Column;
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;

/// - Shape: at most `count` rows: the value, then `approximate_count_` and its name, or `approximate_sum_` and the name of what is summed.
/// - Source: learn.microsoft.com/kusto/query/top-hitters-operator.
pub(super) fn top_hitters(
    b: &mut Binder<'_>,
    input: Tabular,
    count: &Tree,
    of: &NamedExpr,
    by: Option<&NamedExpr>,
    span: Span,
) -> Tabular {
    let count = b.count(count);
    let key = b.scalar(&of.value, Scope::of(&input));
    let weight = by.map(|by| b.scalar(&by.value, Scope::of(&input)));
    let (Some(count), Some(key)) = (count, key) else { return Tabular::open(span) };
    if b.refuse_dynamic_key(&key, of.value.span, "top-hitters") {
        return Tabular::open(span);
    }
    let written = of.names.first().map(|name| name.text.clone());
    let name = written.or_else(|| implied_name(&of.value)).unwrap_or_else(|| "Column1".to_owned());
    let (aggregate, counted) = match weight {
        None => (count_call(b, span), format!("approximate_count_{name}")),
        Some(weight) => {
            let Some(weight) = weight else { return Tabular::open(span) };
            let by_name = by.and_then(|by| implied_name(&by.value)).unwrap_or_default();
            (sum_call(b, weight, span), format!("approximate_sum_{by_name}"))
        }
    };
    let Some(aggregate) = aggregate else { return Tabular::open(span) };
    let ty = aggregate.outputs.first().copied().unwrap_or(Type::Long);
    let schema = vec![Column::new(name, key.ty), Column::new(counted, ty)];
    let kind = TableKind::Summarize { input: Box::new(input.table), by: vec![key], aggregates: vec![aggregate] };
    let groups = Tabular::new(kind, schema, span);
    let expr = groups.column_expr(0, span);
    let keys = vec![SortKey { expr, descending: false, nulls_first: true }];
    let sorted = groups.same_columns(span, |input| TableKind::Sort { input, keys });
    let top = sorted.same_columns(span, |input| TableKind::TopHitters { input, count });
    Tabular { is_serialized: true, ..top }
}

fn sum_call(b: &mut Binder<'_>, weight: Expr, span: Span) -> Option<Aggregate> {
    if !weight.ty.is_summable() {
        let message = format!("`top-hitters` sums numbers, found a {}", weight.ty);
        b.error(codes::SUMMABLE_EXPECTED, weight.span, message);
        return None;
    }
    let ty = if weight.ty == Type::Int { Type::Long } else { weight.ty };
    let Some(info) = b.catalog.function("sum", FunctionKind::Aggregate) else {
        b.unsupported(span, "top-hitters … by");
        return None;
    };
    Some(Aggregate { function: info.name, arguments: vec![weight], outputs: vec![ty], span })
}
