//! The bound query: every name resolved, every type known, nothing left of the text but places for messages.
//!
//! The engine reads only this. Columns are indices into the schema of the expression's input; names are output names,
//! unique within a schema, and final: what a schema says is what the user sees, in that order.

#![expect(missing_docs, reason = "the line of a variant names its fields")]

mod graph;
mod reads;

use syntax::Span;
use syntax::ast::{Case, InTest, TextTest};

use crate::external::ExternalOptions;
use crate::schema::Schema;
use crate::types::Type;
use crate::value::Value;

pub use graph::*;

/// A bound query.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Tabular expressions that are evaluated once, before the results: `materialize(…)` and `as`. An entry may use earlier ones.
    pub shared: Vec<Table>,
    /// The answers, one per tabular statement (usually one; `fork` and several statements give more).
    pub results: Vec<Table>,
    /// `render`: chart kind and properties of the last result, for whoever draws.
    pub render: Option<Render>,
}

/// What `render` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Render {
    /// `timechart`, `table` …
    pub chart: String,
    /// `title` = "…" and so on, as text.
    pub properties: Vec<(String, String)>,
}

/// A tabular expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What makes the rows.
    pub kind: TableKind,
    /// Its columns.
    pub schema: Schema,
    /// The operator's text.
    pub span: Span,
}

/// What makes rows.
#[derive(Debug, Clone, PartialEq)]
pub enum TableKind {
    /// All rows of a catalog table. `columns[i]` is the stored column that gives `schema[i]`.
    Scan { table: String, columns: Vec<String> },
    /// `Bound::shared[index]`.
    Shared { index: usize },
    /// Rows written in the query (`datatable`, `getschema`); every value has its column's type.
    Rows { rows: Vec<Vec<Value>> },
    /// `externaldata`: the records of files elsewhere, as the schema says. Sources are strings that read no column.
    External { sources: Vec<Expr>, options: ExternalOptions },
    /// One row without columns: what `print` projects from.
    OneRow,
    /// `range`: one column, values of its type; `step` is a number, or a timespan for datetimes.
    Range { from: Box<Expr>, to: Box<Expr>, step: Box<Expr> },
    /// Rows for which the predicate is true (not false, not null).
    Filter { input: Box<Table>, predicate: Expr },
    /// One expression per output column: `project` and its family, `extend`, `print`.
    Project { input: Box<Table>, columns: Vec<Expr> },
    /// Groups: output columns are `by` then the outputs of `aggregates` in order. Without `by` there is always one row.
    Summarize { input: Box<Table>, by: Vec<Expr>, aggregates: Vec<Aggregate> },
    /// Each different row once.
    Distinct { input: Box<Table> },
    /// All rows in order.
    Sort { input: Box<Table>, keys: Vec<SortKey> },
    /// The first `count` rows in order (`top`).
    Top { input: Box<Table>, count: Expr, keys: Vec<SortKey> },
    /// `top-hitters`: the rows with the largest second column, largest first. The input is ordered by the first column.
    TopHitters { input: Box<Table>, count: Expr },
    /// Any `count` rows; the first ones when the input is ordered.
    Take { input: Box<Table>, count: Expr },
    /// Rows of two tables that meet. Output: all left columns then all right ones, under the names of `schema`;
    /// only one side's columns for the semi and anti kinds.
    Join(Box<Join>),
    /// All rows of all inputs, which have the same column types in the same order (names are this schema's).
    Union { inputs: Vec<Table> },
    /// `mv-expand`: each row once per element. Output: the input's columns, expanded ones replaced in place by the element
    /// (converted to the schema's type), then the item index column when there is one.
    MvExpand { input: Box<Table>, columns: Vec<MvColumn>, limit: Option<Expr>, item_index: bool, kind: MvKind },
    /// `serialize` and `extend` with window functions: output is the input's columns, then one per entry.
    Window { input: Box<Table>, columns: Vec<Aggregate> },
    /// `parse`, `parse-where`: output is the input's columns, then the parsed ones.
    Parse(Box<Parse>),
    /// `sample n`: any n rows.
    Sample { input: Box<Table>, count: Expr },
    /// `scan`: the matches of its steps, in the order in which they happen. Output: the input's columns, the declared ones, then the match id.
    ScanSteps(Box<ScanSteps>),
    /// `graph-match`, `graph-shortest-paths`.
    GraphMatch(Box<GraphMatch>),
    /// `graph-mark-components`.
    GraphComponents(Box<GraphComponents>),
    /// A subquery for each value of a key, one after the other. Output: the subquery's columns, then the key.
    PerKey(Box<PerKey>),
    /// `evaluate`: what a plugin makes of its inputs.
    Plugin(Box<Plugin>),
}

