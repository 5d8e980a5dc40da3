//! The content folder: table schemas, sources and stored functions as files.
//!
//! In: the folder `content/` as it was when the program was built, and perhaps a folder of the user's that goes before
//! it, file by file. Out: the bytes of a file, the names in a folder, and the schema of a table.
//! A table's YAML is parsed when the table is first asked for: parsing 944 at start-up would cost more than most queries.
//! Must not know what a source or a function means.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use include_dir::{Dir, File, include_dir};
use semantics::{Column, CompatColumn, StoredFunction, TableSchema, Type};
use serde::Deserialize;

use crate::error::{Error, Result};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../content");

/// The embedded files by path: `Dir::get_file` compares with one path after the other, of which there are a thousand.
static FILES: LazyLock<HashMap<&'static str, &'static File<'static>>> = LazyLock::new(|| {
    let mut files = HashMap::new();
    let mut folders = vec![&EMBEDDED];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        files.extend(folder.files().filter_map(|file| Some((file.path().to_str()?, file))));
    }
    files
});

/// The files under `content/`, and the table schemas parsed so far.
#[derive(Debug, Default)]
pub struct Content {
    folder: Option<PathBuf>,
    function_folders: Vec<PathBuf>,
    table_names: BTreeSet<String>,
    tables: Mutex<HashMap<String, Arc<TableSchema>>>,
}

impl Content {
    /// The files that are part of the program.
    pub fn embedded() -> Self {
        Self::over(None)
    }

    /// A folder laid over the program's files: its files go before the embedded ones of the same path.
    ///
    /// - Errors: when there is no such folder.
    pub fn with_folder(folder: &Path) -> Result<Self> {
        fs::read_dir(folder).map_err(|source| Error::file(folder, source))?;
        Ok(Self::over(Some(folder.to_owned())))
    }

    fn over(folder: Option<PathBuf>) -> Self {
        let mut content = Self { folder, ..Self::default() };
        content.table_names = content.stems("tables", "yaml");
        content
    }

    /// Folders of functions, one `<name>.kql` each, that go before the content's own; the first goes before the others.
    ///
    /// - Errors: when there is no such folder.
    pub fn with_functions(mut self, folders: &[PathBuf]) -> Result<Self> {
        for folder in folders {
            fs::read_dir(folder).map_err(|source| Error::file(folder, source))?;
        }
        self.function_folders.extend_from_slice(folders);
        Ok(self)
    }

    /// The text of a file, or `None` when there is no such file. `path` is relative to `content/`, with `/`.
    ///
    /// - Errors: when the file is there and cannot be read, or is not UTF-8.
    pub fn text(&self, path: &str) -> Result<Option<Cow<'static, str>>> {
        if let Some(folder) = &self.folder {
            let file = folder.join(path);
            if file.is_file() {
                return fs::read_to_string(&file).map(|text| Some(text.into())).map_err(|e| Error::file(&file, e));
            }
        }
        match FILES.get(path) {
            None => Ok(None),
            Some(file) => match file.contents_utf8() {
                Some(text) => Ok(Some(text.into())),
                None => Err(Error::Content { path: path.to_owned(), message: "the file is not UTF-8".to_owned() }),
            },
        }
    }

    /// The names of the folders and files directly in a folder, sorted; empty when there is no such folder.
    pub fn names(&self, path: &str) -> BTreeSet<String> {
        let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        let mut names: BTreeSet<String> = match EMBEDDED.get_dir(path) {
            Some(dir) => dir.entries().iter().filter_map(|entry| name(entry.path())).collect(),
            None => BTreeSet::new(),
        };
        if let Some(entries) = self.folder.as_ref().and_then(|folder| fs::read_dir(folder.join(path)).ok()) {
            names.extend(entries.filter_map(|entry| name(&entry.ok()?.path())));
        }
        names
    }

    /// The files with that extension directly in a folder, without it, sorted.
    pub fn stems(&self, path: &str, extension: &str) -> BTreeSet<String> {
        let names = self.names(path);
        let stem = |name: String| Some(name.strip_suffix(extension)?.strip_suffix('.')?.to_owned());
        names.into_iter().filter_map(stem).collect()
    }

    /// The names of the tables that have a schema.
    pub fn table_names(&self) -> &BTreeSet<String> {
        &self.table_names
    }

    /// The schema of a table, or `None` when there is none of that exact name.
    ///
    /// - Errors: when its file is not what `content/tables/README.md` describes.
    pub fn table(&self, name: &str) -> Result<Option<Arc<TableSchema>>> {
        if !self.table_names.contains(name) {
            return Ok(None);
        }
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(name) {
            return Ok(Some(table.clone()));
        }
        let path = format!("tables/{name}.yaml");
        let Some(text) = self.text(&path)? else { return Ok(None) };
        let table = parse_table(name, &text).map_err(|message| Error::Content { path, message })?;
        let table = Arc::new(table);
        tables.insert(name.to_owned(), table.clone());
        Ok(Some(table))
    }

    /// Does the unread schema of a table mention all of the words but so many? Parsing a thousand files takes as long as many a query; looking for
    /// words in them does not.
    pub(crate) fn mentions(&self, table: &str, words: &mut dyn Iterator<Item = &str>, missing_max: usize) -> bool {
        let Ok(Some(text)) = self.text(&format!("tables/{table}.yaml")) else { return true };
        // A name may be written in other letters than its own.
        if text.contains('\\') {
            return true;
        }
        let is_missing = |word: &&str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_none();
        words.filter(is_missing).nth(missing_max).is_none()
    }

    /// The function of that name, written in KQL: of the user's folders the first that has it, else the content's own.
    ///
    /// - Errors: when its file is there and cannot be read.
    pub fn function(&self, name: &str) -> Result<Option<StoredFunction>> {
        if !is_function_name(name) {
            return Ok(None);
        }
        let stored =
            |text: Cow<'static, str>, file: String| StoredFunction { text: Arc::from(text), file: file.into() };
        for folder in &self.function_folders {
            let file = folder.join(format!("{name}.kql"));
            if has_exactly(folder, name) {
                let text = fs::read_to_string(&file).map_err(|source| Error::file(&file, source))?;
                return Ok(Some(stored(text.into(), file.display().to_string())));
            }
        }
        let path = format!("functions/{name}.kql");
        Ok(self.text(&path)?.map(|text| stored(text, path)))
    }

    /// The names of the functions written in KQL.
    pub fn function_names(&self) -> BTreeSet<String> {
        let mut names = self.stems("functions", "kql");
        for folder in &self.function_folders {
            names.extend(stems_in(folder));
        }
        names.retain(|name| is_function_name(name));
        names
    }
}

