//! The sketch of a part: which terms and texts each of its row groups may hold.
//!
//! In, when a part is written: its rows. Out: a small file beside the data, which readers that do not know it ignore. In, when a query is
//! planned: that file, or pieces of it. Out: which row groups may hold what a filter needs. A sketch says surely that something is absent, and
//! never surely that it is there (a split-block bloom filter, as in Parquet). One that is broken, foreign or newer says nothing, so that
//! everything may be held.
//!
//! Little-endian: magic and version (8 bytes), length of the header (4), bytes of the part (8), row groups (2), columns (2); for each column
//! whether it holds dynamics (1), its name (1 byte of length before it), then for its terms and for its texts the blocks of each row group (4 each; 0 says that there is no filter)
//! and the CRC-32 of their bytes (4); the CRC-32 of the header (4). Behind it the blocks, in the order of the header.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use engine::needs::{self, Need, Source};
use hashbrown::HashSet;
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::ParquetMetaData;
use xxhash_rust::xxh64::xxh64;

use crate::error::{Error, Result};

const MAGIC: [u8; 8] = *b"vdterms\x01";
const BLOCK_BYTES: usize = 32;
/// Fixed fields before the columns.
const START_BYTES: usize = 24;
const CHECKSUM_BYTES: usize = 4;
/// A header is no longer; the largest that is written, 32 row groups of 255 columns, has about half of it.
pub(super) const HEADER_BYTES_MAX: usize = 256 * 1024;
/// A filter is no larger.
const FILTER_BYTES_MAX: usize = 1 << 20;
/// Filters of one column of a part: 32 row groups, and as many again.
const FILTERS_BYTES_MAX: usize = 64 * FILTER_BYTES_MAX;
const COLUMNS_MAX: usize = 255;
/// A filter may have this part of the bytes that its column chunk has: a query that reads it instead of the column, and of all others that it
/// shows, saves most of them.
const SHARE: usize = 10;
/// A filter may be so large in any case: chunks of few values are small, and to skip a row group by them is worth as much.
const FILTER_BYTES_MIN: usize = 4 * BLOCK_BYTES;
/// Bits for an entry: with eight about one in thirty filters holds what it was not given, with six one in fourteen. More would cost a query more in
/// filters than it saves in row groups: a needle has several terms more often than not, and all must be there.
const ENTRY_BITS: usize = 8;
const ENTRY_BITS_MIN: usize = 6;

/// So many texts are worth a filter of their own in any case: it takes a kilobyte.
const FEW_TEXTS: usize = 1_000;

/// What of a column a filter knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Known {
    /// The terms of its values.
    Terms,
    /// Its values.
    Texts,
}

const KNOWN: [Known; 2] = [Known::Terms, Known::Texts];

/// The name of the sketch of a part, under the folder of the table. Its folder's name tells readers of Delta that it is none of their business.
pub(super) fn sketch_path(part: &str) -> String {
    let name = part.rsplit('/').next().unwrap_or(part);
    format!("{FOLDER}/{name}{END}")
}

/// The folder of sketches in that of a table.
pub(super) const FOLDER: &str = "_terms";
/// The end of the name of a sketch, after the name of its part.
pub(super) const END: &str = ".terms";

/// The sketch of a part whose rows these are; `texts` are the columns that hold text, or what has one.
pub(super) fn sketch(
    rows: &RecordBatch,
    texts: &BTreeSet<Source>,
    part: &ParquetMetaData,
    bytes: usize,
) -> Result<Vec<u8>> {
    let (mut header, mut body) = (vec![], vec![]);
    let groups = u16::try_from(part.num_row_groups()).map_err(Error::bug)?;
    let mut columns: u16 = 0;
    for (name, array) in rows.schema().fields().iter().map(|field| field.name()).zip(rows.columns()) {
        let Ok(length) = u8::try_from(name.len()) else { continue };
        let Some(source) = texts.iter().find(|source| source.column == *name) else { continue };
        if usize::from(columns) == COLUMNS_MAX {
            break;
        }
        let filters = column_filters(source, array, part)?;
        if filters.iter().flatten().all(|filter| filter.num_blocks() == 0) {
            continue;
        }
        columns += 1;
        header.extend([u8::from(source.is_dynamic), length]);
        header.extend(name.as_bytes());
        for of_groups in &filters {
            let start = body.len();
            for filter in of_groups {
                header.extend(u32::try_from(filter.num_blocks()).map_err(Error::bug)?.to_le_bytes());
                filter.write_bitset(&mut body).map_err(Error::bug)?;
            }
            header.extend(crc32fast::hash(body.get(start..).unwrap_or_default()).to_le_bytes());
        }
    }
    let length = START_BYTES + header.len() + CHECKSUM_BYTES;
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(length).map_err(Error::bug)?.to_le_bytes());
    out.extend((bytes as u64).to_le_bytes());
    out.extend(groups.to_le_bytes());
    out.extend(columns.to_le_bytes());
    out.extend(header);
    out.extend(crc32fast::hash(&out).to_le_bytes());
    out.extend(body);
    Ok(out)
}

