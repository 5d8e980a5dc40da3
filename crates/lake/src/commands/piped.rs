//! `.show tables | where …`: the rows of a command as the beginning of a query.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{MemTable, TableProvider};
use engine::{Answer, Database, Error, Executor, External, ExternalRows, FileProfiles, Places, Request, Rows};
use semantics::{StoredFunction, TableSchema};
use syntax::TokenKind;

use super::Commands;
use super::cursor::Cursor;

/// The name of the rows, which no table has.
const RESULT: &str = ".";

impl Commands {
    /// The rows, or what the operators behind the command make of them.
    pub(super) async fn piped(&self, rows: Rows, cursor: &Cursor<'_>, request: &Request) -> Result<Answer, Error> {
        if cursor.kind() != TokenKind::Bar {
            return Ok(Answer { results: vec![rows], render: None, diagnostics: vec![] });
        }
        let start = usize::try_from(cursor.place().start).unwrap_or(0);
        let (before, operators) = request.text.split_at_checked(start).unwrap_or_default();
        // Places in the query are those in the command.
        let named = format!("['{RESULT}']");
        let blank: String =
            before.bytes().skip(named.len()).map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        let query = Request { text: format!("{named}{blank}{operators}"), ..request.clone() };
        let bug = |error: datafusion::error::DataFusionError| Error::Bug(error.to_string());
        let first = rows.batches.first().ok_or_else(|| Error::Bug("a command gives rows".to_owned()))?;
        let provider = MemTable::try_new(first.schema(), vec![rows.batches.clone()]).map_err(bug)?;
        let schema = TableSchema { name: RESULT.to_owned(), columns: rows.columns, compat: vec![] };
        let beside = Beside { rest: self.database.clone(), schema: Arc::new(schema), provider: Arc::new(provider) };
        self.engine.query(&query, Arc::new(beside)).await
    }
}

/// A database and one table more.
struct Beside {
    rest: Arc<dyn Database>,
    schema: Arc<TableSchema>,
    provider: Arc<MemTable>,
}

#[async_trait]
impl Database for Beside {
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>> {
        if table == RESULT { Some(self.schema.clone()) } else { self.rest.schema(table) }
    }

    fn table_names(&self) -> Vec<String> {
        self.rest.table_names()
    }

    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>> {
        if table == RESULT { Some(self.provider.clone()) } else { self.rest.provider(table) }
    }

    fn unreadable(&self, table: &str) -> Option<String> {
        self.rest.unreadable(table)
    }

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.rest.stored_function(name)
    }

    fn has_ingestion_time(&self, table: &str) -> bool {
        self.rest.has_ingestion_time(table)
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        self.rest.watchlist(alias)
    }

    fn watchlist_aliases(&self) -> Vec<String> {
        self.rest.watchlist_aliases()
    }

    fn places(&self) -> Option<Arc<dyn Places>> {
        self.rest.places()
    }

    fn file_profiles(&self) -> Option<Arc<dyn FileProfiles>> {
        self.rest.file_profiles()
    }

    async fn external(&self, external: &External) -> Result<ExternalRows, Error> {
        self.rest.external(external).await
    }

    fn stored_function_names(&self) -> Vec<String> {
        self.rest.stored_function_names()
    }
}
