//! What came of tests → text as test runners print it, JUnit's XML, or JSON.
//!
//! In: suites, one per detection. Out: bytes. Decides nothing but what counts as a failure.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use detect::mutate::Mutant;
use detect::{Case, Rule};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value as Json, json};

use super::case_count;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{counted, spell_controls};

/// A detection and what came of its cases.
pub(super) struct Suite {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) file: String,
    pub(super) cases: Vec<Tested>,
    /// What it lacks of a proof.
    pub(super) lacks: Vec<&'static str>,
    /// Why its query cannot be run.
    pub(super) error: Option<String>,
    pub(super) mutation: Option<Mutation>,
}

/// A case and what came of it.
pub(super) struct Tested {
    name: String,
    file: String,
    is_hit: bool,
    differences: Vec<String>,
    took: Duration,
}

/// What came of the mutants of a query.
pub(super) struct Mutation {
    /// How many there were.
    pub(super) count: usize,
    /// How many could not be run, which anybody would notice.
    pub(super) broken: usize,
    /// Those that no case noticed.
    pub(super) survivors: Vec<Mutant>,
    /// Those that no case can notice, and why.
    pub(super) explained: Vec<(Mutant, String)>,
    /// Explanations of what did not survive.
    pub(super) idle: Vec<String>,
    pub(super) took: Duration,
}

impl Suite {
    pub(super) fn new(rule: &Rule) -> Self {
        let (id, name, file) = (rule.id.clone(), rule.name.clone(), rule.file.clone());
        Self { id, name, file, cases: vec![], lacks: vec![], error: None, mutation: None }
    }

    pub(super) fn is_failure(&self) -> bool {
        self.error.is_some() || !self.lacks.is_empty() || self.cases.iter().any(Tested::is_failure)
    }
}

impl Tested {
    pub(super) fn new(case: &Case, differences: Vec<String>, took: Duration) -> Self {
        Self { name: case.name.clone(), file: case.file.clone(), is_hit: case.is_hit(), differences, took }
    }

    fn is_failure(&self) -> bool {
        !self.differences.is_empty()
    }

    fn kind(&self) -> &'static str {
        if self.is_hit { "hit" } else { "near miss" }
    }
}

/// Everything in numbers.
#[derive(Default)]
pub(super) struct Totals {
    detections: usize,
    passed: usize,
    failed: usize,
    unproven: usize,
    broken: usize,
    mutants: usize,
    survivors: usize,
    took: Duration,
}

impl Totals {
    pub(super) fn of(suites: &[Suite], took: Duration) -> Self {
        let mut totals = Self { detections: suites.len(), took, ..Self::default() };
        for suite in suites {
            let failed = suite.cases.iter().filter(|case| case.is_failure()).count();
            totals.failed += failed;
            totals.passed += suite.cases.len() - failed;
            totals.unproven += usize::from(!suite.lacks.is_empty());
            totals.broken += usize::from(suite.error.is_some());
            if let Some(mutation) = &suite.mutation {
                totals.mutants += mutation.count;
                totals.survivors += mutation.survivors.len();
            }
        }
        totals
    }

    pub(super) fn is_failure(&self) -> bool {
        self.failed + self.unproven + self.broken + self.survivors > 0
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} passed, {} failed",
            counted(self.detections, "detection"),
            counted(self.passed, "case"),
            self.failed
        )?;
        if self.unproven > 0 {
            write!(f, "; {} not proven", self.unproven)?;
        }
        if self.broken > 0 {
            write!(f, "; {} cannot run", self.broken)?;
        }
        if self.mutants > 0 {
            write!(f, "; {}, {} survived unexplained", counted(self.mutants, "mutant"), self.survivors)?;
        }
        write!(f, " ({:.1} s)", self.took.as_secs_f64())
    }
}

/// A detection as a test runner prints it.
pub(super) fn write_text(output: &mut Output, suite: &Suite) -> io::Result<()> {
    writeln!(output, "{} ({})", spell_controls(&suite.name), case_count(suite))?;
    for case in &suite.cases {
        let verdict = if case.is_failure() { "FAIL" } else { "ok  " };
        let took = case.took.as_millis();
        writeln!(output, "  {verdict} {:<9} {} ({took} ms)", case.kind(), spell_controls(&case.name))?;
        for difference in &case.differences {
            writeln!(output, "       {}", spell_controls(difference))?;
        }
    }
    if let Some(error) = &suite.error {
        writeln!(output, "  FAIL cannot run: {}", spell_controls(error))?;
    }
    for lack in &suite.lacks {
        writeln!(output, "  FAIL not proven: it has no {}", lack.trim_start_matches("a "))?;
    }
    if let Some(mutation) = &suite.mutation {
        write_mutation(output, mutation)?;
    }
    Ok(())
}

