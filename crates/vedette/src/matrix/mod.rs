//! Tests by detections by sources: does it fire, and if not, why not?
//!
//! In: a pack. Out: a cell for each test, detection and product. Each test is simulated with an ordinary day around it and without; a detection
//! fires when it finds a row that the same day without the test does not give, so that noise is no success. Why it does not is asked of the test's
//! records alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use detect::atomic::{Atomic, Values};
use detect::{Pack, Table, cell};
use engine::Engine;
use lake::Content;
use semantics::time::TICKS_PER_MINUTE;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::data;
use crate::failure::Failure;
use crate::probe::Probe;
use crate::simulate::emit::{self, Product};
use crate::simulate::{self, Event, LEAD_TICKS, Scene};

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// The name of the rule, or of the test whose covering query it is.
    pub(crate) name: String,
    /// `rule`, `hunt` or `covering`.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    /// The functions of its pack.
    functions: Arc<std::collections::BTreeMap<String, semantics::StoredFunction>>,
}

/// One detection over one test as one product records it.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) test: String,
    pub(crate) detection: String,
    pub(crate) kind: &'static str,
    pub(crate) product: Product,
    /// Rows that are there because of the test.
    pub(crate) rows: usize,
    /// Why there are none.
    pub(crate) reason: Option<String>,
}

impl Cell {
    pub(crate) fn json(&self) -> Json {
        json!({
            "Test": self.test, "Detection": self.detection, "Kind": self.kind, "Source": self.product.name(),
            "Fired": self.rows > 0, "Rows": self.rows, "Reason": self.reason,
        })
    }
}

/// How the tests are simulated.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) products: Vec<Product>,
    pub(crate) hosts: usize,
    pub(crate) seed: u64,
    pub(crate) start: i64,
    pub(crate) minutes: i64,
    /// Texts of which a detection's name holds one; none for all.
    pub(crate) only: Vec<String>,
}

impl Plan {
    /// The moment of all queries: the end of the day that is simulated.
    fn now(&self) -> i64 {
        self.start - LEAD_TICKS + self.minutes * TICKS_PER_MINUTE
    }

    fn play(&self, test: Option<(&Atomic, &Values)>, has_noise: bool) -> Result<Vec<Event>, Failure> {
        let scene = Scene {
            test,
            families: vec![],
            hosts: self.hosts,
            targets: 1,
            seed: self.seed,
            start: self.start,
            span: self.minutes * TICKS_PER_MINUTE,
            has_noise,
        };
        simulate::play(&scene).map_err(Failure::Usage)
    }
}

/// The rules and hunting queries of a pack, and the covering queries of its tests; with `only`, those whose name holds one of these texts.
pub(crate) fn queries(pack: &Pack, only: &[String]) -> Vec<Query> {
    let functions = pack.detections.first().map(|it| Arc::clone(&it.rule.functions)).unwrap_or_default();
    let rules = pack.detections.iter().map(|detection| Query {
        name: detection.rule.name.clone(),
        kind: if detection.is_hunt() { "hunt" } else { "rule" },
        text: detection.rule.query.clone(),
        functions: Arc::clone(&detection.rule.functions),
    });
    let covering = pack.atomics.iter().filter_map(|atomic| {
        let covering = atomic.covering.as_ref()?;
        let functions = Arc::clone(&functions);
        Some(Query { name: atomic.slug.clone(), kind: "covering", text: covering.query.clone(), functions })
    });
    let is_asked = |query: &Query| {
        let name = query.name.to_lowercase();
        only.is_empty() || only.iter().any(|text| name.contains(&text.to_lowercase()))
    };
    rules.chain(covering).filter(is_asked).collect()
}

