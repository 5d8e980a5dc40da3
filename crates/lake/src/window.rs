//! The tables of a database as one run of a rule sees them: those rows only that are in its window.
//!
//! In: a database, a time and a time of arrival. Out: the same database with fewer rows. Everything that is no table (watchlists, functions) is
//! as it was. The window is a filter of the plan, so that files outside of it are not read.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::{Column as PlanColumn, Result as PlanResult, ScalarValue, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use engine::{External, ExternalRows, FileProfiles, Places};
use semantics::{StoredFunction, TableSchema, Type};

use crate::database::Database;
use crate::delta::{INGESTED, micros};
use crate::memory::TIMES;

/// What a run sees, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Events from the first moment on and before the second.
    pub time: Option<(i64, i64)>,
    /// Rows that came in after the first moment.
    pub ingested_after: Option<i64>,
    /// Rows that came in then or before: one state of all tables, whatever is stored meanwhile.
    pub ingested_until: Option<i64>,
}

/// A database within a window.
#[derive(Debug)]
pub struct Windowed {
    database: Arc<Database>,
    window: Window,
}

impl Windowed {
    /// The database within the window.
    pub fn new(database: Arc<Database>, window: Window) -> Self {
        Self { database, window }
    }

    /// What a row must be like to be seen; `None` when all are.
    fn filter(&self, table: &str, provider: &dyn TableProvider) -> Option<Expr> {
        use engine::Database as _;
        let arrow = provider.schema();
        let compare = |name: &str, ticks: i64, with: fn(Expr, Expr) -> Expr| {
            let stored = arrow.field_with_name(name).ok()?.data_type();
            let value = match stored.is_temporal() {
                true => ScalarValue::TimestampMicrosecond(Some(micros(ticks)), None).cast_to(stored).ok()?,
                false => ScalarValue::Int64(Some(ticks)),
            };
            Some(with(Expr::Column(PlanColumn::new(Some(TableReference::bare(table)), name)), lit(value)))
        };
        let schema = self.database.schema(table)?;
        let is_time = |name: &&str| {
            let is_datetime = |column: &semantics::Column| column.name == *name && column.ty == Type::DateTime;
            schema.columns.iter().any(is_datetime) && arrow.field_with_name(name).is_ok()
        };
        let time = TIMES.iter().rev().map(|(name, _)| *name).find(is_time);
        let ingested = self.database.has_ingestion_time(table).then_some(INGESTED);
        let Window { time: span, ingested_after, ingested_until } = self.window;
        let conditions = [
            time.zip(span).and_then(|(name, (start, _))| compare(name, start, Expr::gt_eq)),
            time.zip(span).and_then(|(name, (_, end))| compare(name, end, Expr::lt)),
            ingested.zip(ingested_after).and_then(|(name, after)| compare(name, after, Expr::gt)),
            ingested.zip(ingested_until).and_then(|(name, until)| compare(name, until, Expr::lt_eq)),
        ];
        conditions.into_iter().flatten().reduce(Expr::and)
    }
}

fn filtered(table: &str, provider: Arc<dyn TableProvider>, filter: Expr) -> PlanResult<Arc<dyn TableProvider>> {
    let scan = LogicalPlanBuilder::scan(TableReference::bare(table), provider_as_source(provider), None)?;
    Ok(Arc::new(ViewTable::new(scan.filter(filter)?.build()?, None)))
}

#[async_trait]
impl engine::Database for Windowed {
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>> {
        self.database.schema(table)
    }

    fn table_names(&self) -> Vec<String> {
        self.database.table_names()
    }

    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>> {
        let provider = self.database.provider(table)?;
        if !self.database.has_rows_of(table) {
            return Some(provider);
        }
        match self.filter(table, provider.as_ref()) {
            Some(filter) => Some(filtered(table, provider, filter).expect("its columns are those of the provider")),
            None => Some(provider),
        }
    }

    fn unreadable(&self, table: &str) -> Option<String> {
        self.database.unreadable(table)
    }

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.database.stored_function(name)
    }

    fn has_ingestion_time(&self, table: &str) -> bool {
        self.database.has_ingestion_time(table)
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        self.database.watchlist(alias)
    }

    fn watchlist_aliases(&self) -> Vec<String> {
        self.database.watchlist_aliases()
    }

    fn places(&self) -> Option<Arc<dyn Places>> {
        self.database.places()
    }

    fn file_profiles(&self) -> Option<Arc<dyn FileProfiles>> {
        self.database.file_profiles()
    }

    async fn external(&self, external: &External) -> Result<ExternalRows, engine::Error> {
        self.database.external(external).await
    }

    fn stored_function_names(&self) -> Vec<String> {
        self.database.stored_function_names()
    }
}
