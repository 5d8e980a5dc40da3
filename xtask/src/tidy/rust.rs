//! What any Rust file must be like: short, documented, without loose ends.
//!
//! Reads lines, as rustfmt leaves them; tests (a `tests` folder, or everything after the first `#[cfg(test)]` of the file) may be long and may unwrap.

use super::Complaint;
use crate::tree::File;

const CODE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// Names that say nothing about what a file does.
const NAMELESS: [&str; 6] = ["utils", "util", "common", "helpers", "misc", "manager"];

/// Complains about a Rust file.
pub(super) fn check(file: &File) -> Vec<Complaint> {
    let lines: Vec<&str> = file.text.lines().collect();
    let is_test = file.path.contains("/tests/") || file.path.starts_with("tests/");
    let code_end =
        if is_test { 0 } else { lines.iter().position(|line| *line == "#[cfg(test)]").unwrap_or(lines.len()) };
    let code = &lines[..code_end];
    let complain = |line: usize, text: String| Complaint::new(&file.path, line, text);
    let mut found = vec![];
    let stem = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
    if NAMELESS.contains(&stem) {
        found.push(complain(0, format!("`{stem}` names nothing: say what the file does to the data")));
    }
    if !lines.first().is_some_and(|line| line.starts_with("//! ")) {
        found.push(complain(1, "a module starts with `//!`: what it does to the data".to_owned()));
    }
    let count = code.iter().filter(|line| is_code(line)).count();
    if count > CODE_LINES_MAX {
        found.push(complain(0, format!("{count} lines of code, more than {CODE_LINES_MAX}")));
    }
    for (start, length) in functions(code).filter(|(_, length)| *length > FUNCTION_LINES_MAX) {
        found.push(complain(start + 1, format!("a function of {length} lines, more than {FUNCTION_LINES_MAX}")));
    }
    for (at, line) in lines.iter().enumerate() {
        let is_tested = at >= code_end;
        found.extend(loose_end(line, is_tested).map(|text| complain(at + 1, text.to_owned())));
    }
    found
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

/// What a line must not hold. The words are split here, so that this file does not hold them.
fn loose_end(line: &str, is_test: bool) -> Option<&'static str> {
    let (code, comment) = line.split_once("// ").unwrap_or((line, ""));
    let code = if code.trim_start().starts_with("//") { "" } else { code };
    let is_promise = [concat!("TO", "DO"), concat!("FIX", "ME")].iter().any(|word| comment.contains(word));
    if is_promise && !comment.split('#').skip(1).any(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit())) {
        return Some("a promise without an issue's number");
    }
    if code.trim_start().starts_with(concat!("#[", "ignore")) {
        return Some("a test that does not run: assert today's answer, and say why it is wrong");
    }
    if !is_test && code.contains(concat!(".un", "wrap()")) {
        return Some("unwrap: return the error, or `expect` with the reason why it holds");
    }
    None
}

/// First line and length of every function, closures aside: from its signature to the brace that closes it at the same indentation.
fn functions<'l>(lines: &'l [&'l str]) -> impl Iterator<Item = (usize, usize)> + 'l {
    lines.iter().enumerate().filter(|(_, line)| is_function(line)).filter_map(|(start, line)| {
        let indent = line.len() - line.trim_start().len();
        let end = lines[start..].iter().position(|line| {
            let is_here = line.len() - line.trim_start().len() == indent;
            is_here && (line.trim() == "}" || line.ends_with(';') || line.ends_with(" }") || line.ends_with("{}"))
        })?;
        Some((start, end + 1))
    })
}

fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_qualifier =
        |word: &str| ["pub", "const", "async", "unsafe", "extern"].contains(&word) || word.starts_with("pub(");
    words.find(|word| !is_qualifier(word)).is_some_and(|word| word == "fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&file).iter().map(Complaint::to_string).collect()
    }

    #[test]
    fn finds_what_is_untidy() {
        assert_eq!(complaints("a/b.rs", "//! Says.\nfn f() {}\n"), [""; 0]);
        assert_eq!(complaints("a/utils.rs", "//! Says.\n").len(), 1);
        assert_eq!(complaints("a/b.rs", "fn f() {}\n").len(), 1);
        assert_eq!(complaints("a/b.rs", "//! Says.\nfn f() {\n    x.unwrap();\n}\n").len(), 1);
        assert_eq!(
            complaints("a/b.rs", "//! Says.\n#[cfg(test)]\nmod tests {\n    fn f() { x.unwrap() }\n}\n"),
            [""; 0]
        );
        assert_eq!(complaints("a/b.rs", &format!("//! Says.\n// {}: more\n", concat!("TO", "DO"))).len(), 1);
        assert_eq!(complaints("a/b.rs", &format!("//! Says.\n// {}(#12): more\n", concat!("TO", "DO"))), [""; 0]);
        assert_eq!(complaints("a/tests/b.rs", "//! Says.\n#[ignore]\nfn f() {}\n").len(), 1);
    }

    #[test]
    fn measures_functions_and_files() {
        let body = |lines: usize| {
            format!(
                "//! Says.\n    pub(crate) fn f(\n        a: u8,\n    ) {{\n{}    }}\n",
                "        a;\n".repeat(lines)
            )
        };
        assert_eq!(complaints("a/b.rs", &body(66)), [""; 0]);
        assert_eq!(complaints("a/b.rs", &body(67)), ["a/b.rs:2: a function of 71 lines, more than 70"]);
        let file = |lines: usize| format!("//! Says.\n{}\n// A comment.\n", "const A: u8 = 0;\n".repeat(lines));
        assert_eq!(complaints("a/b.rs", &file(500)), [""; 0]);
        assert_eq!(complaints("a/b.rs", &file(501)), ["a/b.rs: 501 lines of code, more than 500"]);
    }
}
