//! A file with findings → the file mended, and the findings that are left.
//!
//! Fixes are made in rounds, since one may make room for another; of two that overlap, the first is made. A text that would come out with more
//! errors than it had stays as it was.

use syntax::{Diagnostic, Fix, Span};

use super::whole::Checked;
use crate::commands::fmt::write_diff;
use crate::failure::Failure;
use crate::files;
use crate::findings::{self, Finding, Setting};

/// Rounds at most: each makes at least one fix, and no text needs many.
const ROUNDS_MAX: usize = 10;

/// Mends a file, or shows how it would be; the number of fixes made.
pub(super) fn mend(file: &mut Checked, setting: Setting<'_>, takes_all: bool, is_dry: bool) -> Result<usize, Failure> {
    let (Some(kind), Some(path)) = (file.file.kind, file.file.path.clone()) else { return Ok(0) };
    let before = file.text().to_owned();
    let (mut text, mut left, mut count) = (before.clone(), file.findings.clone(), 0);
    for _ in 0..ROUNDS_MAX {
        let Some((mended, made)) = one_round(&text, &left, takes_all) else { break };
        let found = findings::findings(&mended, kind, setting);
        if errors(&found) > errors(&left) {
            break;
        }
        // What was found among several files is not found in one.
        let among =
            left.iter().filter(|finding| finding.diagnostic.code == findings::codes::TWIN).cloned().collect::<Vec<_>>();
        (text, left, count) = (mended, found, count + made);
        left.extend(among);
    }
    if text == before {
        return Ok(0);
    }
    if is_dry {
        write_diff(&file.file.name, &before, &text)?;
        return Ok(count);
    }
    files::replace(&path, &file.encoding().encode(&text))?;
    if let Ok(encoded) = &mut file.file.text {
        encoded.text = text;
    }
    file.findings = left;
    Ok(count)
}

/// The text with the first fitting fix of each finding, and how many that were; none when there is none.
fn one_round(text: &str, findings: &[Finding], takes_all: bool) -> Option<(String, usize)> {
    let fits = |fix: &&Fix| fix.is_safe || takes_all;
    let fixes = findings.iter().filter_map(|finding| finding.diagnostic.fixes.iter().find(fits));
    let mut taken: Vec<(Span, &str)> = vec![];
    let mut count = 0;
    for fix in fixes {
        let is_free = fix.edits.iter().all(|(span, _)| taken.iter().all(|(other, _)| !touch(*span, *other)));
        if is_free && !fix.edits.is_empty() {
            taken.extend(fix.edits.iter().map(|(span, text)| (*span, text.as_str())));
            count += 1;
        }
    }
    taken.sort_by_key(|(span, _)| span.start);
    let mut mended = String::new();
    let mut at = 0;
    for (span, new) in taken {
        mended.push_str(text.get(at..span.start as usize)?);
        mended.push_str(new);
        at = span.end as usize;
    }
    mended.push_str(text.get(at..)?);
    (count > 0 && mended != text).then_some((mended, count))
}

/// Do two edits change the same bytes, or insert at the same place?
fn touch(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end || one.start == other.start
}

fn errors(findings: &[Finding]) -> usize {
    findings.iter().map(|finding| &finding.diagnostic).filter(|found| Diagnostic::is_error(found)).count()
}
