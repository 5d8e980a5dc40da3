//! `parse_json`: JSON text as a dynamic.

use crate::dynamic::{Elements, parse};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_json",
    aliases: &["todynamic", "parsejson", "toobject"],
    summary: "Reads text as JSON; text that is not JSON is a string.",
    signatures: &[Signature::new(&[required("json", Accepts::Any, "JSON text")], Returns::Is(Type::Dynamic))],
    source: "https://learn.microsoft.com/kusto/query/parse-json-function",
    lower: Lower::Kernel(evaluate),
};

/// A dynamic is taken as it is; another scalar is a dynamic of its value.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    match args.ty(0) {
        Type::Dynamic => args.array(0),
        Type::String => {
            let text = args.strings(0)?;
            args.make_json(|row| parse(text.get(row)))
        }
        ty => {
            let elements = Elements::new(&args.array(0)?, ty)?;
            args.make_json(|row| Some(elements.json(row)).filter(|json| json != "null"))
        }
    }
}
