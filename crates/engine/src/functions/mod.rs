//! The functions of KQL, as a table found by folder.
//!
//! One file per function exposes one `FUNCTION`; from that table come the binder's catalogue, DataFusion's kernels and the reference
//! pages. A function file knows its arguments as KQL types; it knows nothing of plans, tables or the session.

mod accumulate;
mod args;
mod closed_patterns;
mod decimals;
mod kernel;
mod lookups;
mod neighbors;
pub(crate) mod plugin_prelude;
pub(crate) mod plugins;
pub(crate) mod prelude;
mod segments;
mod services;
mod shapes;
mod texts;
mod timeline;

use std::collections::HashMap;
use std::sync::LazyLock;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, GroupsAccumulator};
use semantics::Type;
use semantics::plugin::PluginInfo;
use semantics::signature::{FunctionInfo, FunctionKind, Signature};

pub(crate) use accumulate::{aggregate_call, place_aggregate, struct_fields};
pub(crate) use args::{Args, Json, Longs, Reals, Strings};
pub(crate) use kernel::{Evaluate, called_kernel, evaluate_rows, kernel_call, place_kernels, scalar_call};
pub(crate) use plugins::{Given, Made, Plugin};
pub(crate) use services::{EvaluateServices, Services};

include!(concat!(env!("OUT_DIR"), "/functions.rs"));

/// A scalar function: one value per row.
#[derive(Debug)]
pub(crate) struct Scalar {
    /// Kusto's name, and the file's.
    pub name: &'static str,
    /// Other names of the same function: `iif` of `iff`.
    pub aliases: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    /// The forms it may be called in.
    pub signatures: &'static [Signature],
    /// Where its semantics are written down.
    pub source: &'static str,
    /// How it is computed.
    pub lower: Lower,
}

/// How a scalar function is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lower {
    /// Becomes an expression that DataFusion's optimizer sees through.
    Rewrite(fn(&Rewrite) -> Result<Expr>),
    /// Row for row over arrays; the same arguments give the same values.
    Kernel(fn(&Args) -> Result<ArrayRef>),
    /// As `Kernel`, with those whom the database knows.
    Services(EvaluateServices),
    /// As `Kernel`, but the same arguments give new values each time: `rand`.
    Volatile(fn(&Args) -> Result<ArrayRef>),
}

/// What a rewriting function is given.
pub(crate) struct Rewrite {
    /// The arguments, converted to the signature's types.
    pub arguments: Vec<Expr>,
    /// Their KQL types.
    pub types: Vec<Type>,
    /// The call's own type.
    pub returns: Type,
    /// The request's now, in ticks.
    pub now: i64,
    /// Those whom the database knows.
    pub services: Services,
}

/// An aggregate function: one value (or several) per group.
#[derive(Debug)]
pub(crate) struct Aggregate {
    /// Kusto's name, and the file's.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    /// The forms it may be called in.
    pub signatures: &'static [Signature],
    /// Where its semantics are written down.
    pub source: &'static str,
    /// How it is computed.
    pub lower: LowerAggregate,
}

/// How an aggregate function is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LowerAggregate {
    /// Becomes an aggregate expression of DataFusion (possibly inside scalar ones is not allowed: one aggregate, aliased by the caller).
    Rewrite(fn(&AggregateCall) -> Result<Expr>),
    /// Our own accumulator over the arguments' arrays.
    Groups {
        /// Makes an empty accumulator. Its `evaluate` gives the only output, or a struct `c0, c1 …` when there are several.
        make: fn(&AggregateCall) -> Result<Box<dyn GroupsAccumulator>>,
        /// The Arrow types of its state.
        state: fn(&AggregateCall) -> Vec<DataType>,
        /// The leading arguments that it reads row by row; the rest are constants that it finds in `AggregateCall::constant`.
        columns: fn(&AggregateCall) -> usize,
        /// The place of a predicate argument (`make_set_if`): rows for which it is not true are left out before the accumulator sees them.
        filter: Option<usize>,
    },
}

/// A window function: one value per row of a serialized table.
#[derive(Debug)]
pub(crate) struct Window {
    /// Kusto's name, and the file's.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The forms it may be called in.
    pub signatures: &'static [Signature],
    /// Where its semantics are written down.
    pub source: &'static str,
    /// All rows at once, in their order.
    pub evaluate: Evaluate,
}

/// A call of an aggregate function.
#[derive(Debug, Clone)]
pub(crate) struct AggregateCall {
    /// The arguments, converted to the signature's types.
    pub arguments: Vec<Expr>,
    /// Their KQL types.
    pub types: Vec<Type>,
    /// The KQL types of the columns that come out.
    pub outputs: Vec<Type>,
    /// The row's place in the order of the input, when it is ordered and the function minds: one more column for the accumulator.
    pub place: Option<Expr>,
}

