//! `make-series`: aggregates per group and step of an axis, as arrays without gaps.
//!
//! Built from smaller operators: groups by key and bin, a grid of every key and every bin, the two joined, what is missing filled, and the
//! values listed in the order of the axis. Which rows and bins count, after the documentation and its examples:
//! `from a to b` has the bins a, a + step … below b and counts the rows from a up to, not including, b;
//! `in range(a, b, step)` has the bins that `bin` gives from that of a up to b, and counts the rows from a to b.
//! Without `from` a series begins with the first bin that has data of its key, as `bin` gives it; without `to` it ends with the last such bin.
//! A key whose rows are all outside has a series of defaults.

use syntax::Span;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, MakeSeries, Name, NamedExpr};

use super::{option_word, summarize};
use crate::binder::{Binder, Scope};
use crate::bound::{Aggregate, ArithmeticOp, CompareOp, Expr, ExprKind, Join, JoinKind, SortKey, Table, TableKind};
use crate::codes;
use crate::convert::{common_type, constant, convert, converts, is_constant};
use crate::names::{Names, implied_name};
use crate::schema::{Column, Schema};
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// The axis, its operands in one type.
struct Axis {
    /// Where the first bin begins.
    base: Expr,
    /// The distance to where the last bin may begin, or before which.
    length: Expr,
    step: Expr,
    /// Over the input: how far a row's bin is from the first one; null for a row that does not count.
    offset: Expr,
    includes_end: bool,
    /// Is an end not written, so that it is where the data of a key ends?
    is_open: bool,
}

/// - Shape: a row per key; the keys, an array per aggregate, then the axis, all arrays of one length.
/// - Nulls: a bin without rows has the aggregate's `default`, else 0; an aggregate that is null stays null.
pub(super) fn make_series(b: &mut Binder<'_>, input: Tabular, tree: &MakeSeries, keyword: Span, span: Span) -> Tabular {
    if input.is_open {
        return Tabular::open(span);
    }
    let is_nonempty = matches!(option_word(&tree.options, "kind"), Some(("nonempty", _)));
    // Ends that are not written are read from the rows, which are evaluated once.
    let input = if tree.from.is_none() || tree.to.is_none() { b.share(input, span) } else { input };
    let Some(axis) = axis(b, &input, tree, keyword) else { return Tabular::open(span) };
    let (offset_name, all_name) = (b.hidden_name(), b.hidden_name());
    let mut schema = input.schema().clone();
    let mut columns = input.all_columns(span);
    schema.push(Column::new(offset_name.clone(), axis.offset.ty));
    columns.push(axis.offset.clone());
    schema.push(Column::new(all_name.clone(), Type::Long));
    columns.push(constant(Value::Long(1), span));
    let rows = b.share(input.project(columns, schema, span), span);

    let by: Vec<NamedExpr> = if tree.by.is_empty() { vec![named(&all_name, span)] } else { tree.by.clone() };
    let keys = if tree.by.is_empty() && is_nonempty {
        let one = Tabular::new(TableKind::OneRow, vec![], span);
        one.project(vec![constant(Value::Long(1), span)], vec![Column::new(all_name.clone(), Type::Long)], span)
    } else {
        summarize::summarize(b, rows.clone(), &[], &by, None, span)
    };
    let counted = within(rows, &offset_name, &axis, span);
    let mut keys_and_offset = by;
    keys_and_offset.push(named(&offset_name, span));
    let aggregates: Vec<NamedExpr> = tree.aggregates.iter().map(|(aggregate, _)| aggregate.clone()).collect();
    let before = b.error_count();
    let groups = summarize::summarize(b, counted, &aggregates, &keys_and_offset, None, span);
    if keys.is_open || groups.is_open || b.error_count() > before || !keys.faulty.is_empty() {
        return Tabular::open(span);
    }
    let width = keys.schema().len();
    let groups = if axis.is_open { b.share(groups, span) } else { groups };
    let Some(filled) = fill(b, keys.table, groups.table, &axis, tree, span) else { return Tabular::open(span) };
    let written = tree.on.names.first().map(|name| name.text.clone());
    let axis_name = written.or_else(|| implied_name(&tree.on.value)).unwrap_or_else(|| "Column1".to_owned());
    list(b, filled, width, &axis_name, &all_name, span)
}

