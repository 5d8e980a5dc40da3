//! `top-nested`: the top values of one expression, within each the top values of the next, and so on.
//!
//! In: the levels. Out: smaller operators. Each level groups the rows by the kept value of the level above (a number) and its own expression, puts
//! the groups in order, keeps the first ones and numbers them; the rows of those go on to the next level. What was not kept is grouped once
//! more where the level says `with others`.

use syntax::Span;
use syntax::ast::{Direction, Name, NamedExpr, Nulls, OrderedExpr, TopNestedLevel};

use super::scoped::{first_rows, named, number_rows};
use super::{sort, summarize};
use crate::binder::{Binder, Scope};
use crate::bound::{Expr, Join, JoinKind, SortKey, Table, TableKind};
use crate::codes;
use crate::convert::{constant, convert, converts};
use crate::names::{Names, implied_name};
use crate::schema::{Column, Schema};
use crate::tabular::Tabular;
use crate::types::Type;
use crate::value::Value;

/// More levels than this are refused: each doubles the height of the query.
const LEVELS_MAX: usize = 16;

/// A level with its columns.
struct Level<'t> {
    tree: &'t TopNestedLevel,
    /// The hidden names of its value and its aggregate.
    key: String,
    aggregate: String,
    /// The value of those that were not kept.
    others: Option<Expr>,
    key_type: Type,
}

/// - Shape: a value and an aggregate per level; rows in the order of the levels, `others` behind those that were kept.
/// - Ties: the smaller value comes first. Source: our choice; Kusto leaves it open.
/// - Others: a level that keeps everything has no such row. Source: our choice; the page has no example.
pub(super) fn top_nested(b: &mut Binder<'_>, input: Tabular, trees: &[TopNestedLevel], span: Span) -> Tabular {
    if input.is_open {
        return Tabular::open(span);
    }
    if trees.len() > LEVELS_MAX {
        b.error(codes::TOO_LARGE, span, format!("`top-nested` has more than {LEVELS_MAX} levels"));
        return Tabular::open(span);
    }
    let before = b.error_count();
    let (rows, levels, parent) = with_keys(b, input, trees, span);
    if b.error_count() > before {
        return Tabular::open(span);
    }
    let mut rows = b.share(rows, span);
    let root = Tabular::new(TableKind::OneRow, vec![], span);
    let zero = constant(Value::Long(0), span);
    // The path so far: a number that tells it from others, then for each level its place, value and aggregate.
    let mut paths = root.project(vec![zero], vec![Column::new("$path", Type::Long)], span);
    let mut parts = vec![];
    let mut types = vec![];
    for (at, level) in levels.iter().enumerate() {
        let Some(kept) = kept(b, &rows, level, &parent, span) else { return Tabular::open(span) };
        types.push(kept.schema().get(2).map_or(Type::Dynamic, |column| column.ty));
        if level.others.is_some() {
            let rest = join(JoinKind::LeftAnti, &rows, &kept, &[&parent, &level.key], span);
            let Some(others) = others(b, rest, (at, &levels), &parent, span) else { return Tabular::open(span) };
            parts.push((at, joined_paths(&paths, &others, &parent, span), others));
        }
        rows = b.share(next_rows(&rows, &kept, level, &parent, span), span);
        paths = b.share(next_paths(&paths, &kept, &parent, span), span);
    }
    let complete = united(paths, parts, &levels, &types, span);
    shown(b, complete, trees, span)
}

/// The rows with the value of each level and a number of the path that they belong to.
fn with_keys<'t>(
    b: &mut Binder<'_>,
    input: Tabular,
    trees: &'t [TopNestedLevel],
    span: Span,
) -> (Tabular, Vec<Level<'t>>, String) {
    let mut schema = input.schema().clone();
    let mut columns = input.all_columns(span);
    let parent = b.hidden_name();
    schema.push(Column::new(parent.clone(), Type::Long));
    columns.push(constant(Value::Long(0), span));
    let mut levels = vec![];
    for tree in trees {
        let (key, aggregate) = (b.hidden_name(), b.hidden_name());
        let Some(value) = b.scalar(&tree.of.value, Scope::of(&input)) else { continue };
        b.refuse_dynamic_key(&value, tree.of.value.span, "top-nested");
        let key_type = value.ty;
        let others = tree.others.as_ref().and_then(|others| {
            let value = b.scalar(others, Scope::default())?;
            if converts(value.ty, key_type) {
                return Some(convert(value, key_type));
            }
            let message = format!("a {key_type} is expected here, as the values are, found a {}", value.ty);
            b.error(codes::EXACT_TYPE, others.span, message);
            None
        });
        schema.push(Column::new(key.clone(), key_type));
        columns.push(value);
        levels.push(Level { tree, key, aggregate, others, key_type });
    }
    (input.project(columns, schema, span), levels, parent)
}

