//! `parse_command_line`: what are the arguments of this command line?

use crate::dynamic::quote;
use crate::text::command_line::windows_arguments;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_command_line",
    aliases: &[],
    summary: "Cuts a command line into its arguments, as Windows does.",
    signatures: &[Signature::new(
        &[
            required("command_line", Accepts::Any, "the command line"),
            required("parser_type", Accepts::Type(Type::String), "`windows`").constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-command-line-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (line, parser) = (args.texts(0)?, args.strings(1)?);
    if args.rows() > 0 && !parser.get(0).eq_ignore_ascii_case("windows") {
        return exec_err!("`parse_command_line` reads command lines of `windows`, found `{}`", parser.get(0));
    }
    args.write_json(|row, out| {
        out.push('[');
        for argument in windows_arguments(&line.get(row)) {
            if out.len() > 1 {
                out.push(',');
            }
            quote(&argument, out);
        }
        out.push(']');
        Some(())
    })
}
