//! One writer at a time.
//!
//! A lake in a folder is locked by a file in it, which the system unlocks when its holder dies, however it dies. A lake in an object store is
//! locked for this machine only; who writes from another one is met in [`super::journal`]. While the lock is held its file holds a word, so that
//! whoever finds the word there knows that its holder died.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::PathBuf;

use super::place::{OWN, Place};
use crate::error::{Error, Result};

/// Held while it lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// Did its last holder die while it held it?
    pub(super) was_abandoned: bool,
}

/// What is in the file while the lock is held.
const HELD: &[u8] = b"held";

impl Lock {
    /// Takes the lock; when another process has it, tells `waits` and waits.
    pub(super) async fn take(place: &Place, waits: &(dyn Fn() + Sync)) -> Result<Self> {
        let path = path(place)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| Error::file(&path, error))?;
        match file.try_lock() {
            Ok(()) => return Self::held(file).map_err(|error| Error::file(&path, error)),
            Err(TryLockError::WouldBlock) => waits(),
            Err(TryLockError::Error(error)) => return Err(Error::file(&path, error)),
        }
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await.map_err(Error::bug)?;
        locked.and_then(Self::held).map_err(|error| Error::file(&path, error))
    }

    fn held(mut file: File) -> std::io::Result<Self> {
        let was_abandoned = file.metadata()?.len() > 0;
        if !was_abandoned {
            file.write_all(HELD)?;
        }
        Ok(Self { file, was_abandoned })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where this fails, the next writer looks for remains that are none.
        let _ = self.file.set_len(0);
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
