//! Asks a database, and gives the answer as JSON.

use std::sync::Arc;

use engine::{Engine, Executor, Limits, Request};
use lake::{Data, Database, NamedTable, Options};
use semantics::Value;
use serde_json::{Map, Value as Json, json};
use std::path::PathBuf;

/// Opens paths with what the program brings.
pub(crate) async fn open(paths: Vec<PathBuf>, tables: Vec<NamedTable>, options: Options) -> Arc<Database> {
    let data = Data::open(paths, tables, options).await.expect("the paths can be opened");
    assert_eq!(data.summary.bad_count(), 0, "{:?}", data.summary);
    Arc::new(data.database)
}

/// The rows of a query's last table, in order.
pub(crate) async fn ask(database: &Arc<Database>, query: &str) -> Vec<Map<String, Json>> {
    let engine = Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine");
    let answer = engine.query(&Request::new(query, 0), database.clone()).await;
    let answer = answer.expect(query);
    let rows = answer.results.last().expect("a table");
    let row = |values: Vec<Value>| {
        rows.columns.iter().zip(values).map(|(column, value)| (column.name.clone(), to_json(value))).collect()
    };
    rows.iter().map(row).collect()
}

pub(crate) fn to_json(value: Value) -> Json {
    match value {
        Value::Null(_) => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Long(value) => json!(value),
        Value::Real(value) => json!(value),
        Value::DateTime(ticks) => json!(semantics::time::format_datetime(ticks)),
        Value::TimeSpan(ticks) => json!(semantics::time::format_timespan(ticks)),
        Value::Dynamic(text) => serde_json::from_str(&text).expect("a dynamic is JSON"),
        Value::Decimal(value) => json!(value.to_string()),
        Value::String(text) | Value::Guid(text) => json!(text),
    }
}
