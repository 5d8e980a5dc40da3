//! A name, folder or file → rules with their guides and test cases.
//!
//! In: what the user named. Out: a [`Pack`] with every problem of its files; a bad rule never stops the others.
//! Rules are told by what is in a file, so a folder of rules needs no layout; guide and cases are found beside a rule.
//! Reads disk and the content that is part of the program; runs nothing.

mod case;
mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Content, Watchlist};
use semantics::StoredFunction;
use yaml_serde::Value;

pub use case::{Case, Events};

use crate::atomic::{self, Atomic, Family};
use crate::mutate::{Explanation, read_survivors};
use crate::problem::Problem;
use crate::rule::{Kind, Rule, sentinel};
use crate::sigma::{self, Mapping};
use files::Files;

/// Rules that belong together.
#[derive(Debug, Default)]
pub struct Pack {
    /// Its name: that of `pack.yaml`, or else the folder or file.
    pub name: String,
    /// What it is for, as `pack.yaml` says.
    pub description: String,
    /// Its rules and hunting queries, by file.
    pub detections: Vec<Detection>,
    /// The watchlists that its rules may name: `watchlists/<alias>.csv`.
    pub watchlists: Vec<Watchlist>,
    /// Tests that a person can run, `atomics/`, with the telemetry that they must leave.
    pub atomics: Vec<Atomic>,
    /// Programs that look like what its rules find and are none: `benign/<family>.yaml`.
    pub families: Vec<Family>,
    /// What is wrong with its files.
    pub problems: Vec<Problem>,
}

/// A rule with what lies beside it.
#[derive(Debug)]
pub struct Detection {
    /// The rule.
    pub rule: Rule,
    /// Triage, response, tuning and blind spots, in Markdown.
    pub guide: Option<String>,
    /// Its test cases, by folder.
    pub cases: Vec<Case>,
    /// The mutants of its query that no case can notice, as `tests/survivors.yaml` explains them.
    pub survivors: Vec<Explanation>,
}

impl Detection {
    /// What a person calls it: the name of its folder when its file has the name that such files have in a pack, else its file's.
    pub fn slug(&self) -> &str {
        let path = Path::new(&self.rule.file);
        let stem = path.file_stem().unwrap_or_default();
        let folder = path.parent().and_then(Path::file_name).filter(|_| stem == "rule" || stem == "hunt");
        folder.unwrap_or(stem).to_str().unwrap_or(&self.rule.file)
    }

    /// Is it a query that a person asks, and no rule that alerts?
    pub fn is_hunt(&self) -> bool {
        self.rule.kind == Kind::Hunting
    }
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a path nor the name of a pack that comes with the program.
    #[error("`{name}` is neither a file, a folder nor a pack; packs here: {}", known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The packs that come with the program.
        known: Vec<String>,
    },
    /// A file or folder cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The content that is part of the program cannot be read.
    #[error(transparent)]
    Content(#[from] lake::Error),
    /// There are more files than a pack may have.
    #[error("`{}` holds more than {max} files", path.display())]
    TooMany {
        /// Where.
        path: PathBuf,
        /// The limit.
        max: usize,
    },
}

impl Pack {
    /// Loads what a person named: a rule's file, a folder of rules, or a pack that comes with the program.
    ///
    /// # Errors
    /// When there is no such thing, or it cannot be read. What is wrong *in* its files is in [`Pack::problems`].
    pub fn load(name: &str, content: &Content) -> Result<Self, Error> {
        let path = Path::new(name);
        if path.exists() {
            return Ok(Self::read(file_name(path), &Files::on_disk(path)?, content));
        }
        let known: Vec<String> = content.names("packs").into_iter().collect();
        match known.iter().find(|pack| pack.eq_ignore_ascii_case(name)) {
            Some(pack) => Ok(Self::read(pack.clone(), &Files::in_content(content, &format!("packs/{pack}"))?, content)),
            None => Err(Error::Unknown { name: name.to_owned(), known }),
        }
    }

