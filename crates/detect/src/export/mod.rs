//! A rule → what another product takes it as.
//!
//! In: a rule, its file's text, and the columns that its query gives. Out: text, and notes of what was added or left out. One file per target; a target
//! that cannot take a rule says why. Nothing is sent anywhere.

mod arm;
mod defender;

use crate::rule::Rule;

/// Where a rule goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A deployment template of Azure Resource Manager with the rule of Microsoft Sentinel.
    Arm,
    /// Sentinel's YAML, as it was received.
    SentinelYaml,
    /// A custom detection of Microsoft Defender XDR, as its API takes it.
    Defender,
}

/// What a target gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub text: String,
    /// What was added, changed or left out, for whoever deploys it.
    pub notes: Vec<String>,
    /// The query that it holds, when it is not the rule's own.
    pub query: Option<String>,
}

/// Exports a rule. `source` is the text of its file, `columns` are those that its query gives.
///
/// # Errors
/// Why the target cannot take it.
pub fn export(rule: &Rule, source: &str, columns: &[String], target: Target) -> Result<Exported, String> {
    match target {
        Target::SentinelYaml => Ok(Exported { text: source.to_owned(), notes: vec![], query: None }),
        Target::Arm => arm::export(rule),
        Target::Defender => defender::export(rule, columns),
    }
}

/// Techniques and sub-techniques apart, as Microsoft's interfaces want them.
fn techniques(rule: &Rule) -> (Vec<&str>, Vec<&str>) {
    rule.techniques.iter().map(String::as_str).partition(|technique| !technique.contains('.'))
}
