//! `datetime_part`: which part of this moment?

use semantics::time::{Civil, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND};

use crate::calendar::{day_of_year, week_by_wednesday, week_of_year};
use crate::error::mistake;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "datetime_part",
    aliases: &["datepart"],
    summary: "Gives a part of a datetime: its year, its week, its microseconds …",
    signatures: &[Signature::new(&[required("part", Accepts::Type(Type::String), "`year`, `quarter`, `month`, `week_of_year`, `day`, `dayofyear`, `hour`, `minute`, `second`, `millisecond`, `microsecond` or `nanosecond`").constant(), required("date", Accepts::Type(Type::DateTime), "the datetime")], Returns::Is(Type::Int))],
    source: "https://learn.microsoft.com/kusto/query/datetime-part-function",
    lower: Lower::Rewrite(rewrite),
};

fn rewrite(call: &Rewrite) -> Result<Expr> {
    if let Some(Expr::Literal(name, _)) = call.arguments.first() {
        part_of(name.try_as_str().flatten().unwrap_or(""))?;
    }
    Ok(kernel_call(FUNCTION.name, evaluate, call.arguments.clone(), call.types.clone(), call.returns))
}

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let name = args.strings(0)?;
    if args.rows() == 0 {
        return args.make_ints(|_| None);
    }
    let part = part_of(name.get(0))?;
    let date = args.longs(1)?;
    args.make_ints(|row| i32::try_from(part(date.get(row)?)).ok())
}

fn part_of(name: &str) -> Result<fn(i64) -> i64> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "year" => |ticks| Civil::from_ticks(ticks).year,
        "quarter" => |ticks| (Civil::from_ticks(ticks).month + 2) / 3,
        "month" => |ticks| Civil::from_ticks(ticks).month,
        "week_of_year" => week_of_year,
        "weekofyear" => week_by_wednesday,
        "day" => |ticks| Civil::from_ticks(ticks).day,
        "dayofyear" => day_of_year,
        "hour" => |ticks| Civil::from_ticks(ticks).hour,
        "minute" => |ticks| Civil::from_ticks(ticks).minute,
        "second" => |ticks| Civil::from_ticks(ticks).second,
        "millisecond" => |ticks| Civil::from_ticks(ticks).tick / TICKS_PER_MILLISECOND,
        "microsecond" => |ticks| Civil::from_ticks(ticks).tick / TICKS_PER_MICROSECOND,
        "nanosecond" => |ticks| Civil::from_ticks(ticks).tick * 100,
        _ => {
            return mistake(format!(
                "`{name}` is no part of a datetime; there are year, quarter, month, week_of_year, day, dayofyear, hour, minute, second, millisecond, microsecond and nanosecond"
            ));
        }
    })
}
