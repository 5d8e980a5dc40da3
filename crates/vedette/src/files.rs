//! The files of queries and rules that a command works on: names of files, folders and packs → texts and what each is.
//!
//! In: what the user named. Out: files in the order of their names. What a file is, is told by its ending and, for YAML, by its content.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use detect::rule::sentinel;
use lake::Content;
use syntax::limits::TEXT_BYTES_MAX;

use crate::encoded::{self, Encoded};
use crate::failure::Failure;
use crate::findings::TextKind;

/// Files at most: four times the public repository of Sentinel's rules.
const FILES_MAX: usize = 200_000;

/// A file of queries or rules.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// As a person would name it.
    pub(crate) name: String,
    /// Where it is; none for one that is part of the program.
    pub(crate) path: Option<PathBuf>,
    /// Its text, or why it has none.
    pub(crate) text: Result<Encoded, String>,
    /// What it is; none for YAML that is no rule.
    pub(crate) kind: Option<TextKind>,
}

/// Finds the files that were named; those in folders by their endings, one that was named itself whatever it is called.
///
/// # Errors
/// A name that is nothing or holds nothing of the kind, or a folder that cannot be read.
pub(crate) fn find(names: &[String], packs: Option<&Content>) -> Result<Vec<TextFile>, Failure> {
    let mut found: Vec<TextFile> = vec![];
    for name in names {
        let path = Path::new(name);
        let before = found.len();
        if name == "-" && packs.is_some() {
            found.push(from_stdin()?);
        } else if path.is_dir() {
            for path in walk(path)? {
                found.push(read(&path)?);
            }
        } else if path.exists() {
            found.push(read(path)?);
        } else {
            found.extend(pack(name, packs)?);
        }
        let here = found.get_mut(before..).unwrap_or_default();
        here.sort_by(|one, other| one.name.cmp(&other.name));
        if here.iter().all(|file| file.kind.is_none()) {
            return Err(Failure::Usage(format!("`{name}` holds no query and no rule")));
        }
    }
    // A file may lie in a folder that was named as well.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|file| seen.insert(file.name.clone()));
    Ok(found)
}

/// What a text is, told by its name and, for YAML, by what is in it.
pub(crate) fn kind(name: &str, text: &str) -> Option<TextKind> {
    let path = Path::new(name);
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    match ending(path).as_deref() {
        Some("yaml" | "yml") => sentinel::looks_like_rule(text).then_some(TextKind::Rule),
        Some("kql" | "csl") if folder == Some("functions") => Some(TextKind::Function),
        Some("kql" | "csl") => Some(TextKind::Query),
        _ if sentinel::looks_like_rule(text) => Some(TextKind::Rule),
        _ => Some(TextKind::Query),
    }
}

/// Puts bytes in the place of a file's, at once.
///
/// # Errors
/// What the system says.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failure = |error: &std::io::Error| Failure::Environment(format!("cannot write `{}`: {error}", path.display()));
    // The file that a link names is replaced, not the link.
    let path = path.canonicalize().map_err(|error| failure(&error))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    let write = || {
        fs::write(&partial, bytes)?;
        fs::set_permissions(&partial, fs::metadata(&path)?.permissions())?;
        fs::rename(&partial, &path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&partial);
        failure(&error)
    })
}

fn from_stdin() -> Result<TextFile, Failure> {
    let name = "<stdin>".to_owned();
    let mut bytes = vec![];
    let read = std::io::stdin().take(TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Environment(format!("cannot read `{name}`: {error}")))?;
    let text = match bytes.len() <= TEXT_BYTES_MAX {
        true => encoded::decode(&bytes),
        false => Err(format!("has more than {TEXT_BYTES_MAX} bytes")),
    };
    let kind = text.as_ref().map_or(Some(TextKind::Query), |encoded| kind(&name, &encoded.text));
    Ok(TextFile { name, path: None, text, kind })
}

fn read(path: &Path) -> Result<TextFile, Failure> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| Failure::Environment(format!("cannot read `{name}`: {error}"));
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    let text = match usize::try_from(bytes) {
        Ok(bytes) if bytes <= TEXT_BYTES_MAX => encoded::decode(&fs::read(path).map_err(unreadable)?),
        _ => Err(format!("has {bytes} bytes, more than {TEXT_BYTES_MAX}")),
    };
    let kind = text.as_ref().map_or(Some(TextKind::Query), |encoded| kind(&name, &encoded.text));
    Ok(TextFile { name, path: Some(path.to_owned()), text, kind })
}

/// The files of a folder that are queries or YAML; what is hidden is left alone.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable =
            |error: std::io::Error| Failure::Environment(format!("cannot read `{}`: {error}", folder.display()));
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            let kind = entry.file_type().map_err(unreadable)?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if is_hidden {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if path.is_file() && matches!(ending(&path).as_deref(), Some("kql" | "csl" | "yaml" | "yml")) {
                found.push(path);
            }
            if found.len() > FILES_MAX {
                return Err(Failure::Environment(format!("`{}` holds more than {FILES_MAX} files", folder.display())));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The texts of a pack that comes with the program.
fn pack(name: &str, packs: Option<&Content>) -> Result<Vec<TextFile>, Failure> {
    let Some(content) = packs else {
        return Err(Failure::Usage(format!("`{name}` is neither a file nor a folder")));
    };
    let known = content.names("packs");
    let Some(pack) = known.iter().find(|pack| pack.eq_ignore_ascii_case(name)) else {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let known = known.join(", ");
        return Err(Failure::Usage(format!("`{name}` is neither a file, a folder nor a pack; packs here: {known}")));
    };
    let mut found = vec![];
    let mut left = vec![format!("packs/{pack}")];
    while let Some(path) = left.pop() {
        let names = content.names(&path);
        if !names.is_empty() {
            left.extend(names.into_iter().map(|name| format!("{path}/{name}")));
        } else if matches!(ending(Path::new(&path)).as_deref(), Some("kql" | "csl" | "yaml" | "yml")) {
            let text = content.text(&path).map_err(crate::data::failure)?.unwrap_or_default();
            let kind = kind(&path, &text);
            found.push(TextFile { name: path, path: None, text: encoded::decode(text.as_bytes()), kind });
        }
    }
    Ok(found)
}

fn ending(path: &Path) -> Option<String> {
    path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase)
}
