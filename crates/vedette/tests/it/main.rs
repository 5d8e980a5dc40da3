//! The binary as a user runs it: arguments and files in; stdout, stderr, files and exit codes out.

mod batch;
mod check;
mod commands;
mod coverage;
mod data;
mod detect;
mod docs;
mod explain;
mod families;
mod figures;
mod findings;
mod fmt;
mod formats;
mod functions;
mod hostile;
mod hunt;
mod ingest;
mod lake;
mod lsp;
mod run;
mod simulate;
mod sources;
mod tune;
mod usage;
mod watch;
