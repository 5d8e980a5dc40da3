//! `make_set`: the different values of a group, the first ones up to a limit, in the order in which they came.
//!
//! Sketch of cost: 32 bytes a group and no allocation up to three values; a row of a full group costs one comparison and is not even read.
//! Texts are kept once for all groups. Dynamic arrays add their elements (recorded from Kusto), nulls add nothing.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, LargeBinaryBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use semantics::Type;
use semantics::time::{format_datetime, format_timespan};
use std::fmt::Write;
use std::sync::Arc;

use super::atoms::{AtomReader, Rows};
use super::interner::Interner;
use super::is_kept;
use crate::dynamic::{array_items, quote, real_json};
use crate::functions::{AggregateCall, LowerAggregate};

/// The most that a set, list or bag may hold, as documented.
pub(super) const SIZE_MAX: usize = 1_048_576;

/// What the older names (`makeset`, `makelist`, `make_dictionary`) hold unless they are told otherwise, as their pages say.
pub(super) const SIZE_OF_OLD: usize = 128;

/// How `make_set` is computed; `filter` is the place of the predicate of `make_set_if`.
pub(crate) const fn set(filter: Option<usize>) -> LowerAggregate {
    let make = if filter.is_some() { |call: &_| make(call, 2, SIZE_MAX) } else { |call: &_| make(call, 1, SIZE_MAX) };
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter }
}

/// How `makeset` is computed.
pub(crate) const fn old_set() -> LowerAggregate {
    let make = |call: &_| make(call, 1, SIZE_OF_OLD);
    LowerAggregate::Groups { make, state: |_| vec![DataType::LargeBinary], columns: |_| 1, filter: None }
}

fn make(call: &AggregateCall, size: usize, default: usize) -> Result<Box<dyn GroupsAccumulator>> {
    let ty = call.types.first().copied().unwrap_or(Type::Dynamic);
    Ok(Box::new(SetGroups {
        reader: AtomReader::new(ty),
        limit: size_limit(call, size, default)?,
        interner: Interner::default(),
        groups: vec![],
        owned_bytes: 0,
    }))
}

/// The constant size argument at that place, up to the documented limit, or the default.
pub(super) fn size_limit(call: &AggregateCall, at: usize, default: usize) -> Result<usize> {
    if call.arguments.len() <= at {
        return Ok(default);
    }
    match call.constant_long(at).map(usize::try_from) {
        Some(Ok(size)) => Ok(size.min(SIZE_MAX)),
        _ => exec_err!("a size limit must be a constant that is not negative"),
    }
}

struct SetGroups {
    reader: AtomReader,
    limit: usize,
    interner: Interner,
    groups: Vec<Members>,
    owned_bytes: usize,
}

/// The members of one set: numbers by their bits, texts by their number in the interner.
#[derive(Clone)]
enum Members {
    Few { count: u8, atoms: [u64; FEW] },
    Many(Box<Many>),
}

/// So many fit beside the tag in 32 bytes.
const FEW: usize = 3;

#[derive(Clone, Default)]
struct Many {
    order: Vec<u64>,
    /// Empty while a look through `order` is cheaper.
    seen: HashTable<u64>,
}

const SCAN_MAX: usize = 16;

impl Members {
    fn as_slice(&self) -> &[u64] {
        match self {
            Self::Few { count, atoms } => &atoms[..usize::from(*count)],
            Self::Many(many) => &many.order,
        }
    }

    /// Adds an atom; says how many bytes were allocated.
    fn insert(&mut self, atom: u64) -> usize {
        match self {
            Self::Few { count, atoms } => {
                let used = usize::from(*count);
                if atoms[..used].contains(&atom) {
                    return 0;
                }
                if used < FEW {
                    atoms[used] = atom;
                    *count += 1;
                    return 0;
                }
                let mut many = Many { order: Vec::with_capacity(FEW * 2), ..Many::default() };
                many.order.extend(atoms.iter().chain([&atom]));
                let bytes = many.bytes() + size_of::<Many>();
                *self = Self::Many(Box::new(many));
                bytes
            }
            Self::Many(many) => {
                let before = many.bytes();
                many.insert(atom);
                many.bytes() - before
            }
        }
    }
}

impl Many {
    fn insert(&mut self, atom: u64) {
        if self.order.len() <= SCAN_MAX {
            if !self.order.contains(&atom) {
                self.order.push(atom);
            }
            return;
        }
        if self.seen.is_empty() {
            for known in &self.order {
                self.seen.insert_unique(spread(*known), *known, |atom| spread(*atom));
            }
        }
        if let Entry::Vacant(entry) = self.seen.entry(spread(atom), |known| *known == atom, |atom| spread(*atom)) {
            entry.insert(atom);
            self.order.push(atom);
        }
    }

    fn bytes(&self) -> usize {
        self.order.capacity() * size_of::<u64>() + self.seen.allocation_size()
    }
}

