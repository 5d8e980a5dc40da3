//! `make-graph`: a graph of a table of edges and, when they are given, tables of nodes.

use syntax::Span;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, MakeGraph};

use super::in_flight;
use crate::binder::{Binder, Scope};
use crate::bound::{Aggregate, Expr, ExprKind, Join, JoinKind, SortKey, Table, TableKind};
use crate::codes;
use crate::convert::{common_type, convert};
use crate::operators::{option_word, pipe};
use crate::schema::{Column, Schema};
use crate::signature::FunctionKind;
use crate::tabular::{Graph, Tabular};
use crate::types::Type;

/// A table of nodes.
struct Nodes {
    table: Tabular,
    /// The column of the ids, then that of the partition where there is one.
    keys: Vec<usize>,
}

/// - Shape: an edge a row; a node for each id that edges or nodes have. A node that stands only in edges has its id, and nothing else.
/// - Of several rows of nodes with one id any is the node. Where two tables have a property, the first table's value goes before.
/// - `partitioned-by`: nodes of one id and two partitions are two, so that nothing leads from one partition to another.
/// - Nulls: an id that is null is an id. Source: our choice; the page does not say.
/// - Source: learn.microsoft.com/kusto/query/make-graph-operator.
pub(super) fn make_graph(b: &mut Binder<'_>, edges: Tabular, tree: &MakeGraph, keyword: Span, span: Span) -> Tabular {
    if edges.is_open {
        return Tabular::open(span);
    }
    let node_id = option_word(&tree.options, "with_node_id");
    if let (Some((_, place)), false) = (node_id, tree.nodes.is_empty()) {
        b.error(codes::GRAPH_PATTERN, place, "`with_node_id` names the ids of nodes that no table tells of");
        return Tabular::open(span);
    }
    let by = tree.partition.as_ref().map(|(by, _)| by);
    let ends = [&tree.source, &tree.target].map(|end| key_columns(b, &edges, end, by));
    let nodes: Option<Vec<Nodes>> = tree.nodes.iter().map(|(table, id)| nodes_table(b, table, id, by)).collect();
    let ([Some(source), Some(target)], Some(nodes)) = (ends, nodes) else { return Tabular::open(span) };
    let Some(types) = key_types(&edges, [&source, &target], &nodes, span) else {
        b.error(codes::NO_COMMON_TYPE, keyword, "the ids of the nodes are of several types");
        return Tabular::open(span);
    };
    let width = edges.schema().len();
    let edges = with_ends(b, edges, [&source, &target], &types, span);
    let source: Vec<usize> = (width..width + types.len()).collect();
    let target: Vec<usize> = source.iter().map(|at| at + types.len()).collect();
    let nodes: Vec<Nodes> =
        nodes.into_iter().map(|nodes| Nodes { table: b.share(nodes.table, span), keys: nodes.keys }).collect();
    let ids = all_ids(&edges, [&source, &target], &nodes, &types, span);
    let properties = match node_id {
        Some((name, _)) => named_ids(ids, name, span),
        None => match with_properties(b, ids, &nodes, &types, span) {
            Some(nodes) => nodes,
            None => return Tabular::open(span),
        },
    };
    // In the order of their ids, so that what is numbered by the nodes has the same numbers each time.
    let key = |at| SortKey { expr: properties.column_expr(at, span), descending: false, nulls_first: true };
    let keys = (0..types.len()).map(key).collect();
    let sorted = properties.same_columns(span, |input| TableKind::Sort { input, keys });
    let nodes = b.share(sorted, span);
    let graph = in_flight(Graph { edges, source, target, nodes }, span);
    match &tree.partition {
        Some((_, subquery)) => pipe(b, Some(graph), &subquery.operators, span),
        None => graph,
    }
}

/// The columns that a node is told by: its id, then the partition.
fn key_columns(b: &mut Binder<'_>, table: &Tabular, id: &Tree, by: Option<&Tree>) -> Option<Vec<usize>> {
    let keys: Vec<Option<usize>> = [id].into_iter().chain(by).map(|key| id_column(b, table, key)).collect();
    keys.into_iter().collect()
}

/// The column that a name says, which is no dynamic.
fn id_column(b: &mut Binder<'_>, table: &Tabular, tree: &Tree) -> Option<usize> {
    let TreeKind::Name(name) = &tree.kind else {
        b.error(codes::COLUMN_EXPECTED, tree.span, "a column's name is expected here");
        return None;
    };
    let place = b.column_of(table, name)?;
    let column = table.column_expr(place, tree.span);
    (!b.refuse_dynamic_key(&column, tree.span, "make-graph")).then_some(place)
}

fn nodes_table(b: &mut Binder<'_>, table: &Tree, id: &Tree, by: Option<&Tree>) -> Option<Nodes> {
    let table = b.tabular(table, Scope::default());
    if table.is_open {
        return None;
    }
    let keys = key_columns(b, &table, id, by)?;
    Some(Nodes { table, keys })
}

/// The types that the keys have everywhere.
fn key_types(edges: &Tabular, ends: [&[usize]; 2], nodes: &[Nodes], span: Span) -> Option<Vec<Type>> {
    let width = ends[0].len();
    let of = |at: usize| {
        let ends = ends.into_iter().filter_map(move |end| Some(edges.column_expr(*end.get(at)?, span).ty));
        let nodes = nodes.iter().filter_map(move |nodes| Some(nodes.table.column_expr(*nodes.keys.get(at)?, span).ty));
        common_type(ends.chain(nodes))
    };
    (0..width).map(of).collect()
}

