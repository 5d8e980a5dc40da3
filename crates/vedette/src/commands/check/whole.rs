//! All files that were named → each with its findings, those that only show among several files included.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use detect::rule::places;
use detect::{Pack, Problem};
use engine::Database as _;
use lake::{Content, Watchlist};
use semantics::{StoredFunction, TableSchema};
use syntax::{Diagnostic, Severity, Span};

use super::CheckArguments;
use crate::console::Console;
use crate::data;
use crate::encoded::{Encoded, Encoding};
use crate::failure::Failure;
use crate::files::{self, TextFile};
use crate::findings::{self, Beside, Finding, Looked, Setting, TextKind, codes};
use crate::panics;
use crate::progress::{Bar, Unit};

/// A file and what is wrong with it.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) file: TextFile,
    /// What its folder adds to the names that it may use.
    pub(super) beside: Arc<Beside>,
    pub(super) findings: Vec<Finding>,
    rule_id: Option<String>,
}

impl Checked {
    /// Its text; empty when it has none that can be read.
    pub(super) fn text(&self) -> &str {
        self.file.text.as_ref().map_or("", |encoded| encoded.text.as_str())
    }

    /// How its text is written.
    pub(super) fn encoding(&self) -> Encoding {
        self.file.text.as_ref().map_or(Encoding::Utf8, |encoded| encoded.encoding)
    }
}

/// Checks everything that was named.
pub(super) async fn check_all(
    arguments: &CheckArguments,
    content: &Arc<Content>,
    console: &Console,
) -> Result<Vec<Checked>, Failure> {
    let names = &arguments.paths;
    let files = files::find(names, Some(content))?;
    let packs: Vec<Pack> = names.iter().filter_map(|name| Pack::load(name, content).ok()).collect();
    let problems: Vec<Problem> = packs.iter().flat_map(|pack| pack.problems.clone()).collect();
    let watchlists = watchlists(packs, content).await?;
    let folders = Folders::new(&files, watchlists);
    let mut checked: Vec<Checked> = files
        .into_iter()
        .map(|file| Checked { beside: folders.beside(&file), file, findings: vec![], rule_id: None })
        .collect();
    look_at_all(&mut checked, arguments, content, console)?;
    checked.iter_mut().for_each(|file| add_problems(file, &problems));
    find_twins(&mut checked);
    // YAML that is no rule was read for what may be wrong with a pack.
    checked.retain(|file| file.file.kind.is_some() || !file.findings.is_empty());
    Ok(checked)
}

/// The columns of the watchlists beside the rules.
async fn watchlists(packs: Vec<Pack>, content: &Arc<Content>) -> Result<BTreeMap<String, Arc<TableSchema>>, Failure> {
    let watchlists: Vec<Watchlist> = packs.into_iter().flat_map(|pack| pack.watchlists).collect();
    if watchlists.is_empty() {
        return Ok(BTreeMap::new());
    }
    let options = lake::Options { content: Some(Arc::clone(content)), watchlists, ..lake::Options::default() };
    let opened = lake::Data::open(vec![], vec![], options).await.map_err(data::failure)?;
    let aliases = opened.database.watchlist_aliases().into_iter();
    Ok(aliases.filter_map(|alias| Some((alias.clone(), opened.database.watchlist(&alias)?))).collect())
}

/// The functions of folders: those in `functions/` count for what lies beside and below that folder.
struct Folders {
    /// The folder that has `functions/`, the name, the function.
    functions: Vec<(std::path::PathBuf, String, StoredFunction)>,
    plain: Arc<Beside>,
}

impl Folders {
    fn new(files: &[TextFile], watchlists: BTreeMap<String, Arc<TableSchema>>) -> Self {
        let mut functions = vec![];
        for file in files {
            let path = Path::new(&file.name);
            let named = path.file_stem().and_then(|name| name.to_str());
            if let (Some(TextKind::Function), Ok(encoded), Some(name), Some(folder)) =
                (file.kind, &file.text, named, path.parent().and_then(Path::parent))
            {
                functions.push((folder.to_owned(), name.to_owned(), stored(&encoded.text, &file.name)));
            }
        }
        // Those beside a file that was named alone.
        for folder in files.iter().filter_map(|file| file.path.as_deref()?.parent()) {
            if functions.iter().any(|(known, _, _)| known == folder) {
                continue;
            }
            let entries = std::fs::read_dir(folder.join("functions")).into_iter().flatten().flatten();
            for path in entries.map(|entry| entry.path()) {
                let is_kql = path.extension().is_some_and(|ending| ending == "kql");
                let name = path.file_stem().and_then(|name| name.to_str()).filter(|_| is_kql);
                if let (Some(name), Ok(text)) = (name, std::fs::read_to_string(&path)) {
                    functions.push((folder.to_owned(), name.to_owned(), stored(&text, &path.display().to_string())));
                }
            }
        }
        Self { functions, plain: Arc::new(Beside { functions: BTreeMap::new(), watchlists }) }
    }

