//! Unions of very many tables: `union *` over a thousand tables has ten thousand columns, and the query uses three.
//!
//! While a query is bound such a union is a placeholder with all its columns. At the end the columns that the query uses are found from the
//! results downwards, and the union is built with just these. In: a bound table with placeholders. Out: the same without.
//! A small union never comes here.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use syntax::Span;
use syntax::ast::TextTest;

use crate::bound::{Aggregate, Expr, ExprKind, InList, Step, Table, TableKind};
use crate::convert::constant;
use crate::schema::{Column, Schema};
use crate::types::Type;
use crate::value::Value;

/// Inputs times columns above which a union is put off: below it, building it at once costs nothing.
pub(crate) const CELLS_MAX: usize = 100_000;
/// Inputs times columns that are used above which a union is refused: two million are 300 MB before the engine has seen one.
const USED_CELLS_MAX: usize = 2_000_000;
/// Placeholders are shared tables from this number on; no query has so many.
const PLACEHOLDERS: usize = 1 << 40;

/// A union that is not built yet.
#[derive(Debug)]
pub(crate) struct WideUnion {
    /// The tables and what `withsource` says of their rows.
    pub(crate) inputs: Vec<(Table, String)>,
    /// For each output column but the source: the name and type of the input columns that go there.
    pub(crate) places: Vec<(String, Type)>,
    /// Is there a source column? It is the first.
    pub(crate) has_source: bool,
    /// All output columns.
    pub(crate) schema: Schema,
    /// The operator's text.
    pub(crate) span: Span,
    /// Were too many of its columns used?
    pub(crate) is_too_wide: Rc<Cell<bool>>,
}

/// What stands for the union of that number.
pub(crate) fn placeholder(number: usize) -> TableKind {
    TableKind::Shared { index: PLACEHOLDERS + number }
}

/// Is it evaluated once already?
pub(crate) fn is_shared(kind: &TableKind) -> bool {
    matches!(kind, TableKind::Shared { index } if *index < PLACEHOLDERS)
}

/// The columns of a table that are used; none means all.
pub(crate) type Needed = Option<BTreeSet<usize>>;

/// Where the columns went: the old places of those that are left, in order; none when all are.
pub(crate) type Kept = Option<Vec<usize>>;

/// Replaces every placeholder below a result.
pub(crate) fn settle(table: Table, wide: &[WideUnion]) -> Table {
    settle_table(table, None, wide).0
}

fn settle_table(table: Table, needed: Needed, wide: &[WideUnion]) -> (Table, Kept) {
    let Table { kind, schema, span } = table;
    let whole = |kind: TableKind, schema: Schema| (Table { kind, schema, span }, None);
    match kind {
        TableKind::Shared { .. } => match unbuilt(&kind, wide) {
            Some(union) => build(union, needed),
            None => whole(kind, schema),
        },
        TableKind::Filter { input, predicate } if unbuilt(&input.kind, wide).is_some() => {
            match unbuilt(&input.kind, wide) {
                Some(union) => build(&filtered(union, &predicate, wide), needed),
                None => whole(TableKind::Filter { input, predicate }, schema),
            }
        }
        TableKind::Filter { input, predicate } => {
            let (input, kept) = settle_table(*input, with_columns(needed, [&predicate]), wide);
            let predicate = settle_expr(predicate, &kept, wide);
            (
                Table {
                    kind: TableKind::Filter { input: Box::new(input), predicate },
                    schema: left(schema, &kept),
                    span,
                },
                kept,
            )
        }
        TableKind::Sort { input, keys } => {
            let needed = with_columns(needed, keys.iter().map(|key| &key.expr));
            let (input, kept) = settle_table(*input, needed, wide);
            let keys = keys.into_iter().map(|mut key| {
                key.expr = settle_expr(key.expr, &kept, wide);
                key
            });
            let kind = TableKind::Sort { input: Box::new(input), keys: keys.collect() };
            (Table { kind, schema: left(schema, &kept), span }, kept)
        }
        TableKind::Top { input, count, keys } => {
            let needed = with_columns(needed, keys.iter().map(|key| &key.expr));
            let (input, kept) = settle_table(*input, needed, wide);
            let keys = keys.into_iter().map(|mut key| {
                key.expr = settle_expr(key.expr, &kept, wide);
                key
            });
            let count = settle_expr(count, &None, wide);
            let kind = TableKind::Top { input: Box::new(input), count, keys: keys.collect() };
            (Table { kind, schema: left(schema, &kept), span }, kept)
        }
        TableKind::Take { input, count } => {
            let (input, kept) = settle_table(*input, needed, wide);
            let kind = TableKind::Take { input: Box::new(input), count: settle_expr(count, &None, wide) };
            (Table { kind, schema: left(schema, &kept), span }, kept)
        }
        TableKind::Window { input, columns } => settle_window(*input, columns, schema, needed, span, wide),
        TableKind::Union { inputs } if inputs.iter().all(|input| matches!(input.kind, TableKind::Project { .. })) => {
            let kept: Kept = needed.clone().map(|needed| needed.into_iter().collect());
            // A projection keeps just what is asked for, so all inputs keep the same.
            let inputs = inputs.into_iter().map(|input| settle_table(input, needed.clone(), wide).0).collect();
            (Table { kind: TableKind::Union { inputs }, schema: left(schema, &kept), span }, kept)
        }
        TableKind::Project { input, columns } => settle_project(*input, columns, schema, needed, span, wide),
        other => whole(settle_rest(other, wide), schema),
    }
}

