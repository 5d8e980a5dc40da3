//! `row_window_session`: when did the session of a row begin?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "row_window_session",
    summary: "Gives the first moment of the session that a row belongs to.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Type(Type::DateTime), "the moment of a row"),
            required("maxDistanceFromFirst", Accepts::Type(Type::TimeSpan), "how long a session lasts at most")
                .constant(),
            required("maxDistanceBetweenNeighbors", Accepts::Type(Type::TimeSpan), "the silence that ends a session")
                .constant(),
            optional("restart", Accepts::Type(Type::Bool), "where a session begins in any case"),
        ],
        Returns::Is(Type::DateTime),
    )],
    source: "https://learn.microsoft.com/kusto/query/row-window-session-function",
    evaluate,
};

/// A session begins where there was none, where either distance is reached, and where told. A null ends it.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let moment = args.longs(0)?;
    let (from_first, between) = (args.longs(1)?.get(0), args.longs(2)?.get(0));
    let restart = if args.len() > 3 { args.bools(3)? } else { Bools::One(None) };
    let mut session: Option<(i64, i64)> = None;
    let mut starts = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        let reached = |from: i64, now: i64, distance: Option<i64>| {
            distance.is_some_and(|distance| now.saturating_sub(from) >= distance)
        };
        session = moment.get(row).map(|now| match session {
            Some((first, last))
                if restart.get(row) != Some(true)
                    && !reached(first, now, from_first)
                    && !reached(last, now, between) =>
            {
                (first, now)
            }
            _ => (now, now),
        });
        starts.push(session.map(|(first, _)| first));
    }
    args.make_longs(|row| starts.get(row).copied().flatten())
}