/// The filters of terms and those of texts, of each row group; without blocks where there is none.
fn column_filters(source: &Source, array: &ArrayRef, part: &ParquetMetaData) -> Result<[Vec<Sbbf>; 2]> {
    let mut filters = [vec![], vec![]];
    let mut start = 0;
    for group in part.row_groups() {
        let rows = usize::try_from(group.num_rows()).map_err(Error::bug)?;
        let chunk = group.columns().iter().find(|chunk| chunk.column_path().parts() == [source.column.as_str()]);
        let stored = chunk.map_or(0, |chunk| usize::try_from(chunk.compressed_size()).unwrap_or(0));
        let bytes_max = (stored / SHARE).clamp(FILTER_BYTES_MIN, FILTER_BYTES_MAX);
        let mut seen = Seen::new(bytes_max * 8 / ENTRY_BITS_MIN);
        let slice = array.slice(start, rows);
        if let Some(texts) = slice.as_string_view_opt() {
            seen.add_all(texts.iter(), source.is_dynamic);
        } else if let Some(texts) = slice.as_string_opt::<i32>() {
            seen.add_all(texts.iter(), source.is_dynamic);
        } else {
            seen = Seen::default();
        }
        let [terms, texts] = &mut filters;
        terms.push(filter(&seen.terms, bytes_max));
        texts.push(if seen.are_texts_told() { Sbbf::new(&[]) } else { filter(&seen.texts, bytes_max) });
        start += rows;
    }
    Ok(filters)
}

/// Hashes of what stands in a row group's column; `None` when that is more than is kept.
#[derive(Default)]
struct Seen {
    terms: Option<HashSet<u64>>,
    texts: Option<HashSet<u64>>,
    entries_max: usize,
}

impl Seen {
    fn new(entries_max: usize) -> Self {
        Self { terms: Some(HashSet::new()), texts: Some(HashSet::new()), entries_max }
    }

    fn add_all<'t>(&mut self, texts: impl Iterator<Item = Option<&'t str>>, are_dynamics: bool) {
        let mut distinct: HashSet<&str> = HashSet::new();
        let mut last = None;
        for text in texts {
            // Text that is missing is empty.
            let text = text.unwrap_or("");
            if last != Some(text) && distinct.insert(text) {
                match are_dynamics {
                    true => self.add(&needs::text_of_dynamic(text)),
                    false => self.add(text),
                }
            }
            if self.terms.is_none() && self.texts.is_none() {
                return;
            }
            last = Some(text);
        }
    }

    /// Do terms tell nearly as much of texts as a filter of texts would? They do when there are about as many: then most texts have a term that
    /// few others have. Of addresses they do not: thousands have the same 256 terms.
    fn are_texts_told(&self) -> bool {
        let counts = self.texts.as_ref().zip(self.terms.as_ref()).map(|(texts, terms)| (texts.len(), terms.len()));
        counts.is_some_and(|(texts, terms)| texts > FEW_TEXTS && terms * 4 >= texts)
    }

    fn add(&mut self, text: &str) {
        if let Some(terms) = &mut self.terms {
            terms.extend(needs::terms(text).map(|term| hash(&needs::key(term))));
            if terms.len() > self.entries_max {
                self.terms = None;
            }
        }
        if let Some(texts) = &mut self.texts {
            texts.insert(hash(&needs::key(text)));
            if texts.len() > self.entries_max {
                self.texts = None;
            }
        }
    }
}

fn filter(entries: &Option<HashSet<u64>>, bytes_max: usize) -> Sbbf {
    let Some(entries) = entries else { return Sbbf::new(&[]) };
    let bytes = (entries.len() * ENTRY_BITS).div_ceil(8).min(bytes_max).max(BLOCK_BYTES);
    let mut filter = Sbbf::new(&vec![0; bytes.div_ceil(BLOCK_BYTES) * BLOCK_BYTES]);
    entries.iter().for_each(|entry| filter.insert(entry.to_le_bytes().as_slice()));
    filter
}

