//! The lake from outside: files in, tables out.

mod answers;
mod samples;
mod tables;
