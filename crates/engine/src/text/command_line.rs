//! Command lines of Windows → arguments.
//!
//! Source: the rules of `CommandLineToArgvW`, which Kusto's page of `parse_command_line` names. The first argument is a program's name:
//! a quote ends only at a quote, and a backslash is nothing but itself.

/// The arguments, without the quotes that held them together.
pub(crate) fn windows_arguments(line: &str) -> Vec<String> {
    let mut rest = line.trim_start_matches(is_space);
    let mut arguments = vec![];
    if !rest.is_empty() {
        let (program, after) = program_name(rest);
        arguments.push(program.to_owned());
        rest = after.trim_start_matches(is_space);
    }
    while !rest.is_empty() {
        let (argument, after) = argument(rest);
        arguments.push(argument);
        rest = after.trim_start_matches(is_space);
    }
    arguments
}

fn is_space(c: char) -> bool {
    c == ' ' || c == '\t'
}

fn program_name(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_at_checked(text.find(is_space).unwrap_or(text.len())).unwrap_or((text, "")),
    }
}

/// Backslashes before a quote are pairs that stand for one each; an odd one makes the quote a plain character.
fn argument(text: &str) -> (String, &str) {
    let mut argument = String::new();
    let mut is_quoted = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let backslashes = rest.len() - rest.trim_start_matches('\\').len();
        let after = rest.get(backslashes..).unwrap_or("");
        if backslashes > 0 && after.starts_with('"') {
            argument.extend(std::iter::repeat_n('\\', backslashes / 2));
            rest = after;
            if backslashes % 2 == 1 {
                argument.push('"');
                rest = rest.get(1..).unwrap_or("");
            }
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            // Two quotes inside quotes are one.
            '"' if is_quoted && rest.starts_with('"') => {
                argument.push('"');
                rest = rest.get(1..).unwrap_or("");
            }
            '"' => is_quoted = !is_quoted,
            _ if is_space(c) && !is_quoted => break,
            _ => argument.push(c),
        }
    }
    (argument, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of Microsoft's page on parsing command-line arguments, and the example of Kusto's page.
    #[test]
    fn backslashes_and_quotes() {
        let cases: [(&str, &[&str]); 7] = [
            (r#"echo "hello world!""#, &["echo", "hello world!"]),
            (r#"p "abc" d e"#, &["p", "abc", "d", "e"]),
            (r#"p a\\b d"e f"g h"#, &["p", r"a\\b", "de fg", "h"]),
            (r#"p a\\\"b c d"#, &["p", r#"a\"b"#, "c", "d"]),
            (r#"p a\\\\"b c" d e"#, &["p", r"a\\b c", "d", "e"]),
            (r#""C:\Program Files\x.exe" -v"#, &[r"C:\Program Files\x.exe", "-v"]),
            ("", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(windows_arguments(line), expected, "{line}");
        }
    }
}
