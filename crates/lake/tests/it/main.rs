//! The lake from outside: files in, tables out.

mod answers;
mod external;
mod asim;
mod asim_exports;
mod formats;
mod mmdb;
mod samples;
mod services;
mod settings;
mod tables;