fn spread(atom: u64) -> u64 {
    let mixed = (atom ^ (atom >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

impl SetGroups {
    fn resize(&mut self, total: usize) {
        self.groups.resize(total, Members::Few { count: 0, atoms: [0; FEW] });
    }

    fn is_full(&self, group: usize) -> bool {
        self.groups[group].as_slice().len() >= self.limit
    }

    fn insert(&mut self, group: usize, atom: u64) {
        self.owned_bytes += self.groups[group].insert(atom);
    }

    fn insert_text(&mut self, group: usize, text: &str) {
        if !self.is_full(group) {
            let atom = self.interner.number(text);
            self.insert(group, atom);
        }
    }

    fn insert_row(&mut self, rows: &Rows, row: usize, group: usize) {
        if self.is_full(group) {
            return;
        }
        if let Rows::Texts(texts) = rows
            && self.reader.ty() == Type::Dynamic
            && texts.is_valid(row)
            && let Some(items) = array_items(texts.value(row))
        {
            items.for_each(|item| self.insert_text(group, item));
            return;
        }
        let Self { reader, interner, .. } = self;
        if let Some(atom) = reader.atom(rows, row, &mut |text| interner.number(text)) {
            self.insert(group, atom);
        }
    }

    fn has_text(&self) -> bool {
        matches!(self.reader.ty(), Type::String | Type::Dynamic | Type::Decimal | Type::Guid)
    }

    /// Numbers are eight bytes; a text is its length in four bytes and its bytes.
    fn save(&self, members: &Members, bytes: &mut Vec<u8>) {
        bytes.clear();
        for atom in members.as_slice() {
            if self.has_text() {
                write_text(self.interner.text(*atom), bytes);
            } else {
                bytes.extend(atom.to_le_bytes());
            }
        }
    }

    fn load(&mut self, mut bytes: &[u8], group: usize) -> Result<()> {
        if self.has_text() {
            while !bytes.is_empty() {
                let text = read_text(&mut bytes)?;
                self.insert_text(group, text);
            }
        } else {
            for atom in bytes.as_chunks::<8>().0 {
                if !self.is_full(group) {
                    self.insert(group, u64::from_le_bytes(*atom));
                }
            }
        }
        Ok(())
    }

    fn write_json(&self, members: &Members, out: &mut String) {
        out.clear();
        out.push('[');
        for (place, atom) in members.as_slice().iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            match self.reader.ty() {
                Type::Bool => out.push_str(if *atom == 1 { "true" } else { "false" }),
                Type::Int | Type::Long => write!(out, "{}", atom.cast_signed()).expect("a String grows"),
                Type::Real => out.push_str(&real_json(f64::from_bits(*atom))),
                Type::DateTime => quote(&format_datetime(atom.cast_signed()), out),
                Type::TimeSpan => quote(&format_timespan(atom.cast_signed()), out),
                Type::String | Type::Decimal | Type::Guid => quote(self.interner.text(*atom), out),
                Type::Dynamic => out.push_str(self.interner.text(*atom)),
            }
        }
        out.push(']');
    }
}

/// A text in a state: its length in four bytes, then its bytes.
pub(super) fn write_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend(u32::try_from(text.len()).expect("a value is smaller than 4 GiB").to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// The next text of a state.
pub(super) fn read_text<'a>(bytes: &mut &'a [u8]) -> Result<&'a str> {
    let text = bytes.split_first_chunk::<4>().and_then(|(length, rest)| {
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        *bytes = rest;
        std::str::from_utf8(text).ok()
    });
    match text {
        Some(text) => Ok(text),
        None => exec_err!("a state of a set, list or bag is broken"),
    }
}

impl GroupsAccumulator for SetGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        let rows = self.reader.read(&values[0])?;
        for (row, group) in groups.iter().enumerate() {
            if is_kept(filter, row) {
                self.insert_row(&rows, row, *group);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let taken = emit_to.take_needed(&mut self.groups);
        let mut builder = StringViewBuilder::with_capacity(taken.len());
        let mut json = String::new();
        for members in &taken {
            self.write_json(members, &mut json);
            builder.append_value(&json);
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let mut builder = LargeBinaryBuilder::new();
        let mut bytes = vec![];
        for members in &taken {
            self.save(members, &mut bytes);
            builder.append_value(&bytes);
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        for (state, group) in values[0].as_binary::<i64>().iter().zip(groups) {
            if !self.is_full(*group) {
                self.load(state.unwrap_or_default(), *group)?;
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut one = Self {
            reader: AtomReader::new(self.reader.ty()),
            limit: self.limit,
            interner: Interner::default(),
            groups: vec![],
            owned_bytes: 0,
        };
        let rows = values[0].len();
        let groups: Vec<usize> = (0..rows).collect();
        one.update_batch(values, &groups, filter, rows)?;
        one.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Members>() + self.owned_bytes + self.interner.size()
    }
}
