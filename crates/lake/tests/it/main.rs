//! The lake from outside.

mod formats;