fn named(name: &str, span: Span) -> NamedExpr {
    NamedExpr { names: vec![], value: Tree { kind: TreeKind::Name(Name { text: name.to_owned(), span }), span }, span }
}

/// Binds the axis and brings its operands to one type.
fn axis(b: &mut Binder<'_>, input: &Tabular, tree: &MakeSeries, keyword: Span) -> Option<Axis> {
    let Some(step) = &tree.step else {
        b.unsupported(keyword, "make-series without a step");
        return None;
    };
    let value = b.scalar(&tree.on.value, Scope::of(input));
    let [from, to] = [&tree.from, &tree.to].map(|end| end.as_ref().map(|end| end_of(b, end)));
    let (value, step) = (value?, end_of(b, step)?);
    let (from, to) = (absent_or(from)?, absent_or(to)?);
    let span = tree.on.span;
    let ends: Vec<Type> = from.iter().chain(&to).map(|end| end.ty).collect();
    let point = common_type(std::iter::once(value.ty).chain(ends.iter().copied()));
    let distance = match point {
        Some(Type::DateTime) => Some(Type::TimeSpan),
        Some(ty) if ty.is_summable() => common_type([ty, step.ty]),
        _ => None,
    };
    let types = match (point, distance) {
        (Some(Type::DateTime), Some(distance)) if converts(step.ty, distance) => Some((Type::DateTime, distance)),
        (Some(point), Some(distance)) if point != Type::DateTime && distance.is_summable() => {
            Some((distance, distance))
        }
        _ => None,
    };
    let Some((point, distance)) = types else {
        let names: Vec<&str> = ends.iter().map(|ty| ty.name()).collect();
        let message = format!("a series of {} between {} by a {} is not defined", value.ty, names.join(", "), step.ty);
        b.error(codes::OPERATOR_TYPES, span, message);
        return None;
    };
    let (value, step) = (convert(value, point), convert(step, distance));
    let given = [from, to].map(|end| end.map(|end| convert(end, point)));
    let [from, to] = ends_of(b, input, &value, given, &step, span)?;
    let axis = bins(b, value, [from, to, step], tree.in_range, span)?;
    Some(Axis { is_open: tree.from.is_none() || tree.to.is_none(), ..axis })
}

/// What is not written is no mistake; what is and could not be bound is one.
fn absent_or(end: Option<Option<Expr>>) -> Option<Option<Expr>> {
    match end {
        Some(bound) => bound.map(Some),
        None => Some(None),
    }
}

fn end_of(b: &mut Binder<'_>, end: &Tree) -> Option<Expr> {
    let bound = b.scalar(end, Scope::default())?;
    if !is_constant(&bound) {
        b.error(codes::CONSTANT_EXPECTED, end.span, "the ends and the step of a series must be known beforehand");
        return None;
    }
    Some(bound)
}

/// The ends as written; else the first bin that has data, and the end of the last one.
fn ends_of(
    b: &mut Binder<'_>,
    input: &Tabular,
    value: &Expr,
    given: [Option<Expr>; 2],
    step: &Expr,
    span: Span,
) -> Option<[Expr; 2]> {
    let [from, to] = given;
    let has_from = from.is_some();
    let from = match from {
        Some(from) => from,
        None => {
            let first = extreme(b, input, value, "min", span)?;
            b.builtin("bin", vec![first, step.clone()], span)?
        }
    };
    let to = match to {
        Some(to) => to,
        None => {
            let last = extreme(b, input, value, "max", span)?;
            let begin = if has_from {
                // Bins begin at `from`, so the last one is found from there.
                let way = subtract(last, from.clone(), step.ty, span);
                let way = b.builtin("bin", vec![way, step.clone()], span)?;
                add(from.clone(), way, span)
            } else {
                b.builtin("bin", vec![last, step.clone()], span)?
            };
            add(begin, step.clone(), span)
        }
    };
    Some([from, to])
}

