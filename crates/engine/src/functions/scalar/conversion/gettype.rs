//! `gettype`: of which type is this value?

use crate::dynamic::{Kind, kind};

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "gettype",
    aliases: &[],
    summary: "Names the type of a value; of a dynamic, the type of what it holds.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "any scalar")], Returns::Is(Type::String))],
    source: "https://learn.microsoft.com/kusto/query/gettype-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    if args.ty(0) != Type::Dynamic {
        return args.make_strings(|_| args.ty(0).name());
    }
    let value = args.json(0)?;
    args.make_strings(|row| match value.get(row).map_or(Kind::Null, kind) {
        Kind::Null => "null",
        Kind::Bool => "bool",
        Kind::Whole => "long",
        Kind::Real => "double",
        Kind::String => "string",
        Kind::Array => "array",
        Kind::Bag => "dictionary",
    })
}