fn hash(key: &str) -> u64 {
    xxh64(key.as_bytes(), 0)
}

/// What the beginning of a sketch tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    groups: usize,
    columns: Vec<ColumnFilters>,
    bytes: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct ColumnFilters {
    source: Source,
    filters: [FilterPlace; 2],
}

/// Where the filters of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilterPlace {
    /// Of the file.
    pub(super) range: std::ops::Range<u64>,
    blocks: Vec<usize>,
    checksum: u32,
}

/// The length of the header that a sketch begins with; `None` when it is none of this version.
pub(super) fn header_bytes(start: &[u8]) -> Option<usize> {
    let mut rest = Bytes(start);
    let is_ours = rest.take(MAGIC.len())? == MAGIC;
    let length = usize::try_from(rest.u32()?).ok()?;
    (is_ours && (START_BYTES + CHECKSUM_BYTES..=HEADER_BYTES_MAX).contains(&length)).then_some(length)
}

impl Header {
    /// The header at the beginning of a sketch of a part of so many bytes; `None` when it is broken or another part's.
    pub(super) fn parse(start: &[u8], part_bytes: u64) -> Option<Self> {
        let bytes = header_bytes(start)?;
        let (told, checksum) = start.get(..bytes)?.split_at_checked(bytes - CHECKSUM_BYTES)?;
        if Bytes(checksum).u32()? != crc32fast::hash(told) {
            return None;
        }
        let mut rest = Bytes(told.get(MAGIC.len() + 4..)?);
        if rest.u64()? != part_bytes {
            return None;
        }
        let (groups, count) = (usize::from(rest.u16()?), usize::from(rest.u16()?));
        let mut at = bytes as u64;
        let mut columns = vec![];
        for _ in 0..count {
            let [is_dynamic, length] = *rest.take(2)?.first_chunk::<2>()?;
            let column = std::str::from_utf8(rest.take(usize::from(length))?).ok()?.to_owned();
            let filters =
                [FilterPlace::parse(&mut rest, groups, &mut at)?, FilterPlace::parse(&mut rest, groups, &mut at)?];
            columns.push(ColumnFilters { source: Source { column, is_dynamic: is_dynamic != 0 }, filters });
        }
        rest.0.is_empty().then_some(Self { groups, columns, bytes })
    }

    /// How many row groups the part has.
    pub(super) fn groups(&self) -> usize {
        self.groups
    }

    /// Bytes that it takes in memory, about.
    pub(super) fn memory_bytes(&self) -> usize {
        self.bytes * 2
    }

    /// Where the filters of a column are, when there are any.
    pub(super) fn place(&self, source: &Source, known: Known) -> Option<&FilterPlace> {
        let [terms, texts] = &self.columns.iter().find(|filters| filters.source == *source)?.filters;
        let place = match known {
            Known::Terms => terms,
            Known::Texts => texts,
        };
        (!place.range.is_empty()).then_some(place)
    }
}

impl FilterPlace {
    fn parse(rest: &mut Bytes<'_>, groups: usize, at: &mut u64) -> Option<Self> {
        let blocks = (0..groups).map(|_| usize::try_from(rest.u32()?).ok()).collect::<Option<Vec<_>>>()?;
        let bytes = blocks.iter().try_fold(0_usize, |sum, blocks| sum.checked_add(blocks.checked_mul(BLOCK_BYTES)?))?;
        if bytes > FILTERS_BYTES_MAX {
            return None;
        }
        let range = *at..at.checked_add(bytes as u64)?;
        *at = range.end;
        Some(Self { range, blocks, checksum: rest.u32()? })
    }

    /// The filter of each row group that has one; `None` when the bytes are not those that were written.
    pub(super) fn filters(&self, bytes: &[u8]) -> Option<Vec<Option<Sbbf>>> {
        if bytes.len() as u64 != self.range.end - self.range.start || crc32fast::hash(bytes) != self.checksum {
            return None;
        }
        let mut rest = Bytes(bytes);
        let filter = |blocks: &usize| match blocks {
            0 => Some(None),
            blocks => Some(Some(Sbbf::new(rest.take(blocks * BLOCK_BYTES)?))),
        };
        self.blocks.iter().map(filter).collect()
    }
}

/// Bytes that are taken from the front.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }
}

/// A need with its keys hashed, as it is asked of every row group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// Is a value there, with all these terms?
    Terms(Source, Vec<u64>),
    /// Is a text there? Its terms beside it.
    Text(Source, u64, Vec<u64>),
    All(Vec<Question>),
    Any(Vec<Question>),
}

