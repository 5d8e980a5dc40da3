//! The binary as a user runs it: arguments and files in; stdout, stderr, files and exit codes out.

mod batch;
mod check;
mod commands;
mod data;
mod detect;
mod findings;
mod fmt;
mod formats;
mod functions;
mod hostile;
mod ingest;
mod lake;
mod lsp;
mod run;
mod sources;
mod usage;
