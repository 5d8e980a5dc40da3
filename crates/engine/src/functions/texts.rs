//! Any scalar as text, row by row: what `tostring` gives, and what `strcat`, `reverse` or `hash_md5` make of an argument that is no string.
//!
//! In: an argument of any type. Out: its text; null is the empty text. Long texts are borrowed, short ones written into the caller's
//! buffer, so that a row costs no allocation.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion::common::Result;
use semantics::Type;
use semantics::number::format_real;
use semantics::time::{format_datetime, format_timespan};

use super::args::{Args, Bools, Json, Longs, Reals, Strings};
use super::decimals::Decimals;
use crate::dynamic::as_text;

/// The texts of an argument.
pub(crate) enum Texts {
    /// string.
    Strings(Strings),
    /// bool: `True`, `False`.
    Bools(Bools),
    /// int, long.
    Longs(Longs),
    /// real.
    Reals(Reals),
    /// datetime.
    DateTimes(Longs),
    /// timespan.
    TimeSpans(Longs),
    /// decimal.
    Decimals(Decimals),
    /// guid: stored as its text.
    Stored(Json),
    /// dynamic: a string without its quotes, everything else as JSON.
    Dynamics(Json),
}

impl Texts {
    /// The text of a row.
    pub(crate) fn get(&self, row: usize) -> Cow<'_, str> {
        match self {
            Self::Strings(strings) => Cow::Borrowed(strings.get(row)),
            Self::Stored(json) => Cow::Borrowed(json.get(row).unwrap_or("")),
            Self::Dynamics(json) => json.get(row).map_or(Cow::Borrowed(""), as_text),
            Self::Bools(_)
            | Self::Longs(_)
            | Self::Reals(_)
            | Self::Decimals(_)
            | Self::DateTimes(_)
            | Self::TimeSpans(_) => {
                let mut text = String::new();
                self.write(row, &mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Appends the text of a row.
    pub(crate) fn write(&self, row: usize, out: &mut String) {
        match self {
            Self::Strings(_) | Self::Stored(_) | Self::Dynamics(_) => out.push_str(&self.get(row)),
            Self::Bools(bools) => out.push_str(match bools.get(row) {
                Some(true) => "True",
                Some(false) => "False",
                None => "",
            }),
            Self::Longs(longs) => {
                if let Some(value) = longs.get(row) {
                    write!(out, "{value}").expect("a String grows");
                }
            }
            Self::Reals(reals) => out.push_str(&reals.get(row).map(format_real).unwrap_or_default()),
            Self::Decimals(decimals) => {
                if let Some(value) = decimals.get(row) {
                    write!(out, "{value}").expect("a String grows");
                }
            }
            Self::DateTimes(ticks) => out.push_str(&ticks.get(row).map(format_datetime).unwrap_or_default()),
            Self::TimeSpans(ticks) => out.push_str(&ticks.get(row).map(format_timespan).unwrap_or_default()),
        }
    }
}

impl Args<'_> {
    /// An argument of any type, as text.
    pub(crate) fn texts(&self, index: usize) -> Result<Texts> {
        Ok(match self.ty(index) {
            Type::String => Texts::Strings(self.strings(index)?),
            Type::Bool => Texts::Bools(self.bools(index)?),
            Type::Int | Type::Long => Texts::Longs(self.longs(index)?),
            Type::Real => Texts::Reals(self.reals(index)?),
            Type::DateTime => Texts::DateTimes(self.longs(index)?),
            Type::TimeSpan => Texts::TimeSpans(self.longs(index)?),
            Type::Decimal => Texts::Decimals(self.decimals(index)?),
            Type::Guid => Texts::Stored(self.json(index)?),
            Type::Dynamic => Texts::Dynamics(self.json(index)?),
        })
    }

    /// Answers with the text that `write` appends for each row.
    pub(crate) fn write_strings(&self, mut write: impl FnMut(usize, &mut String)) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(self.rows());
        let mut text = String::new();
        for row in 0..self.rows() {
            text.clear();
            write(row, &mut text);
            builder.append_value(&text);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Answers with the JSON (or guid) that `write` appends for each row; `None` is null.
    pub(crate) fn write_json(&self, mut write: impl FnMut(usize, &mut String) -> Option<()>) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(self.rows());
        let mut text = String::new();
        for row in 0..self.rows() {
            text.clear();
            let written = write(row, &mut text);
            builder.append_option(written.map(|()| &text));
        }
        Ok(Arc::new(builder.finish()))
    }
}
