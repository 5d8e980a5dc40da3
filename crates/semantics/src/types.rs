//! The ten scalar types of KQL and what may stand for what.
//!
//! Source: learn.microsoft.com/kusto/query/scalar-data-types.

use std::fmt;

/// A scalar type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `int`: 32 bits.
    Int,
    /// `long`: 64 bits.
    Long,
    /// `real`: a double.
    Real,
    /// `decimal`: 34 digits and a power of ten.
    Decimal,
    /// `string`: never null.
    String,
    /// `datetime`: 100 ns ticks since 0001-01-01, UTC.
    DateTime,
    /// `timespan`: 100 ns ticks.
    TimeSpan,
    /// `guid`.
    Guid,
    /// `dynamic`: a JSON value, or null.
    Dynamic,
}

impl Type {
    /// Every type, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Bool,
        Self::DateTime,
        Self::Decimal,
        Self::Dynamic,
        Self::Guid,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::String,
        Self::TimeSpan,
    ];

    /// Kusto's name: `long`, `datetime` …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
        }
    }

    /// The .NET type that Kusto reports for it.
    pub const fn clr_name(self) -> &'static str {
        match self {
            Self::Bool => "System.SByte",
            Self::Int => "System.Int32",
            Self::Long => "System.Int64",
            Self::Real => "System.Double",
            Self::Decimal => "System.Data.SqlTypes.SqlDecimal",
            Self::String => "System.String",
            Self::DateTime => "System.DateTime",
            Self::TimeSpan => "System.TimeSpan",
            Self::Guid => "System.Guid",
            Self::Dynamic => "System.Object",
        }
    }

    /// The type of that name or of one of its synonyms (`boolean`, `double`, `date`, `time`, `uniqueid` …).
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" => Self::Int,
            "long" | "int64" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// int, long, real or decimal.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }

    /// int or long.
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Int | Self::Long)
    }

    /// What `sum` and `avg` take: a number or a timespan.
    pub const fn is_summable(self) -> bool {
        self.is_number() || matches!(self, Self::TimeSpan)
    }

    /// The number type that holds both, for arithmetic and for `case` branches: int < long < real < decimal.
    pub fn promote(self, other: Self) -> Option<Self> {
        let rank = |ty| match ty {
            Self::Int => Some(0),
            Self::Long => Some(1),
            Self::Real => Some(2),
            Self::Decimal => Some(3),
            _ => None,
        };
        Some(if rank(self)? >= rank(other)? { self } else { other })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
