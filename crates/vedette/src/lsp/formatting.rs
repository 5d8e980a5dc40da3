//! The one layout, as edits: what `vedette fmt` would write. Of a rule only the query changes.

use lsp_types::{DocumentFormattingParams, Range, TextEdit};

use super::documents::Document;
use super::session::{Answer, Session};
use crate::layout;

/// `textDocument/formatting`. A text that does not parse stays as it is; why is told by its diagnostics.
pub(crate) fn format(session: &mut Session, params: DocumentFormattingParams) -> Answer<Option<Vec<TextEdit>>> {
    let Some(document) = session.document(&params.text_document.uri) else { return Ok(None) };
    let Some(kind) = document.kind.filter(|_| !document.is_too_long()) else { return Ok(None) };
    Ok(layout::lay_out(&document.text, kind).ok().map(|laid| replaced(document, &laid)))
}

/// One edit from the first to the last difference, so that the cursor and marks elsewhere stay where they are.
pub(crate) fn replaced(document: &Document, new: &str) -> Vec<TextEdit> {
    let old: &str = &document.text;
    if old == new {
        return vec![];
    }
    let mut start = old.bytes().zip(new.bytes()).take_while(|(one, other)| one == other).count();
    // Not between `\r` and `\n`, where no position is.
    while !(old.is_char_boundary(start) && new.is_char_boundary(start))
        || is_in_line_end(old, start)
        || is_in_line_end(new, start)
    {
        start -= 1;
    }
    let most = (old.len() - start).min(new.len() - start);
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(one, other)| one == other).count();
    while !(old.is_char_boundary(old.len() - end) && new.is_char_boundary(new.len() - end))
        || is_in_line_end(old, old.len() - end)
        || is_in_line_end(new, new.len() - end)
    {
        end -= 1;
    }
    let place = |offset: usize| document.lines.position(old, offset);
    let text = new.get(start..new.len() - end).unwrap_or("").to_owned();
    vec![TextEdit::new(Range::new(place(start), place(old.len() - end)), text)]
}

fn is_in_line_end(text: &str, at: usize) -> bool {
    at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') && text.as_bytes().get(at) == Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::positions::Units;

    #[test]
    fn only_what_differs_is_replaced() {
        let cases = [
            ("ab\r\ncd\r\n", "ab\r\nxd\r\n"),
            ("a\nb", "a\r\nb"),
            ("a\r\nb", "a\nb"),
            ("é", "è"),
            ("", "T\n"),
            ("TT", "T"),
            ("T | where  x", "T\n| where x\n"),
        ];
        for (old, new) in cases {
            let uri = "file:///x.kql".parse().expect("a URI");
            let document = Document::new(uri, "kql", 1, old.to_owned(), Units::Utf16);
            let edits = replaced(&document, new);
            let [edit] = edits.as_slice() else { return assert!(edits.len() == 1, "{old:?}") };
            let at = |position| document.lines.offset(old, position);
            let made = format!("{}{}{}", &old[..at(edit.range.start)], edit.new_text, &old[at(edit.range.end)..]);
            assert_eq!(made, new);
        }
    }
}
