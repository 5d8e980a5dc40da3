//! Where a lake is: a folder of this machine, or a URL of an object store.
//!
//! In: what a person calls it. Out: the stores of its tables. A lake is a folder of Delta tables, one per KQL table; what vedette keeps for
//! itself is under `.vedette`, which no reader of Delta looks at.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::path::Path;
use datafusion::object_store::prefix::PrefixStore;
use datafusion::object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use deltalake_core::logstore::{StorageConfig, default_logstore};
use deltalake_core::{DeltaTable, DeltaTableBuilder};
use futures::{StreamExt, TryStreamExt};
use url::Url;

use super::durable::{Durable, is_staged};
use super::prune::Sketches;
use super::terms;
use crate::error::{Error, Result};

/// Where vedette keeps what is its own.
pub(super) const OWN: &str = ".vedette";
/// The log of a Delta table.
pub(super) const LOG: &str = "_delta_log";

/// Object stores that put a file only where there is none, which the logs of tables need. Of each its own URLs: those of HTTP have the bucket
/// in their path.
const SCHEMES: [&str; 6] = ["s3", "s3a", "gs", "az", "abfs", "abfss"];

/// The name of a file of rows.
pub(super) fn part_name() -> String {
    format!("part-{}{PART_END}", uuid::Uuid::new_v4())
}

/// What tells a part from all others, of the form of a guid.
pub(super) fn part_id(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_prefix("part-").and_then(|name| name.strip_suffix(PART_END)).unwrap_or(name)
}

const PART_END: &str = "-vedette.zstd.parquet";

/// Is a part one of ours, and not one that another writer has added?
pub(super) fn is_own(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("part-") && name.ends_with(PART_END))
}

fn is_part(name: &str) -> bool {
    let name = name.strip_suffix(terms::END).unwrap_or(name);
    is_own(name) || name.starts_with('.')
}

/// The name of a commit or a checkpoint, which begin with a version: `00000000000000000000.json`.
fn is_commit(name: &str) -> bool {
    name.get(..20).is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a lake is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// For people.
    pub(super) name: String,
    /// Of the lake, with a slash at its end.
    url: Url,
    /// Of the object store that holds it; its paths begin at the store's own root.
    pub(super) store_url: ObjectStoreUrl,
    /// Everything of the store.
    pub(super) store: Arc<dyn ObjectStore>,
    /// The lake's path in the store.
    prefix: Path,
    /// The folder, when it is one.
    pub(super) folder: Option<PathBuf>,
    /// What parts are known not to hold.
    pub(super) sketches: Arc<Sketches>,
}

impl Place {
    /// A folder, or a URL (`s3://bucket/lake`, `az://…`, `gs://…`), whose secrets are in the environment as the store's own tools want them.
    ///
    /// - Errors: a folder that is not there, unless `create`; a URL of an unknown kind.
    pub(super) fn open(name: &str, create: bool) -> Result<Self> {
        if let Some((scheme, _)) = name.split_once("://")
            && scheme != "file"
        {
            return Self::remote(name);
        }
        let path = PathBuf::from(name.strip_prefix("file://").unwrap_or(name));
        let folder = std::path::absolute(&path).map_err(|error| Error::file(&path, error))?;
        if folder.exists() && !folder.is_dir() {
            return Err(Error::lake(name, "this is a file; a lake is a folder"));
        }
        if !create && !folder.is_dir() {
            return Err(Error::lake(name, "there is no such folder; `vedette ingest` makes a lake"));
        }
        let unreachable = |error: datafusion::object_store::Error| Error::lake(name, error);
        // The whole disk is the store, as DataFusion has it, so that plans name files by their full path.
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        let store = Durable::open(std::path::Path::new("/")).map_err(unreachable)?;
        let prefix = Path::from_absolute_path(&folder).map_err(|error| Error::lake(name, error))?;
        let url = Url::from_directory_path(&folder).map_err(|()| Error::lake(name, "this path is no URL"))?;
        let store_url = ObjectStoreUrl::local_filesystem();
        let (store, sketches) = (Arc::new(store), Arc::default());
        Ok(Self { name: name.to_owned(), url, store_url, store, prefix, folder: Some(folder), sketches })
    }