/// A need of more alternatives is hardly ever absent, and asking takes long.
const ALTERNATIVES_MAX: usize = 1_000;

impl Question {
    /// The question for a need; `None` when it is not worth asking.
    pub(super) fn of(need: &Need) -> Option<Self> {
        let hashes = |keys: &[String]| keys.iter().map(|key| hash(key)).collect();
        match need {
            Need::Nothing => None,
            Need::Terms { of, keys } => Some(Self::Terms(of.clone(), hashes(keys))),
            Need::Text { of, key, terms } => Some(Self::Text(of.clone(), hash(key), hashes(terms))),
            Need::All(needs) => {
                let asked: Vec<Self> = needs.iter().filter_map(Self::of).collect();
                (!asked.is_empty()).then_some(Self::All(asked))
            }
            Need::Any(needs) if needs.len() > ALTERNATIVES_MAX => None,
            Need::Any(needs) => needs.iter().map(Self::of).collect::<Option<Vec<_>>>().map(Self::Any),
        }
    }

    /// The filters that may answer it, of those that a header has.
    pub(super) fn wanted(&self, header: &Header) -> BTreeSet<(Source, Known)> {
        let mut wanted = BTreeSet::new();
        self.collect(header, &mut wanted);
        wanted
    }

    fn collect(&self, header: &Header, into: &mut BTreeSet<(Source, Known)>) {
        let mut want = |source: &Source, known: Known| {
            if header.place(source, known).is_some() {
                into.insert((source.clone(), known));
            }
        };
        match self {
            Self::Terms(source, _) => want(source, Known::Terms),
            Self::Text(source, ..) => {
                let [terms, texts] = KNOWN.map(|known| header.place(source, known));
                want(source, Known::Texts);
                // Terms tell of row groups that have no filter of texts.
                let is_told = |group: &usize| texts.is_some_and(|place| place.blocks.get(*group) != Some(&0));
                if terms.is_some() && !(0..header.groups).all(|group| is_told(&group)) {
                    want(source, Known::Terms);
                }
            }
            Self::All(all) | Self::Any(all) => all.iter().for_each(|one| one.collect(header, into)),
        }
    }

