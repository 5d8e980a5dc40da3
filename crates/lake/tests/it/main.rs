//! The lake from outside: files in, tables out.

mod answers;
mod asim;
mod asim_exports;
mod formats;
mod samples;
mod settings;
mod tables;
