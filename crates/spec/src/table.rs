//! The text of a `table` block ↔ columns and cells.
//!
//! In: lines whose cells stand two or more spaces apart. Out: an [`Answer`], and back for `SPEC_UPDATE`.
//! Does not know what the values mean, except that `dynamic` cells are JSON.

use crate::Answer;

/// Reads a table.
///
/// - Errors: a header cell without type, a row of another width, a quote without end.
pub(crate) fn read(text: &str) -> Result<Answer, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header = lines.next().ok_or("the block is empty: fill it in, or run with SPEC_UPDATE=1")?;
    let columns = cells(header, |_| "name")?
        .into_iter()
        .map(|cell| match cell.rsplit_once(':') {
            Some((name, ty)) => Ok((name.to_owned(), ty.to_owned())),
            None => Err(format!("`{cell}` has no type: columns are written name:type")),
        })
        .collect::<Result<Vec<(String, String)>, String>>()?;
    let mut rows = vec![];
    for line in lines {
        let row = cells(line, |at| columns.get(at).map_or("string", |(_, ty)| ty.as_str()))?;
        if row.len() != columns.len() {
            return Err(format!("{} cells for {} columns in `{}`", row.len(), columns.len(), line.trim()));
        }
        rows.push(row);
    }
    Ok(Answer { columns, rows })
}

/// Splits a line; `ty` tells the type of the column at an index.
fn cells<'t>(line: &str, ty: impl Fn(usize) -> &'t str) -> Result<Vec<String>, String> {
    let mut cells = vec![];
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (cell, after) = match ty(cells.len()) {
            "dynamic" => json_cell(rest),
            _ if rest.starts_with('"') => quoted_cell(rest)?,
            _ => plain_cell(rest),
        };
        cells.push(cell);
        if !after.is_empty() && !after.starts_with("  ") {
            return Err(format!("text follows a closing quote in `{}`", line.trim()));
        }
        rest = after.trim_start();
    }
    Ok(cells)
}

fn plain_cell(text: &str) -> (String, &str) {
    let end = text.find("  ").unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// Spaces inside a JSON string do not end the cell.
fn json_cell(text: &str) -> (String, &str) {
    let bytes = text.as_bytes();
    let (mut at, mut is_inside) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if is_inside => at += 1,
            b'"' => is_inside = !is_inside,
            b' ' if !is_inside && bytes.get(at + 1) == Some(&b' ') => break,
            _ => {}
        }
        at += 1;
    }
    let end = at.min(bytes.len());
    (text[..end].to_owned(), &text[end..])
}

fn quoted_cell(text: &str) -> Result<(String, &str), String> {
    let mut cell = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, ch)) = chars.next() {
        match ch {
            '"' => return Ok((cell, &text[at + 1..])),
            '\\' => match chars.next().map(|(_, ch)| ch) {
                Some('n') => cell.push('\n'),
                Some('t') => cell.push('\t'),
                Some('r') => cell.push('\r'),
                Some(ch @ ('"' | '\\')) => cell.push(ch),
                other => return Err(format!("`\\{}` is no escape", other.map_or(String::new(), String::from))),
            },
            ch => cell.push(ch),
        }
    }
    Err(format!("a quote has no end in `{text}`"))
}

/// Prints a table so that [`read`] gives it back.
pub(crate) fn print(answer: &Answer) -> String {
    let header = answer.columns.iter().map(|(name, ty)| format!("{name}:{ty}")).collect();
    let rows = answer.rows.iter().map(|row| {
        row.iter()
            .zip(&answer.columns)
            .map(|(cell, (_, ty))| if ty == "dynamic" { cell.clone() } else { quote(cell) })
            .collect()
    });
    let lines: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths: Vec<usize> = (0..answer.columns.len())
        .map(|at| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn quote(cell: &str) -> String {
    let is_plain = !cell.is_empty()
        && !cell.starts_with(['"', ' '])
        && !cell.ends_with(' ')
        && !cell.contains("  ")
        && !cell.chars().any(char::is_control);
    if is_plain {
        return cell.to_owned();
    }
    let escaped =
        cell.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Vec<String> {
        read(text).expect("a table").rows.remove(0)
    }

    #[test]
    fn cells_stand_two_spaces_apart() {
        assert_eq!(row("a:string  b:long\nhello world   1\n"), ["hello world", "1"]);
        assert_eq!(row("a:string  b:string\n\"\"  \"x  y\\n\\\"\"\n"), ["", "x  y\n\""]);
        assert_eq!(row("a:string\nC:\\temp\n"), ["C:\\temp"]);
    }

    #[test]
    fn dynamic_cells_are_json_as_it_is() {
        assert_eq!(row("a:dynamic  b:long\n{\"k\":\"x  y\"}  1\n"), ["{\"k\":\"x  y\"}", "1"]);
        assert_eq!(row("a:dynamic\n\"text \\\"  q\"\n"), ["\"text \\\"  q\""]);
    }

    #[test]
    fn a_table_without_rows_is_a_table() {
        assert_eq!(
            read("a:long\n").expect("a table"),
            Answer { columns: vec![("a".into(), "long".into())], rows: vec![] }
        );
    }

    #[test]
    fn says_what_is_malformed() {
        assert!(read("a\n").expect_err("no type").contains("name:type"));
        assert!(read("a:long  b:long\n1\n").expect_err("one cell").contains("1 cells for 2 columns"));
        assert!(read("a:string\n\"x\n").expect_err("no end").contains("no end"));
        assert!(read("a:string  b:string\n\"x\" y  z\n").expect_err("text after quote").contains("closing quote"));
        assert!(read("\n").expect_err("empty").contains("empty"));
    }

    #[test]
    fn prints_what_it_reads() {
        let answer = Answer {
            columns: vec![("a".into(), "string".into()), ("b".into(), "dynamic".into())],
            rows: vec![
                vec![String::new(), "[1,\"x  y\"]".into()],
                vec![" lead\t\\".into(), "null".into()],
                vec!["é  ü".into(), "\"q\"".into()],
            ],
        };
        assert_eq!(read(&print(&answer)), Ok(answer));
    }
}
