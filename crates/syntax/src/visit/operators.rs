//! What each operator holds, in the order of the text.

use super::{Visitor, each, walk_body, walk_named, walk_operators, walk_options};
use crate::ast::{
    Expr, Find, Graph, Join, JoinCondition, MakeSeries, MvApply, MvColumn, MvExpand, NamedExpr, Operator, OperatorKind,
    OperatorOption, OrderedExpr, Parse, ParsePart, PartitionBody, Scan, Subquery, TopNestedLevel,
};

/// Shows what an operator holds.
pub fn walk_operator<V: Visitor + ?Sized>(visitor: &mut V, operator: &Operator) {
    use OperatorKind as Kind;
    match &operator.kind {
        Kind::AssertSchema { columns: _ } | Kind::Count { name: _ } | Kind::GetSchema | Kind::Error => {}
        Kind::Extend { columns }
        | Kind::Print { columns }
        | Kind::Project { columns }
        | Kind::ProjectRename { columns } => {
            walk_named(visitor, columns);
        }
        Kind::ProjectAway { columns: exprs }
        | Kind::ProjectByNames { columns: exprs }
        | Kind::ProjectKeep { columns: exprs }
        | Kind::Other { name: _, expressions: exprs } => each(visitor, exprs),
        Kind::As { options, name: _ } | Kind::Consume { options } | Kind::Render { chart: _, properties: options } => {
            walk_options(visitor, options);
        }
        Kind::Distinct { options, columns } | Kind::Serialize { options, columns } => {
            walk_options(visitor, options);
            walk_named(visitor, columns);
        }
        Kind::Where { options, name: _, predicate: expr }
        | Kind::Take { options, count: expr }
        | Kind::Evaluate { options, call: expr, schema: _ } => {
            walk_options(visitor, options);
            visitor.visit_expr(expr);
        }
        Kind::Sort { options, by } => {
            walk_options(visitor, options);
            walk_ordered(visitor, by);
        }
        Kind::Union { options, tables } => {
            walk_options(visitor, options);
            each(visitor, tables);
        }
        Kind::Sample { count: expr } | Kind::Invoke { call: expr } => visitor.visit_expr(expr),
        Kind::ProjectReorder { columns } => each(visitor, columns.iter().map(|column| &column.column)),
        Kind::Range { name: _, from, to, step } => each(visitor, [from, to, step]),
        Kind::Facet { by, with } => walk_facet(visitor, by, with.as_ref()),
        Kind::Find(find) => walk_find(visitor, find),
        Kind::Fork { branches } => branches.iter().for_each(|(_, branch)| walk_subquery(visitor, branch)),
        Kind::Graph(graph) => walk_graph(visitor, graph),
        Kind::Join(join) | Kind::Lookup(join) => walk_join(visitor, join),
        Kind::MakeSeries(series) => walk_make_series(visitor, series),
        Kind::MvApply(apply) => walk_mv_apply(visitor, apply),
        Kind::MvExpand(expand) => walk_mv_expand(visitor, expand),
        Kind::Parse(parse) => walk_parse(visitor, parse),
        Kind::ParseKv { source, columns: _, options } => walk_parse_kv(visitor, source, options),
        Kind::Partition { options, by, body } => walk_partition(visitor, options, by, body),
        Kind::Reduce { options, by, with } => walk_reduce(visitor, options, by, with),
        Kind::SampleDistinct { count, of } => walk_counted(visitor, count, [of]),
        Kind::Scan(scan) => walk_scan(visitor, scan),
        Kind::Search { options, tables, predicate } => walk_search(visitor, options, tables, predicate),
        Kind::Summarize { options, aggregates, by, bin } => {
            walk_options(visitor, options);
            walk_named(visitor, aggregates.iter().chain(by));
            each(visitor, bin);
        }
        Kind::Top { options, count, by } => {
            walk_options(visitor, options);
            walk_counted(visitor, count, by.iter().map(|by| &by.key));
        }
        Kind::TopHitters { count, of, by } => walk_counted(visitor, count, [of].into_iter().chain(by)),
        Kind::TopNested { levels } => levels.iter().for_each(|level| walk_level(visitor, level)),
    }
}

fn walk_ordered<V: Visitor + ?Sized>(visitor: &mut V, keys: &[OrderedExpr]) {
    walk_named(visitor, keys.iter().map(|key| &key.key));
}

fn walk_counted<'a, V: Visitor + ?Sized>(
    visitor: &mut V,
    count: &Expr,
    named: impl IntoIterator<Item = &'a NamedExpr>,
) {
    visitor.visit_expr(count);
    walk_named(visitor, named);
}

fn walk_facet<V: Visitor + ?Sized>(visitor: &mut V, by: &[Expr], with: Option<&Subquery>) {
    each(visitor, by);
    if let Some(with) = with {
        walk_subquery(visitor, with);
    }
}

fn walk_mv_apply<V: Visitor + ?Sized>(visitor: &mut V, apply: &MvApply) {
    walk_options(visitor, &apply.options);
    walk_mv_columns(visitor, &apply.columns);
    each(visitor, apply.limit.iter().chain(&apply.id));
    walk_subquery(visitor, &apply.subquery);
}

