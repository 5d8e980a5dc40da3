//! `row_cumsum`: the sum so far.

use semantics::Decimal;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Window = Window {
    name: "row_cumsum",
    summary: "Adds up the values of the rows so far, anew wherever a condition is true.",
    signatures: &[Signature::new(
        &[
            required(
                "term",
                Accepts::AnyOf(&[Type::Long, Type::Real, Type::Decimal, Type::TimeSpan]),
                "what is added up",
            ),
            optional("restart", Accepts::Type(Type::Bool), "where the sum begins anew"),
        ],
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/row-cumsum-function",
    evaluate,
};

/// A null adds nothing, as in `sum`. Source: our choice; the page does not say.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let restart = if args.len() > 1 { args.bools(1)? } else { Bools::One(None) };
    let begins = |row: usize| restart.get(row) == Some(true);
    if args.ty(0) == Type::Real {
        let term = args.reals(0)?;
        let sums = sums(args.rows(), begins, 0.0, |row| term.get(row).unwrap_or(0.0), |sum, term| sum + term);
        return args.make_reals(|row| sums.get(row).copied());
    }
    if args.ty(0) == Type::Decimal {
        let term = args.decimals(0)?;
        let add = |sum: Option<Decimal>, term: Option<Decimal>| sum?.plus(term?);
        let sums = sums(args.rows(), begins, Some(Decimal::ZERO), |row| term.get(row).or(Some(Decimal::ZERO)), add);
        return args.make_decimals(|row| sums.get(row).copied().flatten());
    }
    let term = args.longs(0)?;
    let sums = sums(args.rows(), begins, 0, |row| term.get(row).unwrap_or(0), i64::wrapping_add);
    args.make_longs(|row| sums.get(row).copied())
}

fn sums<T: Copy>(
    rows: usize,
    begins: impl Fn(usize) -> bool,
    zero: T,
    term: impl Fn(usize) -> T,
    add: impl Fn(T, T) -> T,
) -> Vec<T> {
    let mut sum = zero;
    (0..rows)
        .map(|row| {
            sum = add(if begins(row) { zero } else { sum }, term(row));
            sum
        })
        .collect()
}
