//! `bag_keys`: which keys has a bag?

use crate::dynamic::{array_of, object_entries, quoted};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_keys",
    aliases: &[],
    summary: "Lists the keys of a bag; what is no bag has none, which is null.",
    signatures: &[Signature::new(
        &[required("bag", Accepts::Type(Type::Dynamic), "the bag")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-keys-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let bag = args.json(0)?;
    args.make_json(|row| Some(array_of(object_entries(bag.get(row)?)?.map(|(key, _)| quoted(&key)))))
}
