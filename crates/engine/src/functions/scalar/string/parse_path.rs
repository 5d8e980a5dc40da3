//! `parse_path`: what are the parts of this path?

use crate::dynamic::quote;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "parse_path",
    aliases: &[],
    summary: "Takes a file path apart: scheme, root, directory, file name, extension and alternate data stream.",
    signatures: &[Signature::new(
        &[required("path", Accepts::Type(Type::String), "a path with slashes or backslashes")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/parse-path-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let path = args.strings(0)?;
    args.write_json(|row, out| {
        write_parts(path.get(row), out);
        Some(())
    })
}

fn write_parts(path: &str, out: &mut String) {
    let (scheme, path) = path.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", path));
    let (directory, file) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let name = directory.rsplit(['/', '\\']).next().unwrap_or("");
    let (file, stream) = file.split_once(':').unwrap_or((file, ""));
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let parts = [
        ("Scheme", scheme),
        ("RootPath", drive(path)),
        ("DirectoryPath", directory),
        ("DirectoryName", if drive(name).is_empty() { name } else { "" }),
        ("Filename", file),
        ("Extension", extension),
        ("AlternateDataStreamName", stream),
    ];
    for (at, (key, value)) in parts.into_iter().enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        quote(key, out);
        out.push(':');
        quote(value, out);
    }
    out.push('}');
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
}

/// `C:`, also behind the prefix of a long path.
fn drive(path: &str) -> &str {
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => path.get(..2).unwrap_or(""),
        _ => "",
    }
}
