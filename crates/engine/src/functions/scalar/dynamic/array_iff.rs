//! `array_iff`: elements of one array or another, as a third one says.

use crate::dynamic::{Elements, Kind, array_items, array_of, as_bool, kind};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_iff",
    aliases: &["array_iif"],
    summary: "Takes each element from the second argument where the condition holds, and from the third where it does not.",
    signatures: &[Signature::new(
        &[
            required("condition_array", Accepts::Type(Type::Dynamic), "bools or numbers"),
            required("when_true", Accepts::Any, "an array, or a value for all places"),
            required("when_false", Accepts::Any, "an array, or a value for all places"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-iff-function",
    lower: Lower::Kernel(evaluate),
};

/// A condition that is no bool and no number gives null, and so does a missing element.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let conditions = args.json(0)?;
    let when_true = Elements::new(&args.array(1)?, args.ty(1))?;
    let when_false = Elements::new(&args.array(2)?, args.ty(2))?;
    args.make_json(|row| {
        let conditions = array_items(conditions.get(row)?)?;
        let (when_true, when_false) = (when_true.json(row), when_false.json(row));
        let (yes, no) = (Branch::new(&when_true), Branch::new(&when_false));
        let chosen = conditions.enumerate().map(|(place, condition)| match kind(condition) {
            Kind::Bool | Kind::Whole | Kind::Real => match as_bool(condition) {
                Some(true) => yes.at(place),
                Some(false) => no.at(place),
                None => "null",
            },
            Kind::Null | Kind::String | Kind::Array | Kind::Bag => "null",
        });
        Some(array_of(chosen))
    })
}

enum Branch<'a> {
    Array(Vec<&'a str>),
    Value(&'a str),
}

impl<'a> Branch<'a> {
    fn new(json: &'a str) -> Self {
        array_items(json).map_or(Self::Value(json), |items| Self::Array(items.collect()))
    }

    fn at(&self, place: usize) -> &'a str {
        match self {
            Self::Array(items) => items.get(place).copied().unwrap_or("null"),
            Self::Value(value) => value,
        }
    }
}
