//! The operators in an outline: the keyword, then what the operator holds; what may be absent is in a node of its own name.

use super::Outline;
use crate::ast::{
    Direction, EvaluateSchema, Expr, Find, Join, JoinCondition, MakeSeries, MvApply, MvColumn, MvExpand, Name,
    NamedExpr, Nulls, Operator, OperatorKind, OperatorOption, OrderedExpr, Parse, ParsePart, PartitionBody,
    ReorderColumn, ReorderOrder, Scan, Subquery, TopNestedLevel,
};

impl Outline {
    pub(super) fn operator(&mut self, operator: &Operator) {
        use OperatorKind as Kind;
        match &operator.kind {
            Kind::As { options, name } => self.with_options("as", options, |o| o.name(name)),
            Kind::AssertSchema { columns } => self.node("assert-schema", |o| o.columns(columns)),
            Kind::Consume { options } => self.with_options("consume", options, |_| {}),
            Kind::Count { name } => self.node("count", |o| name.iter().for_each(|name| o.name(name))),
            Kind::Distinct { options, columns } => self.with_options("distinct", options, |o| o.named(columns)),
            Kind::Evaluate { options, call, schema } => self.evaluate(options, call, schema.as_ref()),
            Kind::Extend { columns } => self.node("extend", |o| o.named(columns)),
            Kind::Facet { by, with } => self.facet(by, with.as_ref()),
            Kind::Find(find) => self.find(find),
            Kind::Fork { branches } => self.fork(branches),
            Kind::GetSchema => self.node("getschema", |_| {}),
            Kind::Graph(graph) => self.graph(graph),
            Kind::Invoke { call } => self.node("invoke", |o| o.expr(call)),
            Kind::Join(join) => self.join("join", join),
            Kind::Lookup(join) => self.join("lookup", join),
            Kind::Other { name, expressions } => self.as_written("other", name, expressions),
            Kind::MakeSeries(series) => self.make_series(series),
            Kind::MvApply(apply) => self.mv_apply(apply),
            Kind::MvExpand(expand) => self.mv_expand(expand),
            Kind::Parse(parse) => self.parse(parse),
            Kind::ParseKv { source, columns, options } => self.with_options("parse-kv", options, |o| {
                o.expr(source);
                o.columns(columns);
            }),
            Kind::Partition { options, by, body } => self.partition(options, by, body),
            Kind::Print { columns } => self.node("print", |o| o.named(columns)),
            Kind::Project { columns } => self.node("project", |o| o.named(columns)),
            Kind::ProjectAway { columns } => self.node("project-away", |o| o.exprs(columns)),
            Kind::ProjectByNames { columns } => self.node("project-by-names", |o| o.exprs(columns)),
            Kind::ProjectKeep { columns } => self.node("project-keep", |o| o.exprs(columns)),
            Kind::ProjectRename { columns } => self.node("project-rename", |o| o.named(columns)),
            Kind::ProjectReorder { columns } => self.node("project-reorder", |o| o.reorder(columns)),
            Kind::Range { name, from, to, step } => self.node("range", |o| {
                o.name(name);
                o.exprs([from, to, step]);
            }),
            Kind::Reduce { options, by, with } => self.reduce(options, by, with),
            Kind::Render { chart, properties } => {
                self.with_options("render", properties, |o| chart.iter().for_each(|chart| o.name(chart)))
            }
            Kind::Sample { count } => self.node("sample", |o| o.expr(count)),
            Kind::SampleDistinct { count, of } => self.counted("sample-distinct", count, of),
            Kind::Scan(scan) => self.scan(scan),
            Kind::Search { options, tables, predicate } => self.search(options, tables, predicate),
            Kind::Serialize { options, columns } => self.with_options("serialize", options, |o| o.named(columns)),
            Kind::Sort { options, by } => self.with_options("sort", options, |o| o.ordered(by)),
            Kind::Summarize { options, aggregates, by, bin } => self.summarize(options, aggregates, by, bin.as_ref()),
            Kind::Take { options, count } => self.with_options("take", options, |o| o.expr(count)),
            Kind::Top { options, count, by } => self.with_options("top", options, |o| {
                o.expr(count);
                o.ordered(by);
            }),
            Kind::TopHitters { count, of, by } => self.top_hitters(count, of, by.as_ref()),
            Kind::TopNested { levels } => self.node("top-nested", |o| levels.iter().for_each(|level| o.level(level))),
            Kind::Union { options, tables } => self.with_options("union", options, |o| o.exprs(tables)),
            Kind::Where { options, name, predicate } => self.with_options("where", options, |o| {
                name.iter().for_each(|name| o.node("=", |o| o.name(name)));
                o.expr(predicate);
            }),
            Kind::Error => self.atom("?"),
        }
    }

