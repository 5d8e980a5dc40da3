//! `datetime_list_timezones`: which time zones have a name?

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::timezone::names;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_list_timezones",
    aliases: &[],
    summary: "Lists the names of the time zones that the functions of local times know.",
    signatures: &[Signature::new(&[], Returns::Is(Type::Dynamic))],
    source: "https://learn.microsoft.com/kusto/query/datetime-list-timezones",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let list = array_of(names().map(quoted));
    args.make_json(|_| Some(list.as_str()))
}
