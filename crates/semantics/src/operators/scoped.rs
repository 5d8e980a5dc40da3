//! `mv-apply` and `partition`: a subquery for every record, or for every value of a key.
//!
//! The rows of all subtables go through the subquery together, with a hidden column that says which subtable a row belongs to. Each
//! operator minds that column: groups have it as a key, `top` counts anew where it changes. What cannot mind it is refused.
//! The rewriting is exact: a subtable that has become empty still has its row where the subquery summarizes without keys.

use syntax::Span;
use syntax::ast::{
    Expr as Tree, ExprKind as TreeKind, MvApply, MvExpand, Name, NamedExpr, Operator, OperatorKind, OrderedExpr,
    PartitionBody, Subquery,
};

use super::mv_expand::mv_expand;
use super::{apply_to, per_key, sort, summarize, unbuilt};
use crate::binder::Binder;
use crate::bound::{Aggregate, CompareOp, Expr, ExprKind, Join, JoinKind, Table, TableKind};
use crate::codes;
use crate::convert::constant;
use crate::schema::Column;
use crate::signature::FunctionKind;
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// Rows of several subtables.
struct Subtables {
    /// The rows; one column has the hidden name.
    rows: Tabular,
    /// The hidden column's name.
    key: String,
    /// Every subtable there is: one column with the hidden name, among others perhaps.
    all: Tabular,
    /// Do the rows still have the columns of the input, unchanged?
    keeps_input: bool,
    /// Is the order within subtables one that the subquery made?
    is_sorted: bool,
}

/// `mv-apply`.
///
/// - Shape: the input's columns but those expanded under their own name, those of the subquery in place where the name is the same, the rest
///   of the subquery's behind.
pub(super) fn mv_apply(b: &mut Binder<'_>, input: Tabular, tree: &MvApply, keyword: Span, span: Span) -> Tabular {
    if let Some(id) = &tree.id {
        b.unsupported(id.span, "mv-apply … id");
        return Tabular::open(span);
    }
    if input.is_open {
        return Tabular::open(span);
    }
    let outer = input.schema().clone();
    let Some((numbered, key)) = number_rows(b, input, keyword) else { return Tabular::open(span) };
    let all = b.share(numbered, keyword);
    let expand = MvExpand {
        options: tree.options.clone(),
        columns: tree.columns.clone(),
        limit: tree.limit.clone(),
        is_legacy: false,
    };
    let before = b.error_count();
    let rows = mv_expand(b, all.clone(), &expand, span);
    if b.error_count() > before {
        return Tabular::open(span);
    }
    let mut tables = Subtables { rows, key, all, keeps_input: true, is_sorted: false };
    if per_key::runs_together(b, &tree.subquery) {
        run(b, &mut tables, &tree.subquery);
    } else {
        tables = each(b, tables, &tree.subquery, span);
    }
    let gone: Vec<&str> = tree.columns.iter().filter_map(|column| plain_name(&column.column)).collect();
    let left: Vec<Column> = outer.into_iter().filter(|column| !gone.contains(&column.name.as_str())).collect();
    give_back(tables, left, span)
}

