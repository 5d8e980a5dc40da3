//! What is wrong with a file of a pack: where, and why.

use std::fmt;

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was found.
    pub file: String,
    /// The field, as a path from the top: `entityMappings[1].fieldMappings[0].columnName`. Empty for the file as a whole.
    pub field: String,
    /// What is wrong: lower case, no final period.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.is_empty() {
            true => write!(f, "{}: {}", self.file, self.message),
            false => write!(f, "{}: {}: {}", self.file, self.field, self.message),
        }
    }
}
