//! The tabular operators: one struct or variant each, named as Kusto names them.

#![expect(missing_docs, reason = "the example in the variant's own line names its fields")]

use super::graph::Graph;
use super::{Body, ColumnDeclaration, Expr, Name, TypeExpr};
use crate::span::Span;

/// One operator of a pipe.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    /// Which.
    pub kind: OperatorKind,
    /// From its keyword to its end.
    pub span: Span,
    /// Its keyword.
    pub keyword: Span,
}

/// `name = value` after an operator's keyword: `kind=inner`, `hint.strategy=shuffle`, `withsource=T`.
#[derive(Debug, Clone, PartialEq)]
pub struct OperatorOption {
    /// With its dots: `hint.strategy`.
    pub name: Name,
    /// A name, literal or list.
    pub value: Expr,
}

/// `value`, `name = value`, or `(a, b) = value`.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedExpr {
    /// None, one, or several names.
    pub names: Vec<Name>,
    /// The value.
    pub value: Expr,
    /// All of it.
    pub span: Span,
}

/// The direction of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `asc`.
    Ascending,
    /// `desc`, and Kusto's default.
    Descending,
}

/// Where a sort puts nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// `nulls first`.
    First,
    /// `nulls last`.
    Last,
}

/// A sort key; what is not written is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedExpr {
    /// The key; a name only where Kusto allows one (`top … by n = x`).
    pub key: NamedExpr,
    /// `asc` or `desc`.
    pub direction: Option<Direction>,
    /// `nulls first` or `nulls last`.
    pub nulls: Option<Nulls>,
}

/// `(operator | operator …)` or `(T | …)` given to an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Subquery {
    /// `let` statements are not allowed here; only operators, applied to what the outer operator provides.
    pub operators: Vec<Operator>,
    /// With its parentheses.
    pub span: Span,
}

