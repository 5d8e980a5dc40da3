//! `parse_xml`: XML text as a dynamic.

use crate::dynamic::parse_xml;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_xml",
    aliases: &[],
    summary: "Reads XML as a bag; text that is not XML gives null.",
    signatures: &[Signature::new(
        &[required("xml", Accepts::Type(Type::String), "XML text")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-xml-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let xml = args.strings(0)?;
    args.make_json(|row| parse_xml(xml.get(row)))
}