/// `partition by Column (…)`: the subquery's columns only.
pub(super) fn partition(
    b: &mut Binder<'_>,
    input: Tabular,
    (by, body): (&Tree, &PartitionBody),
    keyword: Span,
    span: Span,
) -> Tabular {
    let TreeKind::Name(name) = &by.kind else {
        b.error(codes::COLUMN_EXPECTED, by.span, "a column's name is expected here");
        return Tabular::open(span);
    };
    let Some(place) = b.column_of(&input, name) else { return Tabular::open(span) };
    let value = input.column_expr(place, by.span);
    if b.refuse_dynamic_key(&value, by.span, "partition") {
        return Tabular::open(span);
    }
    let key = b.hidden_name();
    let mut schema = input.schema().clone();
    schema.push(Column::new(key.clone(), value.ty));
    let mut columns = input.all_columns(span);
    columns.push(value);
    let rows = input.project(columns, schema, span);
    let subquery = match body {
        PartitionBody::Operators(subquery) => subquery,
        PartitionBody::Query(query) => {
            return without(per_key::query(b, rows, (&key, name), query, span), &key, span);
        }
    };
    if !per_key::runs_together(b, subquery) {
        return without(per_key::operators(b, rows, None, &key, &subquery.operators, span), &key, span);
    }
    let rows = b.share(rows, keyword);
    let key_place = rows.column(&key).unwrap_or(0);
    let key_column = Column::new(key.clone(), rows.column_expr(key_place, span).ty);
    let keys = rows.clone().project(vec![rows.column_expr(key_place, span)], vec![key_column], span);
    let all = keys.same_columns(span, |input| TableKind::Distinct { input });
    let mut tables = Subtables { rows, key, all, keeps_input: false, is_sorted: false };
    run(b, &mut tables, subquery);
    without(tables.rows, &tables.key, span)
}

/// The subquery for each record by itself.
fn each(b: &mut Binder<'_>, tables: Subtables, subquery: &Subquery, span: Span) -> Subtables {
    let Subtables { rows, key, all, .. } = tables;
    let keys = all.column(&key).map(|place| {
        let value = all.column_expr(place, span);
        let ty = value.ty;
        all.clone().project(vec![value], vec![Column::new(key.clone(), ty)], span).table
    });
    // The page of `mv-apply` has the elements of a record in their order.
    let rows = Tabular { is_serialized: true, ..rows };
    let rows = per_key::operators(b, rows, keys, &key, &subquery.operators, span);
    Subtables { rows, key, all, keeps_input: false, is_sorted: true }
}

/// The name under which a column is expanded in place.
fn plain_name(column: &NamedExpr) -> Option<&str> {
    match &column.value.kind {
        TreeKind::Name(name) if column.names.is_empty() => Some(&name.text),
        _ => None,
    }
}

/// The input with a hidden number per row.
pub(super) fn number_rows(b: &mut Binder<'_>, input: Tabular, span: Span) -> Option<(Tabular, String)> {
    let Some(info) = b.catalog.function("row_number", FunctionKind::Window) else {
        b.unsupported(span, "mv-apply");
        return None;
    };
    let key = b.hidden_name();
    let mut schema = input.schema().clone();
    schema.push(Column::new(key.clone(), Type::Long));
    let call = Aggregate { function: info.name, arguments: vec![], outputs: vec![Type::Long], span };
    let kind = TableKind::Window { input: Box::new(input.table), columns: vec![call] };
    Some((Tabular { table: Table { kind, schema, span }, ..input }, key))
}

fn run(b: &mut Binder<'_>, tables: &mut Subtables, subquery: &Subquery) {
    for operator in &subquery.operators {
        let rows = std::mem::replace(&mut tables.rows, Tabular::open(operator.span));
        if rows.is_open {
            return;
        }
        tables.rows = b.scoped(|b| step(b, rows, tables, operator));
    }
}