/// Only such a name is looked for on disk: it cannot leave the folder.
fn is_function_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Names of functions have a case, which not every disk knows.
fn has_exactly(folder: &Path, name: &str) -> bool {
    folder.join(format!("{name}.kql")).is_file() && stems_in(folder).any(|stem| stem == name)
}

fn stems_in(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".kql")?.to_owned()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    columns: Vec<BTreeMap<String, String>>,
    #[serde(default)]
    compat: BTreeMap<String, String>,
}

fn parse_table(name: &str, yaml: &str) -> Result<TableSchema, String> {
    let file: TableFile = yaml_serde::from_str(yaml).map_err(|error| error.to_string())?;
    let mut columns: Vec<Column> = Vec::with_capacity(file.columns.len());
    let mut seen = BTreeSet::new();
    for (column, ty) in file.columns.into_iter().flatten() {
        let ty = Type::from_name(&ty).ok_or_else(|| format!("`{ty}`, the type of `{column}`, is not a KQL type"))?;
        if !seen.insert(column.clone()) {
            return Err(format!("the column `{column}` is there twice"));
        }
        columns.push(Column::new(column, ty));
    }
    let mut compat = Vec::with_capacity(file.compat.len());
    for (spelling, column) in file.compat {
        if seen.contains(&spelling) || !seen.contains(&column) {
            return Err(format!("the compat column `{spelling}: {column}` must stand for a column and not be one"));
        }
        compat.push(CompatColumn { name: spelling, column });
    }
    Ok(TableSchema { name: name.to_owned(), columns, compat })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema's source is Microsoft's page of DeviceNetworkEvents: no account of its own, times under both names.
    #[test]
    fn a_table_has_its_columns_and_compat_names() {
        let content = Content::embedded();
        let table = content.table("DeviceNetworkEvents").expect("its file is right").expect("it exists");
        let ty = |name: &str| table.columns.iter().find(|column| column.name == name).map(|column| column.ty);
        assert_eq!(ty("Timestamp"), Some(Type::DateTime));
        assert_eq!(ty("RemotePort"), Some(Type::Int));
        assert_eq!(ty("AccountName"), None);
        let account = table.compat.iter().find(|compat| compat.name == "AccountName");
        assert_eq!(account.map(|compat| compat.column.as_str()), Some("InitiatingProcessAccountName"));
    }

    #[test]
    fn every_table_parses_and_no_other_exists() {
        let content = Content::embedded();
        for name in content.table_names() {
            assert!(content.table(name).expect(name).is_some());
        }
        assert!(content.table_names().len() >= 944);
        assert!(content.table("devicenetworkevents").expect("a miss is no error").is_none());
    }

    #[test]
    fn a_wrong_file_says_what_is_wrong() {
        assert!(parse_table("T", "columns: [{A: sting}]").is_err_and(|message| message.contains("`sting`")));
        assert!(parse_table("T", "columns: [{A: int}, {A: int}]").is_err());
        assert!(parse_table("T", "columns: [{A: int}]\ncompat: {B: C}").is_err());
    }

    #[test]
    fn a_folder_goes_before_the_program() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("tables")).expect("a folder");
        fs::write(folder.path().join("tables/Mine_CL.yaml"), "columns:\n- A: long\n").expect("a file");
        let content = Content::with_folder(folder.path()).expect("the folder is there");
        assert_eq!(content.table("Mine_CL").expect("right").map(|table| table.columns.len()), Some(1));
        assert!(content.table("Syslog").expect("right").is_some());
    }
}