/// A subquery that runs for each value of a key: `partition`, and what of `mv-apply` cannot run for all records together.
#[derive(Debug, Clone, PartialEq)]
pub struct PerKey {
    /// The rows of all subtables.
    pub input: Table,
    /// The column of the input that says which subtable a row belongs to.
    pub key: usize,
    /// One column with every key there is, when subtables may be empty; else the keys are those of the input.
    pub keys: Option<Table>,
    /// `Bound::shared[slot]` holds the subtable: all columns of the input.
    pub slot: usize,
    /// Entries of `Bound::shared` that belong to the subquery and are evaluated with it, in order.
    pub shared: Vec<(usize, Table)>,
    /// The subquery.
    pub body: Table,
    /// More keys than this are refused.
    pub keys_max: usize,
}

/// `scan`.
///
/// Its expressions see blocks of columns, each the input's columns and the declared ones: first the block of the row, in which declared columns
/// have their defaults, then the block of each step's state.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanSteps {
    /// The rows, in order.
    pub input: Table,
    /// Rows that differ in these have states of their own; over the input's schema.
    pub partition: Vec<Expr>,
    /// The default of each declared column; reads no column.
    pub defaults: Vec<Expr>,
    /// The steps, at least one.
    pub steps: Vec<ScanStep>,
    /// Is the number of the match a column?
    pub has_match_id: bool,
}

/// A step of `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    /// Which of its matches are rows of the result.
    pub output: ScanOutput,
    /// When a row matches.
    pub condition: Expr,
    /// What a match assigns to which declared column.
    pub assignments: Vec<(usize, Expr)>,
}

/// Which matches of a step are rows of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOutput {
    /// Every one.
    All,
    /// The last one before the sequence leaves the step.
    Last,
    /// None.
    None,
}

/// A call of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Plugin {
    /// The plugin, by the catalog's name.
    pub plugin: &'static str,
    /// The rows, then the table that it was given; none when its question was answered.
    pub inputs: Vec<Table>,
    /// What it was given, in the order of its parameters.
    pub arguments: Vec<PluginArgument>,
    /// The schema was written behind the call: values are converted to its types.
    pub is_declared: bool,
    /// Its columns follow from the data, so it is run before the rest is bound: the number of the question that has its rows as the answer.
    pub question: Option<usize>,
}

impl Plugin {
    /// The arguments that are values.
    pub fn constants(&self) -> impl Iterator<Item = &Expr> {
        self.arguments.iter().filter_map(|argument| match &argument.value {
            PluginValue::Constant(expr) => Some(expr),
            PluginValue::Column(_) => None,
        })
    }

    /// The same, to be changed.
    pub fn constants_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.arguments.iter_mut().filter_map(|argument| match &mut argument.value {
            PluginValue::Constant(expr) => Some(expr),
            PluginValue::Column(_) => None,
        })
    }
}

/// An argument of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginArgument {
    /// The parameter's name.
    pub parameter: &'static str,
    /// What it was given.
    pub value: PluginValue,
}

/// What an argument of a plugin is.
#[derive(Debug, Clone, PartialEq)]
pub enum PluginValue {
    /// A column of the first input, or of the second one for the parameters that say so.
    Column(usize),
    /// A value over no columns.
    Constant(Expr),
}

/// What bags become in `mv-expand`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MvKind {
    /// `kind=bag`: each property a bag of one.
    Bag,
    /// `kind=array`: each property `[key, value]`.
    Array,
}

/// A column that `mv-expand` expands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MvColumn {
    /// Which column of the input; a dynamic.
    pub column: usize,
    /// The type of the element.
    pub ty: Type,
}

/// `parse`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parse {
    /// The rows.
    pub input: Table,
    /// The text that is parsed.
    pub source: Expr,
    /// The pattern.
    pub parts: Vec<ParsePart>,
    /// How strict.
    pub mode: ParseMode,
    /// `parse-where`: rows that do not match are dropped.
    pub drops_rows: bool,
    /// `flags=` of the regex mode.
    pub flags: String,
}

/// How `parse` reads its pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseMode {
    /// All columns or none.
    Simple,
    /// A column that does not convert is null.
    Relaxed,
    /// Text parts are regular expressions.
    Regex,
}

/// A piece of the pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePart {
    /// `*`.
    Skip,
    /// Text, or a regular expression, and where it is written.
    Text(String, Span),
    /// The next output column, of this type.
    Column(Type),
}

/// A join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Which rows survive.
    pub kind: JoinKind,
    /// The left table.
    pub left: Table,
    /// The right table.
    pub right: Table,
    /// Pairs that must be equal, over the left and the right schema; types agree. Null equals null (Kusto's rule for join keys).
    pub keys: Vec<(Expr, Expr)>,
}

/// The kinds of join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// The default: of the left rows with one key, one; then as `Inner`.
    InnerUnique,
    /// Every pair.
    Inner,
    /// And left rows that meet none.
    LeftOuter,
    /// And right rows that meet none.
    RightOuter,
    /// And both.
    FullOuter,
    /// Left rows that meet some.
    LeftSemi,
    /// Right rows that meet some.
    RightSemi,
    /// Left rows that meet none.
    LeftAnti,
    /// Right rows that meet none.
    RightAnti,
}

