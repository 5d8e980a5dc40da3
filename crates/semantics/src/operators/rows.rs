//! `print` and `datatable`: rows that are written in the query.

use syntax::Span;
use syntax::ast::{ColumnDeclaration, Expr as Tree, NamedExpr};

use super::project::named_columns;
use super::tuples;
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, ExprKind, TableKind};
use crate::codes;
use crate::convert::{convert, converts, literal_as};
use crate::names::Names;
use crate::schema::{Column, Schema};
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// `print a = x, …`: one row. A value without a name is `print_` and its place.
pub(super) fn print(b: &mut Binder<'_>, columns: &[NamedExpr], span: Span) -> Tabular {
    let one = Tabular::new(TableKind::OneRow, vec![], span);
    let columns = &tuples::spread(b, columns);
    let mut names = Names::default();
    let mut made: Vec<(Column, Expr)> = vec![];
    let mut faulty = vec![];
    for (at, column) in columns.iter().enumerate() {
        if !column.names.is_empty() {
            let (named, wrong) = named_columns(b, std::slice::from_ref(column), Scope::of(&one));
            let written = &column.names;
            for (at, (mut column, expr)) in named.into_iter().enumerate() {
                let place = written.get(at).map_or(expr.span, |name| name.span);
                let name = super::project::declared(b, &mut names, &column.name, place);
                let Some(name) = name else { continue };
                column.name = name;
                made.push((column, expr));
            }
            faulty.extend(wrong);
            continue;
        }
        let name = names.unique(&format!("print_{at}"));
        match b.scalar(&column.value, Scope::of(&one)) {
            Some(value) => made.push((Column::new(name, value.ty), value)),
            None => {
                made.push((
                    Column::new(name.clone(), Type::Dynamic),
                    crate::convert::constant(Value::Null(Type::Dynamic), column.span),
                ));
                faulty.push(name);
            }
        }
    }
    let (schema, exprs): (Schema, Vec<Expr>) = made.into_iter().unzip();
    Tabular { faulty, ..one.project(exprs, schema, span) }
}

/// `datatable (a: string, …) [ … ]`.
pub(crate) fn datatable(b: &mut Binder<'_>, columns: &[ColumnDeclaration], values: &[Tree], span: Span) -> Tabular {
    let (schema, mut is_complete) = declared_columns(b, columns);
    let width = schema.len();
    if width == 0 || !values.len().is_multiple_of(width) {
        let place = values.last().map_or(span, |value| value.span);
        let message = format!("{} values do not fill rows of {width} columns", values.len());
        b.error(codes::ROW_NOT_FULL, place, message);
        is_complete = false;
    }
    let mut rows: Vec<Vec<Value>> = vec![];
    for chunk in values.chunks(width.max(1)) {
        let row: Vec<Option<Value>> =
            chunk.iter().zip(&schema).map(|(tree, column)| cell(b, tree, column.ty)).collect();
        match row.into_iter().collect::<Option<Vec<Value>>>() {
            Some(row) => rows.push(row),
            None => is_complete = false,
        }
    }
    let kind = if is_complete { TableKind::Rows { rows } } else { TableKind::OneRow };
    Tabular::new(kind, schema, span)
}

/// The columns that a query declares, and whether all of their types are types.
pub(super) fn declared_columns(b: &mut Binder<'_>, columns: &[ColumnDeclaration]) -> (Schema, bool) {
    let mut names = Names::default();
    let mut schema: Schema = vec![];
    let mut is_complete = true;
    for column in columns {
        let ty = Type::from_name(&column.ty.text).unwrap_or_else(|| {
            is_complete = false;
            b.error(codes::TYPE_NAME, column.ty.span, format!("`{}` is not a type", column.ty.text));
            Type::String
        });
        if let Some(name) = super::project::declared(b, &mut names, &column.name.text, column.name.span) {
            schema.push(Column::new(name, ty));
        }
    }
    (schema, is_complete)
}

/// One value as its column's type. Kusto reads text into any type there, and what does not fit is null.
fn cell(b: &mut Binder<'_>, tree: &Tree, ty: Type) -> Option<Value> {
    let expr = b.scalar(tree, Scope::default())?;
    let folded = match &expr.kind {
        ExprKind::Constant(Value::Null(_)) => Some(Value::absent(ty)),
        ExprKind::Constant(value) if value.ty() == ty => Some(value.clone()),
        ExprKind::Constant(_) if converts(expr.ty, ty) || ty == Type::Dynamic => constant_of(convert(expr.clone(), ty)),
        ExprKind::Constant(Value::Long(_)) if ty == Type::Int => constant_of(convert(expr.clone(), ty)),
        ExprKind::Constant(_) => literal_as(&expr, ty).and_then(constant_of),
        _ => None,
    };
    if folded.is_none() {
        let message = format!("a constant of type {ty} is expected here, found a {}", expr.ty);
        b.error(codes::CONSTANT_EXPECTED, tree.span, message);
    }
    folded
}

fn constant_of(expr: Expr) -> Option<Value> {
    if let ExprKind::Constant(value) = expr.kind { Some(value) } else { None }
}
