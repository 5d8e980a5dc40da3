//! The data of the command line: files → a database, what there is to say about reading them, and what `now()` is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Database, Engine};
use lake::record::{FileSummary, Summary};
use lake::{Commands, Content, Lake, NamedTable, Watchlist, clock};

use crate::arguments::DataOptions;
use crate::console::Console;
use crate::executor;
use crate::failure::Failure;
use crate::progress::{Bar, Unit};
use crate::render::{counted, datetime_text, spell_controls};

/// How many files are named for one kind of trouble; the rest are counted.
const NAMED_MAX: usize = 5;

/// Events later than the clock by more than this are a wrong time, not a wrong time zone: a day.
const FUTURE_TICKS: i64 = 24 * 3600 * 10_000_000;

/// Tables to query and the moment to query them at.
pub(crate) struct Data {
    /// The tables.
    pub(crate) database: Arc<dyn Database>,
    /// Ticks.
    pub(crate) now: i64,
    /// The lake among them, which counts what is read of it.
    lake: Option<Lake>,
}

impl Data {
    /// What commands work on: these tables and their lake.
    pub(crate) fn commands(&self, engine: &Engine, content: &Arc<Content>, console: &Console) -> Commands {
        let speaker = console.clone();
        Commands {
            lake: self.lake.clone(),
            database: Arc::clone(&self.database),
            content: Arc::clone(content),
            engine: engine.clone(),
            waits: Arc::new(move || speaker.note("waiting for another process that writes to the lake")),
        }
    }

    /// What storage counts of what is read; it goes on counting.
    pub(crate) fn storage(&self) -> Option<engine::explain::Storage> {
        let lake = self.lake.clone()?;
        Some(Arc::new(move || {
            let scanned = lake.scanned();
            vec![
                ("files of the lake", scanned.parts),
                ("files of the lake scanned", scanned.scanned),
                ("row groups left out of them", scanned.groups_skipped),
            ]
        }))
    }

    /// With `--verbose`, says how many of the lake's files were read for the queries so far.
    pub(crate) fn tell_scanned(&self, console: &Console) {
        if let Some(scanned) = self.lake.as_ref().map(Lake::scanned).filter(|_| console.verbose) {
            console.note(&format!("{} of {} of the lake scanned", scanned.scanned, many(scanned.parts, "file")));
        }
    }
}

/// Reads what `--data` and `--table` name; without either there are the known tables, all empty.
///
/// # Errors
/// A path that cannot be read; with `--strict` also records that cannot.
pub(crate) async fn open(options: &DataOptions, content: Arc<Content>, console: &Console) -> Result<Data, Failure> {
    open_with(options, content, vec![], console).await
}

/// The same with watchlists of packs, which those of the command line go before.
pub(crate) async fn open_with(
    options: &DataOptions,
    content: Arc<Content>,
    mut watchlists: Vec<Watchlist>,
    console: &Console,
) -> Result<Data, Failure> {
    watchlists.extend(options.sources.watchlists()?);
    let bar = Arc::new(Bar::new(console, "reading", 0, Unit::Bytes));
    let watched = Arc::clone(&bar);
    let lake = options.lake.as_deref().map(Lake::open).transpose().map_err(failure)?;
    let lake_options = lake::Options {
        content: Some(content),
        settings: options.settings.settings()?,
        lake: lake.clone(),
        as_of: options.as_of()?,
        expanded_bytes_max: options.limit_expanded,
        progress: Some(Arc::new(move |read, all| watched.reach(read, all))),
        watchlists,
        externals: options.sources.externals(),
        geoip: options.sources.geoip.clone(),
        file_profiles: options.sources.file_profiles.clone(),
    };
    let tables = options.table.iter().map(|(name, path)| NamedTable { name: name.clone(), path: path.clone() });
    let opened = lake::Data::open(options.data.clone(), tables.collect(), lake_options).await;
    bar.clear();
    let lake::Data { database, summary, unreadable } = opened.map_err(failure)?;
    report(&summary, console);
    unreadable.iter().for_each(|(table, reason)| console.warning(&left_out(table, reason)));
    let bad = summary.bad_count();
    if options.strict && bad > 0 {
        return Err(Failure::Environment(format!("{} could not be read, and --strict is given", many(bad, "record"))));
    }
    let now = now(options, database.newest_event_time(), console);
    Ok(Data { database: Arc::new(database), now, lake })
}

/// The tables, sources, functions and packs: the program's own, and before them those of the user's folders.
pub(crate) fn content(options: &DataOptions) -> Result<Arc<Content>, Failure> {
    content_of(options.content.as_deref(), &options.functions)
}

/// The program's content beneath a folder of content and folders of functions.
pub(crate) fn content_of(folder: Option<&Path>, functions: &[PathBuf]) -> Result<Arc<Content>, Failure> {
    let content = folder.map_or_else(|| Ok(Content::embedded()), Content::with_folder);
    content.and_then(|content| content.with_functions(functions)).map(Arc::new).map_err(failure)
}

