//! `array_split`: an array cut at some places.

use crate::dynamic::{Elements, array_items, array_of, as_long};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_split",
    aliases: &[],
    summary: "Cuts an array before the places given; negative places count from the end.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required(
                "index",
                Accepts::AnyOf(&[Type::Int, Type::Long, Type::Dynamic]),
                "a place, or an array of places",
            ),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-split-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let array = args.json(0)?;
    let places = Elements::new(&args.array(1)?, args.ty(1))?;
    args.make_json(|row| {
        let items: Vec<&str> = array_items(array.get(row)?)?.collect();
        let places = places.json(row);
        let places = match array_items(&places) {
            Some(places) => places.map(as_long).collect::<Option<Vec<i64>>>()?,
            None => vec![as_long(&places)?],
        };
        let mut from = 0;
        let mut parts = vec![];
        for place in places {
            let length = i64::try_from(items.len()).ok()?;
            let place = if place < 0 { place.saturating_add(length) } else { place };
            let to = usize::try_from(place.clamp(0, length)).ok()?.max(from);
            parts.push(array_of(&items[from..to]));
            from = to;
        }
        parts.push(array_of(&items[from..]));
        Some(array_of(parts))
    })
}
