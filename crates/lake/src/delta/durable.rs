//! Files of a lake on this machine's disk: what was written is on the disk before anybody is told so.
//!
//! In: the operations of an object store. Out: the same, but a file is synced before it gets its name, and its folder after. A power cut
//! leaves whole files or none: the log of a table never names bytes that are not there.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::object_store::path::Path;
use datafusion::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use futures::stream::BoxStream;

/// A folder as an object store.
#[derive(Debug, Clone)]
pub(super) struct Durable {
    files: Arc<LocalFileSystem>,
    root: PathBuf,
}

impl Durable {
    /// The folder, which is made if it is not there.
    pub(super) fn open(root: &FilePath) -> Result<Self> {
        fs::create_dir_all(root).map_err(failed)?;
        let files = LocalFileSystem::new_with_prefix(root)?;
        Ok(Self { files: Arc::new(files), root: root.to_owned() })
    }

    /// Writes a whole file; with `is_new`, fails with [`Error::AlreadyExists`] when there is one of that name.
    fn put(&self, location: &Path, payload: &PutPayload, is_new: bool) -> Result<PutResult> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let path = self.files.path_to_filesystem(location)?;
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder, &self.root).map_err(failed)?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let staged = folder.join(format!(".{}-{number}.tmp", std::process::id()));
        let written = write_synced(&staged, payload).and_then(|()| match is_new {
            // Unlike a rename, a link fails when the name is taken.
            true => fs::hard_link(&staged, &path),
            false => fs::rename(&staged, &path),
        });
        if is_new || written.is_err() {
            // What is left of it has a name that no reader looks at, and the next writer or vacuum takes it away.
            let _ = fs::remove_file(&staged);
        }
        match written {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(Error::AlreadyExists { path: location.to_string(), source: Box::new(error) });
            }
            other => other.map_err(failed)?,
        }
        sync_folder(folder).map_err(failed)?;
        Ok(PutResult { e_tag: None, version: None })
    }
}

/// Is that the name of a file that has not got its own yet?
pub(super) fn is_staged(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}

fn write_synced(path: &FilePath, payload: &PutPayload) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    payload.iter().try_for_each(|bytes| file.write_all(bytes))?;
    file.sync_all()
}

/// Makes a folder and those above it, each on the disk before what it holds.
fn make_folder(folder: &FilePath, root: &FilePath) -> std::io::Result<()> {
    if folder.is_dir() || folder == root {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above, root)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        sync_folder(above)?;
    }
    Ok(())
}

/// A folder's names are on the disk. Windows knows no such thing for folders, nor needs it.
fn sync_folder(folder: &FilePath) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn failed(error: std::io::Error) -> Error {
    Error::Generic { store: "lake", source: Box::new(error) }
}

impl std::fmt::Display for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.root.display())
    }
}

#[async_trait]
impl ObjectStore for Durable {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let is_new = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            PutMode::Update(_) => return self.files.put_opts(location, payload, options).await,
        };
        let (store, location) = (self.clone(), location.clone());
        let put = tokio::task::spawn_blocking(move || store.put(&location, &payload, is_new));
        put.await.map_err(|error| Error::Generic { store: "lake", source: Box::new(error) })?
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}
