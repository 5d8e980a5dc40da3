//! The lake from outside: files in, tables out.

mod answers;
mod asim;
mod asim_exports;
mod care;
mod commands;
mod custom;
mod estate;
mod external;
mod feeds;
mod formats;
mod ingest;
mod ingest_hostile;
mod kept;
mod lints;
mod mmdb;
mod samples;
mod services;
mod settings;
mod sources_table;
mod tables;
mod terms;
