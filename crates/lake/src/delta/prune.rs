//! Which parts, and which row groups of them, a query need not read: the sketches beside the parts are asked.
//!
//! In: parts and what a filter needs. Out: for each part what may hold it. Only the filters of the columns in question are read, several parts at
//! once, and kept in memory for the next query. Whatever goes wrong with a sketch, its part is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetAccessPlan;
use datafusion::object_store::path::Path;
use datafusion::object_store::{Error, ObjectStoreExt};
use engine::needs::Need;
use futures::{StreamExt, stream};
use parquet::bloom_filter::Sbbf;

use super::place::Place;
use super::table::Part;
use super::terms::{Header, Known, Question, header_bytes, sketch_path};

/// Sketches that are read at once: reading one is a wait for the disk or the network, and little else.
const READS_MAX: usize = 32;
/// Most headers of parts of a few row groups are shorter.
const START_BYTES: u64 = 4 * 1024;
/// Bytes of sketches that are kept in memory: those of one column of a thousand large parts.
const CACHE_BYTES_MAX: usize = 64 << 20;

/// What queries read of a lake, and what they might have read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Parts of the tables that were asked.
    pub parts: u64,
    /// Those that were scanned, as a whole or some row groups of them.
    pub scanned: u64,
    /// Row groups that were left out of parts that were scanned.
    pub groups_skipped: u64,
    /// Bytes of sketches that were read.
    pub sketch_bytes: u64,
}

/// What of a part may hold rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Groups {
    /// All of it, as far as is known.
    All,
    /// Those row groups for which this is true.
    Some(Vec<bool>),
    /// Nothing.
    None,
}

impl Groups {
    fn of(holds: Vec<bool>) -> Self {
        match holds.iter().filter(|holds| **holds).count() {
            count if count == holds.len() => Self::All,
            0 => Self::None,
            _ => Self::Some(holds),
        }
    }

    /// The file, of which only these row groups are read.
    pub(super) fn of_file(self, file: PartitionedFile) -> PartitionedFile {
        let Self::Some(holds) = self else { return file };
        let mut plan = ParquetAccessPlan::new_all(holds.len());
        holds.iter().enumerate().filter(|(_, holds)| !**holds).for_each(|(group, _)| plan.skip(group));
        file.with_extension(plan)
    }
}

/// The sketches of a lake, as far as they were read, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Sketches {
    cache: Mutex<Cache>,
    parts: AtomicU64,
    scanned: AtomicU64,
    groups_skipped: AtomicU64,
    sketch_bytes: AtomicU64,
}

#[derive(Debug, Default)]
struct Cache {
    /// `None` for a part that has no sketch, or none that is understood.
    headers: HashMap<Path, Option<Arc<Header>>>,
    filters: HashMap<(Path, String, Known), Arc<Filters>>,
    bytes: usize,
}

/// The filter of each row group that has one; none at all when they are broken.
type Filters = Vec<Option<Sbbf>>;

impl Sketches {
    /// What of each part may hold what is needed.
    pub(super) async fn prune(&self, place: &Place, table: &str, parts: &[&Part], need: &Need) -> Vec<Groups> {
        let Some(question) = Question::of(need) else { return vec![Groups::All; parts.len()] };
        let ask = |part: &Part| {
            let path = place.path(&[table, &sketch_path(&part.path)]);
            let (bytes, question) = (part.bytes, &question);
            async move { self.ask(place, path, bytes, question).await.unwrap_or(Groups::All) }
        };
        // Futures are made before they are run: a stream that makes them from borrowed parts is not `Send` for every lifetime.
        let asked: Vec<_> = parts.iter().map(|part| ask(part)).collect();
        stream::iter(asked).buffered(READS_MAX).collect().await
    }

