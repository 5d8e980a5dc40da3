//! What may go wrong between bytes and tables.

use std::io;
use std::path::{Path, PathBuf};

use crate::record::ReadError;

/// The result of everything in the lake.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why data cannot be opened. Bad records are none of these: they are counted in the summary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the user's cannot be read (environment).
    #[error("cannot read `{}`: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file under `content/` is wrong (query: whoever wrote it can fix it).
    #[error("content/{path}: {message}")]
    Content {
        /// Where, under `content/`.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A lake cannot be opened, read or written (environment).
    #[error("lake `{place}`: {message}")]
    Lake {
        /// The lake, or a table of it.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// Reading stopped (environment).
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// An invariant of ours broke.
    #[error("internal error: {0}")]
    Bug(String),
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn bug(message: impl ToString) -> Self {
        Self::Bug(message.to_string())
    }

    pub(crate) fn lake(place: impl Into<String>, message: impl ToString) -> Self {
        Self::Lake { place: place.into(), message: message.to_string() }
    }

    pub(crate) fn content(path: impl Into<String>, message: impl ToString) -> Self {
        Self::Content { path: path.into(), message: message.to_string() }
    }
}
