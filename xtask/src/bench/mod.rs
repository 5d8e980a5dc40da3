//! Times vedette against other programs that do the same, in one run, on the same bytes.
//!
//! In: which benchmark and how much of it. Out: what the script of that name under `xtask/bench` prints: seconds, memory, ratios, and a complaint
//! when the answers differ. Needs Python 3 and, once, the network; nothing else of the workspace does.

mod evtx;
mod rule;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

const DUCKDB: &str = "duckdb==2.0.0";
const CHDB: &str = "chdb";

const USAGE: &str = "usage: cargo xtask bench [rule] [--rows N] [--runs N]
       cargo xtask bench evtx --from FOLDER [--megabytes N] [--runs N] [--hayabusa PROGRAM]
       cargo xtask bench ndjson [--rows N] [--runs N]
       cargo xtask bench needle [--rows N] [--runs N]
       cargo xtask bench lsp --from FOLDER|FILE [--queries N] [--step N]

  rule     the T1583.004 rule over Parquet, against DuckDB (10000000 rows, 5 runs)
  evtx     ingestion of EVTX, made of the chunks of the files under FOLDER, against evtx_dump and Hayabusa (5000 MB, 3 runs)
  ndjson   ingestion of Defender's events as JSON lines, against DuckDB's read_json to Parquet (10000000 rows, 3 runs)
  needle   a rare word in a year of DeviceNetworkEvents, against DuckDB and chDB (100000000 rows, 3 runs)
  lsp      the language server over every prefix of queries under FOLDER, or of a file of JSON lines (100 queries)

Builds vedette in release mode, generates what it reads (kept in target/bench), and prints seconds, memory, ratios and whether the answers agree.";

/// Runs the benchmark that the first word names.
pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let bench = Bench::new(root)?;
    match options {
        ["evtx", options @ ..] => {
            evtx::run(&bench, &Options::read(options, &["--from", "--megabytes", "--runs", "--hayabusa"])?)
        }
        ["ndjson", options @ ..] => {
            bench.compare("ndjson", &[DUCKDB], &Options::read(options, &["--rows", "--runs"])?, vec![])
        }
        ["needle", options @ ..] => {
            bench.compare("needle", &[DUCKDB, CHDB], &Options::read(options, &["--rows", "--runs"])?, vec![])
        }
        ["lsp", options @ ..] => {
            let options = Options::read(options, &["--from", "--queries", "--step"])?;
            options.get("--from").ok_or_else(|| USAGE.to_owned())?;
            bench.compare("lsp", &[], &options, vec![])
        }
        ["rule", options @ ..] | options => rule::run(&bench, &Options::read(options, &["--rows", "--runs"])?),
    }
}

/// Words after the benchmark's name, in pairs.
struct Options<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Options<'a> {
    fn read(words: &[&'a str], known: &[&str]) -> Result<Self, String> {
        let pairs = words.chunks(2).map(|pair| match *pair {
            [name, value] if known.contains(&name) => Ok((name, value)),
            _ => Err(USAGE.to_owned()),
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn number(&self, name: &str, default: u64) -> Result<u64, String> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| format!("{name} {text}: a whole number above 0 is wanted"))
    }
}

/// Where the benchmarks build, and where they keep what they made.
struct Bench {
    root: PathBuf,
    target: PathBuf,
    work: PathBuf,
}

impl Bench {
    fn new(root: &Path) -> Result<Self, String> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let work = target.join("bench");
        std::fs::create_dir_all(&work).map_err(|error| format!("cannot create {}: {error}", work.display()))?;
        Ok(Self { root: root.to_owned(), target, work })
    }

    /// Builds vedette and hands it to `xtask/bench/<script>.py`, with the options of the command line and those of the benchmark.
    fn compare(
        &self,
        script: &str,
        packages: &[&str],
        options: &Options<'_>,
        more: Vec<OsString>,
    ) -> Result<(), String> {
        self.call("cargo", ["build", "--release", "--package", "vedette"])?;
        let vedette = self.target.join("release").join(format!("vedette{}", std::env::consts::EXE_SUFFIX));
        let mut arguments = vec![self.root.join("xtask/bench").join(format!("{script}.py")).into_os_string()];
        arguments.extend([
            "--vedette".into(),
            vedette.into_os_string(),
            "--work".into(),
            self.work.clone().into_os_string(),
        ]);
        arguments.extend(options.0.iter().flat_map(|(name, value)| [OsString::from(name), OsString::from(value)]));
        arguments.extend(more);
        self.call(self.python(packages)?, arguments)
    }

    /// A Python that has the packages, made once.
    fn python(&self, packages: &[&str]) -> Result<PathBuf, String> {
        let venv = self.target.join("bench-venv");
        let python = venv.join("bin/python");
        if !python.exists() {
            self.call("python3", ["-m".as_ref(), "venv".as_ref(), venv.as_os_str()])?;
        }
        if packages.is_empty() {
            return Ok(python);
        }
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        self.call(&python, install.iter().chain(packages))?;
        Ok(python)
    }

    fn call<A: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(), String> {
        let program = program.as_ref();
        let mut command = Command::new(program);
        // What `cargo run` says of this program would be news to build scripts that look at it, and half of the dependencies would be built anew.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        let status = command.current_dir(&self.root).args(arguments).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{} failed: {status}", program.to_string_lossy())),
            Err(error) => Err(format!("cannot run {}: {error}", program.to_string_lossy())),
        }
    }
}
