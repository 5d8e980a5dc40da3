//! The mutants of a detection over its cases → which of them no case notices.
//!
//! Several mutants are tried at once, each on one thread. Which case is asked first is learned on the way and changes only how long it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use detect::mutate::{self, Mutant};
use detect::run::SchemaMode;
use detect::test::Opened;
use detect::{Case, Detection, Rule};
use engine::{Engine, Limits};
use futures::StreamExt;

use super::report::Mutation;
use crate::console::Console;
use crate::executor;
use crate::failure::Failure;
use crate::panics;
use crate::progress::{Bar, Unit};

/// What every mutant is tried against.
struct Proof {
    rule: Rule,
    cases: Vec<(Case, Opened)>,
    /// How many mutants each case noticed.
    noticed: Vec<AtomicUsize>,
    engine: Engine,
    mode: SchemaMode,
}

/// What became of a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Noticed,
    /// It cannot be run, which anybody would notice.
    Broken,
    Survived,
}

/// Tries every mutant of a detection.
pub(super) async fn try_all(
    detection: &Detection,
    cases: Vec<(Case, Opened)>,
    mode: SchemaMode,
    console: &Console,
) -> Result<Mutation, Failure> {
    let started = Instant::now();
    // A case is a handful of rows: threads are for mutants, not for parts of a query.
    let limits = Limits { partitions: 1, ..Limits::default() };
    let engine = Engine::new(limits).map_err(|error| executor::failure(&error))?;
    let noticed = cases.iter().map(|_| AtomicUsize::new(0)).collect();
    let proof = Arc::new(Proof { rule: detection.rule.clone(), cases, noticed, engine, mode });
    let mutants = mutate::mutants(&detection.rule.query);
    let bar = Bar::new(console, "mutants", mutants.len(), Unit::Items);
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let count = mutants.len();
    let work = mutants.into_iter().map(|mutant| {
        let proof = Arc::clone(&proof);
        tokio::spawn(async move {
            let fate = panics::catch_in(try_one(&proof, &mutant)).await.unwrap_or(Fate::Broken);
            (mutant, fate)
        })
    });
    let mut tried = futures::stream::iter(work).buffered(jobs);
    let mut mutation =
        Mutation { count, broken: 0, survivors: vec![], explained: vec![], idle: vec![], took: started.elapsed() };
    let mut used = vec![false; detection.survivors.len()];
    while let Some(end) = tried.next().await {
        let (mutant, fate) = end.map_err(|lost| Failure::Bug(lost.to_string()))?;
        bar.step();
        match fate {
            Fate::Noticed => {}
            Fate::Broken => mutation.broken += 1,
            Fate::Survived => match detection.survivors.iter().position(|explanation| explanation.explains(&mutant)) {
                Some(at) => {
                    used.get_mut(at).into_iter().for_each(|used| *used = true);
                    let reason = detection.survivors.get(at).map(|found| found.reason.clone()).unwrap_or_default();
                    mutation.explained.push((mutant, reason));
                }
                None => mutation.survivors.push(mutant),
            },
        }
    }
    bar.clear();
    let idle = detection.survivors.iter().zip(used).filter(|(_, used)| !used);
    mutation.idle = idle.map(|(explanation, _)| explanation.text.clone()).collect();
    mutation.took = started.elapsed();
    Ok(mutation)
}

/// Asks the cases until one notices, those first that noticed most.
async fn try_one(proof: &Proof, mutant: &Mutant) -> Fate {
    let rule = Rule { query: mutant.query.clone(), ..proof.rule.clone() };
    let mut order: Vec<usize> = (0..proof.cases.len()).collect();
    let noticed: Vec<usize> = proof.noticed.iter().map(|count| count.load(Ordering::Relaxed)).collect();
    order.sort_by_key(|at| std::cmp::Reverse(noticed.get(*at).copied().unwrap_or_default()));
    for at in order {
        let Some((case, opened)) = proof.cases.get(at) else { continue };
        match detect::test::check(&rule, case, opened, &proof.engine, proof.mode).await {
            Err(_) => return Fate::Broken,
            Ok(differences) if !differences.is_empty() => {
                if let Some(count) = proof.noticed.get(at) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                return Fate::Noticed;
            }
            Ok(_) => {}
        }
    }
    Fate::Survived
}
