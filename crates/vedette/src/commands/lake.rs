//! `vedette lake`: what a lake holds, and its care.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringViewArray};
use clap::{Args, Subcommand};
use engine::Rows;
use lake::{Lake, TableStatus, TableVersion, clock};
use semantics::Type;

use crate::arguments::OutputOptions;
use crate::console::Console;
use crate::data::{failure, left_out};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table, counted};

/// Shows what a lake holds, and takes care of it
#[derive(Debug, Args)]
pub(crate) struct LakeArguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Args)]
struct Place {
    /// The lake: a folder, or the URL of an object store
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    lake: String,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Lists the tables with their rows, files, days and how long they are kept
    Status {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Lists the versions of a table, the newest first: when each was made and how, and the rows and files that it then had. Those of
    /// which all files are still there (IsWhole) can be asked with `--as-of`
    History {
        /// The table
        table: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Makes one file of the small files of each day
    Compact {
        /// The tables; all without any
        tables: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Takes files away that no table names any more, and with them older versions and what writers left that died
    Vacuum {
        /// The tables; all without any
        tables: Vec<String>,
        /// Files that a version of the last so many hours names are kept: queries may still read them
        #[arg(long, default_value_t = 168, value_name = "HOURS")]
        keep: u64,
        /// Only says what would be taken away
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Takes away the days that are older than a table keeps; with --days or --all-days says how many it keeps from now on
    Retain {
        /// The tables; all that have a limit without any
        tables: Vec<String>,
        /// Keep so many days
        #[arg(long, requires = "tables", conflicts_with = "all_days", value_name = "DAYS")]
        days: Option<u64>,
        /// Keep everything
        #[arg(long, requires = "tables")]
        all_days: bool,
        #[command(flatten)]
        place: Place,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: LakeArguments, console: &Console) -> Result<(), Failure> {
    match arguments.task {
        Task::Status { place, output } => status(&place, &output, console).await,
        Task::History { table, place, output } => history(&table, &place, &output, console).await,
        Task::Compact { tables, place } => {
            let lake = Lake::open(&place.lake).map_err(failure)?;
            for table in named(&lake, tables, console).await? {
                let done = lake.compact(&table, &waits(console)).await.map_err(failure)?;
                if done.before > 0 {
                    let before = counted(done.before, "file");
                    console.note(&format!("{table}: {before} became {}", done.after));
                }
            }
            Ok(())
        }
        Task::Vacuum { tables, keep, dry_run, place } => {
            let lake = Lake::open(&place.lake).map_err(failure)?;
            for table in named(&lake, tables, console).await? {
                let gone = lake.vacuum(&table, keep, dry_run, &waits(console)).await.map_err(failure)?;
                if !gone.is_empty() {
                    let verb = if dry_run { "would be taken away" } else { "taken away" };
                    console.note(&format!("{table}: {} {verb}", counted(gone.len(), "file")));
                }
            }
            Ok(())
        }
        Task::Retain { tables, days, all_days, place } => {
            let lake = Lake::open(&place.lake).map_err(failure)?;
            for table in named(&lake, tables, console).await? {
                if days.is_some() || all_days {
                    lake.set_retention(&table, days, &waits(console)).await.map_err(failure)?;
                }
                let gone = lake.retain(&table, clock::micros(), &waits(console)).await.map_err(failure)?;
                if gone > 0 {
                    console.note(&format!("{table}: {} of old days taken away", counted(gone, "file")));
                }
            }
            Ok(())
        }
    }
}

fn waits(console: &Console) -> impl Fn() + Sync {
    || console.note("waiting for another process that writes to the lake")
}

/// The tables that were named, or all that can be read.
async fn named(lake: &Lake, tables: Vec<String>, console: &Console) -> Result<Vec<String>, Failure> {
    if !tables.is_empty() {
        return Ok(tables);
    }
    let all = lake.status().await.map_err(failure)?;
    let unreadable = all.iter().filter_map(|table| Some((&table.name, table.unreadable.as_ref()?)));
    unreadable.for_each(|(name, reason)| console.warning(&left_out(name, reason)));
    Ok(all.into_iter().filter(|table| table.unreadable.is_none()).map(|table| table.name).collect())
}

async fn history(table: &str, place: &Place, output: &OutputOptions, console: &Console) -> Result<(), Failure> {
    let lake = Lake::open(&place.lake).map_err(failure)?;
    let Some(versions) = lake.history(table).await.map_err(failure)? else {
        return Err(Failure::Environment(format!("lake `{}`: there is no table `{table}`", place.lake)));
    };
    let longs = |long: fn(&TableVersion) -> Option<u64>| -> ArrayRef {
        Arc::new(versions.iter().map(|version| i64::try_from(long(version)?).ok()).collect::<Int64Array>())
    };
    let operations = versions.iter().map(|version| Some(version.operation.as_str()));
    let whole = versions.iter().map(|version| Some(version.is_whole));
    let rows = render::listing([
        ("Version", Type::Long, longs(|version| Some(version.version))),
        ("Time", Type::DateTime, Arc::new(versions.iter().map(|version| version.time).collect::<Int64Array>())),
        ("Operation", Type::String, Arc::new(operations.collect::<StringViewArray>())),
        ("Rows", Type::Long, longs(|version| version.rows)),
        ("Files", Type::Long, longs(|version| Some(version.files))),
        ("IsWhole", Type::Bool, Arc::new(whole.collect::<BooleanArray>())),
    ])?;
    write(output, &Table { name: "History".to_owned(), rows })?;
    console.note(&counted(versions.len(), "version"));
    Ok(())
}

fn write(output: &OutputOptions, table: &Table) -> Result<(), Failure> {
    let mut written = Output::open(output.output.as_deref())?;
    render::write(&mut written, output.format(), std::slice::from_ref(table))?;
    written.finish()
}

async fn status(place: &Place, output: &OutputOptions, console: &Console) -> Result<(), Failure> {
    let lake = Lake::open(&place.lake).map_err(failure)?;
    if lake.is_interrupted().await.map_err(failure)? {
        console.warning("an ingestion was broken off while it stored rows; the next one finishes that first");
    }
    let tables = lake.status().await.map_err(failure)?;
    write(output, &Table { name: "Lake".to_owned(), rows: rows(&tables)? })?;
    console.note(&counted(tables.len(), "table"));
    Ok(())
}

fn rows(tables: &[TableStatus]) -> Result<Rows, Failure> {
    let texts = |text: fn(&TableStatus) -> String| -> ArrayRef {
        Arc::new(tables.iter().map(|table| Some(text(table))).collect::<StringViewArray>())
    };
    // Of a table that cannot be read, nothing is known.
    let readable = |table: &TableStatus| table.unreadable.is_none();
    let longs = |long: fn(&TableStatus) -> Option<u64>| -> ArrayRef {
        let known = |table| readable(table).then(|| i64::try_from(long(table)?).ok()).flatten();
        Arc::new(tables.iter().map(known).collect::<Int64Array>())
    };
    let day = |table: &TableStatus, side: fn(&(String, String)) -> &String| {
        table.days.as_ref().map(|days| side(days).clone()).unwrap_or_default()
    };
    let days = |side: fn(&(String, String)) -> &String| -> ArrayRef {
        Arc::new(tables.iter().map(|table| Some(day(table, side))).collect::<StringViewArray>())
    };
    render::listing([
        ("Table", Type::String, texts(|table| table.name.clone())),
        ("Rows", Type::Long, longs(|table| Some(table.rows))),
        ("Files", Type::Long, longs(|table| u64::try_from(table.files).ok())),
        ("Bytes", Type::Long, longs(|table| Some(table.bytes))),
        ("FirstDay", Type::String, days(|days| &days.0)),
        ("LastDay", Type::String, days(|days| &days.1)),
        ("RetentionDays", Type::Long, longs(|table| table.retention_days)),
        ("Version", Type::Long, longs(|table| Some(table.version))),
        ("Problem", Type::String, texts(|table| table.unreadable.clone().unwrap_or_default())),
    ])
}
