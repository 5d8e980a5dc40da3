//! When a row came into its store: a hidden column, in queries that ask for it.
//!
//! In: the query, and what the catalog says of tables. Out: scans with one column more, which no name and no wildcard means, until an operator
//! comes that would show it or that makes other rows. `ingestion_time()` reads it.

use syntax::ast::{Call, Expr, ExprKind, OperatorKind, Query};
use syntax::visit::{Visitor, walk_expr, walk_query};

use super::Binder;
use crate::names::INGESTED;
use crate::operators::without;
use crate::tabular::Tabular;

/// The column in which a store keeps it.
pub(super) const STORED: &str = "_ingest";

/// Does the query call `ingestion_time()`?
pub(super) fn is_asked(query: &Query) -> bool {
    let mut asked = Asked(false);
    walk_query(&mut asked, query);
    asked.0
}

struct Asked(bool);

impl Visitor for Asked {
    fn visit_expr(&mut self, expr: &Expr) {
        if let ExprKind::Call(Call { name, .. }) = &expr.kind {
            self.0 |= name.text == "ingestion_time";
        }
        walk_expr(self, expr);
    }
}

impl Binder<'_> {
    /// The table without the hidden column, before an operator that must not see it.
    pub(crate) fn shown(&self, table: Tabular, operator: &OperatorKind) -> Tabular {
        let goes_through = matches!(
            operator,
            OperatorKind::Where { .. }
                | OperatorKind::Extend { .. }
                | OperatorKind::Serialize { .. }
                | OperatorKind::Project { .. }
                | OperatorKind::ProjectAway { .. }
                | OperatorKind::ProjectKeep { .. }
                | OperatorKind::ProjectRename { .. }
                | OperatorKind::Summarize { .. }
                | OperatorKind::Count { .. }
                | OperatorKind::Sort { .. }
                | OperatorKind::Top { .. }
                | OperatorKind::Take { .. }
                | OperatorKind::As { .. }
                | OperatorKind::Union { .. }
        );
        if goes_through { table } else { self.without_ingested(table) }
    }

    /// The table as it is told to whoever asked.
    pub(crate) fn without_ingested(&self, table: Tabular) -> Tabular {
        match table.column(INGESTED) {
            Some(_) => {
                let span = table.table.span;
                without(table, INGESTED, span)
            }
            None => table,
        }
    }
}
