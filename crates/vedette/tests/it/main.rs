//! The binary as a user runs it: arguments and files in; stdout, stderr, files and exit codes out.

mod batch;
mod commands;
mod data;
mod detect;
mod figures;
mod findings;
mod formats;
mod functions;
mod hostile;
mod ingest;
mod lake;
mod run;
mod sources;
mod usage;
