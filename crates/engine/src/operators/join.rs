//! `join` and `lookup`.
//!
//! - Shape: the rows of two tables that meet; all left columns, then all right ones; one side's for the semi and anti kinds.
//! - Nulls: a side that met nothing is null, and empty where it is text.
//! - Source: learn.microsoft.com/kusto/query/join-operator.

use datafusion::common::{Column, JoinType, NullEquality, TableReference};
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use semantics::bound::{Join, JoinKind, Table};
use semantics::{Column as KqlColumn, Schema, Type};

use super::{Lowering, columns, project};
use crate::error::{Error, Result};
use crate::functions::{self, AggregateCall};
use crate::types::{absent, arrow_type};

const LEFT: &str = "$left";
const RIGHT: &str = "$right";

impl Lowering<'_> {
    pub(super) fn join(&self, join: &Join, schema: &Schema) -> Result<LogicalPlan> {
        let keys = join.keys.len();
        let left_keys = join.keys.iter().map(|(left, _)| left);
        let mut left = self.side(&join.left, left_keys)?;
        if join.kind == JoinKind::InnerUnique {
            left = one_per_key(left, &join.left.schema, keys)?;
        }
        let right = self.side(&join.right, join.keys.iter().map(|(_, right)| right))?;
        let left = LogicalPlanBuilder::from(left).alias(LEFT)?.build()?;
        let right = LogicalPlanBuilder::from(right).alias(RIGHT)?.build()?;
        let on = |side: &str| (0..keys).map(|at| qualified(side, &format!("$key{at}"))).collect::<Vec<_>>();
        let builder = LogicalPlanBuilder::from(left);
        let joined = if keys == 0 {
            builder.cross_join(right)?
        } else {
            builder.join_detailed(
                right,
                join_type(join.kind),
                (on(LEFT), on(RIGHT)),
                None,
                NullEquality::NullEqualsNull,
            )?
        };
        let of = |side, table: &Table, may_be_missing| outputs(side, &table.schema, may_be_missing);
        let outputs = match join.kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => of(LEFT, &join.left, false),
            JoinKind::RightSemi | JoinKind::RightAnti => of(RIGHT, &join.right, false),
            JoinKind::InnerUnique
            | JoinKind::Inner
            | JoinKind::LeftOuter
            | JoinKind::RightOuter
            | JoinKind::FullOuter => {
                let left_missing = matches!(join.kind, JoinKind::RightOuter | JoinKind::FullOuter);
                let right_missing = matches!(join.kind, JoinKind::LeftOuter | JoinKind::FullOuter);
                let mut both = of(LEFT, &join.left, left_missing);
                both.extend(of(RIGHT, &join.right, right_missing));
                both
            }
        };
        project(joined.build()?, outputs, schema)
    }

    /// A side with its keys beside its columns, under names of their own.
    fn side<'k>(&self, table: &Table, keys: impl Iterator<Item = &'k semantics::bound::Expr>) -> Result<LogicalPlan> {
        let plan = self.table(table)?;
        let scope = columns(&plan);
        // Under a name of its own, as DataFusion calls a column of a scan and its copy of one name ambiguous.
        let mut exprs: Vec<Expr> =
            scope.iter().enumerate().map(|(at, expr)| expr.clone().alias(side_column(at))).collect();
        for (at, key) in keys.enumerate() {
            // A dictionary on one side and plain text on the other would not meet.
            exprs.push(cast(self.value(key, &scope)?, arrow_type(key.ty)).alias(format!("$key{at}")));
        }
        Ok(LogicalPlanBuilder::from(plan).project(exprs)?.build()?)
    }
}

/// One row for each key; which one is Kusto's choice, and here the first that comes.
fn one_per_key(plan: LogicalPlan, schema: &Schema, keys: usize) -> Result<LogicalPlan> {
    let by: Vec<Expr> = (0..keys).map(|at| unqualified(&format!("$key{at}"))).collect();
    let take_any = functions::aggregate("take_any").ok_or_else(|| Error::Unsupported("take_any".into()))?;
    let types: Vec<Type> = schema.iter().map(|column| column.ty).collect();
    let arguments = (0..schema.len()).map(|at| unqualified(&side_column(at))).collect();
    let call = functions::aggregate_call(
        take_any,
        AggregateCall { arguments, types: types.clone(), outputs: types, place: None },
    )?;
    let grouped = LogicalPlanBuilder::from(plan).aggregate(by, vec![call.alias("$row")])?.build()?;
    let part = |at: usize| match schema.len() {
        1 => unqualified("$row"),
        _ => datafusion::functions::core::expr_fn::get_field(unqualified("$row"), format!("c{at}")),
    };
    let mut exprs: Vec<Expr> = (0..schema.len()).map(|at| part(at).alias(side_column(at))).collect();
    exprs.extend((0..keys).map(|at| unqualified(&format!("$key{at}"))));
    Ok(LogicalPlanBuilder::from(grouped).project(exprs)?.build()?)
}

fn outputs(side: &str, schema: &Schema, may_be_missing: bool) -> Vec<Expr> {
    let output = |(at, column): (usize, &KqlColumn)| {
        let expr = Expr::Column(qualified(side, &side_column(at)));
        match may_be_missing && column.ty == Type::String {
            true => coalesce(vec![expr, lit(absent(Type::String))]),
            false => expr,
        }
    };
    schema.iter().enumerate().map(output).collect()
}

fn side_column(at: usize) -> String {
    format!("$c{at}")
}

fn qualified(side: &str, name: &str) -> Column {
    Column::new(Some(TableReference::bare(side)), name)
}

fn unqualified(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

fn join_type(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightAnti => JoinType::RightAnti,
    }
}
