//! What ATT&CK calls a technique, and which tactics it serves.
//!
//! In: `attack/techniques.yaml` of the content. Out: [`Attack`]. Facts that other people wrote down; nothing about packs.

use std::collections::BTreeMap;

use lake::Content;
use serde::Deserialize;

use crate::problem::Problem;
use crate::rule::Rule;

/// Where the facts are, in the content.
const FILE: &str = "attack/techniques.yaml";

/// Techniques by name, and by the tactics that they serve.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// The version of ATT&CK that the facts are of.
    pub version: String,
    /// Names by id (`T1571`, `T1583.004`); a sub-technique's own, without its technique's.
    techniques: BTreeMap<String, String>,
    /// The techniques of each tactic, as Sentinel writes it.
    tactics: BTreeMap<String, Vec<String>>,
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

    /// The name of a technique, a sub-technique's after its technique's: `Acquire Infrastructure: Server`. Empty when it is not known.
    pub fn name(&self, id: &str) -> String {
        let own = |id: &str| self.techniques.get(id).map(String::as_str);
        let above = id.split_once('.').and_then(|(technique, _)| own(technique));
        match (above, own(id)) {
            (Some(above), Some(name)) => format!("{above}: {name}"),
            (_, name) => name.unwrap_or_default().to_owned(),
        }
    }

    /// The tactics of a technique, or of the technique of a sub-technique; none when it is not known.
    pub fn tactics(&self, id: &str) -> Vec<&str> {
        let technique = id.split('.').next().unwrap_or_default();
        let serve = self.tactics.iter().filter(|(_, techniques)| techniques.iter().any(|known| known == technique));
        serve.map(|(tactic, _)| tactic.as_str()).collect()
    }

    /// Names the techniques of a rule that serve none of its tactics. Techniques that are not known (newer ones, those of industrial systems) are
    /// not judged.
    pub fn check(&self, rule: &Rule) -> Vec<Problem> {
        let mut problems = vec![];
        for (at, technique) in rule.techniques.iter().enumerate().filter(|_| !rule.tactics.is_empty()) {
            let tactics = self.tactics(technique);
            if !tactics.is_empty() && !rule.tactics.iter().any(|tactic| tactics.contains(&tactic.as_str())) {
                let message =
                    format!("`{technique}` is a technique of {}, which the rule does not name", tactics.join(", "));
                problems.push(Problem { file: rule.file.clone(), field: format!("relevantTechniques[{at}]"), message });
            }
        }
        problems
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
        assert_eq!(attack.tactics("T1071.001"), ["CommandAndControl"]);
        assert_eq!(attack.tactics("T1583.004"), ["ResourceDevelopment"]);
        assert_eq!(
            (attack.name("T9999"), attack.tactics("T9999"), attack.tactics("x")),
            (String::new(), vec![], vec![])
        );
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
                    assert!(
                        tactics.iter().any(|tactic| rule.tactics.iter().any(|named| named == tactic)),
                        "{}: {technique}",
                        rule.file
                    );
                }
            }
        }
    }
}
