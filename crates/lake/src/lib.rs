//! Bytes → raw records → tables.

pub mod formats;
pub mod open;
pub mod record;
