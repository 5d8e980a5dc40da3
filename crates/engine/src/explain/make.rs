//! Bound expressions and tables that no text wrote: what explaining asks beside the query's own.
//!
//! In: parts. Out: bound parts of the types that the engine expects; a place that they have is that of the query's text they are about.

use semantics::bound::{Aggregate, ArithmeticOp, CompareOp, Expr, ExprKind, SortKey, Table, TableKind};
use semantics::{Column, Schema, Type, Value};
use syntax::Span;

pub(super) fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, span: Span::default() }
}

pub(super) fn constant(value: Value) -> Expr {
    let ty = value.ty();
    expr(ExprKind::Constant(value), ty)
}

pub(super) fn real(value: f64) -> Expr {
    constant(Value::Real(value))
}

pub(super) fn column(at: usize, ty: Type) -> Expr {
    expr(ExprKind::Column(at), ty)
}

pub(super) fn call(function: &'static str, arguments: Vec<Expr>, ty: Type) -> Expr {
    expr(ExprKind::Call { function, arguments }, ty)
}

/// Is it true? Never null: an equality with one null is false.
pub(super) fn is_true(condition: Expr) -> Expr {
    let (left, right) = (Box::new(condition), Box::new(constant(Value::Bool(true))));
    expr(ExprKind::Compare { op: CompareOp::Equal, left, right }, Type::Bool)
}

pub(super) fn not(condition: Expr) -> Expr {
    call("not", vec![condition], Type::Bool)
}

/// All of them; true when there are none.
pub(super) fn all(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let both = |left, right| expr(ExprKind::And(Box::new(left), Box::new(right)), Type::Bool);
    conditions.into_iter().reduce(both).unwrap_or_else(|| constant(Value::Bool(true)))
}

pub(super) fn iff(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    let ty = then.ty;
    call("iff", vec![condition, then, otherwise], ty)
}

pub(super) fn arithmetic(op: ArithmeticOp, left: Expr, right: Expr, ty: Type) -> Expr {
    expr(ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }, ty)
}

/// The sum of reals, or of longs; nothing is zero.
pub(super) fn sum(parts: impl IntoIterator<Item = Expr>, zero: Value) -> Expr {
    let ty = zero.ty();
    parts
        .into_iter()
        .reduce(|left, right| arithmetic(ArithmeticOp::Add, left, right, ty))
        .unwrap_or_else(|| constant(zero))
}

pub(super) fn table(kind: TableKind, schema: Schema, span: Span) -> Table {
    Table { kind, schema, span }
}

/// No row, under these columns.
pub(super) fn nothing(like: &Table) -> Table {
    table(TableKind::Rows { rows: vec![] }, like.schema.clone(), like.span)
}

/// All columns of a table, as expressions over it.
pub(super) fn columns(schema: &[Column]) -> Vec<Expr> {
    schema.iter().enumerate().map(|(at, made)| column(at, made.ty)).collect()
}

/// A table's columns with further ones behind, each named by a mark that no query can write, and its number.
pub(super) fn extended(input: Table, added: Vec<Expr>) -> Table {
    let mut exprs = columns(&input.schema);
    let mut schema = input.schema.clone();
    for made in added {
        schema.push(Column::new(format!("$x{}", schema.len()), made.ty));
        exprs.push(made);
    }
    let span = input.span;
    table(TableKind::Project { input: Box::new(input), columns: exprs }, schema, span)
}

/// Other columns in place of a table's, numbered.
pub(super) fn projected(input: Table, exprs: Vec<Expr>) -> Table {
    let schema = exprs.iter().enumerate().map(|(at, made)| Column::new(format!("$x{at}"), made.ty)).collect();
    let span = input.span;
    table(TableKind::Project { input: Box::new(input), columns: exprs }, schema, span)
}

pub(super) fn filtered(input: Table, predicate: Expr) -> Table {
    let (schema, span) = (input.schema.clone(), input.span);
    table(TableKind::Filter { input: Box::new(input), predicate }, schema, span)
}

pub(super) fn taken(input: Table, count: usize) -> Table {
    let (schema, span) = (input.schema.clone(), input.span);
    let count = constant(Value::Long(i64::try_from(count).unwrap_or(i64::MAX)));
    table(TableKind::Take { input: Box::new(input), count }, schema, span)
}

pub(super) fn aggregate(function: &'static str, arguments: Vec<Expr>, outputs: Vec<Type>) -> Aggregate {
    Aggregate { function, arguments, outputs, span: Span::default() }
}

/// How many rows, for each of some conditions.
pub(super) fn counted(input: Table, conditions: Vec<Expr>) -> Table {
    let count = |condition: Expr| match condition.kind {
        // Storage may know how many rows there are.
        ExprKind::Constant(Value::Bool(true)) => aggregate("count", vec![], vec![Type::Long]),
        _ => aggregate("countif", vec![condition], vec![Type::Long]),
    };
    let schema = (0..conditions.len()).map(|at| Column::new(format!("$n{at}"), Type::Long)).collect();
    let aggregates = conditions.into_iter().map(count).collect();
    let span = input.span;
    table(TableKind::Summarize { input: Box::new(input), by: vec![], aggregates }, schema, span)
}

/// Groups by the first columns of a table; the schema is that of the groups.
pub(super) fn grouped(input: Table, by: usize, aggregates: Vec<Aggregate>) -> Table {
    let by: Vec<Expr> = columns(&input.schema).into_iter().take(by).collect();
    let outputs = by.iter().map(|key| key.ty).chain(aggregates.iter().flat_map(|call| call.outputs.iter().copied()));
    let schema = outputs.enumerate().map(|(at, ty)| Column::new(format!("$g{at}"), ty)).collect();
    let span = input.span;
    table(TableKind::Summarize { input: Box::new(input), by, aggregates }, schema, span)
}

/// The first rows by ascending columns.
pub(super) fn least(input: Table, keys: &[usize], count: usize) -> Table {
    let (schema, span) = (input.schema.clone(), input.span);
    let key = |at: &usize| {
        let column = schema.get(*at).map(|made| column(*at, made.ty))?;
        Some(SortKey { expr: column, descending: false, nulls_first: false })
    };
    let keys = keys.iter().filter_map(key).collect();
    let count = constant(Value::Long(i64::try_from(count).unwrap_or(i64::MAX)));
    table(TableKind::Top { input: Box::new(input), count, keys }, schema, span)
}
