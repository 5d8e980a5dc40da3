//! Hands every `.rs` file to rustfmt.
//!
//! `cargo fmt` follows `mod` declarations and so misses the function files, which a build script declares.

use std::path::Path;
use std::process::Command;

use crate::tree;

/// What rustfmt does with a file that is not as it would have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Rewrites it.
    Write,
    /// Complains.
    Check,
}

/// Files of one call, so that the command line stays within what every system allows.
const FILES_PER_CALL: usize = 200;

/// Formats, or checks, the whole workspace.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(), String> {
    let mut is_right = true;
    let all = tree::paths(root, "rs");
    if all.is_empty() {
        return Err(format!("there are no Rust files in `{}`", root.display()));
    }
    for files in all.chunks(FILES_PER_CALL) {
        let mut command = Command::new("rustfmt");
        command.current_dir(root).args(["--edition", "2024"]).args(files);
        if mode == Mode::Check {
            command.arg("--check");
        }
        is_right &= command.status().map_err(|error| format!("cannot run rustfmt: {error}"))?.success();
    }
    if is_right { Ok(()) } else { Err("not formatted: run `cargo xtask fmt`".to_owned()) }
}
