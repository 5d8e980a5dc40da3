//! `prev`: the value of a row before.

use crate::functions::neighbors::neighbors;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "prev",
    summary: "Gives the value that a row so many places before has.",
    signatures: &[Signature::new(
        &[
            required("column", Accepts::Common, "the value"),
            optional("offset", Accepts::Type(Type::Long), "how many places, 1 unless given").constant(),
            optional("defaultValue", Accepts::Common, "what there is where no such row is").constant(),
        ],
        Returns::Common,
    )],
    source: "https://learn.microsoft.com/kusto/query/prev-function",
    evaluate,
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    neighbors(args, |row, offset| row.checked_sub(offset))
}
