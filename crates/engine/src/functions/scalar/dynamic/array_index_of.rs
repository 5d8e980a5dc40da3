//! `array_index_of`: where in an array is a value?

use crate::dynamic::{Elements, array_items, is_same};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_index_of",
    aliases: &[],
    summary: "Finds the place of a value in an array; -1 when it is not there.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required("value", Accepts::Any, "what is looked for"),
            optional("start", Accepts::Type(Type::Long), "where to begin; negative counts from the end"),
            optional("length", Accepts::Type(Type::Long), "how many elements to look at; -1 is all"),
            optional("occurrence", Accepts::Type(Type::Long), "which one, from 1"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-index-of-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let array = args.json(0)?;
    let value = Elements::new(&args.array(1)?, args.ty(1))?;
    let option = |at: usize, default: i64| if at < args.len() { args.longs(at) } else { Ok(Longs::One(Some(default))) };
    let (start, length, occurrence) = (option(2, 0)?, option(3, -1)?, option(4, 1)?);
    args.make_longs(|row| {
        let items: Vec<&str> = array_items(array.get(row)?)?.collect();
        let (start, length, occurrence) = (start.get(row)?, length.get(row)?, occurrence.get(row)?);
        if length < -1 || occurrence < 1 {
            return None;
        }
        let start = if start < 0 { start.saturating_add(i64::try_from(items.len()).ok()?).max(0) } else { start };
        let start = usize::try_from(start).ok()?;
        let limit = usize::try_from(length).unwrap_or(usize::MAX);
        let value = value.json(row);
        let mut hits = items.iter().enumerate().skip(start).take(limit).filter(|(_, item)| is_same(item, &value));
        match hits.nth(usize::try_from(occurrence - 1).ok()?) {
            Some((place, _)) => i64::try_from(place).ok(),
            None => Some(-1),
        }
    })
}
