//! `_file_name`: the last segment of a path.

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "_file_name",
    aliases: &[],
    summary: "Gives what follows the last `\\` or `/` of a path; the whole text when there is neither.",
    signatures: &[Signature::new(
        &[required("path", Accepts::Type(Type::String), "a path of Windows or Unix")],
        Returns::Is(Type::String),
    )],
    source: "our choice",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let paths = args.strings(0)?;
    args.make_strings(|row| paths.get(row).rsplit(['\\', '/']).next().unwrap_or(""))
}