    fn remote(name: &str) -> Result<Self> {
        let url = if name.ends_with('/') { name.to_owned() } else { format!("{name}/") };
        let url = Url::parse(&url).map_err(|error| Error::lake(name, error))?;
        // Options are called as in the environment of each store's own tools, in small letters.
        let options = std::env::vars().map(|(key, value)| (key.to_ascii_lowercase(), value));
        if !SCHEMES.contains(&url.scheme()) {
            let known = SCHEMES.map(|scheme| format!("`{scheme}://`")).join(", ");
            let message = format!("`{}://` is no place that a lake can be in; a folder is, and {known}", url.scheme());
            return Err(Error::lake(name, message));
        }
        let opened = datafusion::object_store::parse_url_opts(&url, options);
        let (store, prefix) = opened.map_err(|error| Error::lake(name, unopened(&url, &error)))?;
        let root = &url[..url::Position::BeforePath];
        let store_url = ObjectStoreUrl::parse(root).map_err(|error| Error::lake(name, error))?;
        let (store, sketches) = (Arc::from(store), Arc::default());
        Ok(Self { name: name.to_owned(), url, store_url, store, prefix, folder: None, sketches })
    }

    /// An object store in memory, which is gone with the value.
    #[cfg(test)]
    pub(super) fn in_memory() -> Self {
        let url = Url::parse("s3://bucket/lake/").expect("a URL");
        let store_url = ObjectStoreUrl::parse("s3://bucket").expect("a URL");
        let store = Arc::new(datafusion::object_store::memory::InMemory::new());
        Self {
            name: url.to_string(),
            url,
            store_url,
            store,
            prefix: Path::from("lake"),
            folder: None,
            sketches: Arc::default(),
        }
    }

    /// A path under the lake.
    pub(super) fn path(&self, parts: &[&str]) -> Path {
        // Names are encoded by the store where it must; partition folders (`_date=…`) are several parts in one text.
        let parts = parts.iter().flat_map(|part| part.split('/'));
        parts.fold(self.prefix.clone(), |path, part| path.join(part))
    }

    /// A table, which may not be there; its state is not loaded.
    pub(super) fn table(&self, table: &str) -> Result<DeltaTable> {
        let url = self.url.join(&format!("{table}/")).map_err(|error| self.failed(table, error))?;
        if self.folder.is_none() {
            // Delta's own registry of stores knows folders only; a log needs no more than that a file is written once, which object stores do.
            let within = Arc::new(PrefixStore::new(self.store.clone(), self.path(&[table])));
            let log = default_logstore(within, self.store.clone(), &url, &StorageConfig::default());
            return Ok(DeltaTable::new(log));
        }
        let builder = DeltaTableBuilder::from_url(url.clone()).map_err(|error| self.failed(table, error))?;
        let builder = builder.with_storage_backend(self.store.clone(), url);
        builder.build().map_err(|error| self.failed(table, error))
    }

    /// Names of the folders directly under the lake, sorted; whether they are tables, their logs tell.
    pub(super) async fn folders(&self) -> Result<Vec<String>> {
        let listed =
            self.store.list_with_delimiter(Some(&self.prefix)).await.map_err(|error| self.failed("", error))?;
        let names = listed.common_prefixes.iter().filter_map(|folder| folder.filename().map(str::to_owned));
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        Ok(names)
    }