/// The union that a placeholder stands for.
fn unbuilt<'w>(kind: &TableKind, wide: &'w [WideUnion]) -> Option<&'w WideUnion> {
    match kind {
        TableKind::Shared { index } => wide.get(index.checked_sub(PLACEHOLDERS)?),
        _ => None,
    }
}

/// The union with the filter under it: each input is asked about its own columns, and the others need not be made for it.
fn filtered(union: &WideUnion, predicate: &Expr, wide: &[WideUnion]) -> WideUnion {
    let offset = usize::from(union.has_source);
    let inputs = union.inputs.iter().map(|(table, name)| {
        let by_name = columns_by_name(table);
        let own = |at: usize| match at.checked_sub(offset).and_then(|at| union.places.get(at)) {
            Some((from, ty)) => column_or_absent(table, by_name.get(from.as_str()).copied(), *ty, union.span).kind,
            None => ExprKind::Constant(Value::String(name.clone())),
        };
        let predicate = relocate(predicate, &own, wide);
        let schema = table.schema.clone();
        let kind = TableKind::Filter { input: Box::new(table.clone()), predicate };
        (Table { kind, schema, span: union.span }, name.clone())
    });
    WideUnion {
        inputs: inputs.collect(),
        places: union.places.clone(),
        has_source: union.has_source,
        schema: union.schema.clone(),
        span: union.span,
        is_too_wide: Rc::clone(&union.is_too_wide),
    }
}

/// A predicate over one input. Tests that an absent text fails are left out of a disjunction at once: `search` has a test per column of
/// all tables, and each table has few of them.
fn relocate(expr: &Expr, own: &dyn Fn(usize) -> ExprKind, wide: &[WideUnion]) -> Expr {
    let no = || ExprKind::Constant(Value::Bool(false));
    let is_false = |expr: &Expr| expr.kind == no();
    let inner = |expr: &Expr| relocate(expr, own, wide);
    let kind = match &expr.kind {
        ExprKind::Or(left, right) => match (inner(left), inner(right)) {
            (left, right) if is_false(&left) => right.kind,
            (left, right) if is_false(&right) => left.kind,
            (left, right) => ExprKind::Or(Box::new(left), Box::new(right)),
        },
        ExprKind::And(left, right) => match (inner(left), inner(right)) {
            (left, right) if is_false(&left) || is_false(&right) => no(),
            (left, right) => ExprKind::And(Box::new(left), Box::new(right)),
        },
        ExprKind::Call { function, arguments } => {
            ExprKind::Call { function, arguments: arguments.iter().map(inner).collect() }
        }
        ExprKind::Text { test, negated: false, left, right, .. } if fails_on_nothing(*test, left, right, own) => no(),
        _ => return replace_columns(expr.clone(), own, wide),
    };
    Expr { kind, ty: expr.ty, span: expr.span }
}