/// One operator over all subtables.
fn step(b: &mut Binder<'_>, rows: Tabular, tables: &mut Subtables, operator: &Operator) -> Tabular {
    let span = operator.span;
    match &operator.kind {
        OperatorKind::Where { .. }
        | OperatorKind::Extend { .. }
        | OperatorKind::MvExpand(_)
        | OperatorKind::Parse(_)
        | OperatorKind::ProjectReorder { .. } => apply_to(b, rows, operator),
        OperatorKind::ProjectAway { .. } | OperatorKind::ProjectRename { .. } => {
            tables.keeps_input = false;
            apply_to(b, rows, operator)
        }
        OperatorKind::Project { .. } | OperatorKind::ProjectKeep { .. } | OperatorKind::ProjectByNames { .. } => {
            tables.keeps_input = false;
            let place = rows.column(&tables.key);
            keep_key(apply_to(b, rows, operator), place, &tables.key, span)
        }
        OperatorKind::Summarize { aggregates, by, bin, .. } => {
            tables.keeps_input = false;
            grouped(b, rows, tables, aggregates, by, bin.as_ref(), span)
        }
        OperatorKind::Count { name } => {
            tables.keeps_input = false;
            let text = name.as_ref().map_or("Count", |name| name.text.as_str());
            let count = count_tree(text, span);
            grouped(b, rows, tables, &[count], &[], None, span)
        }
        OperatorKind::Distinct { columns, .. } => {
            tables.keeps_input = false;
            let mut columns = columns.clone();
            if !columns.iter().any(|column| matches!(column.value.kind, TreeKind::Star)) {
                columns.push(named(&tables.key, span));
            }
            summarize::distinct(b, rows, &columns, span)
        }
        OperatorKind::Sort { by, .. } => {
            tables.is_sorted = true;
            sort::sort(b, rows, &with_key_first(&tables.key, by, span), span)
        }
        OperatorKind::Top { count, by, .. } => {
            tables.is_sorted = true;
            let sorted = sort::sort(b, rows, &with_key_first(&tables.key, by, span), span);
            first_rows(b, sorted, &tables.key, count, span)
        }
        OperatorKind::Take { count, .. } => {
            let rows = if std::mem::replace(&mut tables.is_sorted, true) {
                rows
            } else {
                sort::sort(b, rows, &with_key_first(&tables.key, &[], span), span)
            };
            first_rows(b, rows, &tables.key, count, span)
        }
        other => {
            b.unsupported(operator.keyword, &format!("{} inside a subquery per record", operator_name(other)));
            Tabular::open(span)
        }
    }
}

fn operator_name(kind: &OperatorKind) -> &str {
    match kind {
        OperatorKind::Join(_) => "join",
        OperatorKind::Lookup(_) => "lookup",
        OperatorKind::Union { .. } => "union",
        OperatorKind::Serialize { .. } => "serialize",
        OperatorKind::Invoke { .. } => "invoke",
        other => unbuilt(other),
    }
}

pub(super) fn named(name: &str, span: Span) -> NamedExpr {
    let value = Tree { kind: TreeKind::Name(Name { text: name.to_owned(), span }), span };
    NamedExpr { names: vec![], value, span }
}

fn count_tree(name: &str, span: Span) -> NamedExpr {
    let call = syntax::ast::Call { name: Name { text: "count".to_owned(), span }, arguments: vec![] };
    let value = Tree { kind: TreeKind::Call(call), span };
    NamedExpr { names: vec![Name { text: name.to_owned(), span }], value, span }
}

fn with_key_first(key: &str, by: &[OrderedExpr], span: Span) -> Vec<OrderedExpr> {
    let first = OrderedExpr {
        key: named(key, span),
        direction: Some(syntax::ast::Direction::Ascending),
        nulls: Some(syntax::ast::Nulls::First),
    };
    std::iter::once(first).chain(by.iter().cloned()).collect()
}

/// Adds the hidden column to a projection that was made without it.
fn keep_key(table: Tabular, place: Option<usize>, key: &str, span: Span) -> Tabular {
    let mut table = table;
    if table.column(key).is_some() {
        return table;
    }
    if let (TableKind::Project { input, columns }, Some(place)) = (&mut table.table.kind, place) {
        let ty = input.schema.get(place).map_or(Type::Long, |column| column.ty);
        columns.push(Expr { kind: ExprKind::Column(place), ty, span });
        table.table.schema.push(Column::new(key, ty));
    }
    table
}