/// Fills the cells of tests, one product after the other.
///
/// # Errors
/// A test that cannot be simulated, a query that cannot run, a disk that is full.
pub(crate) async fn fill(
    pack: &Pack,
    tests: &[&Atomic],
    (engine, content): (&Engine, &Arc<Content>),
    plan: &Plan,
) -> Result<Vec<Cell>, Failure> {
    let queries = queries(pack, &plan.only);
    let quiet = plan.play(None, true)?;
    let mut cells = vec![];
    for product in &plan.products {
        let open = |events: Vec<Event>| open(pack, engine, content, *product, events, plan.now());
        let control = open(quiet.clone()).await?;
        let mut known = vec![];
        for query in &queries {
            known.push(control.keys(query).await?);
        }
        for atomic in tests {
            let values = atomic.values(&[]).map_err(Failure::Usage)?;
            let whole = open(plan.play(Some((atomic, &values)), true)?).await?;
            let alone = open(plan.play(Some((atomic, &values)), false)?).await?;
            for (query, known) in queries.iter().zip(&known) {
                let rows = whole.keys(query).await?.difference(known).count();
                let reason = if rows > 0 { None } else { Some(alone.reason(query).await?) };
                cells.push(Cell {
                    test: atomic.slug.clone(),
                    detection: query.name.clone(),
                    kind: query.kind,
                    product: *product,
                    rows,
                    reason,
                });
            }
        }
    }
    Ok(cells)
}

/// One simulation as tables.
struct Recorded {
    /// None when the product has nothing to record.
    probe: Option<Probe>,
    _folder: TempDir,
}

async fn open(
    pack: &Pack,
    engine: &Engine,
    content: &Arc<Content>,
    product: Product,
    events: Vec<Event>,
    now: i64,
) -> Result<Recorded, Failure> {
    let folder = TempDir::with_prefix("vedette-").map_err(|error| unwritable(&std::env::temp_dir(), &error))?;
    let files = emit::files(product, &events);
    if files.is_empty() {
        return Ok(Recorded { probe: None, _folder: folder });
    }
    for file in &files {
        let path = folder.path().join(file.name);
        std::fs::write(&path, &file.text).map_err(|error| unwritable(&path, &error))?;
    }
    let options = lake::Options {
        content: Some(Arc::clone(content)),
        watchlists: pack.watchlists.clone(),
        ..lake::Options::default()
    };
    let opened = lake::Data::open(vec![folder.path().to_owned()], vec![], options).await.map_err(data::failure)?;
    if let Some(bad) = opened.summary.files.iter().find(|file| file.bad > 0) {
        let reason = bad.first_bad.as_ref().map(|first| first.reason.as_str()).unwrap_or_default();
        return Err(Failure::Bug(format!("`{}` is not as vedette reads it: {reason}", bad.path)));
    }
    let probe = Probe { engine: engine.clone(), database: Arc::new(opened.database), now, functions: Arc::default() };
    Ok(Recorded { probe: Some(probe), _folder: folder })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Environment(format!("cannot write `{}`: {error}", path.display()))
}

impl Recorded {
    fn probe(&self, query: &Query) -> Option<Probe> {
        let probe = self.probe.as_ref()?;
        Some(Probe {
            engine: probe.engine.clone(),
            database: Arc::clone(&probe.database),
            now: probe.now,
            functions: Arc::clone(&query.functions),
        })
    }

    /// The rows of a query, each as text.
    async fn keys(&self, query: &Query) -> Result<BTreeSet<String>, Failure> {
        let Some(probe) = self.probe(query) else { return Ok(BTreeSet::new()) };
        let table: Table = probe.rows(&query.text).await.map_err(|error| failure(query, &error))?;
        let key = |row: &Vec<semantics::Value>| row.iter().map(cell::text).collect::<Vec<_>>().join("\u{1f}");
        Ok(table.rows.iter().map(key).collect())
    }

    async fn reason(&self, query: &Query) -> Result<String, Failure> {
        let Some(probe) = self.probe(query) else {
            return Ok("the test leaves nothing in these records".to_owned());
        };
        let loss = probe.loss(&query.text).await.map_err(|error| failure(query, &error))?;
        Ok(match loss {
            Some(loss) => loss.to_string(),
            None => "fires on the test alone, and no longer with an ordinary day around it".to_owned(),
        })
    }
}

fn failure(query: &Query, error: &engine::Error) -> Failure {
    Failure::Environment(format!("`{}` cannot run: {error}", query.name))
}
