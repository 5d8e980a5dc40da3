//! The command line as types: every flag once, with the help that teaches it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use lake::{AsOf, Moment};

use crate::failure::Failure;

/// Run any Microsoft Sentinel or Defender detection, its KQL unchanged, on your own telemetry.
#[derive(Debug, Parser)]
#[command(name = "vedette", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) speech: SpeechOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   a query or rule is wrong, or asks for what is not supported yet
  2   the command line is wrong
  3   a file, the disk or a limit of the machine (with --strict also: records that could not be read)
  4   a defect of vedette
  10  detect --fail-on-alert: a rule fired";

/// How the program speaks.
#[derive(Debug, Clone, Args)]
pub(crate) struct SpeechOptions {
    /// Say nothing on stderr but warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Name every file that could not be read, or not wholly, instead of the first few; say how many files of a lake were scanned
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// How findings about a query are written to stderr: drawn for people, or one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) diagnostics: DiagnosticsForm,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum DiagnosticsForm {
    /// With the line of the query and a mark under the place
    #[default]
    Text,
    /// One object a line: severity, code, message, file, line, column, end_line, end_column, start, end, labels, hints, unsupported
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Query(crate::commands::query::QueryArguments),
    Explain(crate::commands::explain::ExplainArguments),
    Detect(crate::commands::detect::DetectArguments),
    Hunt(crate::commands::hunt::HuntArguments),
    Coverage(crate::commands::coverage::CoverageArguments),
    Test(crate::commands::test::TestArguments),
    Check(crate::commands::check::CheckArguments),
    Fmt(crate::commands::fmt::FmtArguments),
    Simulate(Box<crate::commands::simulate::SimulateArguments>),
    Verify(Box<crate::commands::verify::VerifyArguments>),
    Matrix(crate::commands::matrix::MatrixArguments),
    Tune(Box<crate::commands::tune::TuneArguments>),
    Lsp(crate::commands::lsp::LspArguments),
    BenchDetection(crate::commands::bench_detection::BenchDetectionArguments),
    Export(crate::commands::export::ExportArguments),
    Tables(crate::commands::tables::TablesArguments),
    Schema(crate::commands::schema::SchemaArguments),
    Docs(crate::commands::docs::DocsArguments),
    Ingest(crate::commands::ingest::IngestArguments),
    Watch(crate::commands::watch::WatchArguments),
    Replay(crate::commands::replay::ReplayArguments),
    Incidents(crate::commands::incidents::IncidentsArguments),
    Lake(crate::commands::lake::LakeArguments),
}

/// What to read, and how the queries see it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct DataOptions {
    /// Files or folders of telemetry: EVTX, JSON, XML, CSV, Zeek logs, Parquet, also gzip, zip and tar of them.
    /// What each file is, is told by its content; events land in the tables that Sentinel and Defender have them in
    #[arg(short, long, num_args = 1.., value_name = "PATH")]
    pub(crate) data: Vec<PathBuf>,
    /// A lake that `vedette ingest` filled: a folder, or the URL of an object store (s3://…, az://…, gs://…)
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    pub(crate) lake: Option<String>,
    /// Sees the lake as it was: at a datetime, or one table at a version or datetime (TABLE=12, may be repeated). A datetime means the last
    /// version that was committed then or before; `vedette lake history` lists them. What now() means stays as it is
    #[arg(long, requires = "lake", value_parser = as_of, value_name = "DATETIME|TABLE=VERSION")]
    as_of: Vec<Looked>,
    /// Reads a file as a table of that name, its columns as they are (may be repeated)
    #[arg(short, long, value_parser = named_file, value_name = "NAME=FILE")]
    pub(crate) table: Vec<(String, PathBuf)>,
    /// What now() and ago() mean: a datetime such as 2024-05-01 or 2024-05-01T12:00:00Z.
    /// Without it: the newest event in the files, or the clock when there are none or a lake is asked
    #[arg(long, value_parser = datetime, value_name = "DATETIME")]
    pub(crate) now: Option<i64>,
    /// Records that cannot be read are an error (exit code 3) instead of a count
    #[arg(long)]
    pub(crate) strict: bool,
    /// Refuses column names that published queries use though Microsoft's tables do not have them (AccountName in DeviceNetworkEvents)
    #[arg(long)]
    pub(crate) strict_schema: bool,
    /// Tables, sources, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    pub(crate) content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each, which queries call by name (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) functions: Vec<PathBuf>,
    /// How much a compressed file may expand to (bytes, or 512MiB, 2GB …)
    #[arg(long, value_parser = bytes, value_name = "BYTES")]
    pub(crate) limit_expanded: Option<u64>,
    #[command(flatten)]
    pub(crate) settings: SettingOptions,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
    #[command(flatten)]
    pub(crate) sources: crate::sources::SourceOptions,
}

