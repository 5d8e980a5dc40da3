//! `make-graph`: a graph of a table of edges and, when they are given, tables of nodes.

use syntax::Span;
use syntax::ast::{Expr as Tree, ExprKind as TreeKind, MakeGraph};

use super::in_flight;
use crate::binder::{Binder, Scope};
use crate::bound::{Aggregate, Expr, ExprKind, Join, JoinKind, SortKey, Table, TableKind};
use crate::codes;
use crate::convert::{common_type, convert};
use crate::operators::option_word;
use crate::schema::{Column, Schema};
use crate::signature::FunctionKind;
use crate::tabular::{Graph, Tabular};
use crate::types::Type;

/// A table of nodes.
struct Nodes {
    table: Tabular,
    id: usize,
}

/// - Shape: an edge a row; a node for each id that edges or nodes have. A node that stands only in edges has its id, and nothing else.
/// - Of several rows of nodes with one id any is the node. Where two tables have a property, the first table's value goes before.
/// - Nulls: an id that is null is an id. Source: our choice; the page does not say.
/// - Source: learn.microsoft.com/kusto/query/make-graph-operator.
pub(super) fn make_graph(b: &mut Binder<'_>, edges: Tabular, tree: &MakeGraph, keyword: Span, span: Span) -> Tabular {
    if let Some(place) = tree.partitioned {
        b.unsupported(place, "make-graph … partitioned-by");
        return Tabular::open(span);
    }
    if edges.is_open {
        return Tabular::open(span);
    }
    let ends = [&tree.source, &tree.target].map(|end| id_column(b, &edges, end));
    let nodes: Option<Vec<Nodes>> = tree.nodes.iter().map(|(table, id)| nodes_table(b, table, id)).collect();
    let ([Some(source), Some(target)], Some(nodes)) = (ends, nodes) else { return Tabular::open(span) };
    let types = [edges.column_expr(source, span).ty, edges.column_expr(target, span).ty];
    let ids = nodes.iter().map(|nodes| nodes.table.column_expr(nodes.id, span).ty);
    let Some(ty) = common_type(types.into_iter().chain(ids)) else {
        b.error(codes::NO_COMMON_TYPE, keyword, "the ids of the nodes are of several types");
        return Tabular::open(span);
    };
    let edges = with_ends(b, edges, [source, target], ty, span);
    let width = edges.schema().len();
    let (source, target) = (width - 2, width - 1);
    let nodes: Vec<Nodes> =
        nodes.into_iter().map(|nodes| Nodes { table: b.share(nodes.table, span), id: nodes.id }).collect();
    let ids = all_ids(&edges, [source, target], &nodes, ty, span);
    let properties = match option_word(&tree.options, "with_node_id") {
        Some((name, _)) => named_ids(ids, name, ty, span),
        None => match with_properties(b, ids, &nodes, ty, span) {
            Some(nodes) => nodes,
            None => return Tabular::open(span),
        },
    };
    // In the order of their ids, so that what is numbered by the nodes has the same numbers each time.
    let keys = vec![SortKey { expr: properties.column_expr(0, span), descending: false, nulls_first: true }];
    let sorted = properties.same_columns(span, |input| TableKind::Sort { input, keys });
    let nodes = b.share(sorted, span);
    in_flight(Graph { edges, source, target, nodes }, span)
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

fn nodes_table(b: &mut Binder<'_>, table: &Tree, id: &Tree) -> Option<Nodes> {
    let table = b.tabular(table, Scope::default());
    if table.is_open {
        return None;
    }
    let id = id_column(b, &table, id)?;
    Some(Nodes { table, id })
}

/// The edges, and behind their columns the ids of their ends under hidden names.
fn with_ends(b: &mut Binder<'_>, edges: Tabular, ends: [usize; 2], ty: Type, span: Span) -> Tabular {
    let mut schema = edges.schema().clone();
    let mut columns = edges.all_columns(span);
    for end in ends {
        schema.push(Column::new(b.hidden_name(), ty));
        columns.push(convert(edges.column_expr(end, span), ty));
    }
    let edges = edges.project(columns, schema, span);
    b.share(edges, span)
}

/// One column with every id there is, once.
fn all_ids(edges: &Tabular, ends: [usize; 2], nodes: &[Nodes], ty: Type, span: Span) -> Table {
    let schema = vec![Column::new("$row.$id", ty)];
    let only = |table: &Tabular, column: usize| {
        let id = convert(table.column_expr(column, span), ty);
        let kind = TableKind::Project { input: Box::new(table.table.clone()), columns: vec![id] };
        Table { kind, schema: schema.clone(), span }
    };
    let mut inputs: Vec<Table> = nodes.iter().map(|nodes| only(&nodes.table, nodes.id)).collect();
    inputs.extend(ends.map(|end| only(edges, end)));
    let all = Table { kind: TableKind::Union { inputs }, schema: schema.clone(), span };
    Table { kind: TableKind::Distinct { input: Box::new(all) }, schema, span }
}

fn column(table: &Table, at: usize, span: Span) -> Expr {
    let ty = table.schema.get(at).map_or(Type::Dynamic, |column| column.ty);
    Expr { kind: ExprKind::Column(at), ty, span }
}

/// Nodes whose only property is their id.
fn named_ids(ids: Table, name: &str, ty: Type, span: Span) -> Tabular {
    let id = column(&ids, 0, span);
    let schema: Schema = ids.schema.iter().cloned().chain([Column::new(name, ty)]).collect();
    Tabular::new(TableKind::Project { input: Box::new(ids), columns: vec![id.clone(), id] }, schema, span)
}

/// The ids, and behind them the properties that the tables of nodes have.
fn with_properties(b: &mut Binder<'_>, ids: Table, nodes: &[Nodes], ty: Type, span: Span) -> Option<Tabular> {
    let mut joined = ids;
    let mut properties: Vec<(Column, Expr)> = vec![(Column::new("$row.$id", ty), column(&joined, 0, span))];
    for nodes in nodes {
        let begin = joined.schema.len() + 1;
        joined = beside_one_each(b, joined, nodes, ty, span)?;
        for (at, property) in nodes.table.schema().iter().enumerate() {
            let value = if at == nodes.id { column(&joined, 0, span) } else { column(&joined, begin + at, span) };
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

/// The table, and beside its first column's ids the node of each: its id, then the columns of the nodes.
fn beside_one_each(b: &mut Binder<'_>, left: Table, nodes: &Nodes, ty: Type, span: Span) -> Option<Table> {
    let Some(info) = b.catalog.function("take_any", FunctionKind::Aggregate) else {
        b.unsupported(span, "make-graph");
        return None;
    };
    let arguments = nodes.table.all_columns(span);
    let outputs: Vec<Type> = arguments.iter().map(|argument| argument.ty).collect();
    let mut right = vec![Column::new("$id", ty)];
    right.extend(nodes.table.schema().iter().cloned());
    let kind = TableKind::Summarize {
        input: Box::new(nodes.table.table.clone()),
        by: vec![convert(nodes.table.column_expr(nodes.id, span), ty)],
        aggregates: vec![Aggregate { function: info.name, arguments, outputs, span }],
    };
    let one_each = Table { kind, schema: right.clone(), span };
    let keys = vec![(column(&left, 0, span), column(&one_each, 0, span))];
    let mut schema = left.schema.clone();
    schema.extend(
        right.iter().enumerate().map(|(at, column)| Column::new(format!("$node{}_{at}", left.schema.len()), column.ty)),
    );
    let join = Join { kind: JoinKind::LeftOuter, left, right: one_each, keys };
    Some(Table { kind: TableKind::Join(Box::new(join)), schema, span })
}
