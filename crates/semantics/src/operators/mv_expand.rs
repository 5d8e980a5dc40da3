//! `mv-expand`: each row once per element of its dynamic columns.

use syntax::Span;
use syntax::ast::MvExpand as Tree;

use super::option_word;
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, MvColumn, MvKind, Table, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::names::{Names, implied_name};
use crate::schema::Column;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// How many elements of a row `mvexpand` gives when it is not told: the page of `mv-expand`.
const LEGACY_LIMIT: i64 = 128;

/// - Shape: columns of the input, the expanded ones in place (new names at the end), then the item index.
/// - Errors: a column that is not dynamic.
pub(super) fn mv_expand(b: &mut Binder<'_>, input: Tabular, tree: &Tree, span: Span) -> Tabular {
    let kind = option_word(&tree.options, "kind").or_else(|| option_word(&tree.options, "bagexpansion"));
    let kind = match kind {
        None | Some(("bag", _)) => MvKind::Bag,
        Some(("array", _)) => MvKind::Array,
        Some((other, place)) => {
            b.error(codes::OPTION_VALUE, place, format!("`{other}` is not an expansion of bags: bag, array"));
            MvKind::Bag
        }
    };
    let limit = match &tree.limit {
        Some(limit) => b.count(limit),
        None => tree.is_legacy.then(|| constant(Value::Long(LEGACY_LIMIT), span)),
    };
    let mut schema = input.schema().clone();
    let mut exprs = input.all_columns(span);
    let mut expanded: Vec<MvColumn> = vec![];
    let mut names = Names::over(input.schema());
    for column in &tree.columns {
        let value = b.scalar(&column.column.value, Scope::of(&input));
        let ty = column.ty.as_ref().map_or(Some(Type::Dynamic), |ty| {
            let found = Type::from_name(&ty.text);
            if found.is_none() {
                b.error(codes::TYPE_NAME, ty.span, format!("`{}` is not a type", ty.text));
            }
            found
        });
        let written = column.column.names.first().map(|name| name.text.clone());
        let name = written.or_else(|| implied_name(&column.column.value)).unwrap_or_else(|| names.unnamed());
        let (Some(value), Some(ty)) = (value, ty) else {
            let mut open = Tabular { is_serialized: input.is_serialized, ..input };
            open.faulty.push(name);
            return open;
        };
        if value.ty != Type::Dynamic {
            let message = format!("`mv-expand` expands a dynamic, found a {}", value.ty);
            b.error(codes::EXACT_TYPE, column.column.value.span, message);
            continue;
        }
        let place = put(&mut schema, &mut exprs, &name, value);
        expanded.push(MvColumn { column: place, ty });
    }
    let index = option_word(&tree.options, "with_itemindex").map(|(name, place)| {
        if schema.iter().any(|column| column.name == name) {
            b.error(codes::DUPLICATE_COLUMN, place, format!("there is a column `{name}` already"));
        }
        name.to_owned()
    });
    expand(input, exprs, schema, expanded, limit, index, kind, span)
}

/// Puts the array to expand where its element will be.
fn put(schema: &mut Vec<Column>, exprs: &mut Vec<Expr>, name: &str, value: Expr) -> usize {
    let place = schema.iter().position(|column| column.name == name);
    match place.and_then(|at| Some((at, schema.get_mut(at)?, exprs.get_mut(at)?))) {
        Some((at, column, expr)) => {
            column.ty = Type::Dynamic;
            *expr = value;
            at
        }
        None => {
            schema.push(Column::new(name, Type::Dynamic));
            exprs.push(value);
            schema.len() - 1
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one operator, bound")]
fn expand(
    input: Tabular,
    exprs: Vec<Expr>,
    schema: Vec<Column>,
    columns: Vec<MvColumn>,
    limit: Option<Expr>,
    index: Option<String>,
    kind: MvKind,
    span: Span,
) -> Tabular {
    let is_unchanged = exprs == input.all_columns(span);
    let arrays = if is_unchanged { input } else { input.project(exprs, schema, span) };
    let mut schema = arrays.schema().clone();
    for column in &columns {
        if let Some(slot) = schema.get_mut(column.column) {
            slot.ty = column.ty;
        }
    }
    let item_index = index.is_some();
    if let Some(name) = index {
        schema.push(Column::new(name, Type::Long));
    }
    let Tabular { table, compat, faulty, is_open, extent, graph, .. } = arrays;
    let kind = TableKind::MvExpand { input: Box::new(table), columns, limit, item_index, kind };
    // The page of `serialize` has this operator among those whose rows are in no order that functions may use.
    Tabular { table: Table { kind, schema, span }, compat, faulty, is_open, is_serialized: false, extent, graph }
}