    fn read(name: String, files: &Files, content: &Content) -> Self {
        let mut pack = Self { name, watchlists: files.watchlists(), ..Self::default() };
        let mut sigma = None;
        for (path, text) in files.texts() {
            let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
            if is_yaml && sigma::is_sigma(text) {
                let mapping = sigma.get_or_insert_with(|| Mapping::read(content));
                pack.read_sigma(path, text, files, mapping.as_ref(), content);
            } else if is_yaml && !is_beside_a_rule(path) {
                pack.read_yaml(path, text, files);
            }
        }
        let functions: BTreeMap<String, StoredFunction> = files.functions().collect();
        if !functions.is_empty() {
            let functions = Arc::new(functions);
            pack.detections.iter_mut().for_each(|detection| detection.rule.functions = Arc::clone(&functions));
        }
        pack.atomics = atomic::read(files.texts(), |path| files.shown(path), &mut pack.problems);
        pack.families = atomic::read_families(files.texts(), |path| files.shown(path), &mut pack.problems);
        pack.find_twins();
        pack
    }

    fn read_sigma(
        &mut self,
        path: &str,
        text: &str,
        files: &Files,
        mapping: Result<&Mapping, &String>,
        content: &Content,
    ) {
        match mapping {
            Ok(mapping) => {
                let (translated, problems) = sigma::read(&files.shown(path), text, mapping, content);
                self.problems.extend(problems);
                let detection = |translated: sigma::Translated| Detection {
                    rule: translated.rule,
                    guide: None,
                    cases: vec![],
                    survivors: vec![],
                };
                self.detections.extend(translated.into_iter().map(detection));
            }
            Err(message) => self.problems.push(problem(&files.shown(path), message.clone())),
        }
    }

    fn read_yaml(&mut self, path: &str, text: &str, files: &Files) {
        let is_pack = path == "pack.yaml";
        match yaml_serde::from_str::<Value>(text) {
            // YAML that is no rule is none of our business, unless it looks like one.
            Err(_) if !is_pack && !text.lines().any(|line| line.starts_with("query:")) => {}
            Err(error) => self.problems.push(problem(&files.shown(path), error.to_string())),
            Ok(value) if is_pack && !value.is_mapping() => {
                self.problems.push(problem(
                    &files.shown(path),
                    "expected the fields of a pack, name and description".to_owned(),
                ));
            }
            Ok(value) if is_pack => {
                for key in ["name", "description"] {
                    if value.get(key).is_some_and(|value| !value.is_string()) {
                        let message = "expected text".to_owned();
                        self.problems.push(Problem { field: key.to_owned(), ..problem(&files.shown(path), message) });
                    }
                }
                let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
                self.name = text("name").unwrap_or_else(|| std::mem::take(&mut self.name));
                self.description = text("description").unwrap_or_default();
            }
            Ok(value) if sentinel::is_rule(&value) => self.read_rule(path, text, files),
            Ok(_) => {}
        }
    }

    fn read_rule(&mut self, path: &str, text: &str, files: &Files) {
        let (rule, problems) = sentinel::read(&files.shown(path), text);
        self.problems.extend(problems);
        let Some(rule) = rule else { return };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let guide = files.text(&beside("guide.md")).map(str::to_owned);
        let mut detection = Detection { rule, guide, cases: vec![], survivors: vec![] };
        let survivors = beside("tests/survivors.yaml");
        if let Some(text) = files.text(&survivors) {
            match read_survivors(&files.shown(&survivors), text) {
                Ok(explanations) => detection.survivors = explanations,
                Err(problem) => self.problems.push(problem),
            }
        }
        for (case, text) in files.texts_named(&beside("tests"), "case.yaml") {
            match Case::read(&files.shown(case), text) {
                Err(problem) => self.problems.push(problem),
                Ok(mut read) => {
                    let folder = case.trim_end_matches("case.yaml");
                    read.events = files.events(folder);
                    if read.events.is_empty() {
                        self.problems.push(problem(&files.shown(case), "no events beside it".to_owned()));
                    }
                    detection.cases.push(read);
                }
            }
        }
        self.detections.push(detection);
    }

    /// Two rules of one id would be one rule to whoever counts alerts.
    fn find_twins(&mut self) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for Detection { rule, .. } in &self.detections {
            if rule.id.is_empty() {
                continue;
            }
            if let Some(first) = seen.insert(&rule.id, &rule.file) {
                let message = format!("`{}` is the id of `{first}` too", rule.id);
                self.problems.push(Problem { file: rule.file.clone(), field: "id".into(), message });
            }
        }
    }
}