/// The edges, and behind their columns the keys of their ends under hidden names.
fn with_ends(b: &mut Binder<'_>, edges: Tabular, ends: [&[usize]; 2], types: &[Type], span: Span) -> Tabular {
    let mut schema = edges.schema().clone();
    let mut columns = edges.all_columns(span);
    for end in ends {
        for (column, ty) in end.iter().zip(types) {
            schema.push(Column::new(b.hidden_name(), *ty));
            columns.push(convert(edges.column_expr(*column, span), *ty));
        }
    }
    let edges = edges.project(columns, schema, span);
    b.share(edges, span)
}

/// Every key there is, once.
fn all_ids(edges: &Tabular, ends: [&[usize]; 2], nodes: &[Nodes], types: &[Type], span: Span) -> Table {
    let schema: Schema =
        ["$row.$id", "$row.$partition"].iter().zip(types).map(|(name, ty)| Column::new(*name, *ty)).collect();
    let only = |table: &Tabular, keys: &[usize]| {
        let columns = converted(table, keys, types, span);
        let kind = TableKind::Project { input: Box::new(table.table.clone()), columns };
        Table { kind, schema: schema.clone(), span }
    };
    let mut inputs: Vec<Table> = nodes.iter().map(|nodes| only(&nodes.table, &nodes.keys)).collect();
    inputs.extend(ends.map(|end| only(edges, end)));
    let all = Table { kind: TableKind::Union { inputs }, schema: schema.clone(), span };
    Table { kind: TableKind::Distinct { input: Box::new(all) }, schema, span }
}

fn converted(table: &Tabular, keys: &[usize], types: &[Type], span: Span) -> Vec<Expr> {
    keys.iter().zip(types).map(|(key, ty)| convert(table.column_expr(*key, span), *ty)).collect()
}

fn column(table: &Table, at: usize, span: Span) -> Expr {
    let ty = table.schema.get(at).map_or(Type::Dynamic, |column| column.ty);
    Expr { kind: ExprKind::Column(at), ty, span }
}

/// Nodes whose only property is their id.
fn named_ids(ids: Table, name: &str, span: Span) -> Tabular {
    let mut schema = ids.schema.clone();
    let mut columns: Vec<Expr> = (0..schema.len()).map(|at| column(&ids, at, span)).collect();
    let id = column(&ids, 0, span);
    schema.push(Column::new(name, id.ty));
    columns.push(id);
    Tabular::new(TableKind::Project { input: Box::new(ids), columns }, schema, span)
}

/// The keys, and behind them the properties that the tables of nodes have.
fn with_properties(b: &mut Binder<'_>, ids: Table, nodes: &[Nodes], types: &[Type], span: Span) -> Option<Tabular> {
    let mut properties: Vec<(Column, Expr)> =
        ids.schema.iter().cloned().enumerate().map(|(at, key)| (key, column(&ids, at, span))).collect();
    let mut joined = ids;
    for nodes in nodes {
        let begin = joined.schema.len() + types.len();
        joined = beside_one_each(b, joined, nodes, types, span)?;
        let id = nodes.keys.first().copied();
        for (at, property) in nodes.table.schema().iter().enumerate() {
            let value = if Some(at) == id { column(&joined, 0, span) } else { column(&joined, begin + at, span) };
            let known = properties.iter_mut().find(|(known, _)| known.name == property.name);
            match known {
                None => properties.push((Column::new(property.name.clone(), value.ty), value)),
                Some((known, _)) if known.ty != value.ty => {
                    b.unsupported(span, "make-graph with a property of two types");
                    return None;
                }
                Some((_, before)) => *before = b.builtin("coalesce", vec![before.clone(), value], span)?,
            }
        }
    }
    let (schema, columns) = properties.into_iter().unzip();
    Some(Tabular::new(TableKind::Project { input: Box::new(joined), columns }, schema, span))
}

/// The table, and beside the keys in its first columns the node of each: its keys, then the columns of the nodes.
fn beside_one_each(b: &mut Binder<'_>, left: Table, nodes: &Nodes, types: &[Type], span: Span) -> Option<Table> {
    let Some(info) = b.catalog.function("take_any", FunctionKind::Aggregate) else {
        b.unsupported(span, "make-graph");
        return None;
    };
    let arguments = nodes.table.all_columns(span);
    let outputs: Vec<Type> = arguments.iter().map(|argument| argument.ty).collect();
    let names = |at: usize| format!("$node{}_{at}", left.schema.len());
    let right: Schema = types.iter().chain(&outputs).enumerate().map(|(at, ty)| Column::new(names(at), *ty)).collect();
    let kind = TableKind::Summarize {
        input: Box::new(nodes.table.table.clone()),
        by: converted(&nodes.table, &nodes.keys, types, span),
        aggregates: vec![Aggregate { function: info.name, arguments, outputs, span }],
    };
    let one_each = Table { kind, schema: right, span };
    let keys = (0..types.len()).map(|at| (column(&left, at, span), column(&one_each, at, span))).collect();
    let schema = left.schema.iter().chain(&one_each.schema).cloned().collect();
    let join = Join { kind: JoinKind::LeftOuter, left, right: one_each, keys };
    Some(Table { kind: TableKind::Join(Box::new(join)), schema, span })
}