    /// Does the folder of that name hold the log of a table? What a crash left of a first commit is none.
    pub(super) async fn has_log(&self, table: &str) -> Result<bool> {
        let log = self.path(&[table, LOG]);
        let mut files = self.store.list(Some(&log));
        while let Some(file) = files.try_next().await.map_err(|error| self.failed(table, error))? {
            if file.location.filename().is_some_and(is_commit) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Refuses a folder without a log that holds something else than parts, which an ingestion may have written that was broken off.
    pub(super) async fn check_free(&self, table: &str) -> Result<()> {
        let mut files = self.store.list(Some(&self.path(&[table])));
        while let Some(file) = files.try_next().await.map_err(|error| self.failed(table, error))? {
            if file.location.filename().is_none_or(|name| !is_part(name)) {
                let name = file.location.filename().unwrap_or_default().to_owned();
                return Err(self.failed(table, format!("this folder is no Delta table, and holds `{name}`")));
            }
        }
        Ok(())
    }

    /// Writes a whole file.
    pub(super) async fn put(&self, path: &Path, bytes: Vec<u8>) -> Result<()> {
        let options = PutOptions { mode: PutMode::Overwrite, ..PutOptions::default() };
        let put = self.store.put_opts(path, PutPayload::from(bytes), options).await;
        put.map(|_| ()).map_err(|error| self.failed("", error))
    }

    /// Writes a whole file, unless there is one of that name; then false.
    pub(super) async fn put_new(&self, path: &Path, bytes: Vec<u8>) -> Result<bool> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(path, PutPayload::from(bytes), options).await {
            Ok(_) => Ok(true),
            Err(StoreError::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(self.failed("", error)),
        }
    }

    /// How large a file is; nothing when it is not there.
    pub(super) async fn size(&self, path: &Path) -> Result<u64> {
        match self.store.head(path).await {
            Ok(found) => Ok(found.size),
            Err(StoreError::NotFound { .. }) => Ok(0),
            Err(error) => Err(self.failed("", error)),
        }
    }

    /// Takes away what a crash left of files that were being written, under a path. Nobody else may be writing there.
    pub(super) async fn clear_staged(&self, under: &[&str]) -> Result<()> {
        // An object store shows whole files only.
        if self.folder.is_none() {
            return Ok(());
        }
        for file in self.files(&self.path(under)).await? {
            if file.filename().is_some_and(is_staged) {
                self.delete(&file).await?;
            }
        }
        Ok(())
    }

    /// Reads a whole file.
    pub(super) async fn get(&self, path: &Path) -> Result<Vec<u8>> {
        self.find(path).await?.ok_or_else(|| self.failed("", format!("`{path}` is gone")))
    }

    /// Reads a whole file; `None` when there is none.
    pub(super) async fn find(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let got = match self.store.get(path).await {
            Err(StoreError::NotFound { .. }) => return Ok(None),
            other => other.map_err(|error| self.failed("", error))?,
        };
        Ok(Some(got.bytes().await.map_err(|error| self.failed("", error))?.to_vec()))
    }

    /// Takes a file away, if it is there.
    pub(super) async fn delete(&self, path: &Path) -> Result<()> {
        match self.store.delete(path).await {
            Err(StoreError::NotFound { .. }) => Ok(()),
            other => other.map_err(|error| self.failed("", error)),
        }
    }

    /// Takes away the folders of a table whose files are gone; an object store has none.
    pub(super) fn remove_folders(&self, table: &str) -> Result<()> {
        let Some(folder) = self.folder.as_ref().map(|folder| folder.join(table)) else { return Ok(()) };
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(&folder, error)),
            _ => Ok(()),
        }
    }

    /// Files directly and further below a path, sorted.
    pub(super) async fn files(&self, path: &Path) -> Result<Vec<Path>> {
        let listed: Vec<_> = self.store.list(Some(path)).collect().await;
        let files: std::result::Result<Vec<_>, _> =
            listed.into_iter().map(|file| file.map(|file| file.location)).collect();
        let mut files = files.map_err(|error| self.failed("", error))?;
        files.sort();
        Ok(files)
    }

    /// What failed, and where.
    pub(super) fn failed(&self, table: &str, error: impl ToString) -> Error {
        let place =
            if table.is_empty() { self.name.clone() } else { format!("{}/{table}", self.name.trim_end_matches('/')) };
        Error::lake(place, error)
    }
}

/// Why the store of a URL cannot be opened. Which stores there are is decided when the program is built.
fn unopened(url: &Url, error: &StoreError) -> String {
    match error {
        StoreError::Generic { store: "parse_url", .. } => {
            let scheme = url.scheme();
            format!("this build of vedette has no support for `{scheme}://`; a lake can be in a folder")
        }
        other => other.to_string(),
    }
}
