//! Texts ↔ small numbers: each different text is kept once, in one buffer, without an allocation of its own.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh64::xxh64;

/// The texts that were seen.
#[derive(Default)]
pub(crate) struct Interner {
    texts: String,
    /// Where each text ends.
    ends: Vec<usize>,
    /// (hash, number): the hash spares most looks at the texts.
    table: HashTable<(u64, u32)>,
}

impl Interner {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> u64 {
        let hash = xxh64(text.as_bytes(), 0);
        let Self { texts, ends, table } = self;
        let is_same = |(other, number): &(u64, u32)| *other == hash && span(texts, ends, *number) == text;
        let number = match table.entry(hash, is_same, |(hash, _)| *hash) {
            Entry::Occupied(entry) => entry.get().1,
            Entry::Vacant(entry) => {
                let number = u32::try_from(ends.len()).expect("four billion different texts do not fit in memory");
                entry.insert((hash, number));
                texts.push_str(text);
                ends.push(texts.len());
                number
            }
        };
        u64::from(number)
    }

    /// The text of a number that `number` gave.
    pub(crate) fn text(&self, number: u64) -> &str {
        u32::try_from(number).map_or("", |number| span(&self.texts, &self.ends, number))
    }

    /// Bytes held.
    pub(crate) fn size(&self) -> usize {
        self.texts.capacity() + self.ends.capacity() * size_of::<usize>() + self.table.allocation_size()
    }
}

fn span<'a>(texts: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &texts[start..ends[number]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut interner = Interner::default();
        let numbers: Vec<u64> = ["a", "", "é", "a", ""].iter().map(|text| interner.number(text)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!([0, 1, 2].map(|number| interner.text(number)), ["a", "", "é"]);
    }
}