fn problem(file: &str, message: String) -> Problem {
    Problem { file: file.to_owned(), field: String::new(), message }
}

fn file_name(path: &Path) -> String {
    let name = path.file_stem().filter(|_| path.is_file()).or_else(|| path.file_name());
    name.map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn is_beside_a_rule(path: &str) -> bool {
    path == "case.yaml" || path.ends_with("/case.yaml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn rule(id: &str) -> String {
        format!(
            "id: {id}\nname: R\ndescription: d\nversion: 1.0.0\nkind: NRT\nseverity: Low\nrequiredDataConnectors: []\nquery: T\n"
        )
    }

    /// The detection whose query is the published one.
    fn published(pack: &Pack) -> &Detection {
        let is_it = |detection: &&Detection| detection.rule.file.ends_with("detections/server-beacon/rule.yaml");
        pack.detections.iter().find(is_it).expect("the pack holds it")
    }

    const ID: &str = "0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0001";

    #[test]
    fn the_embedded_pack_is_whole_and_its_query_is_the_published_one_to_the_byte() {
        let pack = Pack::load("T1583.004", &Content::embedded()).expect("the pack comes with the program");
        assert_eq!(pack.problems, []);
        assert_eq!(pack.name.as_str(), "t1583.004");
        let detection = published(&pack);
        assert!(detection.guide.as_deref().is_some_and(|guide| guide.starts_with("# Server beacon")));
        assert_eq!(detection.rule.query.len(), 2646);
        // The digest of the query as it was published, taken once from the page's own text.
        assert_eq!(
            sha256::hex(detection.rule.query.as_bytes()),
            "ee2d91b40f229ddaaf203d989fd29b2f43e6646e2deb1814c299c8d2c4f503f5"
        );
    }

    #[test]
    fn the_embedded_cases_share_a_moment_and_no_host() {
        let pack = Pack::load("t1583.004", &Content::embedded()).expect("the pack comes with the program");
        let cases = &published(&pack).cases;
        let (hits, misses): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| !case.expected.is_empty());
        assert!(hits.len() >= 5 && misses.len() >= 8, "{} hits, {} near misses", hits.len(), misses.len());
        assert!(cases.iter().all(|case| case.now == cases[0].now && !case.shows.is_empty() && case.events.len() == 1));
        let mut hosts = std::collections::BTreeMap::new();
        for case in cases {
            for line in case.events[0].text().expect("embedded events are text").lines() {
                let event: serde_json::Value = serde_json::from_str(line).expect("a row of JSON");
                let host = event["DeviceName"].as_str().expect("a host").to_owned();
                assert_eq!(hosts.entry(host).or_insert(&case.name), &&case.name);
            }
        }
    }

    #[test]
    fn every_embedded_test_has_commands_signals_behavior_and_an_end() {
        let pack = Pack::load("t1583.004", &Content::embedded()).expect("the pack comes with the program");
        assert_eq!((pack.atomics.len(), pack.families.len()), (5, 6));
        for atomic in &pack.atomics {
            assert!(!atomic.signals.is_empty() && atomic.behavior.is_some(), "{}", atomic.slug);
            assert!(!atomic.executor.command.is_empty() && !atomic.executor.cleanup.is_empty(), "{}", atomic.slug);
            // The published rule sees the fifth; each of the published four has a query of its own.
            assert_eq!(atomic.covering.is_some(), atomic.slug != "sustained-beacon", "{}", atomic.slug);
            // A test that is run by mistake reaches nobody.
            let server = atomic.inputs.iter().find(|input| input.name == "server").map(|input| input.default.as_str());
            assert!(matches!(server, None | Some("127.0.0.1" | "203.0.113.10")), "{server:?}");
        }
    }

    #[test]
    fn a_folder_needs_no_layout() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).expect("a folder");
        fs::write(at("deep/a.yml"), rule(ID)).expect("a file");
        fs::write(at("b.yaml"), rule(ID)).expect("a file");
        fs::write(at("other.yaml"), "name: not a rule\n").expect("a file");
        fs::write(at("broken.yaml"), "query: [\n").expect("a file");
        fs::write(at("notes.txt"), "query: T\n").expect("a file");
        let pack = Pack::load(&folder.path().display().to_string(), &Content::embedded()).expect("the folder is there");
        let slugs: Vec<&str> = pack.detections.iter().map(Detection::slug).collect();
        assert_eq!(slugs, ["b", "a"]);
        let fields: Vec<(bool, &str)> = pack
            .problems
            .iter()
            .map(|problem| (problem.file.ends_with("broken.yaml"), problem.field.as_str()))
            .collect();
        assert_eq!(fields, [(true, ""), (false, "id")], "a broken file, and an id used twice");
    }

    #[test]
    fn what_is_wrong_with_the_file_of_a_pack_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, field) in [("name: 3\n", "name"), ("- x\n", ""), ("a: [\n", "")] {
            fs::write(folder.path().join("pack.yaml"), text).expect("a file");
            let pack = Pack::load(&folder.path().display().to_string(), &Content::embedded()).expect("a folder");
            assert_eq!(
                pack.problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(),
                [field],
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_alone_is_a_pack_of_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine.yaml");
        fs::write(&file, rule(ID)).expect("a file");
        fs::create_dir_all(folder.path().join("tests/one")).expect("a folder");
        let case = "name: n\nshows: s\nnow: 2026-03-02T12:00:00Z\nalerts: []\n";
        fs::write(folder.path().join("tests/one/case.yaml"), case).expect("a file");
        fs::write(folder.path().join("tests/one/events.ndjson"), "{}\n").expect("a file");
        let pack = Pack::load(&file.display().to_string(), &Content::embedded()).expect("the file is there");
        assert_eq!((pack.name.as_str(), pack.detections.len(), pack.problems.len()), ("mine", 1, 0));
        assert!(
            matches!(&pack.detections[0].cases[0].events[..], [Events::File(path)] if path.ends_with("tests/one/events.ndjson"))
        );
    }

    #[test]
    fn an_unknown_name_names_what_there_is() {
        let error = Pack::load("t9999", &Content::embedded()).expect_err("there is none");
        let said = error.to_string();
        assert!(said.contains("packs here: ") && said.contains("t1583.004"), "{said}");
    }

    /// SHA-256 (FIPS 180-4), so that a test of one digest costs no dependency.
    mod sha256 {
        pub(super) fn hex(message: &[u8]) -> String {
            let mut padded = message.to_vec();
            padded.push(0x80);
            while padded.len() % 64 != 56 {
                padded.push(0);
            }
            padded.extend((message.len() as u64 * 8).to_be_bytes());
            let mut state: [u32; 8] = std::array::from_fn(|at| fraction(PRIMES[at], 2));
            for block in padded.chunks(64) {
                compress(&mut state, block);
            }
            state.iter().map(|word| format!("{word:08x}")).collect()
        }

        fn compress(state: &mut [u32; 8], block: &[u8]) {
            let mut w: Vec<u32> =
                block.chunks(4).map(|word| word.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))).collect();
            for t in 16..64 {
                let s0 = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ (w[t - 15] >> 3);
                let s1 = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ (w[t - 2] >> 10);
                w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
            }
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
            for t in 0..64 {
                let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
                let t1 = h.wrapping_add(s1).wrapping_add((e & f) ^ (!e & g));
                let t1 = t1.wrapping_add(fraction(PRIMES[t], 3)).wrapping_add(w[t]);
                let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
                let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
            }
            for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *word = word.wrapping_add(add);
            }
        }

        /// The first 32 bits of the fraction of a prime's square or cube root: the largest x with x^root <= prime * 2^(32 root), modulo 2^32.
        fn fraction(prime: u128, root: u32) -> u32 {
            let (mut low, mut high) = (0_u128, 1_u128 << 37);
            while high - low > 1 {
                let middle = (low + high) / 2;
                if middle.pow(root) <= prime << (32 * root) { low = middle } else { high = middle }
            }
            u32::try_from(low & 0xffff_ffff).expect("masked to 32 bits")
        }

        const PRIMES: [u128; 64] = [
            2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
            107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223,
            227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311,
        ];

        /// The standard's own example.
        #[test]
        fn digests_abc() {
            assert_eq!(hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }
}