    /// May a row group hold what is asked for? `filter` gives its filters, as far as there are any; `lacks` says of which columns its part has none,
    /// so that all their texts are empty.
    pub(super) fn may_hold<'f>(
        &self,
        filter: &impl Fn(&Source, Known) -> Option<&'f Sbbf>,
        lacks: &impl Fn(&str) -> bool,
    ) -> bool {
        let holds = |filter: &Sbbf, hash: &u64| filter.check(hash.to_le_bytes().as_slice());
        match self {
            Self::Terms(source, _) if lacks(&source.column) => false,
            Self::Terms(source, terms) => {
                filter(source, Known::Terms).is_none_or(|filter| terms.iter().all(|term| holds(filter, term)))
            }
            Self::Text(source, text, _) if lacks(&source.column) => *text == hash(""),
            Self::Text(source, text, terms) => match (filter(source, Known::Texts), filter(source, Known::Terms)) {
                (Some(texts), _) => holds(texts, text),
                (None, Some(filter)) => terms.iter().all(|term| holds(filter, term)),
                (None, None) => true,
            },
            Self::All(all) => all.iter().all(|one| one.may_hold(filter, lacks)),
            Self::Any(any) => any.iter().any(|one| one.may_hold(filter, lacks)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringViewArray;
    use datafusion::logical_expr::{ident, in_list, lit};
    use parquet::arrow::ArrowWriter;

    use super::*;

    /// The sketch of one row group with a column `c` of these texts, and the bytes of its part.
    fn sketched(texts: &[String]) -> (Vec<u8>, u64) {
        let array: ArrayRef = Arc::new(texts.iter().map(Some).collect::<StringViewArray>());
        let rows = RecordBatch::try_from_iter([("c", array)]).expect("rows");
        let mut part = vec![];
        let mut writer = ArrowWriter::try_new(&mut part, rows.schema(), None).expect("a writer");
        writer.write(&rows).expect("written");
        let metadata = writer.close().expect("closed");
        let source = Source { column: "c".to_owned(), is_dynamic: false };
        let sketch = sketch(&rows, &BTreeSet::from([source]), &metadata, part.len()).expect("a sketch");
        (sketch, part.len() as u64)
    }

    /// May the row group hold a row that has the text?
    fn holds((sketch, bytes): &(Vec<u8>, u64), text: &str) -> bool {
        let header = Header::parse(sketch, *bytes).expect("a header");
        let question = Question::of(&needs::of(&ident("c").eq(lit(text)))).expect("a question");
        let filters: Vec<_> = question
            .wanted(&header)
            .into_iter()
            .map(|(source, known)| {
                let place = header.place(&source, known).expect("it is wanted because it is there");
                let range = usize::try_from(place.range.start).expect("small")
                    ..usize::try_from(place.range.end).expect("small");
                (source, known, place.filters(&sketch[range]).expect("whole"))
            })
            .collect();
        let filter = |source: &Source, known: Known| {
            filters.iter().find(|(of, has, _)| (of, *has) == (source, known))?.2.first()?.as_ref()
        };
        question.may_hold(&filter, &|_| false)
    }

    /// What was given is always found. What was not is found by accident in one of thirty cases, by the rule of eight bits an entry; one in ten is far
    /// from that. Each text is one term that no other has, so that its terms tell of it.
    #[test]
    fn what_a_filter_was_given_it_holds_and_little_else() {
        let texts: Vec<String> =
            (0..20_000).map(|number: u64| format!("t{:x}", xxh64(&number.to_le_bytes(), 1))).collect();
        let sketched = sketched(&texts);
        assert!(texts.iter().step_by(7).all(|text| holds(&sketched, text)));
        let absent = (0..1_000).filter(|number| holds(&sketched, &format!("absent{number}"))).count();
        assert!(absent < 100, "{absent}");
        assert!(sketched.0.len() < 21_000, "{}", sketched.0.len());
    }

    /// Addresses share their terms; that is what the filter of whole texts is for.
    #[test]
    fn texts_of_the_same_terms_are_told_apart() {
        let address = |number: u32| format!("10.{}.{}.{}", number % 7, number / 250 % 250, number % 250);
        let sketched = sketched(&(0..20_000).map(address).collect::<Vec<_>>());
        assert!((0..20_000).step_by(13).all(|number| holds(&sketched, &address(number))));
        let absent =
            (0..1_000).filter(|number| holds(&sketched, &format!("10.200.{}.{}", number / 250, number % 250))).count();
        assert!(absent < 100, "{absent}");
    }

    #[test]
    fn a_header_with_any_byte_changed_is_none() {
        let (sketch, bytes) = sketched(&["a.b".to_owned(), "c".to_owned()]);
        let length = header_bytes(&sketch).expect("a header");
        assert!(Header::parse(&sketch, bytes).is_some());
        assert_eq!(Header::parse(&sketch, bytes + 1), None);
        for at in 0..length {
            let mut changed = sketch.clone();
            changed[at] ^= 0x41;
            assert_eq!(Header::parse(&changed, bytes), None, "{at}");
            assert_eq!(Header::parse(&sketch[..at], bytes), None, "{at}");
        }
    }

    /// A header that is whole, by its checksum, and tells of filters that nobody wrote.
    #[test]
    fn counts_beyond_all_limits_are_refused() {
        let header = |groups: u16, columns: u16, rest: &[u8]| {
            let mut bytes = MAGIC.to_vec();
            let length = START_BYTES + rest.len() + CHECKSUM_BYTES;
            bytes.extend(u32::try_from(length).expect("short").to_le_bytes());
            bytes.extend(7_u64.to_le_bytes());
            bytes.extend(groups.to_le_bytes());
            bytes.extend(columns.to_le_bytes());
            bytes.extend(rest);
            bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
            bytes
        };
        let one = |blocks: u32| [&[0, 1, b'c'][..], &blocks.to_le_bytes(), &[0; 4], &[0; 8]].concat();
        assert!(Header::parse(&header(1, 1, &one(1)), 7).is_some());
        assert_eq!(Header::parse(&header(1, 1, &one(u32::MAX)), 7), None);
        assert_eq!(Header::parse(&header(u16::MAX, 1, &one(1)), 7), None);
        assert_eq!(Header::parse(&header(1, u16::MAX, &one(1)), 7), None);
        assert_eq!(Header::parse(&header(1, 0, &one(1)), 7), None);
        assert_eq!(header_bytes(&[&MAGIC[..], &u32::MAX.to_le_bytes()].concat()), None);
    }

    #[test]
    fn more_alternatives_than_are_worth_it_are_not_asked() {
        let any = |count: usize| in_list(ident("c"), (0..count).map(|number| lit(number.to_string())).collect(), false);
        assert!(Question::of(&needs::of(&any(ALTERNATIVES_MAX))).is_some());
        assert_eq!(Question::of(&needs::of(&any(ALTERNATIVES_MAX + 1))), None);
    }
}
