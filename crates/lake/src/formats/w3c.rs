//! Web logs in W3C's extended format (IIS, ISA and Forefront, Blue Coat) → requests.
//!
//! In: a stream of text whose `#Fields:` line names its columns. Out: requests with a JSON bag of the fields that are set, under those names. The
//! header may come again in mid-file. Source: www.w3.org/TR/WD-logfile.html.

use std::io::Read;

use super::account::Account;
use super::bag::Bag;
use super::raw::Field;
use super::rows::{Place, Rows};
use super::split::{Lines, Piece, Records};
use super::{clock, decode, ticks};
use crate::record::{ReadError, Stream};

/// What starts the line that names the columns.
const FIELDS: &str = "#Fields:";

/// Lines of a header at most.
const HEADER_LINES_MAX: usize = 16;

/// Columns of which every web log has one: firewalls write this format too.
const WEB_FIELDS: [&str; 5] = ["cs-method", "cs-uri", "cs-uri-stem", "cs-host", "s-operation"];

/// Do the first lines name columns?
pub(super) fn is_w3c(head: &str) -> bool {
    head.starts_with('#') && head.lines().take(HEADER_LINES_MAX).any(|line| line.starts_with(FIELDS))
}

/// Reads a file that [`is_w3c`].
pub(super) fn read(
    reader: &mut dyn Read,
    account: &mut Account,
    rows: &mut Rows<'_>,
    record_bytes_max: usize,
) -> Result<(), ReadError> {
    account.format("w3c");
    let mut header = Header::default();
    let mut records = Records::new(reader, Lines, record_bytes_max);
    while let Some(piece) = records.next()? {
        match piece {
            Piece::GivenUp { offset, reason, head } => account.bad_record(offset, reason, &head),
            Piece::Whole { offset, bytes } => {
                let line = String::from_utf8_lossy(decode::without_mark(bytes));
                if matches!(line, std::borrow::Cow::Owned(_)) {
                    account.replaced();
                }
                let line = line.trim_end_matches(['\r', '\n', '\0']);
                if line.starts_with('#') {
                    header.read(line);
                } else if !line.trim().is_empty() {
                    read_line(line, &header, offset, account, rows)?;
                }
            }
        }
    }
    if let Some((offset, reason)) = records.broken() {
        account.broken(offset, reason);
    }
    Ok(())
}

fn read_line(
    line: &str,
    header: &Header,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    match header.record(line) {
        Ok((time, record)) => {
            account.good("web requests");
            let fields = [Field::Text("w3c"), Field::Ticks(Some(time)), Field::Json(&record)];
            rows.raw(Stream::Web, fields.into_iter().enumerate(), Place { file: account.path(), offset })?;
        }
        Err(reason) => account.bad_record(offset, reason, line.as_bytes()),
    }
    Ok(())
}

/// What the directives say.
#[derive(Default)]
struct Header {
    software: String,
    /// `2026-03-02`, for logs whose lines have a time only.
    date: String,
    fields: Vec<String>,
    is_web: bool,
    /// ISA puts tabs between values that hold blanks.
    has_tabs: bool,
}

impl Header {
    fn read(&mut self, line: &str) {
        if let Some(names) = line.strip_prefix(FIELDS) {
            let names = names.trim();
            self.has_tabs = names.contains('\t');
            self.fields = names.split(['\t', ' ']).filter(|name| !name.is_empty()).map(str::to_lowercase).collect();
            self.is_web = self.fields.iter().any(|name| WEB_FIELDS.contains(&name.as_str()));
        } else if let Some(software) = line.strip_prefix("#Software:") {
            software.trim().clone_into(&mut self.software);
        } else if let Some(date) = line.strip_prefix("#Date:") {
            date.split_whitespace().next().unwrap_or_default().clone_into(&mut self.date);
        }
    }

    /// The time of a line, and its fields as JSON text.
    fn record(&self, line: &str) -> Result<(i64, String), String> {
        if self.fields.is_empty() {
            return Err("no `#Fields:` line before it, so its columns are unknown".to_owned());
        }
        if !self.is_web {
            return Err("its `#Fields:` are those of no web log".to_owned());
        }
        let values = if self.has_tabs { line.split('\t').map(unquoted).collect() } else { words(line) };
        if values.len() != self.fields.len() {
            return Err(format!("{} fields where the header has {}", values.len(), self.fields.len()));
        }
        let (mut date, mut clock, mut epoch) = (self.date.as_str(), "", "");
        let mut bag = Bag::default();
        for (name, value) in self.fields.iter().zip(&values) {
            match name.as_str() {
                "date" => date = value,
                "time" => clock = value,
                "timestamp" => epoch = value,
                _ if matches!(value.as_str(), "-" | "") => {}
                name => bag.string(name, value),
            }
        }
        let time =
            ticks::datetime(&format!("{date} {clock}")).filter(|_| !clock.is_empty()).or_else(|| clock::epoch(epoch));
        let time = time.ok_or_else(|| format!("no time: `{date} {clock}`"))?;
        if !self.software.is_empty() {
            bag.string("#software", &self.software);
        }
        Ok((time, bag.finish()))
    }
}

/// Values between blanks; one in double quotes may hold blanks, and a doubled quote is one.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut rest = line.trim();
    while !rest.is_empty() {
        let end = match rest.strip_prefix('"') {
            Some(inner) => closing(inner).map_or(rest.len(), |at| at + 2),
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        words.push(unquoted(word));
        rest = after.trim_start_matches(' ');
    }
    words
}

/// Where the quote stands that is not doubled.
fn closing(inner: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + inner.get(from..)?.find('"')?;
        if inner.get(at + 1..).is_none_or(|after| !after.starts_with('"')) {
            return Some(at);
        }
        from = at + 2;
    }
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\"\"", "\""))
}