/// The tabular operators of KQL.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorKind {
    /// `as name`.
    As { options: Vec<OperatorOption>, name: Name },
    /// `assert-schema (a: string, …)`.
    AssertSchema { columns: Vec<ColumnDeclaration> },
    /// `consume`.
    Consume { options: Vec<OperatorOption> },
    /// `count`, `count as Name`.
    Count { name: Option<Name> },
    /// `distinct a, b` or `distinct *`.
    Distinct { options: Vec<OperatorOption>, columns: Vec<NamedExpr> },
    /// `evaluate plugin(…) : (a: string, …)`.
    Evaluate { options: Vec<OperatorOption>, call: Expr, schema: Option<EvaluateSchema> },
    /// `extend a = x, …`.
    Extend { columns: Vec<NamedExpr> },
    /// `facet by a, b with ( … )`.
    Facet { by: Vec<Expr>, with: Option<Subquery> },
    /// `find … in (T, …) where p project …`.
    Find(Find),
    /// `fork name=( … ) ( … )`.
    Fork { branches: Vec<(Option<Name>, Subquery)> },
    /// `getschema`.
    GetSchema,
    /// `make-graph`, `graph-match` …
    Graph(Graph),
    /// `invoke f(…)`.
    Invoke { call: Expr },
    /// `join kind=… (T) on …`.
    Join(Join),
    /// `lookup kind=… (T) on …`.
    Lookup(Join),
    /// `macro-expand`, `execute-and-cache`, `__crosscluster` and others nobody writes: refused when bound.
    Other { name: String, expressions: Vec<Expr> },
    /// `make-series`.
    MakeSeries(MakeSeries),
    /// `mv-apply x = e to typeof(t) limit n on ( … )`.
    MvApply(MvApply),
    /// `mv-expand`.
    MvExpand(MvExpand),
    /// `parse` and `parse-where`.
    Parse(Parse),
    /// `parse-kv e as (a: string, …) with (…)`.
    ParseKv { source: Expr, columns: Vec<ColumnDeclaration>, options: Vec<OperatorOption> },
    /// `partition hint.… by Column ( … )` or `{ … }`.
    Partition { options: Vec<OperatorOption>, by: Expr, body: PartitionBody },
    /// `print a = x, …`.
    Print { columns: Vec<NamedExpr> },
    /// `project a = x, …`.
    Project { columns: Vec<NamedExpr> },
    /// `project-away a, b*`.
    ProjectAway { columns: Vec<Expr> },
    /// `project-by-names expr, …`.
    ProjectByNames { columns: Vec<Expr> },
    /// `project-keep a, b*`.
    ProjectKeep { columns: Vec<Expr> },
    /// `project-rename new = old, …`.
    ProjectRename { columns: Vec<NamedExpr> },
    /// `project-reorder a, b* asc, …`.
    ProjectReorder { columns: Vec<ReorderColumn> },
    /// `range x from a to b step c`.
    Range { name: Name, from: Expr, to: Expr, step: Expr },
    /// `reduce by e with …`.
    Reduce { options: Vec<OperatorOption>, by: NamedExpr, with: Vec<OperatorOption> },
    /// `render chart with (…)`.
    Render { chart: Option<Name>, properties: Vec<OperatorOption> },
    /// `sample n`.
    Sample { count: Expr },
    /// `sample-distinct n of e`.
    SampleDistinct { count: Expr, of: NamedExpr },
    /// `scan`.
    Scan(Scan),
    /// `search kind=… in (T, …) predicate`.
    Search { options: Vec<OperatorOption>, tables: Vec<Expr>, predicate: Expr },
    /// `serialize a = x, …`.
    Serialize { options: Vec<OperatorOption>, columns: Vec<NamedExpr> },
    /// `sort by` and `order by`.
    Sort { options: Vec<OperatorOption>, by: Vec<OrderedExpr> },
    /// `summarize a by b`.
    Summarize { options: Vec<OperatorOption>, aggregates: Vec<NamedExpr>, by: Vec<NamedExpr>, bin: Option<Expr> },
    /// `take n` and `limit n`.
    Take { options: Vec<OperatorOption>, count: Expr },
    /// `top n by …`.
    Top { options: Vec<OperatorOption>, count: Expr, by: Vec<OrderedExpr> },
    /// `top-hitters n of e by w`.
    TopHitters { count: Expr, of: NamedExpr, by: Option<NamedExpr> },
    /// `top-nested`.
    TopNested { levels: Vec<TopNestedLevel> },
    /// `union kind=… withsource=… T, (Q), …`.
    Union { options: Vec<OperatorOption>, tables: Vec<Expr> },
    /// `where` and `filter`. Kusto's parser takes a name before the predicate, `where a = true`, which then compares nothing.
    Where { options: Vec<OperatorOption>, name: Option<Name>, predicate: Expr },
    /// What stood where an operator was expected, after a syntax error.
    Error,
}

/// The schema after `evaluate p(…) :`.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluateSchema {
    /// Does it begin or end with `*`: are the input's columns kept?
    pub star: bool,
    /// The columns that the plugin is promised to make.
    pub columns: Vec<ColumnDeclaration>,
}

/// `join` or `lookup`.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// `kind=…`, `hint.…=…`.
    pub options: Vec<OperatorOption>,
    /// The right side.
    pub right: Box<Expr>,
    /// How rows meet.
    pub condition: JoinCondition,
}

/// After a join's right side.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinCondition {
    /// `on a, $left.b == $right.c`; empty after a syntax error.
    On(Vec<Expr>),
    /// `where p`.
    Where(Box<Expr>),
    /// Nothing was written: a cross join.
    None,
}

/// `find`.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    /// `withsource=…`, `datascope=…`.
    pub options: Vec<OperatorOption>,
    /// `in (…)`.
    pub tables: Vec<Expr>,
    /// `where …`.
    pub predicate: Expr,
    /// `project …`; `None` is `project-smart`.
    pub project: Option<Vec<FindColumn>>,
    /// `project-away …`.
    pub project_away: Vec<Expr>,
}

/// A column of `find … project`.
#[derive(Debug, Clone, PartialEq)]
pub struct FindColumn {
    /// A name, or `pack(*)`.
    pub column: Expr,
    /// `: type`.
    pub ty: Option<Name>,
}