/// A sort key.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// Over the input's schema.
    pub expr: Expr,
    /// `desc`?
    pub descending: bool,
    /// Nulls before the rest?
    pub nulls_first: bool,
}

/// A call of an aggregate (or window) function over the input's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The function, by the catalog's name.
    pub function: &'static str,
    /// Its arguments over the input's schema; `*` is spliced.
    pub arguments: Vec<Expr>,
    /// Types of the columns it makes: one for most; `arg_max(x, a, b)` makes x, a, b; `percentiles` one per rank.
    pub outputs: Vec<Type>,
    /// The call's text.
    pub span: Span,
}

/// A scalar expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Type,
    /// Its text.
    pub span: Span,
}

/// What a scalar expression computes.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Constant(Value),
    /// A column of the input.
    Column(usize),
    /// The operand as `ty`: only conversions that Kusto makes by itself (int → long → real → decimal, decimal → real for what computes with
    /// reals only, any → dynamic, dynamic → any by its value, null when it is another kind of value).
    Convert(Box<Expr>),
    /// `-x`: a number or timespan; nulls stay null.
    Negate(Box<Expr>),
    /// `+ - * / %`. Operand types: equal numbers; datetime − datetime; datetime ± timespan; timespan + datetime; timespan ± timespan;
    /// timespan * real, real * timespan, timespan / real; timespan / timespan (real); timespan % timespan; datetime % timespan.
    Arithmetic { op: ArithmeticOp, left: Box<Expr>, right: Box<Expr> },
    /// `== != < <= > >=`: operands of one type (both dynamic at worst). A null operand: see `CompareOp`.
    Compare { op: CompareOp, left: Box<Expr>, right: Box<Expr> },
    /// `=~`, `!~`: both strings.
    EqualIgnoringCase { negated: bool, left: Box<Expr>, right: Box<Expr> },
    /// `has`, `contains`, `matches regex` …: left is a string or a dynamic (its text), right a string.
    Text { test: TextTest, case: Case, negated: bool, left: Box<Expr>, right: Box<Expr> },
    /// `in`, `has_any`, `has_all`.
    In { test: InTest, case: Case, negated: bool, value: Box<Expr>, list: InList },
    /// `between (low .. high)`, ends included; types agree.
    Between { negated: bool, value: Box<Expr>, low: Box<Expr>, high: Box<Expr> },
    /// `and`, with three-valued logic.
    And(Box<Expr>, Box<Expr>),
    /// `or`, with three-valued logic.
    Or(Box<Expr>, Box<Expr>),
    /// `base.a["b"][0]`: a dynamic, walked.
    Path { base: Box<Expr>, steps: Vec<Step> },
    /// A function of the catalog; arguments have the types that its signature names.
    Call { function: &'static str, arguments: Vec<Expr> },
    /// `toscalar(T)`: first column of the first row; null (or empty) when there is none.
    ToScalar(Box<Table>),
}

/// Arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`; wraps.
    Add,
    /// `-`; wraps.
    Subtract,
    /// `*`; wraps.
    Multiply,
    /// `/`: by zero is null for whole numbers, infinity or NaN for reals.
    Divide,
    /// `%`: never negative; by zero is null.
    Modulo,
}

/// Comparison. Null equals nothing: `==` with one null is false and `!=` true; both null is null. An order with a null is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// The right side of `in` and its relatives.
#[derive(Debug, Clone, PartialEq)]
pub enum InList {
    /// Expressions, each of the value's type (strings for `has_any`, `has_all`).
    Values(Vec<Expr>),
    /// One dynamic whose elements are the list.
    Dynamic(Box<Expr>),
    /// The first column of a table.
    Table(Box<Table>),
}

/// One step into a dynamic.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `.key`, `["key"]`.
    Key(String),
    /// `[0]`; negative counts from the end.
    Index(i64),
    /// `[x]`: a string or a long, row by row.
    Computed(Expr),
}

impl ScanSteps {
    /// Every expression of the operator.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        fn of(step: &ScanStep) -> impl Iterator<Item = &Expr> {
            std::iter::once(&step.condition).chain(step.assignments.iter().map(|(_, value)| value))
        }
        self.partition.iter().chain(&self.defaults).chain(self.steps.iter().flat_map(of))
    }

    /// Every expression of the operator, to change it.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        fn of(step: &mut ScanStep) -> impl Iterator<Item = &mut Expr> {
            std::iter::once(&mut step.condition).chain(step.assignments.iter_mut().map(|(_, value)| value))
        }
        self.partition.iter_mut().chain(&mut self.defaults).chain(self.steps.iter_mut().flat_map(of))
    }
}

impl PerKey {
    /// Every table of the operator.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let shared = self.shared.iter().map(|(_, table)| table);
        std::iter::once(&self.input).chain(&self.keys).chain(shared).chain(std::iter::once(&self.body))
    }
}
