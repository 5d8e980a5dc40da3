//! Chores: `cargo xtask fmt | tidy | bench`.
//!
//! In: a word on the command line. Out: an exit code, and what is wrong on standard error. Knows the workspace's folders and nothing of its crates.

mod bench;
mod fmt;
mod tidy;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <chore>

  fmt [--check]    hand every .rs file to rustfmt (cargo fmt does not see modules that a build script declares)
  tidy             check the rules of CONTRIBUTING.md that a program can check
  bench [options]  time vedette against other programs; `cargo xtask bench --help` says more";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["fmt"] => fmt::run(&root(), fmt::Mode::Write),
        ["fmt", "--check"] => fmt::run(&root(), fmt::Mode::Check),
        ["tidy"] => tidy::run(&root()),
        ["bench", options @ ..] => bench::run(&root(), options),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    // Cargo says it when it runs the program; what was compiled in may be the place of another checkout.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().expect("xtask lies in the workspace").to_owned()
}
