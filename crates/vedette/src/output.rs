//! Where results go: stdout, or a file that appears only when it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A place for results. Call [`Output::finish`] at the end; a file that is not finished leaves nothing behind.
pub(crate) enum Output {
    /// Standard output.
    Stdout(BufWriter<Stdout>),
    /// A file.
    File(Unfinished),
}

/// A file that is being written, under a name of its own.
pub(crate) struct Unfinished {
    writer: BufWriter<File>,
    partial: PathBuf,
    path: PathBuf,
}

impl Output {
    /// Opens the file, or stdout when there is none or it is `-`.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout())));
        };
        // A device or a named pipe is written in place: renaming a file over it would replace it.
        let is_special = path.metadata().is_ok_and(|found| !found.is_file());
        let partial = if is_special { path.to_owned() } else { partial_path(path) };
        let file = File::create(&partial).map_err(|error| unwritable(path, &error))?;
        Ok(Self::File(Unfinished { writer: BufWriter::new(file), partial, path: path.to_owned() }))
    }

    /// Writes what is buffered and gives a file its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut writer) => Ok(writer.flush()?),
            Self::File(mut file) => {
                file.writer.flush().map_err(|error| unwritable(&file.path, &error))?;
                if file.partial != file.path {
                    fs::rename(&file.partial, &file.path).map_err(|error| unwritable(&file.path, &error))?;
                }
                Ok(())
            }
        }
    }
}

impl Drop for Unfinished {
    /// After a rename there is nothing left to remove.
    fn drop(&mut self) {
        if self.partial != self.path {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(writer) => writer.write(bytes),
            Self::File(file) => file.writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(writer) => writer.flush(),
            Self::File(file) => file.writer.flush(),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Environment(format!("cannot write `{}`: {error}", path.display()))
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    path.with_file_name(name)
}