/// Is the tested text absent from this input, and the test one that needs some text?
fn fails_on_nothing(test: TextTest, left: &Expr, right: &Expr, own: &dyn Fn(usize) -> ExprKind) -> bool {
    let tested = match &left.kind {
        ExprKind::Call { function: "tostring", arguments } => arguments.first(),
        _ => Some(left),
    };
    let is_absent = match tested.map(|tested| &tested.kind) {
        Some(ExprKind::Column(at)) => match own(*at) {
            ExprKind::Constant(Value::Null(_)) => true,
            ExprKind::Constant(Value::String(text)) => text.is_empty(),
            _ => false,
        },
        _ => false,
    };
    let needs_text = matches!(&right.kind, ExprKind::Constant(Value::String(text)) if !text.is_empty());
    is_absent && needs_text && !matches!(test, TextTest::MatchesRegex | TextTest::Like)
}

/// Window functions stand behind the columns of their input, all of them.
fn settle_window(
    input: Table,
    mut columns: Vec<Aggregate>,
    schema: Schema,
    needed: Needed,
    span: Span,
    wide: &[WideUnion],
) -> (Table, Kept) {
    let width = input.schema.len();
    let below = needed.map(|needed| needed.into_iter().filter(|at| *at < width).collect());
    let below = with_columns(below, columns.iter().flat_map(|call| &call.arguments));
    let (input, kept) = settle_table(input, below, wide);
    for call in &mut columns {
        let arguments = std::mem::take(&mut call.arguments);
        call.arguments = arguments.into_iter().map(|argument| settle_expr(argument, &kept, wide)).collect();
    }
    let kept: Kept = kept.map(|kept| kept.into_iter().chain(width..schema.len()).collect());
    let kind = TableKind::Window { input: Box::new(input), columns };
    (Table { kind, schema: left(schema, &kept), span }, kept)
}

/// A projection keeps the columns that are used, and asks for what those use.
fn settle_project(
    input: Table,
    columns: Vec<Expr>,
    schema: Schema,
    needed: Needed,
    span: Span,
    wide: &[WideUnion],
) -> (Table, Kept) {
    let kept: Kept = needed.map(|needed| needed.into_iter().collect());
    let columns: Vec<Expr> = match &kept {
        Some(kept) => kept.iter().filter_map(|at| columns.get(*at).cloned()).collect(),
        None => columns,
    };
    let (input, below) = settle_table(input, with_columns(Some(BTreeSet::new()), &columns), wide);
    let columns = columns.into_iter().map(|column| settle_expr(column, &below, wide)).collect();
    let kind = TableKind::Project { input: Box::new(input), columns };
    (Table { kind, schema: left(schema, &kept), span }, kept)
}

/// Operators that make their own columns, or need all of their input.
fn settle_rest(kind: TableKind, wide: &[WideUnion]) -> TableKind {
    let all = |table: Table| settle(table, wide);
    let plain = |expr: Expr| settle_expr(expr, &None, wide);
    match kind {
        TableKind::Summarize { input, by, mut aggregates } => {
            let used = by.iter().chain(aggregates.iter().flat_map(|call| &call.arguments));
            let (input, kept) = settle_table(*input, with_columns(Some(BTreeSet::new()), used), wide);
            let by = by.into_iter().map(|key| settle_expr(key, &kept, wide)).collect();
            for call in &mut aggregates {
                let arguments = std::mem::take(&mut call.arguments);
                call.arguments = arguments.into_iter().map(|argument| settle_expr(argument, &kept, wide)).collect();
            }
            TableKind::Summarize { input: Box::new(input), by, aggregates }
        }
        TableKind::Range { from, to, step } => {
            TableKind::Range { from: Box::new(plain(*from)), to: Box::new(plain(*to)), step: Box::new(plain(*step)) }
        }
        TableKind::Distinct { input } => TableKind::Distinct { input: Box::new(all(*input)) },
        TableKind::Sample { input, count } => TableKind::Sample { input: Box::new(all(*input)), count: plain(count) },
        TableKind::TopHitters { input, count } => {
            TableKind::TopHitters { input: Box::new(all(*input)), count: plain(count) }
        }
        TableKind::Join(mut join) => {
            join.left = all(join.left);
            join.right = all(join.right);
            join.keys = join.keys.into_iter().map(|(left, right)| (plain(left), plain(right))).collect();
            TableKind::Join(join)
        }
        TableKind::Union { inputs } => TableKind::Union { inputs: inputs.into_iter().map(all).collect() },
        TableKind::MvExpand { input, columns, limit, item_index, kind } => {
            TableKind::MvExpand { input: Box::new(all(*input)), columns, limit: limit.map(plain), item_index, kind }
        }
        TableKind::External { sources, options } => {
            TableKind::External { sources: sources.into_iter().map(plain).collect(), options }
        }
        TableKind::Parse(mut parse) => {
            parse.input = all(parse.input);
            parse.source = plain(parse.source);
            TableKind::Parse(parse)
        }
        nodes @ (TableKind::PerKey(_)
        | TableKind::GraphMatch(_)
        | TableKind::GraphComponents(_)
        | TableKind::ScanSteps(_)
        | TableKind::Plugin(_)) => settle_node(nodes, wide),
        same @ (TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::OneRow
        | TableKind::Window { .. }
        | TableKind::Filter { .. }
        | TableKind::Project { .. }
        | TableKind::Sort { .. }
        | TableKind::Top { .. }
        | TableKind::Take { .. }) => same,
    }
}

