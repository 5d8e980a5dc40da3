//! How a plugin of `evaluate` describes itself: what it takes and which columns it gives.
//!
//! The engine holds one such description per plugin, as it does for functions. A plugin's columns follow from its call; for the few whose
//! columns follow from the data (`bag_unpack`, `pivot`) the binder asks whoever runs queries: see [`crate::bind_with`].

use crate::bound::{Expr, PluginArgument, PluginValue};
use crate::schema::Schema;
use crate::types::Type;

/// A plugin as the binder sees it.
#[derive(Debug, Clone, Copy)]
pub struct PluginInfo {
    /// Kusto's name.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What it takes, in order. Arguments are told apart by their place, by their name, and optional ones by what they are.
    pub parameters: &'static [PluginParameter],
    /// Where the semantics are written down.
    pub source: &'static str,
    /// Which columns it gives.
    pub columns: PluginColumns,
    /// What its answer may differ in from Kusto's, because Kusto does not say it; a call is warned of it.
    pub caution: Option<&'static str>,
}

/// Which columns a plugin gives.
#[derive(Debug, Clone, Copy)]
pub enum PluginColumns {
    /// Those that follow from the call; the text says why there are none.
    OfCall(fn(&PluginCall<'_>) -> Result<Schema, String>),
    /// Those that the data says, after these, which are known before. An output schema makes them known.
    OfData(fn(&PluginCall<'_>) -> Result<Schema, String>),
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PluginParameter {
    /// Its documented name.
    pub name: &'static str,
    /// What it takes.
    pub accepts: PluginAccepts,
    /// May it be left out?
    pub optional: bool,
    /// May it be given again and again?
    pub repeated: bool,
    /// Does the text `~` in its place leave it out? It cannot be passed over otherwise.
    pub or_tilde: bool,
}

/// What a parameter of a plugin takes. No types are any type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PluginAccepts {
    /// A column of the input.
    Column(&'static [Type]),
    /// A column of the input; behind the input's own stands another with its texts, as `tostring` gives them, and is given too.
    ColumnText,
    /// An expression over the input's rows; it becomes a column behind the input's own.
    Rows(Type),
    /// A value that is the same for all rows.
    Constant(&'static [Type]),
    /// A table: the second input.
    Table,
    /// A column of that table.
    TableColumn(&'static [Type]),
}

/// A parameter that must be given.
pub const fn takes(name: &'static str, accepts: PluginAccepts) -> PluginParameter {
    PluginParameter { name, accepts, optional: false, repeated: false, or_tilde: false }
}

impl PluginParameter {
    /// The same, but it may be left out.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same, but it may be given any number of times.
    #[must_use]
    pub const fn repeated(mut self) -> Self {
        self.optional = true;
        self.repeated = true;
        self
    }

    /// The same, but it may be left out, by the text `~` when others follow.
    #[must_use]
    pub const fn or_tilde(mut self) -> Self {
        self.optional = true;
        self.or_tilde = true;
        self
    }
}

/// A call, for whoever names its columns.
#[derive(Debug, Clone, Copy)]
pub struct PluginCall<'a> {
    /// The columns of its inputs.
    pub inputs: &'a [&'a Schema],
    /// What it was given.
    pub arguments: &'a [PluginArgument],
}

impl PluginCall<'_> {
    /// The columns of the first input.
    pub fn input(&self) -> Schema {
        self.inputs.first().map(|schema| (*schema).clone()).unwrap_or_default()
    }

    /// The columns of the second input.
    pub fn table(&self) -> Schema {
        self.inputs.get(1).map(|schema| (*schema).clone()).unwrap_or_default()
    }

    /// The column that a parameter was given.
    pub fn column(&self, parameter: &str) -> Option<usize> {
        self.columns(parameter).first().copied()
    }

    /// The columns that a parameter was given, in order.
    pub fn columns(&self, parameter: &str) -> Vec<usize> {
        columns_of(self.arguments, parameter)
    }

    /// The columns of the first input that parameters were given, one parameter after the other.
    pub fn schema_of(&self, parameters: &[&str]) -> Schema {
        let input = self.input();
        let places = parameters.iter().flat_map(|parameter| self.columns(parameter));
        places.filter_map(|place| input.get(place).cloned()).collect()
    }

    /// The constant that a parameter was given.
    pub fn constant(&self, parameter: &str) -> Option<&Expr> {
        self.constants(parameter).next()
    }

    /// The constants that a parameter was given, in order.
    pub fn constants(&self, parameter: &str) -> impl Iterator<Item = &Expr> {
        self.arguments.iter().filter(move |argument| argument.parameter == parameter).filter_map(|argument| {
            match &argument.value {
                PluginValue::Constant(expr) => Some(expr),
                PluginValue::Column(_) => None,
            }
        })
    }
}

/// The columns that a parameter was given, in order.
pub fn columns_of(arguments: &[PluginArgument], parameter: &str) -> Vec<usize> {
    let given = arguments.iter().filter(|argument| argument.parameter == parameter);
    let column = |argument: &PluginArgument| match argument.value {
        PluginValue::Column(column) => Some(column),
        PluginValue::Constant(_) => None,
    };
    given.filter_map(column).collect()
}

/// The columns of a second table behind those of a first one, with a number behind the names that are taken, as a join gives them.
pub fn beside(left: &Schema, right: &Schema) -> Schema {
    crate::operators::named_beside(left, right)
}
