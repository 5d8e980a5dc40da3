//! The tree of a query: what was written, with the place of every part.
//!
//! Scalar and tabular expressions are one enum, because the grammar cannot tell `let x = T` from `let x = 1 + y`;
//! `semantics` can. Nothing here is resolved: names are text, types are names, literals are checked but not converted.

#![expect(missing_docs, reason = "the example in the variant's own line names its fields")]

pub mod graph;
pub mod operators;

pub use graph::*;
pub use operators::*;

use crate::span::Span;

/// A whole text: statements in order, of which the last expression is the answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The statements between the semicolons.
    pub statements: Vec<Statement>,
}

/// A name as it stands for something: `x`, `['odd name']`, `["odd name"]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name itself, brackets and quotes gone.
    pub text: String,
    /// With its brackets.
    pub span: Span,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Which.
    pub kind: StatementKind,
    /// Without the semicolon.
    pub span: Span,
}

/// The statements of KQL.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `let name = value`; the value may be a lambda.
    Let { name: Name, value: Expr },
    /// `set option` or `set option = value`.
    Set { name: Name, value: Option<Expr> },
    /// `alias database name = cluster("c").database("d")`.
    Alias { name: Name, value: Expr },
    /// `restrict access to (a, b, database("d").*)`.
    Restrict { entities: Vec<Expr> },
    /// `declare query_parameters(name: type = default, …)`.
    QueryParameters { parameters: Vec<Parameter> },
    /// `declare pattern name = (a: string)[b: string] { ("x").["y"] = { … }; … }`, or without a body.
    Pattern(PatternDeclaration),
    /// An expression, scalar or tabular.
    Expression(Expr),
    /// A management command, `.show tables …`: its words are not read further here. A query after `<|` is parsed.
    Command { text: String, query: Option<Box<Query>> },
}

/// `declare pattern`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternDeclaration {
    /// Its name.
    pub name: Name,
    /// The arguments in parentheses.
    pub parameters: Vec<Parameter>,
    /// The path parameter in brackets.
    pub path: Option<Parameter>,
    /// One body per argument list.
    pub cases: Vec<PatternCase>,
}

/// One `("x").["y"] = { … }` of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternCase {
    /// The argument values.
    pub arguments: Vec<Expr>,
    /// The path value.
    pub path: Option<Expr>,
    /// What it stands for.
    pub body: Body,
}

/// A parameter of a lambda, of a pattern or of the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// The default value.
    pub default: Option<Expr>,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeExpr {
    /// `string`, `long` …
    Scalar(Name),
    /// `(a: string, b: long)`.
    Table(Vec<ColumnDeclaration>, Span),
    /// `(*)`: a table of any columns.
    AnyTable(Span),
}

/// `name: type`.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDeclaration {
    /// The column.
    pub name: Name,
    /// A scalar type's name.
    pub ty: Name,
}

/// A `{ … }` body: statements, then an expression (absent only after a syntax error).
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// `let` statements.
    pub statements: Vec<Statement>,
    /// The answer.
    pub expression: Option<Box<Expr>>,
    /// With its braces.
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// The expressions of KQL, scalar and tabular.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A column, variable, table, function without parentheses.
    Name(Name),
    /// A name with `*` in it: `Security*`, `*`-only is `Star`.
    Wildcard(Name),
    /// `*`.
    Star,
    /// `name(arguments)`. `entity_group [a, b]` is one too.
    Call(Call),
    /// `base.name`: dynamic member, `$left.x`, `database("d").T`; where tables are listed the name may be a wildcard, `Sec*`.
    Member { base: Box<Expr>, name: Name },
    /// `base.f(arguments)`: `cluster("c").database("d")`, `database("d").f()`.
    MemberCall { base: Box<Expr>, call: Call },
    /// `base[index]`.
    Index { base: Box<Expr>, index: Box<Expr> },
    /// `-x`, `+x`.
    Unary { op: UnaryOp, operand: Box<Expr> },
    /// `left op right`. A chain of more than 32 `or`, or `and`, is a balanced tree, so that it is not as high as it is long.
    Binary { op: BinaryOp, op_span: Span, left: Box<Expr>, right: Box<Expr> },
    /// `value in (list)` and its relatives. One element that is tabular or dynamic stands for its members.
    In { test: InTest, case: Case, negated: bool, op_span: Span, value: Box<Expr>, list: Vec<Expr> },
    /// `value between (low .. high)`.
    Between { negated: bool, value: Box<Expr>, low: Box<Expr>, high: Box<Expr> },
    /// `(inner)`.
    Paren(Box<Expr>),
    /// `(a, b)` where a list may stand.
    List(Vec<Expr>),
    /// `source | operator | …`; without a source the first operator begins the query (`print`, `range`, `union` …).
    Pipe { source: Option<Box<Expr>>, operators: Vec<Operator> },
    /// `datatable (a: string, …) [ … ]`.
    Datatable { columns: Vec<ColumnDeclaration>, values: Vec<Expr> },
    /// `externaldata (a: string, …) [ "uri", … ] with (…)`.
    ExternalData { columns: Vec<ColumnDeclaration>, sources: Vec<Expr>, options: Vec<OperatorOption> },
    /// `inline_external_table (a: string, …) kind=storage dataformat=csv ("uri", …) with (…)`.
    InlineExternalTable(Box<InlineExternalTable>),
    /// `(a: int, T: (*)) { … }`, `view () { … }`.
    Lambda { view: bool, parameters: Vec<Parameter>, body: Body },
    /// `typeof(string)`, `typeof(a: string, b: long)`: where a schema is an argument.
    TypeOf(TypeOf),
    /// `_` in a pattern or a place left empty.
    Missing,
}

