//! `vedette ingest`: files into a lake, each of them once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use lake::{Content, IngestOptions, Ingested, Lake, Settings, check_table_name, ingest};

use crate::arguments::{SettingOptions, bytes};
use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::progress::{Bar, Unit};
use crate::render::counted;

/// Reads telemetry into a lake, each file once
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IngestArguments {
    /// Files or folders of telemetry: EVTX, JSON, XML, CSV, Zeek logs, Parquet, also gzip, zip and tar of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The lake: a folder, which is made if it is not there, or the URL of an object store (s3://…, az://…, gs://…)
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    lake: String,
    /// Puts JSON, CSV and Parquet that fit no known table into one of this name (App_CL). Its columns follow from the records; without it such
    /// records cannot be read. A file that was read before without it is read again for them
    #[arg(short, long, value_name = "NAME")]
    table: Option<String>,
    /// The key of such records whose value is TimeGenerated: a datetime, or a number of seconds, milli-, micro- or nanoseconds since 1970.
    /// Without it that is the key TimeGenerated, or else the moment of ingestion
    #[arg(long, value_name = "KEY", requires = "table")]
    time_column: Option<String>,
    /// Goes on: looks every so many seconds (5 without a number) for new files and for what was written to known ones, until it is
    /// interrupted. A line that has no end yet is left for the next time
    #[arg(long, num_args = 0..=1, default_missing_value = "5", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    watch: Option<u64>,
    /// Records that cannot be read are an error (exit code 3); what could be read is stored all the same
    #[arg(long)]
    strict: bool,
    /// Tables and sources of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingOptions,
    /// How much a compressed file may expand to (bytes, or 512MiB, 2GB …)
    #[arg(long, value_parser = bytes, value_name = "BYTES")]
    limit_expanded: Option<u64>,
}

const EXAMPLES: &str = "\
Examples:
  vedette ingest /var/log/zeek evtx/ --lake lake
  vedette query 'DeviceNetworkEvents | summarize count() by DeviceName' --lake lake
  vedette ingest app.jsonl --lake lake --table App_CL --time-column ts
  vedette detect t1583.004 --lake lake

A file is told by its content: a copy of it is not read again, and one that has grown is read on. An ingestion that was broken off, however,
is taken up where it stopped when it is started again. Records that cannot be read are in the table _BadRecords, files in _Files.";

/// Runs the command.
pub(crate) async fn run(arguments: IngestArguments, console: &Console) -> Result<(), Failure> {
    let lake = Lake::open_or_create(&arguments.lake).map_err(data::failure)?;
    let content = data::content_of(arguments.content.as_deref(), &[])?;
    let settings = arguments.settings.settings()?;
    if let Some(table) = &arguments.table {
        check_table_name(table, &content).map_err(Failure::Usage)?;
    }
    let Some(seconds) = arguments.watch else {
        let bad = once(&lake, &arguments, &content, &settings, console).await?;
        if arguments.strict && bad > 0 {
            return Err(Failure::Environment(format!("{bad} records could not be read, and --strict is given")));
        }
        return Ok(());
    };
    console
        .note(&format!("watching every {}; Ctrl-C ends it", counted(usize::try_from(seconds).unwrap_or(0), "second")));
    loop {
        // What is being stored when the interrupt comes is stored wholly, or taken up by the next ingestion.
        tokio::select! {
            done = once(&lake, &arguments, &content, &settings, console) => done.map(|_| ())?,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// Ingests what is new. Gives how many records could not be read.
async fn once(
    lake: &Lake,
    arguments: &IngestArguments,
    content: &Arc<Content>,
    settings: &Settings,
    console: &Console,
) -> Result<u64, Failure> {
    let started = Instant::now();
    let bar = Arc::new(Bar::new(console, "ingesting", 0, Unit::Bytes));
    let (watched, speaker, place) = (Arc::clone(&bar), console.clone(), arguments.lake.clone());
    let options = IngestOptions {
        content: Some(content.clone()),
        settings: settings.clone(),
        table: arguments.table.clone(),
        time_column: arguments.time_column.clone(),
        expanded_bytes_max: arguments.limit_expanded,
        is_watching: arguments.watch.is_some(),
        progress: Some(Arc::new(move |read, all| watched.reach(read, all))),
        waits: Some(Arc::new(move || speaker.note(&format!("waiting for another process that writes to `{place}`")))),
        clock: None,
    };
    let ingested = ingest(lake, arguments.paths.clone(), options).await;
    bar.clear();
    let ingested = ingested.map_err(data::failure)?;
    if arguments.watch.is_none() || !ingested.rows.is_empty() {
        say(&ingested, started, console);
    }
    Ok(ingested.summary.bad_count())
}

fn say(ingested: &Ingested, started: Instant, console: &Console) {
    if ingested.recovered > 0 {
        console.note("finished what an ingestion that was broken off had decided");
    }
    data::report(&ingested.summary, console);
    if ingested.known > 0 {
        console.note(&format!("{} had been read before", counted(ingested.known, "file")));
    }
    let rows: u64 = ingested.rows.values().sum();
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = ingested.bytes as f64 / 1e6;
    let tables = counted(ingested.rows.len(), "table");
    console.note(&format!("{rows} rows into {tables} in {seconds:.1} s ({:.1} MB/s)", megabytes / seconds.max(0.001)));
    for (table, rows) in &ingested.rows {
        console.note(&format!("  {table}: {rows}"));
    }
}
