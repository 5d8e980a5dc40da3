//! How a function describes itself: what it takes and what it gives.
//!
//! The engine holds one such description per function; the binder checks calls against it and converts arguments,
//! completion and the reference pages print it. All of it is `const`, so a function is one `static`.

use crate::types::Type;

/// What kind of function a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// One value per row.
    Scalar,
    /// One value per group.
    Aggregate,
    /// One value per row of a serialized table: `prev`, `row_number` …
    Window,
}

/// A function as the binder sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunctionInfo {
    /// Kusto's name.
    pub name: &'static str,
    /// Which kind.
    pub kind: FunctionKind,
    /// One sentence.
    pub summary: &'static str,
    /// The forms it may be called in; the first that fits is taken.
    pub signatures: &'static [Signature],
    /// Where the semantics are written down.
    pub source: &'static str,
}

/// One form of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signature {
    /// In order; optional ones last, a repeated group at the very end.
    pub parameters: &'static [Parameter],
    /// How many of the last parameters repeat together (`case`: 2, `strcat`: 1); 0 for none.
    pub repeated: usize,
    /// What comes out.
    pub returns: Returns,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Its documented name.
    pub name: &'static str,
    /// What it takes.
    pub accepts: Accepts,
    /// May it be left out?
    pub optional: bool,
    /// Must it be a constant?
    pub constant: bool,
    /// One phrase.
    pub summary: &'static str,
}

/// What a parameter takes. The binder converts an argument to the type that is named, so that a kernel sees just that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accepts {
    /// This type, or one that Kusto converts to it by itself (int → long → real; dynamic → any, by its value).
    Type(Type),
    /// One of these, kept as it is.
    AnyOf(&'static [Type]),
    /// int, long, real, decimal; kept as it is. Dynamic is converted to real.
    Number,
    /// A number, converted to a real: what computes in doubles whatever it is given.
    Real,
    /// A number or a timespan, kept.
    Summable,
    /// Any scalar, kept.
    Any,
    /// Any scalar, and all arguments marked so are converted to one common type.
    Common,
    /// `*`: every column of the input, spliced in place of the argument (aggregates only: `arg_max(x, *)`).
    AnyOrStar,
}

/// What comes out.
#[derive(Debug, Clone, Copy)]
pub enum Returns {
    /// Always this type.
    Is(Type),
    /// The type of the argument at that place, after conversion.
    Argument(usize),
    /// The common type of the `Common` arguments.
    Common,
    /// Found from the argument types.
    Computed(fn(&[Type]) -> Type),
    /// Several columns at once, which `extend`, `project` and `print` spread. The kernel gives their values as one array.
    Columns(&'static [TupleColumn]),
}

/// One of the columns that a call gives: `rsquare` of `series_fit_line(y)`, whose own name is `series_fit_line_y_rsquare`.
pub type TupleColumn = (&'static str, Type);

impl PartialEq for Returns {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Is(a), Self::Is(b)) => a == b,
            (Self::Argument(a), Self::Argument(b)) => a == b,
            (Self::Common, Self::Common) => true,
            (Self::Computed(a), Self::Computed(b)) => std::ptr::fn_addr_eq(*a, *b),
            (Self::Columns(a), Self::Columns(b)) => a == b,
            _ => false,
        }
    }
}

impl FunctionInfo {
    /// The columns that a call gives; none when it gives a single value.
    pub fn columns(&self) -> Option<&'static [TupleColumn]> {
        match self.signatures.first()?.returns {
            Returns::Columns(columns) => Some(columns),
            Returns::Is(_) | Returns::Argument(_) | Returns::Common | Returns::Computed(_) => None,
        }
    }
}

impl Signature {
    /// A form whose parameters do not repeat.
    pub const fn new(parameters: &'static [Parameter], returns: Returns) -> Self {
        Self { parameters, repeated: 0, returns }
    }

    /// A form whose last `repeated` parameters may be given again and again.
    pub const fn repeating(parameters: &'static [Parameter], repeated: usize, returns: Returns) -> Self {
        Self { parameters, repeated, returns }
    }
}

/// A parameter that must be given.
pub const fn required(name: &'static str, accepts: Accepts, summary: &'static str) -> Parameter {
    Parameter { name, accepts, optional: false, constant: false, summary }
}

/// A parameter that may be left out.
pub const fn optional(name: &'static str, accepts: Accepts, summary: &'static str) -> Parameter {
    Parameter { name, accepts, optional: true, constant: false, summary }
}

impl Parameter {
    /// The same, but only a constant will do.
    #[must_use]
    pub const fn constant(mut self) -> Self {
        self.constant = true;
        self
    }
}
