//! What several network functions share: how their arguments are read.
//!
//! Networks that are constants are parsed once per batch.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use semantics::Type;

use super::v4::Ipv4Prefix;
use super::v6::compare_v6;
use crate::dynamic::{array_items, elements, unquote};
use crate::functions::Args;

/// `(ip, prefix)` of `format_ipv4`: text or a number, shortened to the prefix.
pub(crate) fn ipv4_argument(args: &Args) -> Result<impl Fn(usize) -> Option<Ipv4Prefix>> {
    let texts = if args.ty(0) == Type::String { Some(args.strings(0)?) } else { None };
    let numbers = if texts.is_none() { Some(args.longs(0)?) } else { None };
    let prefix = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    Ok(move |row| {
        let ip = match (&texts, &numbers) {
            (Some(texts), _) => Ipv4Prefix::parse(texts.get(row))?,
            (None, numbers) => Ipv4Prefix::from_number(numbers.as_ref()?.get(row)?)?,
        };
        ip.shortened(prefix.as_ref().map_or(Some(32), |prefix| prefix.get(row))?)
    })
}

/// `(ip1, ip2, prefix)` compared as IPv4.
pub(crate) fn ipv4_compared(args: &Args) -> Result<impl Fn(usize) -> Option<i64>> {
    let (one, other) = (args.strings(0)?, args.strings(1)?);
    let prefix = if args.len() > 2 { Some(args.longs(2)?) } else { None };
    Ok(move |row| {
        let prefix = prefix.as_ref().map_or(Some(32), |prefix| prefix.get(row))?;
        Some(Ipv4Prefix::parse(one.get(row))?.shortened(prefix)?.compare(Ipv4Prefix::parse(other.get(row))?))
    })
}

/// `(ip1, ip2, prefix)` compared as IPv6.
pub(crate) fn ipv6_compared(args: &Args) -> Result<impl Fn(usize) -> Option<i64>> {
    let (one, other) = (args.strings(0)?, args.strings(1)?);
    let prefix = if args.len() > 2 { Some(args.longs(2)?) } else { None };
    Ok(move |row| compare_v6(one.get(row), other.get(row), prefix.as_ref().map_or(Some(128), |prefix| prefix.get(row))))
}

/// `(ip, …ranges)`, or `(ip, array of ranges)`. A range that is none makes the answer null unless another one holds.
pub(crate) fn any_range<P: Copy>(
    args: &Args,
    parse: fn(&str) -> Option<P>,
    is_in: fn(P, P) -> bool,
) -> Result<ArrayRef> {
    let ip = args.strings(0)?;
    let judge = |ip: Option<P>, ranges: &mut dyn Iterator<Item = Option<P>>| {
        let ip = ip?;
        let mut is_known = true;
        for range in ranges {
            match range {
                Some(range) if is_in(ip, range) => return Some(true),
                Some(_) => {}
                None => is_known = false,
            }
        }
        is_known.then_some(false)
    };
    let constants = (1..args.len()).map(|at| args.constant_string(at)).collect::<Option<Vec<&str>>>();
    if let Some(constants) = constants {
        let ranges: Vec<Option<P>> = match args.ty(1) {
            Type::Dynamic => constants.iter().flat_map(|json| elements(json)).map(|range| parse(&range)).collect(),
            _ => constants.into_iter().map(parse).collect(),
        };
        return args.make_bools(|row| judge(parse(ip.get(row)), &mut ranges.iter().copied()));
    }
    if args.ty(1) == Type::Dynamic {
        let ranges = args.json(1)?;
        return args.make_bools(|row| {
            let items = array_items(ranges.get(row)?)?;
            judge(parse(ip.get(row)), &mut items.map(|item| parse(&unquote(item)?)))
        });
    }
    let ranges = (1..args.len()).map(|at| args.strings(at)).collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| judge(parse(ip.get(row)), &mut ranges.iter().map(|range| parse(range.get(row)))))
}

/// `(source, …needles)`, each a text or an array of texts.
pub(crate) fn any_in_text(args: &Args, is_in: fn(&str, &str) -> bool) -> Result<ArrayRef> {
    let source = args.strings(0)?;
    let needles = (1..args.len()).map(|at| Ok((args.ty(at), args.json(at)?))).collect::<Result<Vec<_>>>()?;
    args.make_bools(|row| {
        let source = source.get(row);
        Some(needles.iter().any(|(ty, needle)| match (ty, needle.get(row)) {
            (_, None) => false,
            (Type::Dynamic, Some(json)) => elements(json).iter().any(|needle| is_in(source, needle)),
            (_, Some(needle)) => is_in(source, needle),
        }))
    })
}
