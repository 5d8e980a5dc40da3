//! What ATT&CK calls a technique, and which tactics it serves.
//!
//! In: `attack/techniques.yaml` of the content. Out: [`Attack`]. Facts that other people wrote down; nothing about packs.

use std::collections::BTreeMap;

use lake::Content;
use serde::Deserialize;

use crate::problem::Problem;

/// Where the facts are, in the content.
const FILE: &str = "attack/techniques.yaml";

/// The techniques that are known by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// The version of ATT&CK that the facts are of.
    pub version: String,
    /// The techniques, by id: `T1571`, `T1583.004`.
    pub techniques: BTreeMap<String, Technique>,
}

/// A technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    /// Its name; a sub-technique's own, without its parent's.
    pub name: String,
    /// The tactics that it serves, as Sentinel writes them.
    pub tactics: Vec<String>,
}

impl Attack {
    /// Reads the facts of the content.
    ///
    /// # Errors
    /// When the file is not there, or is not what it should be: a user's content may lie over the program's.
    pub fn of(content: &Content) -> Result<Self, Problem> {
        let problem = |message: String| Problem { file: FILE.to_owned(), field: String::new(), message };
        let text = content.text(FILE).map_err(|error| problem(error.to_string()))?;
        let text = text.ok_or_else(|| problem("is missing".to_owned()))?;
        yaml_serde::from_str(&text).map_err(|error| problem(error.to_string()))
    }

    /// The name of a technique, a sub-technique's after its parent's: `Acquire Infrastructure: Server`. Empty when it is not known.
    pub fn name(&self, id: &str) -> String {
        let own = |id: &str| self.techniques.get(id).map(|technique| technique.name.as_str());
        let parent = id.split_once('.').and_then(|(parent, _)| own(parent));
        match (parent, own(id)) {
            (Some(parent), Some(name)) => format!("{parent}: {name}"),
            (_, name) => name.unwrap_or_default().to_owned(),
        }
    }

    /// The tactics of a technique; none when it is not known.
    pub fn tactics(&self, id: &str) -> &[String] {
        self.techniques.get(id).map_or(&[], |technique| &technique.tactics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Pack;

    #[test]
    fn names_of_sub_techniques_follow_their_parents() {
        let attack = Attack::of(&Content::embedded()).expect("the facts come with the program");
        // https://attack.mitre.org/techniques/T1583/004/ and T1571.
        assert_eq!(attack.name("T1583.004"), "Acquire Infrastructure: Server");
        assert_eq!(attack.name("T1571"), "Non-Standard Port");
        assert_eq!(attack.tactics("T1053.005"), ["Execution", "Persistence", "PrivilegeEscalation"]);
        assert_eq!((attack.name("T9999"), attack.tactics("T9999")), (String::new(), &[][..]));
    }

    /// Sentinel refuses a rule whose techniques serve none of its tactics.
    #[test]
    fn the_techniques_of_every_embedded_rule_are_known_and_serve_its_tactics() {
        let content = Content::embedded();
        let attack = Attack::of(&content).expect("the facts come with the program");
        for name in content.names("packs") {
            let pack = Pack::load(&name, &content).expect("the pack comes with the program");
            for rule in pack.detections.iter().map(|detection| &detection.rule) {
                for technique in &rule.techniques {
                    let tactics = attack.tactics(technique);
                    assert!(tactics.iter().any(|tactic| rule.tactics.contains(tactic)), "{}: {technique}", rule.file);
                }
            }
        }
    }
}
