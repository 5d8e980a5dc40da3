//! The tests of a pack: commands that a person runs on a host, what they leave behind, and the query that sees them.
//!
//! In: the files under a pack's `atomics/`: `<technique>.yaml` in the format of Atomic Red Team, and for each of its tests a folder with
//! `expect.yaml` (the telemetry it must leave), `behavior.yaml` (what it does, for a simulation) and `covering.kql`. Out: [`Atomic`]s and what is wrong
//! with the files. Runs nothing and makes no telemetry.

mod behavior;
mod benign;
mod expect;
mod technique;

use std::collections::BTreeMap;

pub use behavior::{Behavior, Connect, LookUp, ProcessStart, Script, Step, Task, duration};
pub use benign::{Agent, Family};
pub use expect::{Scope, Signal};
pub use technique::{Executor, Input};

use crate::problem::Problem;

/// A test: what to run, and what must come of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Atomic {
    /// The name of its folder, by which people call it.
    pub slug: String,
    /// `T1583.004-1`: the technique and the place in its file, as Atomic Red Team counts.
    pub number: String,
    /// Its title.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its guid.
    pub guid: String,
    /// What a person may set.
    pub inputs: Vec<Input>,
    /// How it is run.
    pub executor: Executor,
    /// The telemetry that it must leave.
    pub signals: Vec<Signal>,
    /// What it does on a host, step by step.
    pub behavior: Option<Behavior>,
    /// The query that sees it.
    pub covering: Option<Covering>,
}

/// A query with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covering {
    /// Where it is.
    pub file: String,
    /// The query.
    pub query: String,
}

/// The values of a test's inputs: its defaults, and what a person set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(BTreeMap<String, String>);

/// Where a value is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// Text: as it is.
    Text,
    /// A query: so that a quote or a backslash does not end its literal.
    Kql,
}

impl Atomic {
    /// The values of its inputs, those of a person before its own, and `command` as the executor would run it.
    ///
    /// # Errors
    /// A name that is none of its inputs.
    pub fn values(&self, set: &[(String, String)]) -> Result<Values, String> {
        let mut values: BTreeMap<String, String> =
            self.inputs.iter().map(|input| (input.name.clone(), input.default.clone())).collect();
        for (name, value) in set {
            let Some(known) = values.get_mut(name) else {
                let names: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
                return Err(format!("`{name}` is no input of {}; inputs here: {}", self.slug, names.join(", ")));
            };
            value.clone_into(known);
        }
        let values = Values(values);
        let command = values.fill(&self.executor.command, Quoting::Text);
        let mut all = values.0;
        for (at, line) in command.lines().enumerate() {
            all.insert(format!("command:{}", at + 1), line.trim().to_owned());
        }
        all.insert("command".to_owned(), command.trim_end().to_owned());
        Ok(Values(all))
    }
}

impl Values {
    /// A text with every `#{name}` that is known replaced; what is not known stays as it is.
    pub fn fill(&self, text: &str, quoting: Quoting) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("#{") {
            filled.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                filled.push_str("#{");
                rest = after;
                continue;
            };
            match (self.0.get(name), quoting) {
                (Some(value), Quoting::Text) => filled.push_str(value),
                (Some(value), Quoting::Kql) => filled.push_str(&value.replace('\\', "\\\\").replace('"', "\\\"")),
                (None, _) => filled.push_str(&format!("#{{{name}}}")),
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }
}

/// The names in `#{…}` of a text.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("#{").skip(1).filter_map(|part| Some(part.split_once('}')?.0))
}

/// Reads the tests among a pack's texts (path and text, sorted by path); `shown` says how a person finds a file.
pub(crate) fn read<'f>(
    texts: impl Iterator<Item = (&'f str, &'f str)>,
    shown: impl Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) -> Vec<Atomic> {
    let files: BTreeMap<&str, &str> =
        texts.filter_map(|(path, text)| Some((path.strip_prefix("atomics/")?, text))).collect();
    let mut atomics = vec![];
    for (path, text) in &files {
        if !path.contains('/') && path.ends_with(".yaml") {
            let (read, wrong) = technique::read(&shown(&format!("atomics/{path}")), text);
            atomics.extend(read);
            problems.extend(wrong);
        }
    }
    for (path, text) in &files {
        let Some(slug) = path.strip_suffix("/expect.yaml") else { continue };
        let file = shown(&format!("atomics/{path}"));
        match expect::read(&file, text) {
            Err(problem) => problems.push(problem),
            Ok(expected) => match atomics.iter_mut().find(|atomic| atomic.guid == expected.atomic) {
                None => problems.push(wrong(&file, "atomic", format!("`{}` is the guid of no test", expected.atomic))),
                Some(atomic) => {
                    slug.clone_into(&mut atomic.slug);
                    atomic.signals = expected.signals;
                    complete(atomic, &files, &shown, problems);
                }
            },
        }
    }
    for atomic in atomics.iter_mut().filter(|atomic| atomic.slug.is_empty()) {
        atomic.slug = atomic.number.to_ascii_lowercase();
    }
    atomics
}

