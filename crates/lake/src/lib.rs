//! Bytes → raw records → tables.

pub mod content;
pub mod error;
pub mod formats;
pub mod open;
pub mod record;

pub use content::Content;
pub use error::{Error, Result};
