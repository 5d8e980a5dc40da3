//! A file with findings → the file mended, or the difference that it would make, and the findings that are left.

use super::whole::Checked;
use crate::commands::fmt::write_diff;
use crate::failure::Failure;
use crate::files;
use crate::findings::{Setting, mended};

/// Mends a file, or shows how it would be; the number of fixes made.
pub(super) fn mend(file: &mut Checked, setting: Setting<'_>, takes_all: bool, is_dry: bool) -> Result<usize, Failure> {
    let (Some(kind), Some(path)) = (file.file.kind, file.file.path.clone()) else { return Ok(0) };
    let before = file.text().to_owned();
    let (text, left, count) = mended(&before, &file.findings, kind, setting, takes_all);
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
