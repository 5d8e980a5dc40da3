//! The command line: arguments in, results on stdout, everything said about them on stderr.
//!
//! Knows how to speak to people and scripts, and nothing of KQL, Arrow layouts or file formats: those live in the rooms before this one.

mod alerts;
mod arguments;
mod batch;
mod commands;
mod console;
mod data;
mod docs;
mod encoded;
mod executor;
mod explain;
mod failure;
mod files;
mod findings;
mod layout;
mod lsp;
mod matrix;
mod output;
mod panics;
mod probe;
mod progress;
mod render;
mod report;
mod simulate;
mod sources;
mod tune;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Query plans are trees that planner and optimizer walk by recursion; published detections nest deep enough for the default 2 MiB to
/// be too little.
const STACK_BYTES: usize = 16 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(&arguments.speech);
    panics::install();
    let end = run(arguments, &console);
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console.failure(&failure);
            failure.exit_code()
        }
    }
}

/// Threads for what blocks: a command, its reader, a few files. Each keeps some megabytes that it has freed, and an ingestion of many files
/// would wake five hundred.
const BLOCKING_THREADS_MAX: usize = 16;

/// Runs the command on a thread with a deep stack; a panic in it is an internal error like any other.
fn run(arguments: Arguments, console: &Console) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK_BYTES)
        .max_blocking_threads(BLOCKING_THREADS_MAX + std::thread::available_parallelism().map_or(1, usize::from))
        .enable_all()
        .build()
        .map_err(|error| Failure::Environment(format!("no threads to work with: {error}")))?;
    let handle = runtime.handle().clone();
    let console = console.clone();
    let work = runtime.spawn_blocking(move || panics::catch(|| handle.block_on(commands::run(arguments, &console))));
    let end = match runtime.block_on(work) {
        Ok(Ok(end)) => end,
        Ok(Err(panic)) => Err(Failure::Bug(panic)),
        Err(lost) => Err(Failure::Bug(lost.to_string())),
    };
    // A query that was given up may still be computing; nobody waits for it.
    runtime.shutdown_background();
    end
}