/// `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeSeries {
    /// `kind=nonempty`, hints.
    pub options: Vec<OperatorOption>,
    /// Each aggregate with its `default = x`.
    pub aggregates: Vec<(NamedExpr, Option<Expr>)>,
    /// `on axis`.
    pub on: NamedExpr,
    /// `from a to b step c`, each optional but the step; `in range(a, b, c)` fills all three.
    pub from: Option<Expr>,
    /// See `from`.
    pub to: Option<Expr>,
    /// See `from`.
    pub step: Option<Expr>,
    /// Was it written `in range(a, b, c)`, whose end is included?
    pub in_range: bool,
    /// `by a, b`.
    pub by: Vec<NamedExpr>,
}

/// A column of `mv-expand` and `mv-apply`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvColumn {
    /// The array, and the name of the element.
    pub column: NamedExpr,
    /// `to typeof(type)`.
    pub ty: Option<Name>,
}

/// `mv-expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvExpand {
    /// Was it written `mvexpand`, which has another limit of its own?
    pub is_legacy: bool,
    /// `kind=bag|array`, `bagexpansion=…`, `with_itemindex=Name`.
    pub options: Vec<OperatorOption>,
    /// What is expanded.
    pub columns: Vec<MvColumn>,
    /// `limit n`.
    pub limit: Option<Expr>,
}

/// `mv-apply`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvApply {
    /// `with_itemindex=Name`, hints.
    pub options: Vec<OperatorOption>,
    /// What is expanded.
    pub columns: Vec<MvColumn>,
    /// `limit n`.
    pub limit: Option<Expr>,
    /// `id expr`.
    pub id: Option<Expr>,
    /// `on ( … )`.
    pub subquery: Subquery,
}

/// `parse` and `parse-where`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parse {
    /// `parse-where`: rows that do not match are dropped.
    pub is_where: bool,
    /// `kind=simple|relaxed|regex`, `flags=…`.
    pub options: Vec<OperatorOption>,
    /// What is parsed.
    pub source: Expr,
    /// After `with`.
    pub pattern: Vec<ParsePart>,
}

/// A piece of a parse pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePart {
    /// `*`: anything.
    Star(Span),
    /// Text that must stand there: a string literal or a constant's name.
    Text(Expr),
    /// `name` or `name: type`.
    Column { name: Name, ty: Option<Name> },
}

/// What `partition` does with each part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartitionBody {
    /// `( … )`.
    Operators(Subquery),
    /// `{ … }`: a query that names its own source.
    Query(Body),
}

/// A column of `project-reorder`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReorderColumn {
    /// A name, a wildcard or `*`.
    pub column: Expr,
    /// How the columns of a wildcard are ordered.
    pub order: Option<ReorderOrder>,
}

/// The order of a wildcard's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReorderOrder {
    /// `asc`.
    Ascending,
    /// `desc`.
    Descending,
    /// `granny-asc`: digits by value.
    NumberedAscending,
    /// `granny-desc`.
    NumberedDescending,
}

/// `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// `with_match_id=Name`.
    pub options: Vec<OperatorOption>,
    /// `order by`.
    pub order: Vec<OrderedExpr>,
    /// `partition by`.
    pub partition: Vec<Expr>,
    /// `declare (a: string = "x", …)`.
    pub declare: Vec<(Name, TypeExpr, Option<Expr>)>,
    /// `step name: condition => …;`.
    pub steps: Vec<ScanStep>,
}

/// One step of `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `optional`.
    pub optional: bool,
    /// `output = all|last|none`.
    pub output: Option<Name>,
    /// When a row is taken.
    pub condition: Expr,
    /// `name = value` each.
    pub assignments: Vec<(Name, Expr)>,
}

/// One level of `top-nested`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNestedLevel {
    /// `n`; `None` keeps all.
    pub count: Option<Expr>,
    /// `of e`.
    pub of: NamedExpr,
    /// `with others = e`.
    pub others: Option<Expr>,
    /// `by aggregate`, with its direction.
    pub by: OrderedExpr,
}

impl OperatorOption {
    /// Is this the option of that name? Kusto minds case here.
    pub fn is(&self, name: &str) -> bool {
        self.name.text == name
    }
}