/// Operators that no plan computes: they need all of their input.
fn settle_node(kind: TableKind, wide: &[WideUnion]) -> TableKind {
    let all = |table: Table| settle(table, wide);
    let plain = |expr: Expr| settle_expr(expr, &None, wide);
    match kind {
        TableKind::PerKey(mut per_key) => {
            per_key.input = all(per_key.input);
            per_key.keys = per_key.keys.map(all);
            per_key.shared = per_key.shared.into_iter().map(|(at, table)| (at, all(table))).collect();
            per_key.body = all(per_key.body);
            TableKind::PerKey(per_key)
        }
        TableKind::GraphMatch(mut found) => {
            found.graph.edges = all(found.graph.edges);
            found.graph.nodes = all(found.graph.nodes);
            for expr in found.expressions_mut() {
                *expr = plain(expr.clone());
            }
            TableKind::GraphMatch(found)
        }
        TableKind::GraphComponents(mut components) => {
            components.graph.edges = all(components.graph.edges);
            components.graph.nodes = all(components.graph.nodes);
            TableKind::GraphComponents(components)
        }
        TableKind::ScanSteps(mut scan) => {
            scan.input = all(scan.input);
            scan.expressions_mut().for_each(|expr| *expr = plain(expr.clone()));
            TableKind::ScanSteps(scan)
        }
        TableKind::Plugin(mut plugin) => {
            plugin.inputs = plugin.inputs.into_iter().map(all).collect();
            plugin.constants_mut().for_each(|constant| *constant = plain(constant.clone()));
            TableKind::Plugin(plugin)
        }
        other => other,
    }
}

/// The union with the columns that are used.
pub(crate) fn build(union: &WideUnion, needed: Needed) -> (Table, Kept) {
    let span = union.span;
    let kept: Vec<usize> = match &needed {
        Some(needed) => needed.iter().copied().collect(),
        None => (0..union.schema.len()).collect(),
    };
    let schema: Schema = kept.iter().filter_map(|at| union.schema.get(*at).cloned()).collect();
    if union.inputs.len() * kept.len() > USED_CELLS_MAX {
        union.is_too_wide.set(true);
        return (Table { kind: TableKind::OneRow, schema, span }, needed.map(|_| kept));
    }
    if union.inputs.is_empty() {
        return (Table { kind: TableKind::Rows { rows: vec![] }, schema, span }, needed.map(|_| kept));
    }
    let offset = usize::from(union.has_source);
    let mut inputs = vec![];
    for (table, name) in &union.inputs {
        let by_name = columns_by_name(table);
        let columns = kept
            .iter()
            .map(|at| match at.checked_sub(offset).and_then(|at| union.places.get(at)) {
                Some((from, ty)) => column_or_absent(table, by_name.get(from.as_str()).copied(), *ty, span),
                None => constant(Value::String(name.clone()), span),
            })
            .collect();
        let kind = TableKind::Project { input: Box::new(table.clone()), columns };
        inputs.push(Table { kind, schema: schema.clone(), span });
    }
    let table = Table { kind: TableKind::Union { inputs }, schema, span };
    (table, needed.map(|_| kept))
}

fn columns_by_name(table: &Table) -> HashMap<&str, usize> {
    table.schema.iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect()
}

