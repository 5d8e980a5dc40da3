//! A family of programs that look like beacons and are none: `benign/<family>.yaml`.
//!
//! In: YAML. Out: programs, with the names that they ask for and how often. What records they leave is not known here.

use serde::Deserialize;

use super::{duration, wrong};
use crate::problem::Problem;

/// Programs of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The name of its file.
    pub name: String,
    /// What they are.
    pub description: String,
    /// The programs.
    pub agents: Vec<Agent>,
}

/// A program that calls home.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The program.
    pub image: String,
    /// Its command line.
    pub command_line: String,
    /// Who made it, as its version information says.
    pub company: String,
    /// The names that it asks for, in turn.
    pub names: Vec<String>,
    /// The port.
    pub port: u16,
    /// The time between two connections.
    pub every: String,
    /// The share of that time by which each differs.
    #[serde(default)]
    pub jitter: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FamilyFile {
    description: String,
    agents: Vec<Agent>,
}

impl Family {
    /// Reads a family's file.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(name: &str, file: &str, text: &str) -> Result<Self, Problem> {
        let read: FamilyFile = yaml_serde::from_str(text).map_err(|error| wrong(file, "", error.to_string()))?;
        for (at, agent) in read.agents.iter().enumerate() {
            let problem = |field: &str, message: String| wrong(file, &format!("agents[{at}].{field}"), message);
            if agent.names.is_empty() {
                return Err(problem("names", "expected at least one".to_owned()));
            }
            let every = duration(&agent.every).map_err(|message| problem("every", message))?;
            if every < duration("1s").unwrap_or(i64::MAX) {
                return Err(problem("every", "expected a second or more".to_owned()));
            }
            if !(0.0..1.0).contains(&agent.jitter) {
                return Err(problem("jitter", format!("expected 0 to below 1, found {}", agent.jitter)));
            }
        }
        Ok(Self { name: name.to_owned(), description: read.description, agents: read.agents })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_names_or_pause_is_refused() {
        let text = "description: d\nagents:\n- {image: 'C:\\a.exe', command_line: a, company: c, names: [a.example], port: 443, every: 60s}\n";
        let read = |text: &str| Family::read("f", "f.yaml", text).map_err(|problem| problem.field);
        assert_eq!(read(text).map(|family| family.agents.len()), Ok(1));
        assert_eq!(read(&text.replace("[a.example]", "[]")).err().as_deref(), Some("agents[0].names"));
        assert_eq!(read(&text.replace("60s", "0s")).err().as_deref(), Some("agents[0].every"));
        assert_eq!(read(&text.replace("60s}", "60s, jitter: 1.5}")).err().as_deref(), Some("agents[0].jitter"));
    }
}