    fn beside(&self, file: &TextFile) -> Arc<Beside> {
        let path = Path::new(&file.name);
        let counts = self.functions.iter().filter(|(folder, _, _)| path.starts_with(folder));
        let functions: BTreeMap<String, StoredFunction> =
            counts.map(|(_, name, function)| (name.clone(), function.clone())).collect();
        match functions.is_empty() {
            true => Arc::clone(&self.plain),
            false => Arc::new(Beside { functions, watchlists: self.plain.watchlists.clone() }),
        }
    }
}

fn stored(text: &str, file: &str) -> StoredFunction {
    StoredFunction { text: text.into(), file: file.into() }
}

/// Looks at every file, several at a time; the order of the files stays.
fn look_at_all(
    checked: &mut [Checked],
    arguments: &CheckArguments,
    content: &Content,
    console: &Console,
) -> Result<(), Failure> {
    let bar = Bar::new(console, "files", checked.len(), Unit::Items);
    let next = AtomicUsize::new(0);
    let files: &[Checked] = checked;
    let work = || {
        let mut done = vec![];
        while let Some((at, file)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, files.get(at)?)))
        {
            done.push((at, panics::catch(|| look(file, arguments.setting(content, &file.beside)))));
            bar.step();
        }
        done
    };
    let count = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let looked = std::thread::scope(|scope| {
        let start = |_| std::thread::Builder::new().stack_size(crate::STACK_BYTES).spawn_scoped(scope, work);
        let threads: Vec<_> = (0..count).map(start).collect::<Result<_, _>>()?;
        Ok(threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect::<Vec<_>>())
    });
    bar.clear();
    let looked =
        looked.map_err(|error: std::io::Error| Failure::Environment(format!("no threads to work with: {error}")))?;
    for (at, looked) in looked {
        let Some(file) = checked.get_mut(at) else { continue };
        let looked = looked.map_err(|panic| Failure::Bug(format!("`{}`: {panic}", file.file.name)))?;
        file.findings = looked.findings;
        file.rule_id = looked.rule_id;
    }
    Ok(())
}

fn look(file: &Checked, setting: Setting<'_>) -> Looked {
    match (&file.file.text, file.file.kind) {
        (Ok(Encoded { text, .. }), Some(kind)) => findings::look(text, kind, setting),
        (Ok(_), None) => Looked::default(),
        (Err(why), _) => {
            let unreadable = Diagnostic::error(codes::UNREADABLE, Span::new(0, 0), format!("the file {why}"));
            Looked { findings: vec![unreadable.into()], rule_id: None }
        }
    }
}

/// What is wrong with the files beside rules; rules themselves were looked at.
fn add_problems(file: &mut Checked, problems: &[Problem]) {
    if file.file.kind.is_some() {
        return;
    }
    for problem in problems.iter().filter(|problem| Path::new(&problem.file) == Path::new(&file.file.name)) {
        file.findings.push(findings::about(file.text(), codes::PACK, problem, Severity::Error, None));
    }
}

/// Two rules of one id would be one rule to whoever counts alerts.
fn find_twins(checked: &mut [Checked]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for file in checked {
        let Some(id) = file.rule_id.clone() else { continue };
        let name = file.file.name.clone();
        let Some(first) = seen.get(&id.to_ascii_lowercase()) else {
            seen.insert(id.to_ascii_lowercase(), name);
            continue;
        };
        let message = format!("id: `{id}` is the id of `{first}` too");
        let diagnostic = Diagnostic::error(codes::TWIN, places::field(file.text(), "id"), message);
        file.findings.push(Finding { diagnostic, field: "id".to_owned() });
        file.findings.sort_by_key(|finding| finding.diagnostic.span.start);
    }
}
