//! `next`: the value of a row behind.

use crate::functions::neighbors::neighbors;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "next",
    summary: "Gives the value that a row so many places behind has.",
    signatures: &[Signature::new(
        &[
            required("column", Accepts::Common, "the value"),
            optional("offset", Accepts::Type(Type::Long), "how many places, 1 unless given").constant(),
            optional("defaultValue", Accepts::Common, "what there is where no such row is").constant(),
        ],
        Returns::Common,
    )],
    source: "https://learn.microsoft.com/kusto/query/next-function",
    evaluate,
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    neighbors(args, |row, offset| row.checked_add(offset))
}
