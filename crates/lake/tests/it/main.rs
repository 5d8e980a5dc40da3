//! The lake from outside: files in, tables out.

mod answers;
mod formats;
mod samples;
mod settings;
mod tables;
