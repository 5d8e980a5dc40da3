//! The names that Kusto gives to columns whose author gave none.
//!
//! In: the expression as written. Out: a name, or none, for which the operator makes `Column1`, `print_0` …
//! Also keeps the names of one operator apart: `count_`, `count_1`.
//!
//! Source: what Microsoft's language service names the results of each function.

use std::collections::HashSet;

use syntax::ast::{Argument, Expr, ExprKind, Literal};

use crate::schema::Column;

/// How the result of a function is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Not at all.
    None,
    /// As its first argument: `tostring(x)` is `x`.
    First,
    /// As its only argument.
    Only,
    /// A prefix, `_`, then the first argument's name: `sum(x)` is `sum_x`.
    Prefix(&'static str),
    /// The same with the first two arguments: the documentation's `covarianceif_x_y`.
    PrefixOfTwo(&'static str),
    /// Always so.
    Always(&'static str),
}

/// The name of an expression's column, if it has one of its own.
pub(crate) fn implied_name(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.text.clone()),
        ExprKind::Paren(inner) => implied_name(inner),
        ExprKind::Member { base, name } => match &base.kind {
            ExprKind::Name(side) if is_side(&side.text) => Some(name.text.clone()),
            _ => Some(implied_name(base).map_or_else(|| name.text.clone(), |base| format!("{base}_{}", name.text))),
        },
        ExprKind::Index { base, index } => {
            let index = index_name(index);
            Some(implied_name(base).map_or_else(|| index.clone(), |base| format!("{base}_{index}")))
        }
        ExprKind::Call(call) => {
            let first = call.arguments.first();
            match rule(&call.name.text, call.arguments.len()) {
                Rule::None => None,
                Rule::First => argument_name(first?),
                Rule::Only if call.arguments.len() == 1 => argument_name(first?),
                Rule::Only => None,
                Rule::Prefix(prefix) => Some(format!("{prefix}_{}", first.and_then(argument_name).unwrap_or_default())),
                Rule::PrefixOfTwo(prefix) => {
                    let names =
                        call.arguments.iter().take(2).map(|argument| argument_name(argument).unwrap_or_default());
                    Some(std::iter::once(prefix.to_owned()).chain(names).collect::<Vec<_>>().join("_"))
                }
                Rule::Always(name) => Some(name.to_owned()),
            }
        }
        _ => None,
    }
}

/// The name that an argument lends: the one written before it (`bin(Day = Timestamp, 1d)`), or that of its value.
pub(crate) fn argument_name(argument: &Argument) -> Option<String> {
    match &argument.name {
        Some(name) => Some(name.text.clone()),
        None => implied_name(&argument.value),
    }
}

/// `$left`, `$right`.
pub(crate) fn is_side(name: &str) -> bool {
    name == "$left" || name == "$right"
}

/// How a column of the state of a step of `scan` is called while the step's expressions are bound.
pub(crate) fn state_column(step: &str, column: &str) -> String {
    format!("$row.{step}.{column}")
}

/// The hidden column of when a row came into its store.
pub(crate) const INGESTED: &str = "$row.ingested";

/// Is it a column that no query can name and no wildcard means?
pub(crate) fn is_hidden(column: &str) -> bool {
    column.starts_with("$row")
}

/// What an index adds to a name: a literal as it is, anything else nothing.
fn index_name(index: &Expr) -> String {
    match &index.kind {
        ExprKind::Literal(Literal::Long(value)) => value.to_string(),
        ExprKind::Literal(Literal::String { value, .. }) => value.clone(),
        _ => String::new(),
    }
}

fn rule(function: &str, argument_count: usize) -> Rule {
    match function {
        "make_datetime" | "make_timespan" => Rule::Only,
        "covarianceif" => Rule::PrefixOfTwo("covarianceif"),
        "covariancepif" => Rule::PrefixOfTwo("covariancepif"),
        "ingestion_time" => Rule::Always("$IngestionTime"),
        // The aggregates of these names take one argument, the scalar functions more.
        "hll_merge" if argument_count > 1 => Rule::Always("hll_merged_result"),
        "hll_merge" => Rule::Prefix("hll_merge"),
        "tdigest_merge" | "merge_tdigest" if argument_count > 1 => Rule::Always("tdigests_merge_result"),
        _ if NAMED_AS_ARGUMENT.split_ascii_whitespace().any(|name| name == function) => Rule::First,
        _ => prefix(function).map_or(Rule::None, Rule::Prefix),
    }
}

