//! A folder for files that a command makes and reads again; gone with the value.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Left-overs of runs that were killed are stepped over.
const ATTEMPTS: u32 = 1_000;

/// A folder that did not exist before: nobody else can have put anything there.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// A system without a place for temporary files.
    pub(crate) fn new() -> Result<Self, Failure> {
        let base = std::env::temp_dir();
        for attempt in 0..ATTEMPTS {
            let folder = base.join(format!("vedette-scratch-{}-{attempt}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Self(folder)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unwritable(&folder, &error)),
            }
        }
        Err(Failure::Environment(format!("`{}` has no room for a folder of ours", base.display())))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it.
    ///
    /// # Errors
    /// A disk that does not take it.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Environment(format!("cannot write `{}`: {error}", path.display()))
}
