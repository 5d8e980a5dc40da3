//! Text as KQL compares it: case, terms, patterns.
//!
//! In: texts and needles. Out: truth values. Needles that are the same for every row are compiled once and kept for the process. Knows
//! nothing of plans; the operators of the engine and the functions that search text both come here.

pub(crate) mod characters;
pub(crate) mod command_line;
pub(crate) mod fold;
pub(crate) mod matcher;
pub(crate) mod operators;
pub(crate) mod pairs;
pub(crate) mod patterns;
pub(crate) mod punycode;
mod re2;
pub(crate) mod stored;
pub(crate) mod terms;
pub(crate) mod time_format;
pub(crate) mod url;
pub(crate) mod user_agent;
