//! A file of Atomic Red Team: a technique and its tests.
//!
//! In: YAML. Out: tests, and what is wrong with them. Unknown keys are refused, inputs are of the five types, and each `#{input}` of a command is declared
//! and each input used, as the project's own checks ask.

use std::collections::BTreeMap;

use serde::Deserialize;
use yaml_serde::Value;

use super::{Atomic, placeholders, wrong};
use crate::problem::Problem;

/// What a person may set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// Its name, for `#{name}`.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its value when none is given.
    pub default: String,
}

/// How a test is run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Executor {
    /// `powershell`, `command_prompt`, `sh`, `bash` or `manual`.
    pub name: String,
    /// The commands; the steps where a person is the executor.
    pub command: String,
    /// What undoes them.
    pub cleanup: String,
    /// Does it need an elevated account?
    pub elevation_required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TechniqueFile {
    attack_technique: String,
    #[expect(dead_code, reason = "required by the format")]
    display_name: String,
    atomic_tests: Vec<TestFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestFile {
    name: String,
    #[serde(default)]
    auto_generated_guid: String,
    description: String,
    supported_platforms: Vec<String>,
    #[serde(default)]
    input_arguments: BTreeMap<String, InputFile>,
    #[serde(default)]
    dependency_executor_name: Option<String>,
    #[serde(default)]
    dependencies: Vec<DependencyFile>,
    executor: ExecutorFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputFile {
    description: String,
    #[serde(rename = "type")]
    ty: String,
    default: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DependencyFile {
    #[expect(dead_code, reason = "required by the format")]
    description: String,
    prereq_command: String,
    get_prereq_command: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExecutorFile {
    name: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    steps: String,
    #[serde(default)]
    cleanup_command: String,
    #[serde(default)]
    elevation_required: bool,
}

const EXECUTORS: [&str; 5] = ["powershell", "command_prompt", "sh", "bash", "manual"];
const INPUT_TYPES: [&str; 5] = ["url", "string", "float", "integer", "path"];

/// Tests of one file at most: the largest of the public ones has some sixty.
const TESTS_MAX: usize = 1_000;

/// Reads a technique's file.
pub(super) fn read(file: &str, text: &str) -> (Vec<Atomic>, Vec<Problem>) {
    let technique: TechniqueFile = match yaml_serde::from_str(text) {
        Ok(technique) => technique,
        Err(error) => return (vec![], vec![wrong(file, "", error.to_string())]),
    };
    let mut problems = vec![];
    let mut atomics = vec![];
    for (at, test) in technique.atomic_tests.into_iter().take(TESTS_MAX).enumerate() {
        for message in check(&test) {
            problems.push(wrong(file, &format!("atomic_tests[{at}]"), message));
        }
        atomics.push(atomic(format!("{}-{}", technique.attack_technique, at + 1), test));
    }
    (atomics, problems)
}

fn check(test: &TestFile) -> Vec<String> {
    let mut wrongs = vec![];
    let executor = &test.executor;
    if !EXECUTORS.contains(&executor.name.as_str()) {
        wrongs.push(format!("executor `{}` is none of {}", executor.name, EXECUTORS.join(", ")));
    }
    if (executor.name == "manual") == executor.steps.is_empty() {
        wrongs.push("a manual executor has steps, any other a command".to_owned());
    }
    if test.supported_platforms.is_empty() {
        wrongs.push("supported_platforms: expected at least one".to_owned());
    }
    if test.dependency_executor_name.is_some() && test.dependencies.is_empty() {
        wrongs.push("dependency_executor_name without dependencies".to_owned());
    }
    for (name, input) in test.input_arguments.iter().filter(|(_, input)| !INPUT_TYPES.contains(&input.ty.as_str())) {
        wrongs.push(format!("input `{name}`: type `{}` is none of {}", input.ty, INPUT_TYPES.join(", ")));
    }
    let prerequisites =
        test.dependencies.iter().flat_map(|it| [Some(&it.prereq_command), it.get_prereq_command.as_ref()]);
    let texts = [&executor.command, &executor.cleanup_command, &executor.steps];
    let used: Vec<&str> =
        texts.into_iter().chain(prerequisites.flatten()).flat_map(|text| placeholders(text)).collect();
    for name in used.iter().filter(|name| !test.input_arguments.contains_key(**name)) {
        wrongs.push(format!("`{name}` is used and not declared"));
    }
    for name in test.input_arguments.keys().filter(|name| !used.contains(&name.as_str())) {
        wrongs.push(format!("`{name}` is declared and not used"));
    }
    wrongs
}

fn atomic(number: String, test: TestFile) -> Atomic {
    let inputs = test.input_arguments.into_iter().map(|(name, input)| Input {
        name,
        description: input.description,
        default: scalar(&input.default),
    });
    let executor = test.executor;
    Atomic {
        number,
        name: test.name,
        description: test.description.trim().to_owned(),
        guid: test.auto_generated_guid,
        inputs: inputs.collect(),
        executor: Executor {
            command: if executor.name == "manual" { executor.steps } else { executor.command },
            name: executor.name,
            cleanup: executor.cleanup_command,
            elevation_required: executor.elevation_required,
        },
        ..Atomic::default()
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => yaml_serde::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}