/// The groups that a level keeps: path, value, aggregate, then the number of the group, in their order.
fn kept(b: &mut Binder<'_>, rows: &Tabular, level: &Level<'_>, parent: &str, span: Span) -> Option<Tabular> {
    let by = [named(parent, span), named(&level.key, span)];
    let groups = summarize::summarize(b, rows.clone(), &[aggregate(level)], &by, None, span);
    if groups.is_open || !groups.faulty.is_empty() || groups.schema().len() != 3 {
        return None;
    }
    let ordered =
        |name: &str, direction, nulls| OrderedExpr { key: named(name, span), direction: Some(direction), nulls };
    let direction = level.tree.by.direction.unwrap_or(Direction::Descending);
    let order = [
        ordered(parent, Direction::Ascending, None),
        ordered(&level.aggregate, direction, level.tree.by.nulls),
        ordered(&level.key, Direction::Ascending, Some(Nulls::First)),
    ];
    let before = b.error_count();
    let sorted = sort::sort(b, groups, &order, span);
    let first = match &level.tree.count {
        Some(count) => first_rows(b, sorted, parent, count, span),
        None => sorted,
    };
    if b.error_count() > before {
        return None;
    }
    let (numbered, _) = number_rows(b, first, span)?;
    Some(b.share(numbered, span))
}

fn aggregate(level: &Level<'_>) -> NamedExpr {
    let value = level.tree.by.key.value.clone();
    let span = value.span;
    NamedExpr { names: vec![Name { text: level.aggregate.clone(), span }], value, span }
}