    /// Takes note of a scan of a table of so many parts.
    pub(super) fn count(&self, parts: usize, pruned: &[Groups]) {
        let scanned = pruned.iter().filter(|groups| **groups != Groups::None).count();
        let skipped = pruned.iter().map(|groups| match groups {
            Groups::Some(holds) => holds.iter().filter(|holds| !**holds).count(),
            Groups::All | Groups::None => 0,
        });
        self.parts.fetch_add(parts as u64, Ordering::Relaxed);
        self.scanned.fetch_add(scanned as u64, Ordering::Relaxed);
        self.groups_skipped.fetch_add(skipped.sum::<usize>() as u64, Ordering::Relaxed);
    }

    /// What was noted so far.
    pub(super) fn scanned(&self) -> Scanned {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Scanned {
            parts: load(&self.parts),
            scanned: load(&self.scanned),
            groups_skipped: load(&self.groups_skipped),
            sketch_bytes: load(&self.sketch_bytes),
        }
    }

    async fn ask(&self, place: &Place, path: Path, part_bytes: u64, question: &Question) -> Option<Groups> {
        let header = self.header(place, &path, part_bytes).await?;
        let wanted = question.wanted(&header);
        let filters = self.filters(place, &path, &header, wanted).await;
        let holds = (0..header.groups()).map(|group| {
            question.may_hold(&|column, known| filters.get(&(column.to_owned(), known))?.get(group)?.as_ref())
        });
        Some(Groups::of(holds.collect()))
    }

    async fn header(&self, place: &Place, path: &Path, part_bytes: u64) -> Option<Arc<Header>> {
        if let Some(known) = self.cached(|cache| cache.headers.get(path).cloned()) {
            return known;
        }
        let header = match self.read_header(place, path, part_bytes).await {
            Ok(header) => header.map(Arc::new),
            Err(Error::NotFound { .. }) => None,
            // It may be there the next time.
            Err(_) => return None,
        };
        let bytes = header.as_ref().map_or(path.as_ref().len(), |header| header.memory_bytes());
        let kept = header.clone();
        self.keep(bytes, |cache| cache.headers.insert(path.clone(), kept).is_none());
        header
    }

    async fn read_header(&self, place: &Place, path: &Path, part_bytes: u64) -> Result<Option<Header>, Error> {
        let start = self.read(place, path, 0..START_BYTES).await?;
        match header_bytes(&start) {
            Some(length) if length > start.len() && start.len() as u64 == START_BYTES => {
                let whole = self.read(place, path, 0..length as u64).await?;
                Ok(Header::parse(&whole, part_bytes))
            }
            Some(_) => Ok(Header::parse(&start, part_bytes)),
            None => Ok(None),
        }
    }

    async fn filters(
        &self,
        place: &Place,
        path: &Path,
        header: &Header,
        wanted: BTreeSet<(String, Known)>,
    ) -> HashMap<(String, Known), Arc<Filters>> {
        let mut filters = HashMap::new();
        for (column, known) in wanted {
            let key = (path.clone(), column.clone(), known);
            if let Some(cached) = self.cached(|cache| cache.filters.get(&key).cloned()) {
                filters.insert((column, known), cached);
                continue;
            }
            let Some(of_column) = header.place(&column, known) else { continue };
            let Ok(bytes) = self.read(place, path, of_column.range.clone()).await else { continue };
            let read = Arc::new(of_column.filters(&bytes).unwrap_or_default());
            let kept = read.clone();
            self.keep(bytes.len(), |cache| cache.filters.insert(key, kept).is_none());
            filters.insert((column, known), read);
        }
        filters
    }

    async fn read(&self, place: &Place, path: &Path, range: std::ops::Range<u64>) -> Result<bytes::Bytes, Error> {
        let bytes = place.store.get_range(path, range).await?;
        self.sketch_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes)
    }

    fn cached<T>(&self, get: impl FnOnce(&Cache) -> T) -> T {
        get(&self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps something of so many bytes; `insert` says whether it was not there. When too much is kept, all of it goes.
    fn keep(&self, bytes: usize, insert: impl FnOnce(&mut Cache) -> bool) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.bytes + bytes > CACHE_BYTES_MAX {
            *cache = Cache::default();
        }
        if bytes <= CACHE_BYTES_MAX && insert(&mut cache) {
            cache.bytes += bytes;
        }
    }
}