/// `summarize` per subtable: the hidden column is a key. Without written keys every subtable has one row, even an empty one.
fn grouped(
    b: &mut Binder<'_>,
    rows: Tabular,
    tables: &Subtables,
    aggregates: &[NamedExpr],
    by: &[NamedExpr],
    bin: Option<&Tree>,
    span: Span,
) -> Tabular {
    let rows = if by.is_empty() { b.share(rows, span) } else { rows };
    let mut keys = vec![named(&tables.key, span)];
    keys.extend(by.iter().cloned());
    let groups = summarize::summarize(b, rows.clone(), aggregates, &keys, bin, span);
    if !by.is_empty() || groups.is_open || !groups.faulty.is_empty() {
        return groups;
    }
    let nothing =
        rows.same_columns(span, |input| TableKind::Filter { input, predicate: constant(Value::Bool(false), span) });
    let before = b.error_count();
    let empty = summarize::summarize(b, nothing, aggregates, &[], bin, span);
    if b.error_count() > before {
        return groups;
    }
    let groups = b.share(groups, span);
    complete(groups, empty, tables, span)
}

/// The groups, and for each subtable without one the aggregates of no rows.
fn complete(groups: Tabular, empty: Tabular, tables: &Subtables, span: Span) -> Tabular {
    let key_of = |table: &Tabular| table.column(&tables.key).map(|place| table.column_expr(place, span));
    let (Some(all_key), Some(group_key)) = (key_of(&tables.all), key_of(&groups)) else { return groups };
    let missing = Join {
        kind: JoinKind::LeftAnti,
        left: tables.all.table.clone(),
        right: groups.table.clone(),
        keys: vec![(all_key.clone(), group_key)],
    };
    let missing = Table { kind: TableKind::Join(Box::new(missing)), schema: tables.all.schema().clone(), span };
    let one = || constant(Value::Long(1), span);
    let width = missing.schema.len();
    let mut schema = missing.schema.clone();
    schema.extend(empty.schema().iter().enumerate().map(|(at, column)| Column::new(format!("$empty{at}"), column.ty)));
    let cross = Join { kind: JoinKind::Inner, left: missing, right: empty.table, keys: vec![(one(), one())] };
    let cross = Table { kind: TableKind::Join(Box::new(cross)), schema, span };
    // Groups have the hidden column first, then the aggregates; so has this.
    let columns: Vec<Expr> = std::iter::once(all_key)
        .chain(groups.schema().iter().enumerate().skip(1).map(|(at, column)| Expr {
            kind: ExprKind::Column(width + at - 1),
            ty: column.ty,
            span,
        }))
        .collect();
    let schema = groups.schema().clone();
    let filled = Table { kind: TableKind::Project { input: Box::new(cross), columns }, schema: schema.clone(), span };
    let inputs = vec![groups.table.clone(), filled];
    Tabular { faulty: groups.faulty, ..Tabular::new(TableKind::Union { inputs }, schema, span) }
}

/// The first rows of every subtable; the rows are in order, subtable by subtable.
pub(super) fn first_rows(b: &mut Binder<'_>, rows: Tabular, key: &str, count: &Tree, span: Span) -> Tabular {
    let count = b.count(count);
    let functions =
        ["row_number", "prev"].map(|name| b.catalog.function(name, FunctionKind::Window).map(|info| info.name));
    let [Some(row_number), Some(prev)] = functions else {
        b.unsupported(span, "the first rows of a subquery per record");
        return Tabular::open(span);
    };
    let (Some(count), Some(place)) = (count, rows.column(key)) else { return rows };
    let width = rows.schema().len();
    let key = rows.column_expr(place, span);
    let before = Aggregate { function: prev, arguments: vec![key.clone()], outputs: vec![key.ty], span };
    let before_expr = Expr { kind: ExprKind::Column(width), ty: key.ty, span };
    let changes = ExprKind::Compare { op: CompareOp::NotEqual, left: Box::new(key), right: Box::new(before_expr) };
    let changes = Expr { kind: changes, ty: Type::Bool, span };
    let arguments = vec![constant(Value::Long(1), span), changes];
    let number = Aggregate { function: row_number, arguments, outputs: vec![Type::Long], span };
    let outer = rows.schema().clone();
    let windowed = add_column(add_column(rows, before, "$before", span), number, "$number", span);
    let position = Expr { kind: ExprKind::Column(width + 1), ty: Type::Long, span };
    let fits = ExprKind::Compare { op: CompareOp::LessOrEqual, left: Box::new(position), right: Box::new(count) };
    let predicate = Expr { kind: fits, ty: Type::Bool, span };
    let kept = windowed.same_columns(span, |input| TableKind::Filter { input, predicate });
    let mut columns = kept.all_columns(span);
    columns.truncate(width);
    kept.project(columns, outer, span)
}

