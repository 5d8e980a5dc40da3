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
use engine::needs::{Need, Source};
use futures::{StreamExt, stream};
use parquet::bloom_filter::Sbbf;

use super::place::Place;
use super::table::Part;
use super::terms::{Header, Known, Question, header_bytes, sketch_path};

/// Sketches that are read at once: reading one is a wait for the disk or the network, and little else.
const READS_MAX: usize = 32;
/// Most headers of parts of a few row groups are shorter.
const START_BYTES: u64 = 2 * 1024;
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
    filters: HashMap<(Path, Source, Known), Arc<Filters>>,
    bytes: usize,
}

/// The filter of each row group that has one; none at all when they are broken.
type Filters = Vec<Option<Sbbf>>;

impl Sketches {
    /// What of each part may hold what is needed.
    pub(super) async fn prune<'p>(&self, place: &Place, table: &str, parts: &[&'p Part], need: &Need) -> Vec<Groups> {
        let Some(question) = Question::of(need) else { return vec![Groups::All; parts.len()] };
        let ask = |part: &'p Part| {
            let path = place.path(&[table, &sketch_path(&part.path)]);
            let question = &question;
            async move { self.ask(place, path, part, question).await.unwrap_or(Groups::All) }
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

    async fn ask(&self, place: &Place, path: Path, part: &Part, question: &Question) -> Option<Groups> {
        let header = self.header(place, &path, part.bytes).await?;
        let wanted = question.wanted(&header);
        let filters = self.filters(place, &path, &header, wanted).await;
        // Who wrote the sketch wrote the statistics, too, and they name every column of the part.
        let lacks = |column: &str| !part.stats.nulls.is_empty() && !part.stats.nulls.contains_key(column);
        let holds = (0..header.groups()).map(|group| {
            let filter = |source: &Source, known| filters.get(&(source.clone(), known))?.get(group)?.as_ref();
            question.may_hold(&filter, &lacks)
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
        wanted: BTreeSet<(Source, Known)>,
    ) -> HashMap<(Source, Known), Arc<Filters>> {
        let mut filters = HashMap::new();
        for (source, known) in wanted {
            let key = (path.clone(), source.clone(), known);
            if let Some(cached) = self.cached(|cache| cache.filters.get(&key).cloned()) {
                filters.insert((source, known), cached);
                continue;
            }
            let Some(of_column) = header.place(&source, known) else { continue };
            let Ok(bytes) = self.read(place, path, of_column.range.clone()).await else { continue };
            let read = Arc::new(of_column.filters(&bytes).unwrap_or_default());
            let kept = read.clone();
            self.keep(bytes.len(), |cache| cache.filters.insert(key, kept).is_none());
            filters.insert((source, known), read);
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

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, RecordBatch, StringViewArray, TimestampMicrosecondArray};
    use datafusion::logical_expr::{ident, lit};
    use engine::needs;
    use semantics::{Column, Type};

    use super::*;
    use crate::delta::table::{Change, LakeTable, commit};
    use crate::delta::write::{Sorted, write};

    const GROUP_ROWS: usize = 128 * 1024;

    /// 300,000 rows, two full row groups and a third. The first row of the first, the last of the second and the last of all hold a text that no
    /// other row has; the others are of ten texts.
    async fn three_groups(place: &Place) -> LakeTable {
        let rows = 300_000_usize;
        let special = [(0, "first.é"), (2 * GROUP_ROWS - 1, "second"), (rows - 1, "the last")];
        let text = |row: usize| match special.iter().find(|(at, _)| *at == row) {
            Some((_, text)) => (*text).to_owned(),
            None => format!("common-{}", row % 10),
        };
        let texts: StringViewArray = (0..rows).map(|row| Some(text(row))).collect();
        let times: TimestampMicrosecondArray = (0..rows as i64).map(Some).collect();
        let columns: [(&str, ArrayRef, bool); 2] =
            [("Timestamp", Arc::new(times.with_timezone("UTC")), true), ("Text", Arc::new(texts), true)];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("rows");
        let told = [Column::new("Timestamp", Type::DateTime), Column::new("Text", Type::String)];
        let sorted = Sorted::by_time(batch).expect("sorted");
        let added = write(place, "T", &told, sorted, None, 0).await.expect("written");
        let change = Change { columns: told.to_vec(), added, ..Change::default() };
        commit(place, "T", &told, &change).await.expect("committed");
        LakeTable::open(place, "T").await.expect("opened").expect("there")
    }

    #[tokio::test]
    async fn row_groups_are_left_out_by_themselves() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::open(folder.path().to_str().expect("a path"), true).expect("a lake");
        let table = three_groups(&place).await;
        let parts = table.parts().expect("parts");
        let parts: Vec<&Part> = parts.iter().collect();
        assert_eq!(parts.len(), 1);
        let some = |holds: [bool; 3]| Groups::Some(holds.to_vec());
        for (text, expected) in [
            ("first.é", some([true, false, false])),
            ("second", some([false, true, false])),
            ("the last", some([false, false, true])),
            ("common-3", Groups::All),
            ("common", Groups::None),
            ("last", Groups::None),
        ] {
            let need = needs::of(&ident("Text").eq(lit(text)));
            assert_eq!(place.sketches.prune(&place, "T", &parts, &need).await, [expected], "{text}");
        }
        let either = needs::of(&ident("Text").eq(lit("second")).or(ident("Text").eq(lit("the last"))));
        assert_eq!(place.sketches.prune(&place, "T", &parts, &either).await, [some([false, true, true])]);
        // A column that is not there is empty in every row.
        let other = |text: &str| needs::of(&ident("Other").eq(lit(text)));
        assert_eq!(place.sketches.prune(&place, "T", &parts, &other("second")).await, [Groups::None]);
        assert_eq!(place.sketches.prune(&place, "T", &parts, &other("")).await, [Groups::All]);
        // One that is there and has no sketch may be anything.
        let time = needs::of(&ident("Timestamp").eq(lit("second")));
        assert_eq!(place.sketches.prune(&place, "T", &parts, &time).await, [Groups::All]);
    }

    /// What the scan reads of them are the rows themselves.
    #[tokio::test]
    async fn a_row_of_the_last_row_group_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::open(folder.path().to_str().expect("a path"), true).expect("a lake");
        let table = three_groups(&place).await;
        let scan = crate::delta::LakeScan::open(&table).await.expect("a scan");
        let context = datafusion::prelude::SessionContext::new();
        let rows = context.read_table(Arc::new(scan)).expect("a table");
        for (text, found, skipped) in [("the last", 1, 2), ("common-1", 30_000, 2), ("absent", 0, 2)] {
            let count =
                rows.clone().filter(ident("Text").eq(lit(text))).expect("a filter").count().await.expect("counted");
            assert_eq!((count, place.sketches.scanned().groups_skipped), (found, skipped), "{text}");
        }
    }
}