/// What `--as-of` says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Looked {
    /// All tables at a time, in ticks.
    All(i64),
    /// One table.
    Table(String, Moment),
}

impl DataOptions {
    /// Does the command line name any data?
    pub(crate) fn names_data(&self) -> bool {
        !self.data.is_empty() || self.lake.is_some() || !self.table.is_empty()
    }

    /// When the lake's tables are looked at.
    ///
    /// # Errors
    /// Two times for the same tables.
    pub(crate) fn as_of(&self) -> Result<AsOf, Failure> {
        let mut as_of = AsOf::default();
        for looked in &self.as_of {
            let is_second = match looked {
                Looked::All(time) => as_of.time.replace(*time).is_some(),
                Looked::Table(table, moment) => as_of.tables.insert(table.clone(), *moment).is_some(),
            };
            if is_second {
                return Err(Failure::Usage("--as-of says two things of the same tables".to_owned()));
            }
        }
        Ok(as_of)
    }
}

/// What an estate decides where sources leave a choice.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SettingOptions {
    /// How sources are read where they leave a choice (may be repeated): sysmon3 = connection_success | connection_request,
    /// doc_nets = public | reserved, remote_url_from_ptr = true | false, cef_to_device = true | false,
    /// assets = FILE.csv (devices by address), aggregated_reports = keep | expand
    #[arg(long, value_parser = named_value, value_name = "NAME=VALUE")]
    set: Vec<(String, String)>,
}

impl SettingOptions {
    /// The settings.
    pub(crate) fn settings(&self) -> Result<lake::Settings, Failure> {
        let mut settings = lake::Settings::default();
        for (name, value) in &self.set {
            settings.set(name, value).map_err(Failure::Usage)?;
        }
        Ok(settings)
    }
}

/// `NAME=VALUE`.
pub(crate) fn named_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("expected NAME=VALUE, found `{text}`")),
    }
}

/// How much a query may use.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitOptions {
    /// Memory for sorting, grouping, joining and for answers; beyond it queries spill to disk where they can, and fail where not [default: 8GiB]
    #[arg(long, alias = "memory-limit", value_parser = bytes, value_name = "BYTES")]
    pub(crate) memory: Option<u64>,
    /// A query whose answer has more rows fails
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_rows: Option<usize>,
}

/// Where results go and how they look.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// How rows are written; without it, by the ending of the output file, else a table
    #[arg(short = 'F', long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Writes to a file, which appears when it is complete; - is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl OutputOptions {
    /// The format asked for, or the one that the file's name tells.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(|| {
            let ending = self.output.as_deref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
            match ending.map(str::to_ascii_lowercase).as_deref() {
                Some("json") => Format::Json,
                Some("ndjson" | "jsonl") => Format::Ndjson,
                Some("csv") => Format::Csv,
                Some("parquet") => Format::Parquet,
                _ => Format::Table,
            }
        })
    }
}