/// A recorded attack is as old as its recording: counted from the clock, `ago(1d)` would find nothing in it.
fn now(options: &DataOptions, newest_event: Option<i64>, console: &Console) -> i64 {
    match (options.now, newest_event) {
        (Some(now), _) => now,
        // A lake is asked about today, whatever its newest event is.
        (None, Some(newest)) if options.lake.is_some() => {
            let clock = clock::ticks();
            if newest < clock.saturating_sub(FUTURE_TICKS) {
                console.note(&format!("the newest event is of {}; --now asks as of then", datetime_text(newest)));
            }
            clock
        }
        (None, Some(newest)) => {
            let text = format!("now is {}, the newest event in the data; --now sets it", datetime_text(newest));
            if newest > clock::ticks().saturating_add(FUTURE_TICKS) {
                console.warning(&format!("{text}. The clock is not that far: is the event's time wrong?"));
            } else {
                console.note(&text);
            }
            newest
        }
        (None, None) => clock::ticks(),
    }
}

/// What there is to say of a table of a lake that cannot be read.
pub(crate) fn left_out(table: &str, reason: &str) -> String {
    format!("the lake's table `{}` is left out: {}", spell_controls(table), spell_controls(reason))
}

/// The failure that an error of the lake is.
pub(crate) fn failure(error: lake::Error) -> Failure {
    match error {
        lake::Error::Engine(error) => match executor::failure(&error) {
            // The KQL of a source is not the user's: say what is wrong with it.
            Failure::Refused => Failure::Bug(error.to_string()),
            other => other,
        },
        lake::Error::Bug(text) => Failure::Bug(text),
        other @ (lake::Error::File { .. }
        | lake::Error::Content { .. }
        | lake::Error::Lake { .. }
        | lake::Error::Read(_)) => Failure::Environment(other.to_string()),
    }
}

/// Says what was read, what was not, and why; files of the same kind of trouble are counted when there are many.
pub(crate) fn report(summary: &Summary, console: &Console) {
    summary.warnings.iter().for_each(|warning| console.warning(&spell_controls(warning)));
    if summary.files.is_empty() {
        return;
    }
    let named_max = if console.verbose { usize::MAX } else { NAMED_MAX };
    // A file of no known format is no source of records; its note says why.
    let (known, unknown): (Vec<&FileSummary>, Vec<_>) = summary.files.iter().partition(|file| !file.format.is_empty());
    console.note(&format!("{} from {}", many(summary.record_count(), "record"), counted(known.len(), "file")));
    let bad: Vec<&FileSummary> = summary.files.iter().filter(|file| file.bad > 0).collect();
    for file in bad.iter().take(named_max) {
        console.warning(&bad_records(file));
    }
    if bad.len() > named_max {
        let left = bad.iter().skip(named_max).map(|file| file.bad).sum();
        let files = counted(bad.len() - named_max, "more file");
        console.warning(&format!("{} could not be read in {files}; --verbose names them", many(left, "record")));
    }
    let notes: Vec<String> =
        known.iter().flat_map(|file| file.notes.iter().map(|note| about(&file.path, note))).collect();
    for note in notes.iter().take(named_max) {
        console.note(note);
    }
    if notes.len() > named_max {
        console.note(&format!("{}; --verbose shows them", counted(notes.len() - named_max, "more note")));
    }
    unread(&unknown, console);
}

/// Says which files were not read. A folder of logs may hold any number of pages of text and pictures, which is no trouble: those that are
/// unread for one reason are one line.
fn unread(files: &[&FileSummary], console: &Console) {
    let mut reasons: Vec<(&str, Vec<&str>)> = vec![];
    for (path, note) in files.iter().flat_map(|file| file.notes.iter().map(|note| (file.path.as_str(), note.as_str())))
    {
        match reasons.iter_mut().find(|(reason, _)| *reason == note) {
            Some((_, paths)) => paths.push(path),
            None => reasons.push((note, vec![path])),
        }
    }
    for (reason, paths) in reasons {
        match paths.as_slice() {
            [first, _, ..] if !console.verbose => {
                let (count, reason) = (counted(paths.len(), "file"), spell_controls(reason));
                console.note(&format!("{count}, such as `{}`: {reason}", spell_controls(first)));
            }
            _ => paths.iter().for_each(|path| console.note(&about(path, reason))),
        }
    }
}

fn about(path: &str, note: &str) -> String {
    format!("`{}`: {}", spell_controls(path), spell_controls(note))
}

fn many(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

fn bad_records(file: &FileSummary) -> String {
    let first = match &file.first_bad {
        Some(first) => format!("; the first at byte {}: {}", first.offset, spell_controls(&first.reason)),
        None => String::new(),
    };
    format!("`{}`: {} could not be read{first}", spell_controls(&file.path), many(file.bad, "record"))
}