/// The column of an input at a place, when its type is the place's; else nothing.
fn column_or_absent(table: &Table, column: Option<usize>, ty: Type, span: Span) -> Expr {
    match column.and_then(|at| Some((at, table.schema.get(at)?))) {
        Some((at, column)) if column.ty == ty => Expr { kind: ExprKind::Column(at), ty, span },
        _ => constant(Value::absent(ty), span),
    }
}

fn left(schema: Schema, kept: &Kept) -> Schema {
    match kept {
        Some(kept) => kept.iter().filter_map(|at| schema.get(*at).cloned()).collect::<Vec<Column>>(),
        None => schema,
    }
}

fn with_columns<'e>(needed: Needed, exprs: impl IntoIterator<Item = &'e Expr>) -> Needed {
    let mut needed = needed?;
    for expr in exprs {
        columns_of(expr, &mut needed);
    }
    Some(needed)
}

fn columns_of(expr: &Expr, found: &mut BTreeSet<usize>) {
    if let ExprKind::Column(column) = expr.kind {
        found.insert(column);
    }
    for child in children(expr) {
        columns_of(child, found);
    }
}

/// The expressions right inside one; not those of its tables.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    expr.operands()
}

/// The expression over the columns that are left, its own tables settled.
fn settle_expr(expr: Expr, kept: &Kept, wide: &[WideUnion]) -> Expr {
    let moved = |column: usize| match kept {
        Some(kept) => kept.binary_search(&column).expect("a column that is used is kept"),
        None => column,
    };
    replace_columns(expr, &|column| ExprKind::Column(moved(column)), wide)
}

/// The expression with something else in place of its columns, its own tables settled.
fn replace_columns(expr: Expr, column: &dyn Fn(usize) -> ExprKind, wide: &[WideUnion]) -> Expr {
    let Expr { kind, ty, span } = expr;
    let one = |expr: Box<Expr>| Box::new(replace_columns(*expr, column, wide));
    let many = |exprs: Vec<Expr>| exprs.into_iter().map(|expr| replace_columns(expr, column, wide)).collect();
    let first_column = |table: Box<Table>| Box::new(settle_table(*table, Some(BTreeSet::from([0])), wide).0);
    let kind = match kind {
        ExprKind::Column(at) => column(at),
        ExprKind::Constant(value) => ExprKind::Constant(value),
        ExprKind::Convert(inner) => ExprKind::Convert(one(inner)),
        ExprKind::Negate(inner) => ExprKind::Negate(one(inner)),
        ExprKind::Arithmetic { op, left, right } => ExprKind::Arithmetic { op, left: one(left), right: one(right) },
        ExprKind::Compare { op, left, right } => ExprKind::Compare { op, left: one(left), right: one(right) },
        ExprKind::EqualIgnoringCase { negated, left, right } => {
            ExprKind::EqualIgnoringCase { negated, left: one(left), right: one(right) }
        }
        ExprKind::Text { test, case, negated, left, right } => {
            ExprKind::Text { test, case, negated, left: one(left), right: one(right) }
        }
        ExprKind::And(left, right) => ExprKind::And(one(left), one(right)),
        ExprKind::Or(left, right) => ExprKind::Or(one(left), one(right)),
        ExprKind::In { test, case, negated, value, list } => {
            let list = match list {
                InList::Values(values) => InList::Values(many(values)),
                InList::Dynamic(list) => InList::Dynamic(one(list)),
                InList::Table(table) => InList::Table(first_column(table)),
            };
            ExprKind::In { test, case, negated, value: one(value), list }
        }
        ExprKind::Between { negated, value, low, high } => {
            ExprKind::Between { negated, value: one(value), low: one(low), high: one(high) }
        }
        ExprKind::Path { base, steps } => {
            let steps = steps.into_iter().map(|step| match step {
                Step::Computed(expr) => Step::Computed(replace_columns(expr, column, wide)),
                same => same,
            });
            ExprKind::Path { steps: steps.collect(), base: one(base) }
        }
        ExprKind::Call { function, arguments } => ExprKind::Call { function, arguments: many(arguments) },
        ExprKind::ToScalar(table) => ExprKind::ToScalar(first_column(table)),
    };
    Expr { kind, ty, span }
}