fn prefix(function: &str) -> Option<&'static str> {
    Some(match function {
        "gettype" => "type",
        "treepath" => "tree",
        "makelist" | "make_list" | "make_list_if" | "make_list_with_nulls" => "list",
        "makeset" | "make_set" | "make_set_if" => "set",
        "make_dictionary" => "dictionary",
        "make_bag" | "make_bag_if" => "bag",
        "buildschema" => "schema",
        "tdigest_merge" | "merge_tdigest" => "merge_tdigests",
        "percentiles_array_tdigest" => "percentile_tdigest",
        _ => {
            return NAMED_AS_CALLED.iter().find(|name| **name == function).copied();
        }
    })
}

/// Functions whose results are named as their first argument.
const NAMED_AS_ARGUMENT: &str = "
    abs acos asin atan atan2 bin bin_at bin_auto binary_all_and binary_all_or binary_all_xor binary_and binary_not binary_or
    binary_shift_left binary_shift_right binary_xor bitset_count_ones ceiling cos erf erfc exp exp10 exp2 floor format_bytes
    format_datetime format_timespan gamma log log10 log2 loggamma parse_csv parse_json parse_xml parsejson pow rand round
    series_fill_backward series_fill_const series_fill_forward series_fill_linear series_fir series_iir series_outliers sin split
    sqrt startofday take_anyif tan tobool toboolean todatetime todecimal todouble todynamic toguid tohex toint tolong toobject
    toreal tostring totime totimespan
";

/// Functions whose results are named `function_argument`.
const NAMED_AS_CALLED: [&str; 34] = [
    "any",
    "anyif",
    "avg",
    "avgif",
    "cnt",
    "count",
    "count_distinct",
    "count_distinctif",
    "countif",
    "covariance",
    "covariancep",
    "dcount",
    "dcount_hll",
    "dcountif",
    "hll",
    "hll_if",
    "max",
    "maxif",
    "min",
    "minif",
    "percentile_tdigest",
    "repeat",
    "stdev",
    "stdevif",
    "stdevp",
    "string_size",
    "strlen",
    "sum",
    "sumif",
    "tdigest",
    "variance",
    "varianceif",
    "variancep",
    "variancepif",
];

/// The names that one operator's columns have taken so far.
#[derive(Debug, Default)]
pub(crate) struct Names {
    used: HashSet<String>,
    declared: HashSet<String>,
    /// Names that `Column1` must not be: those of the operator's input.
    outside: HashSet<String>,
    unnamed: usize,
}

impl Names {
    /// Takes a name that the author wrote; false when the author wrote it before.
    pub(crate) fn declare(&mut self, name: &str) -> Option<String> {
        if !self.declared.insert(name.to_owned()) {
            return None;
        }
        Some(self.unique(name))
    }

    /// Takes the name, or the name with the first free number behind it.
    pub(crate) fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut number = 0_usize;
        while !self.used.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{name}{number}");
        }
        candidate
    }

    /// The names of an operator over such an input: a column without a name is not called as an input column is.
    pub(crate) fn over(input: &[Column]) -> Self {
        Self { outside: input.iter().map(|column| column.name.clone()).collect(), ..Self::default() }
    }

    /// `Column1`, `Column2` …, whichever is the first that is free.
    pub(crate) fn unnamed(&mut self) -> String {
        loop {
            self.unnamed += 1;
            let name = format!("Column{}", self.unnamed);
            if !self.outside.contains(&name) && self.used.insert(name.clone()) {
                return name;
            }
        }
    }

    /// Is it taken?
    pub(crate) fn is_used(&self, name: &str) -> bool {
        self.used.contains(name)
    }
}
