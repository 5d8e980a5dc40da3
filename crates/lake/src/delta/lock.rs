//! One writer at a time.
//!
//! A lake in a folder is locked by a file in it, which the system unlocks when its holder dies, however it dies. A lake in an object store is
//! locked for this machine only.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use super::place::{OWN, Place};
use crate::error::{Error, Result};

/// Held while it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock; when another process has it, tells `waits` and waits.
    pub(super) async fn take(place: &Place, waits: &(dyn Fn() + Sync)) -> Result<Self> {
        let path = path(place)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| Error::file(&path, error))?;
        match file.try_lock() {
            Ok(()) => return Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => waits(),
            Err(TryLockError::Error(error)) => return Err(Error::file(&path, error)),
        }
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await.map_err(Error::bug)?;
        Ok(Self { _file: locked.map_err(|error| Error::file(&path, error))? })
    }
}

fn path(place: &Place) -> Result<PathBuf> {
    let folder = match &place.folder {
        Some(folder) => folder.join(OWN),
        None => std::env::temp_dir().join("vedette-locks"),
    };
    std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    Ok(match &place.folder {
        Some(_) => folder.join("writer.lock"),
        None => folder.join(place.name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")),
    })
}
