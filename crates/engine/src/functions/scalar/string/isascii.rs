//! `isascii`: is this text made of ASCII only?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "isascii",
    aliases: &[],
    summary: "Tells whether a text has only ASCII characters.",
    signatures: &[Signature::new(&[required("value", Accepts::Any, "the text")], Returns::Is(Type::Bool))],
    source: "https://learn.microsoft.com/kusto/query/isascii-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let value = args.texts(0)?;
    args.make_bools(|row| Some(value.get(row).is_ascii()))
}
