//! How long a query takes before its first row: parsing, binding and planning, over a table that has no rows.
//!
//! Aims: a detection of ordinary length within 5 ms, one of 120,000 characters within a second (release build, one core).
//! `cargo bench -p vedette-engine` prints the times.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use divan::Bencher;
use engine::{Database, Engine, Executor, Limits, Request};
use semantics::{Column, TableSchema, Type};

fn main() {
    divan::main();
}

/// 2024-01-01, in ticks.
const NOW: i64 = 638_396_640_000_000_000;

/// About a thousand characters, with what detections are made of: a list, a window of time, a join, a summary and its columns.
const DETECTION: &str = "
let window = 1h;
let shells = dynamic(['cmd.exe', 'powershell.exe', 'pwsh.exe', 'wscript.exe', 'cscript.exe', 'mshta.exe']);
let starts = ProcessEvents
    | where Timestamp > ago(window)
    | where ParentName in~ (shells) and not(CommandLine has_any ('update', 'inventory'))
    | project DeviceId, ProcessName, CommandLine, Started = Timestamp;
NetworkEvents
| where Timestamp > ago(window) and RemotePort !in (80, 443, 53)
| where not(ipv4_is_private(RemoteIP))
| join kind=inner starts on DeviceId
| where Timestamp between (Started .. Started + 5m)
| summarize Connections = count(), Ports = make_set(RemotePort, 20), First = min(Timestamp) by DeviceId, ProcessName, RemoteIP
| where Connections >= 3
| extend Score = iff(array_length(Ports) > 5, 90, 60)
| project First, DeviceId, ProcessName, RemoteIP, Connections, Ports, Score
| sort by Score desc, First asc";

struct Tables;

impl Database for Tables {
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>> {
        let text = |name: &str| Column::new(name, Type::String);
        let own = match table {
            "ProcessEvents" => vec![text("ProcessName"), text("ParentName"), text("CommandLine")],
            "NetworkEvents" => vec![text("RemoteIP"), Column::new("RemotePort", Type::Int)],
            _ => return None,
        };
        let columns = [vec![Column::new("Timestamp", Type::DateTime), text("DeviceId")], own].concat();
        Some(Arc::new(TableSchema { name: table.to_owned(), columns, ..TableSchema::default() }))
    }

    fn table_names(&self) -> Vec<String> {
        vec!["NetworkEvents".to_owned(), "ProcessEvents".to_owned()]
    }

    fn provider(&self, _: &str) -> Option<Arc<dyn TableProvider>> {
        None
    }
}

fn engine() -> Engine {
    Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine starts")
}

fn bind(bencher: Bencher<'_, '_>, query: &str) {
    let (engine, request) = (engine(), Request::new(query, NOW));
    bencher.bench(|| engine.bind(&request, &Tables).expect("the query is right"));
}

fn run(bencher: Bencher<'_, '_>, query: &str) {
    let (engine, request) = (engine(), Request::new(query, NOW));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_stack_size(16 << 20).build();
    let runtime = runtime.expect("a runtime starts");
    bencher.bench(|| runtime.block_on(engine.query(&request, Arc::new(Tables))).expect("the query runs"));
}

/// A list of indicators as people paste them.
fn long_list() -> String {
    let hosts: Vec<String> = (0..6_000).map(|n| format!("'host-{n}.example'")).collect();
    format!("ProcessEvents | where DeviceId in ({}) | count", hosts.join(", "))
}

/// Declarations of which each uses the first.
fn many_declarations() -> String {
    let lets: String = (1..5_300).map(|n| format!("let a{n} = a0 + {n};\n")).collect();
    format!("let a0 = 1;\n{lets}print a0, a5299")
}

/// A disjunction as generators of rules write it.
fn long_disjunction() -> String {
    let terms: Vec<String> = (0..4_300).map(|n| format!("CommandLine has 'word{n}'")).collect();
    format!("ProcessEvents | where {} | count", terms.join(" or "))
}

#[divan::bench]
fn bind_a_detection(bencher: Bencher<'_, '_>) {
    bind(bencher, DETECTION);
}

#[divan::bench]
fn bind_and_plan_a_detection(bencher: Bencher<'_, '_>) {
    run(bencher, DETECTION);
}

#[divan::bench(args = ["list", "declarations", "disjunction"], sample_count = 10)]
fn bind_120_000_characters(bencher: Bencher<'_, '_>, what: &str) {
    bind(bencher, &long(what));
}

#[divan::bench(args = ["list", "declarations", "disjunction"], sample_count = 10)]
fn bind_and_plan_120_000_characters(bencher: Bencher<'_, '_>, what: &str) {
    run(bencher, &long(what));
}

fn long(what: &str) -> String {
    match what {
        "list" => long_list(),
        "declarations" => many_declarations(),
        _ => long_disjunction(),
    }
}
