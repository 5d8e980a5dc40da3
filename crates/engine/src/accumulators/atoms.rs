//! A column as 64-bit atoms: numbers by their bits, texts by whatever number the caller gives a text (a hash, an id).
//!
//! In: a column of any KQL type, texts possibly dictionary-encoded. Out: one atom per row, none for null. A dictionary's texts are
//! looked up once per dictionary, not once per row, and only those that rows use.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringViewArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::Result;
use semantics::Type;
use std::sync::Arc;

use crate::types::decimal_texts;

/// Reads the batches of one column.
pub(crate) struct AtomReader {
    ty: Type,
    dictionary: Option<Dictionary>,
}

/// The dictionary of the last batch, with the atoms of its texts where they are known.
struct Dictionary {
    source: ArrayRef,
    texts: StringViewArray,
    atoms: Vec<Option<u64>>,
}

/// The rows of a batch.
pub(crate) enum Rows {
    Longs(Int64Array),
    Reals(Float64Array),
    Bools(BooleanArray),
    Texts(StringViewArray),
    /// Places in the dictionary of the reader.
    Codes(Vec<usize>, Option<NullBuffer>),
}

impl AtomReader {
    /// A reader of columns of this KQL type.
    pub(crate) fn new(ty: Type) -> Self {
        Self { ty, dictionary: None }
    }

    /// The KQL type of the column.
    pub(crate) fn ty(&self) -> Type {
        self.ty
    }

    /// Reads a batch; the one before is done with.
    pub(crate) fn read(&mut self, column: &ArrayRef) -> Result<Rows> {
        Ok(match self.ty {
            Type::Int | Type::Long | Type::DateTime | Type::TimeSpan => {
                Rows::Longs(cast(column, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
            }
            Type::Real => Rows::Reals(cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
            Type::Bool => Rows::Bools(cast(column, &DataType::Boolean)?.as_boolean().clone()),
            // Element by element where it is an array, so by its own text.
            Type::Dynamic => Rows::Texts(cast(column, &DataType::Utf8View)?.as_string_view().clone()),
            Type::Decimal => Rows::Texts(decimal_texts(column)?),
            Type::String | Type::Guid => match column.as_any_dictionary_opt() {
                Some(dictionary) => {
                    self.keep(dictionary.values())?;
                    Rows::Codes(dictionary.normalized_keys(), dictionary.logical_nulls())
                }
                None => Rows::Texts(cast(column, &DataType::Utf8View)?.as_string_view().clone()),
            },
        })
    }

    fn keep(&mut self, source: &ArrayRef) -> Result<()> {
        if self.dictionary.as_ref().is_none_or(|known| !Arc::ptr_eq(&known.source, source)) {
            let texts = cast(source, &DataType::Utf8View)?.as_string_view().clone();
            let atoms = vec![None; texts.len()];
            self.dictionary = Some(Dictionary { source: Arc::clone(source), texts, atoms });
        }
        Ok(())
    }

    /// The atom of a row; `number` makes one of a text.
    pub(crate) fn atom(&mut self, rows: &Rows, row: usize, number: &mut impl FnMut(&str) -> u64) -> Option<u64> {
        match rows {
            Rows::Longs(array) => array.is_valid(row).then(|| array.value(row).cast_unsigned()),
            Rows::Reals(array) => array.is_valid(row).then(|| real_bits(array.value(row))),
            Rows::Bools(array) => array.is_valid(row).then(|| u64::from(array.value(row))),
            Rows::Texts(array) if array.is_valid(row) => Some(number(array.value(row))),
            Rows::Codes(codes, nulls) if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) => {
                let Dictionary { texts, atoms, .. } = self.dictionary.as_mut()?;
                let code = *codes.get(row)?;
                let atom = atoms.get_mut(code)?;
                Some(*atom.get_or_insert_with(|| number(texts.value(code))))
            }
            // A string is never null.
            Rows::Texts(_) | Rows::Codes(..) => (self.ty == Type::String).then(|| number("")),
        }
    }
}

/// One bit pattern for each real: zeros are one, NaNs are one.
fn real_bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() }
}