/// `typeof(…)`.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeOf {
    /// `typeof(string)`.
    Scalar(Name),
    /// `typeof(a: string, *)`: columns, and whether the input's columns come along.
    Columns { columns: Vec<ColumnDeclaration>, star: bool },
}

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// What it is given.
    pub arguments: Vec<Argument>,
}

/// An argument, named or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `name =`.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// The unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+x`.
    Plus,
    /// `-x`.
    Minus,
}

/// The binary operators, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `==`.
    Equal,
    /// `!=`, `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `=~`.
    EqualIgnoringCase,
    /// `!~`.
    NotEqualIgnoringCase,
    /// `has`, `contains`, `startswith` … with `_cs` and `!`.
    Text { test: TextTest, case: Case, negated: bool },
    /// `column : text` in `search`.
    Colon,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
}

/// What a text operator asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// `contains`: anywhere.
    Contains,
    /// `has`: as whole terms.
    Has,
    /// `hasprefix`: at the beginning of a term.
    HasPrefix,
    /// `hassuffix`: at the end of a term.
    HasSuffix,
    /// `startswith`.
    StartsWith,
    /// `endswith`.
    EndsWith,
    /// `matches regex` (always minds case).
    MatchesRegex,
    /// `like`, `notlike`: the older spelling with `*`.
    Like,
}

/// Does a comparison of text mind case?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// `A` is not `a`.
    Sensitive,
    /// `A` is `a`.
    Insensitive,
}

/// What a list operator asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InTest {
    /// `in`, `!in`, `in~`, `!in~`: equal to one.
    In,
    /// `has_any`: has one as a term.
    HasAny,
    /// `has_all`: has each as a term.
    HasAll,
}

/// `inline_external_table …`: a table whose files the query names.
#[derive(Debug, Clone, PartialEq)]
pub struct InlineExternalTable {
    /// The word itself.
    pub keyword: Span,
    /// Its columns; those of a Delta table may be left out.
    pub columns: Vec<ColumnDeclaration>,
    /// `kind=storage`, `dataformat=csv`.
    pub clauses: Vec<OperatorOption>,
    /// From `partition by` or `pathformat=` on, as text: nothing binds it, and all that follows is in it.
    pub unread: Option<Span>,
    /// Where the files are.
    pub sources: Vec<Expr>,
    /// What stands behind `with`.
    pub options: Vec<OperatorOption>,
}

/// A constant as written, its escapes resolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`.
    Bool(bool),
    /// `12`, `0x1f`: a long. A number too large for one is a syntax error.
    Long(i64),
    /// `1.5`, `1e3`.
    Real(f64),
    /// `10m`, `1.5h`, `2days`: 100 ns ticks.
    Timespan(i64),
    /// `"x"`, `'x'`, `@"x"`, ```` ```x``` ````, with `h` before it when obfuscated; adjacent pieces are one string.
    String { value: String, obfuscated: bool },
    /// `int(5)`, `datetime(2024-01-01)`, `guid(…)`, `real(nan)`, `time(1.02:03)`, `decimal(1.5)`, `long(null)`:
    /// the type's name as written and the text between the parentheses, trimmed, quotes of a string gone.
    Typed { ty: Name, text: String },
    /// `dynamic(…)`.
    Dynamic(DynamicLiteral),
    /// `null` where the grammar allows it bare (`f: null`, `default = null`).
    Null,
}

/// What stands in `dynamic(…)`: JSON, with KQL's strings and typed literals.
#[derive(Debug, Clone, PartialEq)]
pub enum DynamicLiteral {
    /// `null`.
    Null,
    /// A constant: any literal but `Dynamic`; a minus sign belongs to the number.
    Value(Box<Literal>),
    /// `[…]`.
    Array(Vec<DynamicLiteral>),
    /// `{…}`: keys in the order written.
    Bag(Vec<(String, DynamicLiteral)>),
}