impl AggregateCall {
    /// The constant value of an argument, when it is one (the caller has folded constants already).
    pub(crate) fn constant(&self, index: usize) -> Option<&ScalarValue> {
        match self.arguments.get(index)? {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        }
    }

    /// A constant whole-number argument.
    pub(crate) fn constant_long(&self, index: usize) -> Option<i64> {
        match self.constant(index)? {
            ScalarValue::Int64(value) => *value,
            ScalarValue::Int32(value) => value.map(i64::from),
            ScalarValue::Float64(value) => value.map(|value| value as i64),
            _ => None,
        }
    }

    /// A constant number argument.
    pub(crate) fn constant_real(&self, index: usize) -> Option<f64> {
        match self.constant(index)? {
            ScalarValue::Float64(value) => *value,
            ScalarValue::Int64(value) => value.map(|value| value as f64),
            ScalarValue::Int32(value) => value.map(f64::from),
            _ => None,
        }
    }
}

/// Functions by every name they have, each with its description for the binder.
type ByName<F> = HashMap<&'static str, (&'static F, FunctionInfo)>;

/// The table of a kind of function; `describe` says what a function is and under which further names.
fn by_name<F>(
    tables: &'static [&'static [&'static F]],
    describe: fn(&'static F) -> (FunctionInfo, &'static [&'static str]),
) -> ByName<F> {
    let mut table = HashMap::new();
    for function in tables.iter().copied().flatten().copied() {
        let (info, aliases) = describe(function);
        for name in std::iter::once(info.name).chain(aliases.iter().copied()) {
            table.insert(name, (function, info));
        }
    }
    table
}

static SCALARS: LazyLock<ByName<Scalar>> = LazyLock::new(|| {
    by_name(SCALAR_TABLES, |&Scalar { name, aliases, summary, signatures, source, .. }| {
        (FunctionInfo { name, kind: FunctionKind::Scalar, summary, signatures, source }, aliases)
    })
});

static AGGREGATES: LazyLock<ByName<Aggregate>> = LazyLock::new(|| {
    by_name(AGGREGATE_TABLES, |&Aggregate { name, aliases, summary, signatures, source, .. }| {
        (FunctionInfo { name, kind: FunctionKind::Aggregate, summary, signatures, source }, aliases)
    })
});

static WINDOWS: LazyLock<ByName<Window>> = LazyLock::new(|| {
    by_name(WINDOW_TABLES, |&Window { name, summary, signatures, source, .. }| {
        (FunctionInfo { name, kind: FunctionKind::Window, summary, signatures, source }, &[])
    })
});

static PLUGINS: LazyLock<HashMap<&'static str, &'static Plugin>> =
    LazyLock::new(|| PLUGIN_TABLES.iter().copied().flatten().map(|plugin| (plugin.info.name, *plugin)).collect());

/// The plugin of that name.
pub(crate) fn plugin(name: &str) -> Option<&'static Plugin> {
    PLUGINS.get(name).copied()
}

/// The plugin of that name as the binder sees it.
pub fn plugin_info(name: &str) -> Option<&'static PluginInfo> {
    plugin(name).map(|plugin| &plugin.info)
}

/// The names of all plugins, sorted.
pub fn plugin_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = PLUGINS.keys().copied().collect();
    names.sort_unstable();
    names
}

/// The scalar function of that name.
pub(crate) fn scalar(name: &str) -> Option<&'static Scalar> {
    SCALARS.get(name).map(|(function, _)| *function)
}

/// The aggregate function of that name.
pub(crate) fn aggregate(name: &str) -> Option<&'static Aggregate> {
    AGGREGATES.get(name).map(|(function, _)| *function)
}

/// The window function of that name.
pub(crate) fn window(name: &str) -> Option<&'static Window> {
    WINDOWS.get(name).map(|(function, _)| *function)
}

/// The function of that name and kind as the binder sees it.
pub fn function_info(name: &str, kind: FunctionKind) -> Option<&'static FunctionInfo> {
    match kind {
        FunctionKind::Scalar => SCALARS.get(name).map(|(_, info)| info),
        FunctionKind::Aggregate => AGGREGATES.get(name).map(|(_, info)| info),
        FunctionKind::Window => WINDOWS.get(name).map(|(_, info)| info),
    }
}

/// The names of all functions of a kind, aliases too, sorted.
pub fn function_names(kind: FunctionKind) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = match kind {
        FunctionKind::Scalar => SCALARS.keys().copied().collect(),
        FunctionKind::Aggregate => AGGREGATES.keys().copied().collect(),
        FunctionKind::Window => WINDOWS.keys().copied().collect(),
    };
    names.sort_unstable();
    names
}