/// How rows are written. In all of them a datetime is ISO 8601 in UTC and a timespan `d.hh:mm:ss.fffffff`, as Kusto writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned for reading; on a terminal wide cells are cut to fit it
    Table,
    /// {"tables":[{"name":…,"columns":[{"name":…,"type":…}],"rows":[[…]]}]}
    Json,
    /// One object per row, keyed by column
    Ndjson,
    /// RFC 4180 with a header; dynamic values as JSON text, null as nothing
    Csv,
    /// datetime as timestamp (microseconds, UTC: Kusto's 100 ns digit is dropped), timespan, decimal, guid and dynamic as text
    Parquet,
}

pub(crate) fn named_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), PathBuf::from(file))),
        _ => Err(format!("expected NAME=FILE, found `{text}`")),
    }
}

fn as_of(text: &str) -> Result<Looked, String> {
    let is_version = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('=') {
        Some((table, version)) if !table.is_empty() && is_version(version) => {
            let version = version.parse().map_err(|_| format!("expected a version, found `{version}`"))?;
            Ok(Looked::Table(table.to_owned(), Moment::Version(version)))
        }
        Some((table, time)) if !table.is_empty() => Ok(Looked::Table(table.to_owned(), Moment::Time(datetime(time)?))),
        None if is_version(text) => Err(format!("a version is that of one table: TABLE={text}")),
        _ => datetime(text).map(Looked::All),
    }
}

pub(crate) fn datetime(text: &str) -> Result<i64, String> {
    let expected = "expected a datetime such as 2024-05-01 or 2024-05-01T12:00:00Z";
    semantics::time::parse_datetime(text).ok_or_else(|| expected.to_owned())
}

pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let digits_end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(format!("expected bytes such as 1000000, 512MiB or 2GB, found `{text}`")),
    };
    let count: u64 = digits.parse().map_err(|_| format!("expected a number of bytes, found `{text}`"))?;
    count.checked_mul(factor).ok_or_else(|| format!("`{text}` is too many bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    /// IEC 80000-13: KiB, MiB … are powers of 1024; the SI prefixes are powers of 1000.
    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("512MiB"), Ok(512 * 1024 * 1024));
        assert_eq!(bytes("2GB"), Ok(2_000_000_000));
        assert_eq!(bytes("17"), Ok(17));
        assert!(bytes("17 parsecs").is_err());
        assert!(bytes("").is_err());
        assert!(bytes("99999999999TiB").is_err());
    }

    #[test]
    fn a_lake_is_seen_at_a_time_or_a_table_at_a_version() {
        let day = semantics::time::parse_datetime("2024-05-01").expect("a day");
        assert_eq!(as_of("2024-05-01"), Ok(Looked::All(day)));
        assert_eq!(as_of("Syslog=12"), Ok(Looked::Table("Syslog".to_owned(), Moment::Version(12))));
        assert_eq!(as_of("Syslog=2024-05-01"), Ok(Looked::Table("Syslog".to_owned(), Moment::Time(day))));
        assert!(as_of("12").is_err_and(|text| text.contains("TABLE=12")));
        assert!(as_of("=12").is_err() && as_of("Syslog=").is_err() && as_of("yesterday").is_err());
        let options = |looked: &[Looked]| DataOptions { as_of: looked.to_vec(), ..DataOptions::default() };
        assert!(options(&[Looked::All(day), Looked::All(day)]).as_of().is_err());
        let both = [Looked::All(day), Looked::Table("Syslog".to_owned(), Moment::Version(12))];
        assert_eq!(options(&both).as_of().map(|as_of| (as_of.time, as_of.tables.len())).ok(), Some((Some(day), 1)));
    }

    #[test]
    fn the_file_name_tells_the_format_unless_told_otherwise() {
        let to = |file: &str| OutputOptions { format: None, output: Some(file.into()) };
        assert_eq!(to("a.CSV").format(), Format::Csv);
        assert_eq!(to("a.jsonl").format(), Format::Ndjson);
        assert_eq!(to("a.txt").format(), Format::Table);
        let told = OutputOptions { format: Some(Format::Json), ..to("a.csv") };
        assert_eq!(told.format(), Format::Json);
    }
}
