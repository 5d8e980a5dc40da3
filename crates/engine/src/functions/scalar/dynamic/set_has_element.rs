//! `set_has_element`: is a value in an array?

use crate::dynamic::{Elements, array_items, is_same};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "set_has_element",
    aliases: &[],
    summary: "Tells whether an array has an element of that value.",
    signatures: &[Signature::new(
        &[
            required("set", Accepts::Type(Type::Dynamic), "the array"),
            required("value", Accepts::Any, "what is looked for"),
        ],
        Returns::Is(Type::Bool),
    )],
    source: "https://learn.microsoft.com/kusto/query/set-has-element-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let set = args.json(0)?;
    let value = Elements::new(&args.array(1)?, args.ty(1))?;
    args.make_bools(|row| {
        let value = value.json(row);
        Some(array_items(set.get(row)?)?.any(|item| is_same(item, &value)))
    })
}