fn write_mutation(output: &mut Output, mutation: &Mutation) -> io::Result<()> {
    let verdict = if mutation.survivors.is_empty() { "ok  " } else { "FAIL" };
    let noticed = mutation.count - mutation.survivors.len() - mutation.explained.len();
    let took = mutation.took.as_secs_f64();
    writeln!(
        output,
        "  {verdict} mutation  {}: {noticed} noticed, {} survived, {} explained ({took:.1} s)",
        counted(mutation.count, "mutant"),
        mutation.survivors.len(),
        mutation.explained.len()
    )?;
    for mutant in &mutation.survivors {
        writeln!(output, "       {}:{} {}", mutant.place.line, mutant.place.column, spell_controls(&mutant.edit()))?;
    }
    for text in &mutation.idle {
        writeln!(output, "       explained and yet noticed: {}", spell_controls(text))?;
    }
    Ok(())
}

/// The report for machines.
pub(super) fn write(output: &mut Output, is_junit: bool, suites: &[Suite], totals: &Totals) -> Result<(), Failure> {
    if is_junit {
        return junit(suites, totals).serialize(output).map_err(|error| Failure::Environment(error.to_string()));
    }
    let detections: Vec<Json> = suites.iter().map(suite_json).collect();
    let totals = json!({ "detections": totals.detections, "passed": totals.passed, "failed": totals.failed, "unproven": totals.unproven,
        "broken": totals.broken, "mutants": totals.mutants, "survivors": totals.survivors, "seconds": totals.took.as_secs_f64() });
    writeln!(output, "{}", json!({ "detections": detections, "totals": totals }))?;
    Ok(())
}

fn suite_json(suite: &Suite) -> Json {
    let cases = suite.cases.iter().map(|case| {
        json!({ "name": case.name, "file": case.file, "kind": case.kind(), "passed": !case.is_failure(),
            "differences": case.differences, "seconds": case.took.as_secs_f64() })
    });
    let place = |mutant: &Mutant| json!({ "line": mutant.place.line, "column": mutant.place.column, "text": mutant.text, "becomes": mutant.becomes });
    let mutation = suite.mutation.as_ref().map(|mutation| {
        let explained = mutation.explained.iter().map(|(mutant, reason)| {
            let mut mutant = place(mutant);
            mutant["reason"] = json!(reason);
            mutant
        });
        json!({ "mutants": mutation.count, "broken": mutation.broken, "survivors": mutation.survivors.iter().map(place).collect::<Vec<_>>(),
            "explained": explained.collect::<Vec<_>>(), "idle": mutation.idle, "seconds": mutation.took.as_secs_f64() })
    });
    json!({ "id": suite.id, "name": suite.name, "file": suite.file, "lacks": suite.lacks, "error": suite.error,
        "cases": cases.collect::<Vec<_>>(), "mutation": mutation })
}

/// JUnit: a suite per detection; what a detection lacks and each survivor are cases that failed.
fn junit(suites: &[Suite], totals: &Totals) -> Report {
    let mut report = Report::new("vedette test");
    report.set_time(totals.took);
    for suite in suites {
        let mut tests = TestSuite::new(suite.name.clone());
        for case in &suite.cases {
            let mut test = TestCase::new(case.name.clone(), status(&case.differences.join("\n"), case.is_failure()));
            test.set_classname(suite.file.clone()).set_time(case.took);
            tests.add_test_case(test);
        }
        let mut failed = |name: String, text: &str| {
            let mut test = TestCase::new(name, status(text, true));
            test.set_classname(suite.file.clone());
            tests.add_test_case(test);
        };
        if let Some(error) = &suite.error {
            failed("runs".to_owned(), error);
        }
        for lack in &suite.lacks {
            failed("is proven".to_owned(), &format!("has no {}", lack.trim_start_matches("a ")));
        }
        for mutant in suite.mutation.iter().flat_map(|mutation| &mutation.survivors) {
            let place = format!("mutant {}:{}", mutant.place.line, mutant.place.column);
            failed(place, &mutant.edit());
        }
        report.add_test_suite(tests);
    }
    report
}

fn status(text: &str, is_failure: bool) -> TestCaseStatus {
    if !is_failure {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(text.lines().next().unwrap_or_default().to_owned()).set_description(text.to_owned());
    status
}
