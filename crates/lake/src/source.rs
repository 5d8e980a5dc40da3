//! The log sources of `content/sources`: which raw rows are a source's, and the KQL that makes a table's rows of them.
//!
//! In: the content. Out: every source with its flows, one per target table. Must not know any source by name, nor run anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::content::Content;
use crate::error::{Error, Result};
use crate::record::Stream;

/// A log source: one folder under `content/sources`.
#[derive(Debug, Clone)]
pub struct Source {
    /// The folder's name.
    pub name: String,
    /// One phrase for people.
    pub summary: String,
    /// Where the source is described.
    pub url: String,
    /// The raw rows it is made of.
    pub stream: Stream,
    /// Only the rows with one of these values in that column, whatever their case; all rows when `None`.
    pub rows: Option<RowFilter>,
    /// What is made of them.
    pub flows: Vec<Flow>,
}

/// A column of the raw rows and the values that make a row the source's.
#[derive(Debug, Clone)]
pub struct RowFilter {
    /// A string column of the stream.
    pub column: String,
    /// In lower case.
    pub values: Vec<String>,
}

/// One target table of a source.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The table whose rows come out.
    pub table: String,
    /// KQL over the table `source`, the source's prelude included; the settings' statements go before it.
    pub text: String,
    /// The file, under `content/`.
    pub path: String,
    /// Are its rows made only when a query asks for them?
    pub is_deferred: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    summary: String,
    url: String,
    stream: StreamName,
    #[serde(default)]
    rows: BTreeMap<String, Vec<String>>,
    prelude: Option<String>,
    #[serde(default)]
    deferred: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StreamName {
    WindowsEvents,
    Zeek,
    Syslog,
    Cef,
    Suricata,
    Web,
    Diagnostics,
    Office,
    CloudTrail,
}

/// Reads every source, in the order of their names.
///
/// - Errors: a source that is not as described in `content/sources/README.md`.
pub fn read_sources(content: &Content) -> Result<Vec<Source>> {
    let folders = content.names("sources");
    let found = folders.into_iter().filter_map(|name| read_source(content, name).transpose());
    found.collect()
}

fn read_source(content: &Content, name: String) -> Result<Option<Source>> {
    let folder = format!("sources/{name}");
    let path = format!("{folder}/source.yaml");
    let Some(yaml) = content.text(&path)? else { return Ok(None) };
    let file: SourceFile = yaml_serde::from_str(&yaml).map_err(|error| Error::content(&path, error))?;
    let mut rows = file.rows.into_iter();
    let filter = rows.next().map(|(column, values)| RowFilter {
        column,
        values: values.into_iter().map(|value| value.to_lowercase()).collect(),
    });
    if rows.next().is_some() {
        return Err(Error::content(path, "`rows` names more than one column"));
    }
    let prelude = match &file.prelude {
        Some(prelude) => required_text(content, &format!("{folder}/{prelude}"))?,
        None => String::new(),
    };
    let mut flows = vec![];
    for table in content.stems(&folder, "kql") {
        if file.prelude.as_deref() == Some(format!("{table}.kql").as_str()) {
            continue;
        }
        let path = format!("{folder}/{table}.kql");
        let text = format!("{prelude}\n{}", required_text(content, &path)?);
        let is_deferred = file.deferred.contains(&table);
        flows.push(Flow { table, text, path, is_deferred });
    }
    if let Some(unknown) = file.deferred.iter().find(|table| !flows.iter().any(|flow| flow.table == **table)) {
        return Err(Error::content(path, format!("`{unknown}` is deferred and has no flow")));
    }
    let stream = match file.stream {
        StreamName::WindowsEvents => Stream::WindowsEvents,
        StreamName::Zeek => Stream::Zeek,
        StreamName::Syslog => Stream::Syslog,
        StreamName::Cef => Stream::Cef,
        StreamName::Suricata => Stream::Suricata,
        StreamName::Web => Stream::Web,
        StreamName::Diagnostics => Stream::Diagnostics,
        StreamName::Office => Stream::Office,
        StreamName::CloudTrail => Stream::CloudTrail,
    };
    Ok(Some(Source { name, summary: file.summary, url: file.url, stream, rows: filter, flows }))
}

fn required_text(content: &Content, path: &str) -> Result<String> {
    let text = content.text(path)?.ok_or_else(|| Error::content(path, "there is no such file"))?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn every_flow_parses_and_has_its_table() {
        let content = Content::embedded();
        let sources = read_sources(&content).expect("the sources are right");
        assert!(!sources.is_empty());
        for flow in sources.iter().flat_map(|source| &source.flows) {
            assert!(content.table_names().contains(&flow.table), "{}", flow.path);
            let text = format!("{}{}", Settings::default().statements(), flow.text);
            assert_eq!(syntax::parse(&text).errors, [], "{}", flow.path);
        }
    }
}