/// The least or greatest value of the axis.
fn extreme(b: &mut Binder<'_>, input: &Tabular, value: &Expr, function: &str, span: Span) -> Option<Expr> {
    let Some(info) = b.catalog.function(function, FunctionKind::Aggregate) else {
        b.unsupported(span, "make-series without from and to");
        return None;
    };
    let ty = value.ty;
    let aggregates = vec![Aggregate { function: info.name, arguments: vec![value.clone()], outputs: vec![ty], span }];
    let kind = TableKind::Summarize { input: Box::new(input.table.clone()), by: vec![], aggregates };
    let table = Table { kind, schema: vec![Column::new("$end", ty)], span };
    Some(Expr { kind: ExprKind::ToScalar(Box::new(table)), ty, span })
}

/// Where the bins lie, and in which one a row is.
fn bins(b: &mut Binder<'_>, value: Expr, ends: [Expr; 3], in_range: bool, span: Span) -> Option<Axis> {
    let [from, to, step] = ends;
    let distance = step.ty;
    let base = if in_range { b.builtin("bin", vec![from.clone(), step.clone()], span)? } else { from.clone() };
    let offset = if in_range {
        let bin = b.builtin("bin", vec![value.clone(), step.clone()], span)?;
        subtract(bin, base.clone(), distance, span)
    } else {
        let distance_from = subtract(value.clone(), from.clone(), distance, span);
        b.builtin("bin", vec![distance_from, step.clone()], span)?
    };
    let last = if in_range { CompareOp::LessOrEqual } else { CompareOp::Less };
    let counts = ExprKind::And(
        Box::new(compare(CompareOp::GreaterOrEqual, value.clone(), from, span)),
        Box::new(compare(last, value, to.clone(), span)),
    );
    let counts = Expr { kind: counts, ty: Type::Bool, span };
    let nothing = constant(Value::absent(distance), span);
    let offset = b.builtin("iff", vec![counts, offset, nothing], span)?;
    let length = subtract(to, base.clone(), distance, span);
    Some(Axis { base, length, step, offset, includes_end: in_range, is_open: false })
}

fn add(left: Expr, right: Expr, span: Span) -> Expr {
    let ty = left.ty;
    let kind = ExprKind::Arithmetic { op: ArithmeticOp::Add, left: Box::new(left), right: Box::new(right) };
    Expr { kind, ty, span }
}

fn subtract(left: Expr, right: Expr, ty: Type, span: Span) -> Expr {
    let kind = ExprKind::Arithmetic { op: ArithmeticOp::Subtract, left: Box::new(left), right: Box::new(right) };
    Expr { kind, ty, span }
}

fn compare(op: CompareOp, left: Expr, right: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, ty: Type::Bool, span }
}

/// Only rows that count: those whose offset is not null.
fn within(rows: Tabular, offset: &str, axis: &Axis, span: Span) -> Tabular {
    let Some(place) = rows.column(offset) else { return rows };
    let zero = zero(axis.offset.ty, span);
    let predicate = compare(CompareOp::GreaterOrEqual, rows.column_expr(place, span), zero, span);
    rows.same_columns(span, |input| TableKind::Filter { input, predicate })
}

fn zero(ty: Type, span: Span) -> Expr {
    match ty {
        Type::TimeSpan => constant(Value::TimeSpan(0), span),
        other => convert(constant(Value::Long(0), span), other),
    }
}

