//! Runs the Markdown specifications beside this file against an engine without tables.

use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use engine::{Database, Engine, Error, Executor, FileProfiles, Limits, NoTables, Place, Places, Request, Rows};
use semantics::Value;
use semantics::number::format_real;
use semantics::time::{format_datetime, format_timespan, parse_datetime};
use spec::{Answer, Failure, Question, Wants};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(16 << 20).enable_all().build();
    let runtime = runtime.expect("a runtime starts");
    let limits = Limits { partitions: 2, ..Limits::default() };
    let engine = Engine::new(limits).expect("an engine starts");
    spec::run(&root, move |question| runtime.block_on(answer(&engine, question)))
}

async fn answer(engine: &Engine, question: &Question) -> Result<Answer, Failure> {
    let now = question.now.as_deref().and_then(parse_datetime).unwrap_or(638_396_640_000_000_000);
    let request = Request::new(&question.query, now);
    match question.wants {
        Wants::Plan => Err(Failure { text: "plans are not printed yet".into() }),
        Wants::Rows => match engine.query(&request, Arc::new(World)).await {
            Ok(answer) => Ok(answer.results.last().map(cells).unwrap_or_default()),
            Err(error) => Err(Failure { text: printed(&error, &question.query) }),
        },
    }
}

/// No tables, but an atlas of documentation addresses, in which the empty file stands too.
struct World;

impl Database for World {
    fn schema(&self, table: &str) -> Option<Arc<semantics::TableSchema>> {
        NoTables.schema(table)
    }

    fn table_names(&self) -> Vec<String> {
        NoTables.table_names()
    }

    fn provider(&self, table: &str) -> Option<Arc<dyn datafusion::catalog::TableProvider>> {
        NoTables.provider(table)
    }

    fn file_profiles(&self) -> Option<Arc<dyn FileProfiles>> {
        Some(Arc::new(Atlas))
    }

    fn places(&self) -> Option<Arc<dyn Places>> {
        Some(Arc::new(Atlas))
    }
}

#[derive(Debug)]
struct Atlas;

impl Places for Atlas {
    fn place(&self, address: IpAddr) -> Option<Place> {
        let place = |country: &str, state: &str, city: &str, (latitude, longitude)| Place {
            country: country.to_owned(),
            state: state.to_owned(),
            city: city.to_owned(),
            latitude,
            longitude,
        };
        match address.to_string().as_str() {
            "203.0.113.7" => Some(place("Utopia", "Amaurot", "Port \"Anyder\"", (Some(-33.5), Some(151.0)))),
            "2001:db8::7" => Some(place("Österreich", "", "", (None, None))),
            _ => None,
        }
    }
}

impl FileProfiles for Atlas {
    fn profile(&self, hash: &str) -> Option<Vec<(String, String)>> {
        let known = [
            ("SHA1", hash),
            ("GlobalPrevalence", "12"),
            ("GlobalFirstSeen", "2024-05-01T10:00:00Z"),
            ("IsCertificateValid", "true"),
            ("Signer", "Ann \"Ä\" Other"),
        ];
        let known = known.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        (hash == "da39a3ee5e6b4b0d3255bfef95601890afd80709").then_some(known)
    }
}

fn cells(rows: &Rows) -> Answer {
    let columns = rows.columns.iter().map(|column| (column.name.clone(), column.ty.to_string())).collect();
    Answer { columns, rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect() }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Real(value) => format_real(*value),
        Value::DateTime(ticks) => format_datetime(*ticks),
        Value::TimeSpan(ticks) => format_timespan(*ticks),
        Value::Decimal(value) => value.to_string(),
        Value::String(text) | Value::Guid(text) | Value::Dynamic(text) => text.clone(),
    }
}

fn printed(error: &Error, query: &str) -> String {
    let Error::Query(diagnostics) = error else { return error.to_string() };
    let lines = diagnostics.iter().map(|diagnostic| {
        let at = syntax::position(query, diagnostic.span.start);
        format!("{} {}:{}: {} {}", diagnostic.code, at.line, at.column, diagnostic.message, diagnostic.hints.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}
