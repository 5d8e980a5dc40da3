//! The table of `docs/sources.md` says what the sources make of their samples; this holds it to that.
//!
//! `SOURCES_UPDATE=1` writes the table, so that a change of a source shows in review.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use lake::{Options, Settings};
use serde_json::Value;

use crate::answers::{ask, open};

/// What comes before the table.
const MARK: &str = "<!-- made by `SOURCES_UPDATE=1 cargo test -p vedette-lake sources_table` -->\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

async fn lines_of(source: &str, table: &mut String) {
    let folder = root().join("content/sources").join(source);
    let names = names(&folder);
    let samples: Vec<&String> = names.iter().filter(|name| name.starts_with("sample.")).collect();
    let flows = names.iter().filter_map(|name| name.strip_suffix(".kql"));
    let flows: Vec<&str> = flows.filter(|flow| flow.starts_with(|first: char| first.is_ascii_uppercase())).collect();
    let paths = samples.iter().map(|name| folder.join(name)).collect();
    let settings = Settings { cef_to_device: true, ..Settings::default() };
    let database = open(paths, vec![], Options { settings, ..Options::default() }).await;
    let listed = samples.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    for (at, flow) in flows.iter().enumerate() {
        let rows = ask(&database, flow).await;
        let columns = rows.first().map_or(0, serde_json::Map::len);
        let is_value = |value: &Value| !value.is_null() && value != "";
        let names = rows.first().map(|row| row.keys().collect::<Vec<_>>()).unwrap_or_default();
        let filled = names.iter().filter(|name| rows.iter().any(|row| row.get(**name).is_some_and(is_value))).count();
        let (source, listed) = if at == 0 { (source, listed.as_str()) } else { ("", "") };
        writeln!(table, "| {source} | {listed} | `{flow}` | {} | {filled} of {columns} |", rows.len())
            .expect("a String grows");
    }
}

#[tokio::test]
async fn sources_table_is_current() {
    let mut table = "\n| source | sample | table | rows | filled |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for source in names(&root().join("content/sources")) {
        if root().join("content/sources").join(&source).is_dir() {
            lines_of(&source, &mut table).await;
        }
    }
    let path = root().join("docs/sources.md");
    let text = fs::read_to_string(&path).expect("docs/sources.md");
    let (before, found) = text.split_once(MARK).expect("the mark is there");
    if std::env::var_os("SOURCES_UPDATE").is_some() {
        fs::write(&path, format!("{before}{MARK}{table}")).expect("it is written");
        return;
    }
    assert_eq!(found, table, "docs/sources.md is not current; SOURCES_UPDATE=1 writes it");
}
