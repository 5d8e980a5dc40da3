//! Times the T1583.004 rule in vedette against the same query written by hand for DuckDB.
//!
//! In: how many rows and runs. Out: wall and CPU seconds of each run and their ratio, and a complaint when a row differs in any column.
//! Needs Python 3 and the network once, for DuckDB; nothing else of the workspace does.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

const DUCKDB: &str = "duckdb==2.0.0";

const USAGE: &str = "usage: cargo xtask bench [--rows N] [--runs N]

  --rows N   rows of DeviceNetworkEvents to generate (10000000)
  --runs N   runs of each engine, in turn (5)

Builds vedette in release mode, generates rows (kept in target/bench), and prints seconds, ratios and whether the answers agree.";

/// Prepares both engines and has `xtask/bench/compare.py` time them.
pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    let (mut rows, mut runs) = ("10000000", "5");
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let slot = match *option {
            "--rows" => &mut rows,
            "--runs" => &mut runs,
            _ => return Err(USAGE.to_owned()),
        };
        *slot = options.next().filter(|value| value.parse::<u64>().is_ok_and(|count| count > 0)).ok_or(USAGE)?;
    }
    let target = target(root);
    let work = target.join("bench");
    std::fs::create_dir_all(&work).map_err(|error| format!("cannot create {}: {error}", work.display()))?;
    let query = work.join("server-beacon.kql");
    std::fs::write(&query, query_of_the_pack(root)?)
        .map_err(|error| format!("cannot write {}: {error}", query.display()))?;
    call(root, "cargo", ["build", "--release", "--package", "vedette"])?;
    let python = python(root, &target)?;
    let script = root.join("xtask/bench/compare.py");
    let vedette = target.join("release").join(format!("vedette{}", std::env::consts::EXE_SUFFIX));
    let arguments: [&OsStr; 11] = [
        script.as_os_str(),
        "--vedette".as_ref(),
        vedette.as_os_str(),
        "--query".as_ref(),
        query.as_os_str(),
        "--work".as_ref(),
        work.as_os_str(),
        "--rows".as_ref(),
        rows.as_ref(),
        "--runs".as_ref(),
        runs.as_ref(),
    ];
    call(root, &python, arguments)
}

/// The query of the pack's rule: the block below `query: |`, without its indentation.
fn query_of_the_pack(root: &Path) -> Result<String, String> {
    let path = root.join("content/packs/t1583.004/detections/server-beacon/rule.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let block = text.lines().skip_while(|line| *line != "query: |").skip(1);
    let block = block.take_while(|line| line.is_empty() || line.starts_with("  "));
    let query: String = block.map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or_default())).collect();
    if query.is_empty() { Err(format!("{} has no block `query: |`", path.display())) } else { Ok(query) }
}

/// A Python that has DuckDB, made once.
fn python(root: &Path, target: &Path) -> Result<PathBuf, String> {
    let venv = target.join("bench-venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        call(root, "python3", ["-m".as_ref(), "venv".as_ref(), venv.as_os_str()])?;
    }
    call(root, &python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", DUCKDB])?;
    Ok(python)
}

fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn call<A: AsRef<OsStr>>(
    root: &Path,
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = A>,
) -> Result<(), String> {
    let program = program.as_ref();
    let status = Command::new(program).current_dir(root).args(arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} failed: {status}", program.to_string_lossy())),
        Err(error) => Err(format!("cannot run {}: {error}", program.to_string_lossy())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_the_pack_s_own() {
        let query = query_of_the_pack(&crate::root()).expect("the pack has a rule");
        assert_eq!(query.len(), 2646, "as long as the published query");
        assert!(query.starts_with("// Detect potential C2") && query.ends_with("ConnectionCount desc\n"));
    }
}