/// Every key with every bin, its aggregates or their defaults, and the axis. Columns: keys, offset, aggregates, axis.
fn fill(b: &mut Binder<'_>, keys: Table, groups: Table, axis: &Axis, tree: &MakeSeries, span: Span) -> Option<Table> {
    let width = keys.schema.len();
    let mut grid = grid(keys, axis, span);
    if axis.is_open {
        grid = within_data(b, grid, &groups, tree, span)?;
    }
    let aggregate_count = groups.schema.len() - width - 1;
    let names: Vec<String> = groups.schema.iter().skip(width + 1).map(|column| column.name.clone()).collect();
    let all_names: Schema = grid.schema.clone();
    let groups = with_presence(groups, span);
    let key_pairs = (0..=width).map(|at| (column(&grid, at, span), column(&groups, at, span))).collect();
    let mut schema = grid.schema.clone();
    schema.extend(groups.schema.iter().enumerate().map(|(at, column)| Column::new(format!("$group{at}"), column.ty)));
    let join = Join { kind: JoinKind::LeftOuter, left: grid, right: groups, keys: key_pairs };
    let joined = Table { kind: TableKind::Join(Box::new(join)), schema, span };
    let presence = column(&joined, joined.schema.len() - 1, span);
    let mut columns: Vec<Expr> = (0..=width).map(|at| column(&joined, at, span)).collect();
    let mut schema = all_names;
    for at in 0..aggregate_count {
        let value = column(&joined, width + 1 + width + 1 + at, span);
        let default = default_of(b, tree.aggregates.get(at).and_then(|(_, default)| default.as_ref()), value.ty, span)?;
        let is_missing = b.builtin("isnull", vec![presence.clone()], span)?;
        let value = b.builtin("iff", vec![is_missing, default, value], span)?;
        schema.push(Column::new(names.get(at).cloned().unwrap_or_default(), value.ty));
        columns.push(value);
    }
    let offset = column(&joined, width, span);
    let point =
        ExprKind::Arithmetic { op: ArithmeticOp::Add, left: Box::new(axis.base.clone()), right: Box::new(offset) };
    columns.push(Expr { kind: point, ty: axis.base.ty, span });
    schema.push(Column::new("$axis", axis.base.ty));
    Some(Table { kind: TableKind::Project { input: Box::new(joined), columns }, schema, span })
}

fn column(table: &Table, at: usize, span: Span) -> Expr {
    let ty = table.schema.get(at).map_or(Type::Dynamic, |column| column.ty);
    Expr { kind: ExprKind::Column(at), ty, span }
}

/// Every key with every offset.
fn grid(keys: Table, axis: &Axis, span: Span) -> Table {
    let ty = axis.offset.ty;
    let offsets = TableKind::Range {
        from: Box::new(zero(ty, span)),
        to: Box::new(axis.length.clone()),
        step: Box::new(axis.step.clone()),
    };
    let schema = vec![Column::new("$offset", ty)];
    let mut offsets = Table { kind: offsets, schema: schema.clone(), span };
    if !axis.includes_end {
        let predicate = compare(CompareOp::Less, column(&offsets, 0, span), axis.length.clone(), span);
        offsets =
            Table { kind: TableKind::Filter { input: Box::new(offsets), predicate }, schema: schema.clone(), span };
    }
    let one = || constant(Value::Long(1), span);
    let all: Schema = keys.schema.iter().cloned().chain(schema).collect();
    let join = Join { kind: JoinKind::Inner, left: keys, right: offsets, keys: vec![(one(), one())] };
    Table { kind: TableKind::Join(Box::new(join)), schema: all, span }
}

/// Of every key the bins from its first that has data to its last, each as far as that end is not written.
fn within_data(b: &mut Binder<'_>, grid: Table, groups: &Table, tree: &MakeSeries, span: Span) -> Option<Table> {
    let width = grid.schema.len() - 1;
    let offset = column(groups, width, span);
    let ends = ["min", "max"].map(|name| {
        let info = b.catalog.function(name, FunctionKind::Aggregate)?;
        let (arguments, outputs) = (vec![offset.clone()], vec![offset.ty]);
        Some(Aggregate { function: info.name, arguments, outputs, span })
    });
    let [Some(first), Some(last)] = ends else {
        b.unsupported(span, "make-series without from and to");
        return None;
    };
    let keys: Schema = grid.schema.iter().take(width).cloned().collect();
    let by = (0..width).map(|at| column(groups, at, span)).collect();
    let mut schema = keys;
    schema.extend(["$first", "$last"].map(|name| Column::new(name, offset.ty)));
    let kind = TableKind::Summarize { input: Box::new(groups.clone()), by, aggregates: vec![first, last] };
    let data = Table { kind, schema, span };
    let pairs = (0..width).map(|at| (column(&grid, at, span), column(&data, at, span))).collect();
    let schema = grid.schema.clone();
    let mut all = schema.clone();
    all.extend(data.schema.iter().enumerate().map(|(at, column)| Column::new(format!("$data{at}"), column.ty)));
    let join = Join { kind: JoinKind::Inner, left: grid, right: data, keys: pairs };
    let mut table = Table { kind: TableKind::Join(Box::new(join)), schema: all.clone(), span };
    let ends = [
        (tree.from.is_none(), CompareOp::GreaterOrEqual, 2 * width + 1),
        (tree.to.is_none(), CompareOp::LessOrEqual, 2 * width + 2),
    ];
    for (_, op, end) in ends.into_iter().filter(|(is_open, ..)| *is_open) {
        let predicate = compare(op, column(&table, width, span), column(&table, end, span), span);
        table = Table { kind: TableKind::Filter { input: Box::new(table), predicate }, schema: all.clone(), span };
    }
    let columns = (0..=width).map(|at| column(&table, at, span)).collect();
    Some(Table { kind: TableKind::Project { input: Box::new(table), columns }, schema, span })
}

