//! `parse_user_agent`: which browser, system and device is this?

use crate::dynamic::{elements, object_of};
use crate::functions::prelude::*;
use crate::text::user_agent::{Target, describe};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_user_agent",
    aliases: &[],
    summary: "Finds browser, operating system or device in a user agent, as a bag.",
    signatures: &[Signature::new(
        &[
            required("user_agent", Accepts::Type(Type::String), "what a client says of itself"),
            required(
                "look_for",
                Accepts::AnyOf(&[Type::String, Type::Dynamic]),
                "`browser`, `os` or `device`, or an array of them",
            ),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-user-agent-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let text = args.strings(0)?;
    let look_for = args.texts(1)?;
    let names = |row: usize| match args.ty(1) {
        Type::Dynamic => elements(&look_for.get(row)),
        _ => vec![look_for.get(row).into_owned()],
    };
    for row in 0..args.rows() {
        if let Some(unknown) = names(row).iter().find(|name| Target::from_name(name).is_none()) {
            return exec_err!("`parse_user_agent` looks for `browser`, `os` and `device`, found `{unknown}`");
        }
    }
    args.make_json(|row| {
        let targets = names(row).into_iter().filter_map(|name| Target::from_name(&name));
        Some(object_of(targets.map(|target| (target.member(), describe(text.get(row), target)))))
    })
}
