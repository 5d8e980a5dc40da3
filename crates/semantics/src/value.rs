//! A constant of a scalar type, as the binder and the edges of the product hold it.

use crate::decimal::Decimal;
use crate::types::Type;

/// A constant. Null is a value of every type but string, which is never null.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The null of a type. Never `Null(Type::String)`: that is `String("")`.
    Null(Type),
    /// `bool`.
    Bool(bool),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
    /// `real`.
    Real(f64),
    /// `decimal`.
    Decimal(Decimal),
    /// `string`.
    String(String),
    /// `datetime`: ticks since 0001-01-01.
    DateTime(i64),
    /// `timespan`: ticks.
    TimeSpan(i64),
    /// `guid`: lower case, with hyphens.
    Guid(String),
    /// `dynamic`: minified JSON text, never `null` (that is `Null(Dynamic)`).
    Dynamic(String),
}

impl Value {
    /// Its type.
    pub fn ty(&self) -> Type {
        match self {
            Self::Null(ty) => *ty,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Long(_) => Type::Long,
            Self::Real(_) => Type::Real,
            Self::Decimal(_) => Type::Decimal,
            Self::String(_) => Type::String,
            Self::DateTime(_) => Type::DateTime,
            Self::TimeSpan(_) => Type::TimeSpan,
            Self::Guid(_) => Type::Guid,
            Self::Dynamic(_) => Type::Dynamic,
        }
    }

    /// The value that a column of this type has where nothing was given.
    pub fn absent(ty: Type) -> Self {
        match ty {
            Type::String => Self::String(String::new()),
            other => Self::Null(other),
        }
    }

    /// Is it null?
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }
}