/// The groups with a column that says that they are there.
fn with_presence(groups: Table, span: Span) -> Table {
    let mut schema = groups.schema.clone();
    let mut columns: Vec<Expr> = (0..schema.len()).map(|at| column(&groups, at, span)).collect();
    schema.push(Column::new("$present", Type::Bool));
    columns.push(constant(Value::Bool(true), span));
    Table { kind: TableKind::Project { input: Box::new(groups), columns }, schema, span }
}

/// The written default, or 0.
fn default_of(b: &mut Binder<'_>, default: Option<&Tree>, ty: Type, span: Span) -> Option<Expr> {
    let Some(tree) = default else {
        let is_number = ty.is_number();
        let value = if is_number { convert(constant(Value::Long(0), span), ty) } else { zero_of(ty, span) };
        return Some(value);
    };
    let value = b.scalar(tree, Scope::default())?;
    if let ExprKind::Constant(Value::Null(_)) = value.kind {
        return Some(constant(Value::absent(ty), span));
    }
    Some(value)
}

fn zero_of(ty: Type, span: Span) -> Expr {
    match ty {
        Type::TimeSpan => constant(Value::TimeSpan(0), span),
        other => constant(Value::absent(other), span),
    }
}

/// Lists the values of every key in the order of the axis.
fn list(b: &mut Binder<'_>, filled: Table, width: usize, axis: &str, all: &str, span: Span) -> Tabular {
    let functions = ["make_list_with_nulls", "make_list"]
        .map(|name| b.catalog.function(name, FunctionKind::Aggregate).map(|info| info.name));
    let [Some(list_values), Some(list_axis)] = functions else {
        b.unsupported(span, "make-series");
        return Tabular::open(span);
    };
    let schema = filled.schema.clone();
    let offset = column(&filled, width, span);
    let keys = vec![SortKey { expr: offset, descending: false, nulls_first: true }];
    let sorted = Table { kind: TableKind::Sort { input: Box::new(filled), keys }, schema: schema.clone(), span };
    let mut names = Names::default();
    let mut shown: Schema = vec![];
    let mut by = vec![];
    for (at, key) in schema.iter().enumerate().take(width) {
        by.push(column(&sorted, at, span));
        shown.push(Column::new(names.unique(&key.name), key.ty));
    }
    let mut aggregates = vec![];
    let last = schema.len() - 1;
    for (at, value) in schema.iter().enumerate().skip(width + 1) {
        let function = if at == last { list_axis } else { list_values };
        let arguments = vec![column(&sorted, at, span)];
        aggregates.push(Aggregate { function, arguments, outputs: vec![Type::Dynamic], span });
        let name = if at == last { axis } else { &value.name };
        shown.push(Column::new(names.unique(name), Type::Dynamic));
    }
    let kind = TableKind::Summarize { input: Box::new(sorted), by, aggregates };
    let series = Tabular::new(kind, shown, span);
    let Some(hidden) = series.column(all) else { return series };
    let kept: Vec<usize> = (0..series.schema().len()).filter(|at| *at != hidden).collect();
    let schema = kept.iter().filter_map(|at| series.schema().get(*at).cloned()).collect();
    let columns = kept.iter().map(|at| series.column_expr(*at, span)).collect();
    series.project(columns, schema, span)
}
