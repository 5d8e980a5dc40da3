//! What a test does on a host: `behavior.yaml`.
//!
//! In: YAML. Out: steps, with `#{input}` unfilled: numbers that may be inputs are text. What records they leave is not known here.

use semantics::time::TICKS_PER_MILLISECOND;
use serde::Deserialize;

use super::wrong;
use crate::problem::Problem;

/// The steps of a test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behavior {
    /// In the order in which they are written; each says when it happens.
    pub steps: Vec<Step>,
}

/// One step: exactly one of its fields is there.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// A program starts.
    pub process: Option<ProcessStart>,
    /// PowerShell runs a script block.
    pub script: Option<Script>,
    /// A program connects.
    pub connect: Option<Connect>,
    /// A program resolves names.
    pub look_up: Option<LookUp>,
    /// A task is registered.
    pub task: Option<Task>,
}

/// A program starts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessStart {
    /// What later steps call it.
    pub id: String,
    /// When, after the start.
    #[serde(default = "zero")]
    pub at: String,
    /// The program.
    pub image: String,
    /// Its command line.
    pub command_line: String,
    /// `console` (what a person types into), `schedule` (the task service), or the id of an earlier process.
    pub parent: String,
    /// The integrity level.
    #[serde(default = "medium")]
    pub integrity: String,
}

/// PowerShell runs a script block.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Whose.
    pub process: String,
    /// When.
    #[serde(default = "zero")]
    pub at: String,
    /// The script.
    pub text: String,
}

/// A program connects, once or again and again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// Whose.
    pub process: String,
    /// When first.
    #[serde(default = "zero")]
    pub at: String,
    /// How often.
    #[serde(default = "one")]
    pub count: u32,
    /// The time between two.
    #[serde(default = "zero")]
    pub every: String,
    /// The share of that time by which each differs.
    #[serde(default)]
    pub jitter: f64,
    /// Where to.
    pub address: String,
    /// Which port: a number, or an input.
    #[serde(deserialize_with = "text_or_number")]
    pub port: String,
    /// The path of an HTTP request, where it is one.
    #[serde(default)]
    pub path: String,
    /// Does the other side answer?
    #[serde(default)]
    pub answered: bool,
}

/// A program resolves names, one after the other.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookUp {
    /// Whose.
    pub process: String,
    /// When first.
    #[serde(default = "zero")]
    pub at: String,
    /// The time between two.
    #[serde(default = "zero")]
    pub every: String,
    /// The share of that time by which each differs.
    #[serde(default)]
    pub jitter: f64,
    /// The names, with commas.
    pub names: String,
    /// Windows' status of the answers: 0 is an address, 9003 that there is no such name.
    #[serde(default)]
    pub status: u32,
}

/// A task is registered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// When.
    #[serde(default = "zero")]
    pub at: String,
    /// Who asks for it.
    pub process: String,
    /// Its name.
    pub name: String,
    /// What it runs.
    pub program: String,
    /// With what.
    pub arguments: String,
    /// How often.
    #[serde(deserialize_with = "text_or_number")]
    pub every_minutes: String,
}

/// Steps of one test at most.
const STEPS_MAX: usize = 1_000;

/// Connections of one step at most: one a second for a day.
const CONNECTIONS_MAX: u32 = 86_400;

impl Behavior {
    /// Reads `behavior.yaml`.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<Self, Problem> {
        let behavior: Self = yaml_serde::from_str(text).map_err(|error| wrong(file, "", error.to_string()))?;
        if behavior.steps.len() > STEPS_MAX {
            return Err(wrong(file, "steps", format!("more than {STEPS_MAX}")));
        }
        for (at, step) in behavior.steps.iter().enumerate() {
            let field = format!("steps[{at}]");
            let Step { process, script, connect, look_up, task } = step;
            let kinds = [process.is_some(), script.is_some(), connect.is_some(), look_up.is_some(), task.is_some()];
            if kinds.iter().filter(|is_there| **is_there).count() != 1 {
                let message = "expected one of process, script, connect, look_up, task".to_owned();
                return Err(wrong(file, &field, message));
            }
            if connect.as_ref().is_some_and(|connect| connect.count > CONNECTIONS_MAX) {
                return Err(wrong(file, &field, format!("count: more than {CONNECTIONS_MAX}")));
            }
        }
        Ok(behavior)
    }
}

/// A time such as `400ms`, `2s`, `15m`, `4h` or `1d`, in ticks.
///
/// # Errors
/// Says what was expected.
pub fn duration(text: &str) -> Result<i64, String> {
    let expected = || format!("expected a time such as 400ms, 2s, 15m, 4h or 1d, found `{text}`");
    let unit_start = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(expected)?;
    let (number, unit) = text.split_at(unit_start);
    let ms_per_unit = match unit {
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 6e4,
        "h" => 3.6e6,
        "d" => 8.64e7,
        _ => return Err(expected()),
    };
    let number: f64 = number.trim().parse().map_err(|_| expected())?;
    let ms = number * ms_per_unit;
    // A year: longer is a mistake, and the sum with any moment stays in range.
    if !(0.0..=3.2e10).contains(&ms) {
        return Err(expected());
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a year in ms, checked above")]
    let ms = ms.round() as i64;
    Ok(ms * TICKS_PER_MILLISECOND)
}

fn zero() -> String {
    "0s".to_owned()
}

fn medium() -> String {
    "Medium".to_owned()
}

fn one() -> u32 {
    1
}

/// YAML's `4444` and `'#{port}'` alike.
fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u32),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => number.to_string(),
        Either::Text(text) => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("400ms"), Ok(4_000_000));
        assert_eq!(duration("1.5s"), Ok(15_000_000));
        assert_eq!(duration("15m"), Ok(15 * 60 * 10_000_000));
        for bad in ["", "5", "5 parsecs", "-1s", "1e300d", "NaNs", "400d"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_step_is_one_thing() {
        let read = |steps: &str| Behavior::read("f", &format!("steps:\n{steps}")).map_err(|problem| problem.field);
        let connect = "connect: {process: a, address: 192.0.2.1, port: 4444}";
        let whole = read(&format!("- {connect}\n")).expect("a step");
        assert_eq!(whole.steps[0].connect.as_ref().map(|it| (it.port.as_str(), it.count)), Some(("4444", 1)));
        assert_eq!(read("- {}\n").err().as_deref(), Some("steps[0]"));
        assert_eq!(
            read(&format!("- {connect}\n  script: {{process: a, text: t}}\n")).err().as_deref(),
            Some("steps[0]")
        );
        assert!(read("- connect: {process: a, address: 192.0.2.1, port: 1, count: 100000}\n").is_err());
        assert!(read("- conect: {}\n").is_err());
    }
}
