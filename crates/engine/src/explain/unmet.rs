//! Why an operator that is no `where` gave no row, though it was given some.
//!
//! In: the operator over its evaluated inputs. Out: sentences with values of the inputs as examples, the first ones in their order.

use semantics::bound::{Expr, Join, JoinKind, Table, TableKind};

use super::walk::{Handle, Walk};
use super::{make, words};
use crate::error::Result;

/// Values that are shown as examples.
const SHOWN: usize = 3;

impl Walk<'_> {
    /// What there is to say of an operator that gave no row.
    pub(super) async fn why_none(&mut self, kind: &TableKind, inputs: &[Handle]) -> Result<Vec<String>> {
        let rows = |input: usize| inputs.get(input).and_then(|input| input.counts.rows).unwrap_or(0);
        match kind {
            TableKind::Join(join) if must_meet(join.kind) && !join.keys.is_empty() => match (rows(0), rows(1)) {
                (0, _) => Ok(vec![]),
                (_, 0) => Ok(vec!["the right side has no row".to_owned()]),
                _ => self.unmet(join).await,
            },
            TableKind::Parse(parse) if parse.drops_rows && rows(0) > 0 => {
                let texts = self.examples(&parse.input, vec![parse.source.clone()]).await?;
                Ok(vec![format!("the pattern fits no text, for example: {texts}")])
            }
            _ => Ok(vec![]),
        }
    }

    /// Why a join of two sides that have rows gives none.
    async fn unmet(&mut self, join: &Join) -> Result<Vec<String>> {
        let mut notes = vec!["no row of one side meets one of the other".to_owned()];
        let lefts: Vec<Expr> = join.keys.iter().map(|(left, _)| left.clone()).collect();
        let rights: Vec<Expr> = join.keys.iter().map(|(_, right)| right.clone()).collect();
        for (name, table, keys) in [("left", &join.left, lefts), ("right", &join.right, rights)] {
            let values = self.examples(table, keys).await?;
            notes.push(format!("keys of the {name} side, for example: {values}"));
        }
        Ok(notes)
    }

    /// The first different values of expressions.
    async fn examples(&mut self, table: &Table, exprs: Vec<Expr>) -> Result<String> {
        let by = exprs.len();
        let values = make::grouped(make::projected(table.clone(), exprs), by, vec![]);
        let order: Vec<usize> = (0..by).collect();
        let values = self.rows(make::least(values, &order, SHOWN)).await?;
        let spelled = |value| words::spelled(&make::constant(value), &[]);
        let rows: Vec<String> =
            values.iter().map(|row| row.into_iter().map(spelled).collect::<Vec<_>>().join(", ")).collect();
        Ok(rows.join("; "))
    }
}

/// Does a row of such a join need one of the other side?
fn must_meet(kind: JoinKind) -> bool {
    match kind {
        JoinKind::InnerUnique | JoinKind::Inner | JoinKind::LeftSemi | JoinKind::RightSemi => true,
        JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::LeftAnti | JoinKind::RightAnti => {
            false
        }
    }
}