/// The aggregates of what a level did not keep, of this level and of each deeper one that has others too: path, then the aggregates.
fn others(
    b: &mut Binder<'_>,
    rest: Tabular,
    (at, levels): (usize, &[Level<'_>]),
    parent: &str,
    span: Span,
) -> Option<Tabular> {
    let aggregates: Vec<NamedExpr> =
        levels.iter().skip(at).filter(|level| level.others.is_some()).map(aggregate).collect();
    let groups = summarize::summarize(b, rest, &aggregates, &[named(parent, span)], None, span);
    (!groups.is_open && groups.faulty.is_empty()).then_some(groups)
}

/// Two tables joined on columns of the same names (the path's number first).
fn join(kind: JoinKind, left: &Tabular, right: &Tabular, on: &[&str], span: Span) -> Tabular {
    let column = |table: &Tabular, name: &str| table.column(name).map(|at| table.column_expr(at, span));
    let keys = on.iter().filter_map(|name| Some((column(left, name)?, column(right, name)?))).collect();
    let mut schema = left.schema().clone();
    if kind != JoinKind::LeftAnti {
        let names = right.schema().iter().enumerate();
        schema.extend(names.map(|(at, column)| Column::new(format!("$right{at}"), column.ty)));
    }
    let join = Join { kind, left: left.table.clone(), right: right.table.clone(), keys };
    Tabular::new(TableKind::Join(Box::new(join)), schema, span)
}

/// The rows of what was kept, each with the number of its group as its path.
fn next_rows(rows: &Tabular, kept: &Tabular, level: &Level<'_>, parent: &str, span: Span) -> Tabular {
    let joined = join(JoinKind::Inner, rows, kept, &[parent, &level.key], span);
    let width = rows.schema().len();
    let mut columns = joined.all_columns(span);
    columns.truncate(width);
    if let Some(slot) = rows.column(parent).and_then(|at| columns.get_mut(at)) {
        *slot = joined.column_expr(width + 3, span);
    }
    joined.project(columns, rows.schema().clone(), span)
}

/// The paths joined with groups of the next level, whose first column is the path's number.
fn joined_paths(paths: &Tabular, groups: &Tabular, parent: &str, span: Span) -> Tabular {
    let mut paths = paths.clone();
    if let Some(column) = paths.table.schema.first_mut() {
        column.name = parent.to_owned();
    }
    join(JoinKind::Inner, &paths, groups, &[parent], span)
}

/// The paths one level longer.
fn next_paths(paths: &Tabular, kept: &Tabular, parent: &str, span: Span) -> Tabular {
    let width = paths.schema().len();
    let joined = joined_paths(paths, kept, parent, span);
    let part = |at: usize| joined.column_expr(width + at, span);
    let mut columns = vec![part(3)];
    columns.extend((1..width).map(|at| joined.column_expr(at, span)));
    columns.extend([part(3), part(1), part(2)]);
    let schema = columns.iter().enumerate().map(|(at, expr)| Column::new(format!("$path{at}"), expr.ty)).collect();
    joined.project(columns, schema, span)
}

/// The paths and the others, all of one width and in their order: for each level its place, value and aggregate.
fn united(
    paths: Tabular,
    parts: Vec<(usize, Tabular, Tabular)>,
    levels: &[Level<'_>],
    types: &[Type],
    span: Span,
) -> Tabular {
    let width = 1 + 3 * levels.len();
    let columns = (1..width).map(|at| paths.column_expr(at, span)).collect::<Vec<_>>();
    let schema: Schema =
        columns.iter().enumerate().map(|(at, expr)| Column::new(format!("$level{at}"), expr.ty)).collect();
    let mut inputs = vec![paths.project(columns, schema.clone(), span).table];
    for (at, joined, others) in parts {
        let path_width = joined.schema().len() - others.schema().len();
        let mut columns: Vec<Expr> = (1..path_width).map(|at| joined.column_expr(at, span)).collect();
        let mut next = path_width + 1;
        for (level, ty) in levels.iter().zip(types).skip(at) {
            columns.push(constant(Value::Null(Type::Long), span));
            match &level.others {
                Some(value) => {
                    columns.extend([value.clone(), joined.column_expr(next, span)]);
                    next += 1;
                }
                None => columns
                    .extend([Value::absent(level.key_type), Value::absent(*ty)].map(|value| constant(value, span))),
            }
        }
        inputs.push(joined.project(columns, schema.clone(), span).table);
    }
    let united = match inputs.len() {
        1 => inputs.remove(0),
        _ => Table { kind: TableKind::Union { inputs }, schema: schema.clone(), span },
    };
    let place = |at: usize| Expr { kind: crate::bound::ExprKind::Column(at * 3), ty: Type::Long, span };
    let keys = (0..levels.len()).map(|at| SortKey { expr: place(at), descending: false, nulls_first: false });
    let kind = TableKind::Sort { input: Box::new(united), keys: keys.collect() };
    Tabular::new(kind, schema, span)
}

/// The columns under the names that the user sees.
fn shown(b: &mut Binder<'_>, table: Tabular, trees: &[TopNestedLevel], span: Span) -> Tabular {
    let mut names = Names::default();
    let (mut schema, mut columns) = (vec![], vec![]);
    for (at, tree) in trees.iter().enumerate() {
        let key = name_of(b, &mut names, &tree.of, |names| match implied_name(&tree.of.value) {
            Some(name) => names.unique(&name),
            None => names.unnamed(),
        });
        let default = format!("aggregated_{key}");
        let aggregate = name_of(b, &mut names, &tree.by.key, |names| names.unique(&default));
        for (name, place) in [(key, 3 * at + 1), (aggregate, 3 * at + 2)] {
            let expr = table.column_expr(place, span);
            schema.push(Column::new(name, expr.ty));
            columns.push(expr);
        }
    }
    table.project(columns, schema, span)
}

fn name_of(b: &mut Binder<'_>, names: &mut Names, tree: &NamedExpr, or: impl FnOnce(&mut Names) -> String) -> String {
    match tree.names.first() {
        Some(name) => super::project::declared(b, names, &name.text, name.span).unwrap_or_default(),
        None => or(names),
    }
}
