//! What the server is told: by the flags of the command, and by the client when it connects or later, which goes first.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use crate::findings::Products;

/// What the server is told.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Settings {
    /// Whose tables and columns count
    #[arg(long, value_enum, default_value_t, value_name = "PRODUCT")]
    pub(crate) schema: Products,
    /// Looks also for what holds in one product or place only, by the code of a lint (may be repeated)
    #[arg(long, value_name = "CODE")]
    pub(crate) also: Vec<String>,
    /// Tables, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    pub(crate) content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each, which queries call by name (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) functions: Vec<PathBuf>,
}

/// What a client says; what it leaves out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    schema: Option<String>,
    also: Option<Vec<String>>,
    content: Option<PathBuf>,
    functions: Option<Vec<PathBuf>>,
}

impl Settings {
    /// The same with what a client says; and what was wrong with that.
    pub(crate) fn told(mut self, value: &Value) -> (Self, Option<String>) {
        if value.is_null() {
            return (self, None);
        }
        let told = match Told::deserialize(value) {
            Ok(told) => told,
            Err(error) => return (self, Some(format!("the settings are not understood: {error}"))),
        };
        let mut wrong = None;
        match told.schema.as_deref() {
            Some("defender") => self.schema = Products::Defender,
            Some("sentinel") => self.schema = Products::Sentinel,
            Some("both") => self.schema = Products::Both,
            None => {}
            Some(other) => wrong = Some(format!("schema is defender, sentinel or both, found `{other}`")),
        }
        self.also = told.also.unwrap_or(self.also);
        self.content = told.content.filter(|folder| !folder.as_os_str().is_empty()).or(self.content);
        self.functions = told.functions.unwrap_or(self.functions);
        (self, wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_client_goes_before_the_flags() {
        let flags = Settings { also: vec!["VD4023".to_owned()], ..Settings::default() };
        let (settings, wrong) = flags.clone().told(&json!({"schema": "sentinel", "content": ""}));
        assert_eq!(
            (settings.schema, settings.also.len(), settings.content, wrong),
            (Products::Sentinel, 1, None, None)
        );
        let (settings, wrong) = flags.clone().told(&json!({"schema": "splunk"}));
        assert_eq!(settings.schema, Products::Both);
        assert!(wrong.is_some_and(|wrong| wrong.contains("splunk")));
        assert!(flags.told(&json!({"also": 1})).1.is_some());
    }
}