fn walk_mv_expand<V: Visitor + ?Sized>(visitor: &mut V, expand: &MvExpand) {
    walk_options(visitor, &expand.options);
    walk_mv_columns(visitor, &expand.columns);
    each(visitor, &expand.limit);
}

fn walk_parse_kv<V: Visitor + ?Sized>(visitor: &mut V, source: &Expr, options: &[OperatorOption]) {
    visitor.visit_expr(source);
    walk_options(visitor, options);
}

fn walk_partition<V: Visitor + ?Sized>(visitor: &mut V, options: &[OperatorOption], by: &Expr, body: &PartitionBody) {
    walk_options(visitor, options);
    visitor.visit_expr(by);
    match body {
        PartitionBody::Operators(subquery) => walk_subquery(visitor, subquery),
        PartitionBody::Query(body) => walk_body(visitor, body),
    }
}

fn walk_reduce<V: Visitor + ?Sized>(
    visitor: &mut V,
    options: &[OperatorOption],
    by: &NamedExpr,
    with: &[OperatorOption],
) {
    walk_options(visitor, options);
    walk_named(visitor, [by]);
    walk_options(visitor, with);
}

fn walk_search<V: Visitor + ?Sized>(visitor: &mut V, options: &[OperatorOption], tables: &[Expr], predicate: &Expr) {
    walk_options(visitor, options);
    each(visitor, tables);
    visitor.visit_expr(predicate);
}

fn walk_subquery<V: Visitor + ?Sized>(visitor: &mut V, subquery: &Subquery) {
    walk_operators(visitor, &subquery.operators);
}

fn walk_find<V: Visitor + ?Sized>(visitor: &mut V, find: &Find) {
    walk_options(visitor, &find.options);
    each(visitor, &find.tables);
    visitor.visit_expr(&find.predicate);
    each(visitor, find.project.iter().flatten().map(|column| &column.column));
    each(visitor, &find.project_away);
}

fn walk_join<V: Visitor + ?Sized>(visitor: &mut V, join: &Join) {
    walk_options(visitor, &join.options);
    visitor.visit_expr(&join.right);
    match &join.condition {
        JoinCondition::On(keys) => each(visitor, keys),
        JoinCondition::Where(predicate) => visitor.visit_expr(predicate),
        JoinCondition::None => {}
    }
}

fn walk_make_series<V: Visitor + ?Sized>(visitor: &mut V, series: &MakeSeries) {
    walk_options(visitor, &series.options);
    for (aggregate, default) in &series.aggregates {
        visitor.visit_expr(&aggregate.value);
        each(visitor, default);
    }
    visitor.visit_expr(&series.on.value);
    each(visitor, series.from.iter().chain(&series.to).chain(&series.step));
    walk_named(visitor, &series.by);
}

fn walk_mv_columns<V: Visitor + ?Sized>(visitor: &mut V, columns: &[MvColumn]) {
    walk_named(visitor, columns.iter().map(|column| &column.column));
}

fn walk_parse<V: Visitor + ?Sized>(visitor: &mut V, parse: &Parse) {
    walk_options(visitor, &parse.options);
    visitor.visit_expr(&parse.source);
    for part in &parse.pattern {
        match part {
            ParsePart::Text(text) => visitor.visit_expr(text),
            ParsePart::Star(_) | ParsePart::Column { name: _, ty: _ } => {}
        }
    }
}

fn walk_scan<V: Visitor + ?Sized>(visitor: &mut V, scan: &Scan) {
    walk_options(visitor, &scan.options);
    walk_named(visitor, scan.order.iter().map(|order| &order.key));
    each(visitor, &scan.partition);
    each(visitor, scan.declare.iter().filter_map(|(_, _, default)| default.as_ref()));
    for step in &scan.steps {
        visitor.visit_expr(&step.condition);
        each(visitor, step.assignments.iter().map(|(_, value)| value));
    }
}

fn walk_graph<V: Visitor + ?Sized>(visitor: &mut V, graph: &Graph) {
    match graph {
        Graph::Make(make) => {
            each(visitor, [&make.source, &make.target]);
            walk_options(visitor, &make.options);
            each(visitor, make.nodes.iter().flat_map(|(table, id)| [table, id]));
            if let Some((by, subquery)) = &make.partition {
                visitor.visit_expr(by);
                walk_subquery(visitor, subquery);
            }
        }
        Graph::Match(pattern) => {
            walk_options(visitor, &pattern.options);
            let edges = pattern.sequences.iter().flat_map(|sequence| &sequence.edges);
            each(visitor, edges.filter_map(|edge| edge.length.as_ref()).flat_map(|(least, most)| [least, most]));
            each(visitor, &pattern.predicate);
            walk_named(visitor, &pattern.columns);
        }
        Graph::MarkComponents { options } => walk_options(visitor, options),
        Graph::ToTable { parts } => parts.iter().for_each(|part| walk_options(visitor, &part.options)),
    }
}

fn walk_level<V: Visitor + ?Sized>(visitor: &mut V, level: &TopNestedLevel) {
    each(visitor, &level.count);
    walk_named(visitor, [&level.of]);
    each(visitor, &level.others);
    walk_named(visitor, [&level.by.key]);
}
