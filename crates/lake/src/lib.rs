//! Bytes → raw records → tables.

pub mod record;