/// Adds what lies beside `expect.yaml`, and checks that its placeholders are inputs.
fn complete(
    atomic: &mut Atomic,
    files: &BTreeMap<&str, &str>,
    shown: &impl Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) {
    let slug = atomic.slug.clone();
    let file = |name: &str| shown(&format!("atomics/{slug}/{name}"));
    let is_known = |name: &str| name.starts_with("command") || atomic.inputs.iter().any(|input| input.name == name);
    for (name, text) in files.iter().filter_map(|(path, text)| {
        let (folder, name) = path.split_once('/')?;
        (folder == slug).then_some((name, text))
    }) {
        for unknown in placeholders(text).filter(|name| !is_known(name)) {
            problems.push(wrong(&file(name), unknown, "is no input of the test".to_owned()));
        }
    }
    if let Some(text) = files.get(format!("{slug}/behavior.yaml").as_str()) {
        match Behavior::read(&file("behavior.yaml"), text) {
            Ok(behavior) => atomic.behavior = Some(behavior),
            Err(problem) => problems.push(problem),
        }
    }
    atomic.covering = files
        .get(format!("{slug}/covering.kql").as_str())
        .map(|query| Covering { file: file("covering.kql"), query: (*query).to_owned() });
}

/// Reads the benign families among a pack's texts: `benign/<family>.yaml` each.
pub(crate) fn read_families<'f>(
    texts: impl Iterator<Item = (&'f str, &'f str)>,
    shown: impl Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) -> Vec<Family> {
    let mut families = vec![];
    for (path, text) in texts {
        let name = path.strip_prefix("benign/").and_then(|name| name.strip_suffix(".yaml"));
        let Some(name) = name.filter(|name| !name.contains('/')) else { continue };
        match Family::read(name, &shown(path), text) {
            Ok(family) => families.push(family),
            Err(problem) => problems.push(problem),
        }
    }
    families
}

pub(crate) fn wrong(file: &str, field: &str, message: String) -> Problem {
    Problem { file: file.to_owned(), field: field.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TECHNIQUE: &str = "attack_technique: T1571\ndisplay_name: Non-Standard Port\natomic_tests:\n- name: n\n  \
        auto_generated_guid: 3a1f6c52-9d0e-4b7a-8c11-5e0a4d2f9001\n  description: d\n  supported_platforms: [windows]\n  input_arguments:\n    \
        server: {description: s, type: string, default: 192.0.2.1}\n  executor:\n    name: powershell\n    command: |\n      ping #{server}\n      exit\n";
    const EXPECT: &str = "atomic: 3a1f6c52-9d0e-4b7a-8c11-5e0a4d2f9001\nsummary: s\nsignals:\n- {name: n, source: sysmon/3, kql: T, at_least: 1, why: w}\n";

    fn load(files: &[(&str, &str)]) -> (Vec<Atomic>, Vec<Problem>) {
        let mut problems = vec![];
        let atomics = read(files.iter().copied(), str::to_owned, &mut problems);
        (atomics, problems)
    }

    #[test]
    fn a_test_is_its_commands_and_what_lies_in_its_folder() {
        let behavior = "steps:\n- connect: {process: console, address: '#{server}', port: 1}\n";
        let (atomics, problems) = load(&[
            ("atomics/T1571.yaml", TECHNIQUE),
            ("atomics/odd/behavior.yaml", behavior),
            ("atomics/odd/covering.kql", "T | take 1"),
            ("atomics/odd/expect.yaml", EXPECT),
            ("other/expect.yaml", "nonsense"),
        ]);
        assert_eq!(problems, []);
        let [atomic] = &atomics[..] else { unreachable!("one test") };
        assert_eq!((atomic.slug.as_str(), atomic.number.as_str()), ("odd", "T1571-1"));
        assert_eq!(atomic.covering.as_ref().map(|covering| covering.query.as_str()), Some("T | take 1"));
        assert_eq!((atomic.signals.len(), atomic.behavior.is_some()), (1, true));
    }

    #[test]
    fn inputs_are_filled_in_and_a_quote_does_not_end_a_literal() {
        let (atomics, _) = load(&[("atomics/T1571.yaml", TECHNIQUE)]);
        let values = atomics[0].values(&[("server".to_owned(), "a\"b\\".to_owned())]).expect("an input");
        assert_eq!(values.fill("#{server} #{other} #{", Quoting::Kql), "a\\\"b\\\\ #{other} #{");
        assert_eq!(values.fill("#{command:1}|#{command:2}", Quoting::Text), "ping a\"b\\|exit");
        let error = atomics[0].values(&[("srever".to_owned(), String::new())]).expect_err("no input");
        assert!(error.ends_with("inputs here: server"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_by_file() {
        let (_, problems) = load(&[("atomics/odd/expect.yaml", EXPECT)]);
        assert_eq!((problems[0].file.as_str(), problems[0].field.as_str()), ("atomics/odd/expect.yaml", "atomic"));
        let (_, problems) = load(&[
            ("atomics/T1571.yaml", TECHNIQUE),
            ("atomics/odd/covering.kql", "#{port}"),
            ("atomics/odd/expect.yaml", EXPECT),
        ]);
        assert_eq!((problems[0].file.as_str(), problems[0].field.as_str()), ("atomics/odd/covering.kql", "port"));
        let undeclared = TECHNIQUE.replace("ping #{server}", "ping #{server} #{port}");
        let (_, problems) = load(&[("atomics/T1571.yaml", &undeclared)]);
        assert!(problems[0].message.contains("`port`"), "{problems:?}");
        let (_, problems) = load(&[("atomics/T1571.yaml", &TECHNIQUE.replace("command: |", "comand: |"))]);
        assert_eq!(problems.len(), 1, "an unknown key is refused");
    }
}