fn add_column(rows: Tabular, call: Aggregate, name: &str, span: Span) -> Tabular {
    let mut schema = rows.schema().clone();
    let ty = call.outputs.first().copied().unwrap_or(Type::Long);
    schema.push(Column::new(name, ty));
    let kind = TableKind::Window { input: Box::new(rows.table), columns: vec![call] };
    Tabular { table: Table { kind, schema, span }, ..rows }
}

/// Joins the result of the subqueries with the records they belong to, and hides the number again.
fn give_back(tables: Subtables, left: Vec<Column>, span: Span) -> Tabular {
    let Subtables { rows, key, all, keeps_input, .. } = tables;
    if rows.is_open {
        return rows;
    }
    let made: Vec<Column> = rows.schema().iter().filter(|column| column.name != key).cloned().collect();
    let source = if keeps_input { rows } else { with_records(rows, all, &key, span) };
    let mut schema: Vec<Column> = vec![];
    let mut columns: Vec<Expr> = vec![];
    let mut take = |name: &str, shown: &str| {
        if let Some(place) = source.column(name) {
            let expr = source.column_expr(place, span);
            schema.push(Column::new(shown, expr.ty));
            columns.push(expr);
        }
    };
    for column in &left {
        let is_made = made.iter().any(|made| made.name == column.name);
        let name = if is_made || keeps_input { column.name.clone() } else { record_name(&column.name) };
        take(&name, &column.name);
    }
    for column in made.iter().filter(|made| !left.iter().any(|column| column.name == made.name)) {
        take(&column.name, &column.name);
    }
    let is_serialized = source.is_serialized;
    Tabular { is_serialized, ..source.project(columns, schema, span) }
}

/// How a column of the record is called beside those of the subquery.
fn record_name(name: &str) -> String {
    format!("$record.{name}")
}

fn with_records(rows: Tabular, all: Tabular, key: &str, span: Span) -> Tabular {
    let (Some(row_key), Some(all_key)) = (rows.column(key), all.column(key)) else { return rows };
    let keys = vec![(rows.column_expr(row_key, span), all.column_expr(all_key, span))];
    let mut schema = rows.schema().clone();
    let width = schema.len();
    schema.extend(all.schema().iter().map(|column| Column::new(record_name(&column.name), column.ty)));
    let compat = all
        .compat
        .iter()
        .map(|compat| crate::tabular::Compat { column: width + compat.column, ..compat.clone() })
        .collect();
    // What was wrong with the record is not told again after the subquery.
    let faulty = rows.faulty.iter().chain(&all.faulty).cloned().collect();
    let join = Join { kind: JoinKind::Inner, left: rows.table, right: all.table, keys };
    Tabular { compat, faulty, ..Tabular::new(TableKind::Join(Box::new(join)), schema, span) }
}

/// The table without the hidden column.
pub(crate) fn without(table: Tabular, key: &str, span: Span) -> Tabular {
    let kept: Vec<usize> = (0..table.schema().len())
        .filter(|at| table.schema().get(*at).is_some_and(|column| column.name != key))
        .collect();
    let schema = kept.iter().filter_map(|at| table.schema().get(*at).cloned()).collect();
    let columns = kept.iter().map(|at| table.column_expr(*at, span)).collect();
    if table.is_open { table } else { table.project(columns, schema, span) }
}