    fn as_written(&mut self, head: &str, name: &str, clauses: &[Expr]) {
        self.node(head, |o| {
            o.atom(name);
            o.exprs(clauses);
        });
    }

    fn with_options(&mut self, head: &str, options: &[OperatorOption], inside: impl FnOnce(&mut Self)) {
        self.node(head, |o| {
            o.options(options);
            inside(o);
        });
    }

    fn optional(&mut self, head: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.node(head, |o| o.expr(expr));
        }
    }

    fn by(&mut self, by: &[NamedExpr]) {
        if !by.is_empty() {
            self.node("by", |o| o.named(by));
        }
    }

    fn counted(&mut self, head: &str, count: &Expr, of: &NamedExpr) {
        self.node(head, |o| {
            o.expr(count);
            o.named([of]);
        });
    }

    pub(super) fn subquery(&mut self, subquery: &Subquery) {
        self.node("subquery", |o| o.operators(&subquery.operators));
    }

    fn ordered<'a>(&mut self, keys: impl IntoIterator<Item = &'a OrderedExpr>) {
        for OrderedExpr { key, direction, nulls } in keys {
            if direction.is_none() && nulls.is_none() {
                self.named([key]);
                continue;
            }
            self.node("ordered", |o| {
                o.named([key]);
                match direction {
                    Some(Direction::Ascending) => o.atom("asc"),
                    Some(Direction::Descending) => o.atom("desc"),
                    None => {}
                }
                match nulls {
                    Some(Nulls::First) => o.atom("nulls-first"),
                    Some(Nulls::Last) => o.atom("nulls-last"),
                    None => {}
                }
            });
        }
    }

    fn evaluate(&mut self, options: &[OperatorOption], call: &Expr, schema: Option<&EvaluateSchema>) {
        self.with_options("evaluate", options, |o| {
            o.expr(call);
            if let Some(EvaluateSchema { star, columns }) = schema {
                o.node("schema", |o| {
                    o.flag("*", *star);
                    o.columns(columns);
                });
            }
        });
    }

    fn facet(&mut self, by: &[Expr], with: Option<&Subquery>) {
        self.node("facet", |o| {
            o.exprs(by);
            with.iter().for_each(|with| o.subquery(with));
        });
    }

    fn find(&mut self, find: &Find) {
        self.with_options("find", &find.options, |o| {
            if !find.tables.is_empty() {
                o.node("tables", |o| o.exprs(&find.tables));
            }
            o.expr(&find.predicate);
            if let Some(columns) = &find.project {
                o.node("project", |o| {
                    for column in columns {
                        match &column.ty {
                            Some(ty) => o.node(":", |o| {
                                o.expr(&column.column);
                                o.name(ty);
                            }),
                            None => o.expr(&column.column),
                        }
                    }
                });
            }
            if !find.project_away.is_empty() {
                o.node("project-away", |o| o.exprs(&find.project_away));
            }
        });
    }

    fn fork(&mut self, branches: &[(Option<Name>, Subquery)]) {
        self.node("fork", |o| {
            for (name, branch) in branches {
                o.node("branch", |o| {
                    name.iter().for_each(|name| o.name(name));
                    o.subquery(branch);
                });
            }
        });
    }

    fn join(&mut self, head: &str, join: &Join) {
        self.with_options(head, &join.options, |o| {
            o.expr(&join.right);
            match &join.condition {
                JoinCondition::On(keys) => o.node("on", |o| o.exprs(keys)),
                JoinCondition::Where(predicate) => o.node("where", |o| o.expr(predicate)),
                JoinCondition::None => {}
            }
        });
    }

    fn make_series(&mut self, series: &MakeSeries) {
        self.with_options("make-series", &series.options, |o| {
            for (aggregate, default) in &series.aggregates {
                o.named([aggregate]);
                o.optional("default", default.as_ref());
            }
            o.node("on", |o| o.named([&series.on]));
            o.flag("in-range", series.in_range);
            o.optional("from", series.from.as_ref());
            o.optional("to", series.to.as_ref());
            o.optional("step", series.step.as_ref());
            o.by(&series.by);
        });
    }

    fn mv_columns(&mut self, columns: &[MvColumn]) {
        for MvColumn { column, ty } in columns {
            match ty {
                Some(ty) => self.node("to", |o| {
                    o.named([column]);
                    o.name(ty);
                }),
                None => self.named([column]),
            }
        }
    }

    fn mv_apply(&mut self, apply: &MvApply) {
        self.with_options("mv-apply", &apply.options, |o| {
            o.mv_columns(&apply.columns);
            o.optional("limit", apply.limit.as_ref());
            o.optional("id", apply.id.as_ref());
            o.subquery(&apply.subquery);
        });
    }

    fn mv_expand(&mut self, expand: &MvExpand) {
        self.with_options("mv-expand", &expand.options, |o| {
            o.flag("legacy", expand.is_legacy);
            o.mv_columns(&expand.columns);
            o.optional("limit", expand.limit.as_ref());
        });
    }

    fn parse(&mut self, parse: &Parse) {
        let head = if parse.is_where { "parse-where" } else { "parse" };
        self.with_options(head, &parse.options, |o| {
            o.expr(&parse.source);
            for part in &parse.pattern {
                match part {
                    ParsePart::Star(_) => o.atom("*"),
                    ParsePart::Text(text) => o.expr(text),
                    ParsePart::Column { name, ty: Some(ty) } => o.node(":", |o| {
                        o.name(name);
                        o.name(ty);
                    }),
                    ParsePart::Column { name, ty: None } => o.name(name),
                }
            }
        });
    }

    fn partition(&mut self, options: &[OperatorOption], by: &Expr, body: &PartitionBody) {
        self.with_options("partition", options, |o| {
            o.expr(by);
            match body {
                PartitionBody::Operators(subquery) => o.subquery(subquery),
                PartitionBody::Query(body) => o.body(body),
            }
        });
    }

    fn reorder(&mut self, columns: &[ReorderColumn]) {
        for ReorderColumn { column, order } in columns {
            let order = match order {
                None => {
                    self.expr(column);
                    continue;
                }
                Some(ReorderOrder::Ascending) => "asc",
                Some(ReorderOrder::Descending) => "desc",
                Some(ReorderOrder::NumberedAscending) => "granny-asc",
                Some(ReorderOrder::NumberedDescending) => "granny-desc",
            };
            self.node(order, |o| o.expr(column));
        }
    }

    fn reduce(&mut self, options: &[OperatorOption], by: &NamedExpr, with: &[OperatorOption]) {
        self.with_options("reduce", options, |o| {
            o.named([by]);
            o.node("with", |o| o.options(with));
        });
    }

    fn scan(&mut self, scan: &Scan) {
        self.with_options("scan", &scan.options, |o| {
            if !scan.order.is_empty() {
                o.node("order", |o| o.ordered(&scan.order));
            }
            if !scan.partition.is_empty() {
                o.node("partition", |o| o.exprs(&scan.partition));
            }
            for (name, ty, default) in &scan.declare {
                o.node("declare", |o| {
                    o.name(name);
                    o.type_expr(ty);
                    o.exprs(default);
                });
            }
            for step in &scan.steps {
                o.node("step", |o| {
                    o.name(&step.name);
                    o.flag("optional", step.optional);
                    step.output.iter().for_each(|output| o.node("output", |o| o.name(output)));
                    o.expr(&step.condition);
                    for (name, value) in &step.assignments {
                        o.node("=", |o| {
                            o.name(name);
                            o.expr(value);
                        });
                    }
                });
            }
        });
    }

    fn search(&mut self, options: &[OperatorOption], tables: &[Expr], predicate: &Expr) {
        self.with_options("search", options, |o| {
            if !tables.is_empty() {
                o.node("tables", |o| o.exprs(tables));
            }
            o.expr(predicate);
        });
    }

    fn summarize(
        &mut self,
        options: &[OperatorOption],
        aggregates: &[NamedExpr],
        by: &[NamedExpr],
        bin: Option<&Expr>,
    ) {
        self.with_options("summarize", options, |o| {
            o.named(aggregates);
            o.by(by);
            o.optional("bin", bin);
        });
    }

    fn top_hitters(&mut self, count: &Expr, of: &NamedExpr, by: Option<&NamedExpr>) {
        self.node("top-hitters", |o| {
            o.expr(count);
            o.named([of]);
            o.by(by.map(std::slice::from_ref).unwrap_or_default());
        });
    }

    fn level(&mut self, level: &TopNestedLevel) {
        self.node("level", |o| {
            o.exprs(&level.count);
            o.node("of", |o| o.named([&level.of]));
            o.optional("others", level.others.as_ref());
            o.node("by", |o| o.ordered([&level.by]));
        });
    }
}
