//! Where in a rule's file things are: a field by its path, and every byte of the query.
//!
//! In: the text of a file. Out: byte ranges of it. YAML readers give values without places, so the lines are walked once more, by their
//! indentation, as rules are written; what is written in another way (a flow over several lines) has the place of the field around it.

use std::ops::Range;

use syntax::Span;
use yaml_serde::Value;

/// Fields within fields at most; the deepest path of a rule has four.
const DEPTH_MAX: usize = 16;

/// The line of the field at a path (`entityMappings[1].fieldMappings[0].columnName`), or of the nearest field around it that is there.
pub fn field(text: &str, path: &str) -> Span {
    let lines: Vec<Line> = lines(text).collect();
    let mut place = match lines.first() {
        Some(first) if path.is_empty() => return first.span(),
        first => first.map_or(Span::new(0, 0), |first| Span::new(first.span().start, first.span().start)),
    };
    let mut region = lines;
    for segment in segments(path).take(DEPTH_MAX) {
        let Some((span, inner)) = within(&region, segment) else { break };
        place = span;
        region = inner;
    }
    place
}

/// Where the query of a rule is, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryText {
    /// The query as YAML gives it.
    pub text: String,
    /// How it stands in the file.
    pub layout: Layout,
    /// Where each of its lines begins, in the query and in the file; one entry when it stands on one line.
    starts: Vec<Start>,
}

/// How a query stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// `query: |` and lines below it.
    Block {
        /// From its first byte to the last of the last line that is not empty.
        lines: Range<usize>,
        /// Blanks before each line.
        indent: usize,
    },
    /// On the line of its key, as it is.
    Inline,
    /// Folded or with escapes: which byte of the file is which of the query is not known.
    Other(Span),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    query: usize,
    file: usize,
    bytes: usize,
}

impl QueryText {
    /// A place of the query as one of the file.
    pub fn to_file(&self, span: Span) -> Span {
        match self.layout {
            Layout::Other(place) => place,
            Layout::Block { .. } | Layout::Inline => {
                let start = self.offset(span.start);
                Span::new(start, self.offset(span.end).max(start))
            }
        }
    }

    /// A place of the file as one of the query; none outside of it.
    pub fn to_query(&self, offset: u32) -> Option<u32> {
        let offset = offset as usize;
        let at = self.starts.partition_point(|start| start.file <= offset).checked_sub(1)?;
        let start = self.starts.get(at)?;
        let within = offset - start.file;
        (within <= start.bytes).then(|| u32::try_from(start.query + within).ok()).flatten()
    }

    /// Can a piece of the file be replaced by a piece of KQL that has no line break?
    pub fn is_verbatim(&self) -> bool {
        matches!(self.layout, Layout::Block { .. })
    }

    fn offset(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        let at = self.starts.partition_point(|start| start.query <= offset).saturating_sub(1);
        let file =
            self.starts.get(at).map_or(0, |start| start.file + (offset - start.query.min(offset)).min(start.bytes));
        u32::try_from(file).unwrap_or(u32::MAX)
    }
}

/// The query of a rule's file; none when it has none. A file that is no YAML may have one all the same.
pub fn query(text: &str) -> Option<QueryText> {
    let value = match yaml_serde::from_str::<Value>(text) {
        Ok(value) => Some(value.get("query")?.as_str()?.to_owned()),
        Err(_) => None,
    };
    let key = raw_lines(text).position(|(_, line)| after_key(line, "query").is_some())?;
    let (start, line) = raw_lines(text).nth(key)?;
    let header = after_key(line, "query")?.trim();
    let other = Layout::Other(Span::new(narrow(start), narrow(start + line.trim_end().len())));
    let below = || raw_lines(text).nth(key + 1).map_or("", |(_, line)| line.trim());
    let found = match (header.strip_prefix('|'), header.is_empty()) {
        (Some(indicators), _) => block(text, key, indicators),
        // The header of a block may stand on the next line.
        (None, true) => below().strip_prefix('|').and_then(|indicators| block(text, key + 1, indicators)),
        (None, false) => value.as_deref().and_then(|value| inline(value, start, line, header)),
    };
    match (found, value) {
        (Some(found), Some(value)) if found.text == value => Some(found),
        (Some(found), None) => Some(found),
        (_, Some(value)) => Some(QueryText { text: value, layout: other, starts: vec![] }),
        (None, None) => None,
    }
}

/// `query: |` with its lines below it. Source: YAML 1.2.2, 8.1 (block scalar headers) and 8.1.2 (the literal style).
fn block(text: &str, key: usize, indicators: &str) -> Option<QueryText> {
    let indicators = indicators.split_once(" #").map_or(indicators, |(indicators, _)| indicators).trim();
    let given = indicators.chars().find(char::is_ascii_digit).and_then(|digit| digit.to_digit(10));
    if indicators.chars().any(|ch| !matches!(ch, '+' | '-' | '1'..='9')) {
        return None;
    }
    let below: Vec<(usize, &str)> = raw_lines(text).skip(key + 1).collect();
    let first = below.iter().map(|(_, line)| *line).find(|line| !is_blank(line))?;
    let indent = given.map_or_else(|| blanks(first), |given| given as usize);
    if indent == 0 {
        return None;
    }
    let (mut query, mut starts, mut end) = (String::new(), vec![], 0);
    for (start, line) in &below {
        if !is_blank(line) && blanks(line) < indent {
            break;
        }
        let content = line.get(indent..).unwrap_or("");
        starts.push(Start { query: query.len(), file: start + (line.len() - content.len()), bytes: content.len() });
        query.push_str(content);
        query.push('\n');
        if !is_blank(line) {
            end = start + line.len();
        }
    }
    let kept = query.trim_end_matches('\n').len();
    if !indicators.contains('+') {
        query.truncate(kept + usize::from(kept > 0 && !indicators.contains('-')));
    }
    if query.ends_with('\n') && text.len() == end && !indicators.contains('+') {
        // The last line of the file has no line break, so the value has none either.
        query.truncate(kept);
    }
    let lines = below.first().map_or(end, |(start, _)| *start)..end;
    Some(QueryText { text: query, layout: Layout::Block { lines, indent }, starts })
}

/// `query: T | count`, bare or in quotes, without escapes.
fn inline(value: &str, start: usize, line: &str, header: &str) -> Option<QueryText> {
    let bare = header.split_once(" #").map_or(header, |(bare, _)| bare).trim_end();
    let quoted =
        |quote: char| header.strip_prefix(quote).and_then(|rest| rest.rsplit_once(quote)).map(|(text, _)| text);
    let found = [Some(bare), quoted('\''), quoted('"')].into_iter().flatten().find(|text| *text == value)?;
    let file = start + (found.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    let starts = vec![Start { query: 0, file, bytes: value.len() }];
    Some(QueryText { text: value.to_owned(), layout: Layout::Inline, starts })
}

/// A line that is neither empty nor a comment: where its text begins, after how many blanks, and the text.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    start: usize,
    indent: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn span(&self) -> Span {
        Span::new(narrow(self.start), narrow(self.start + self.text.len()))
    }

    /// What stands after the dash of an item.
    fn item(&self) -> Option<Line<'a>> {
        let rest = self.text.strip_prefix('-')?;
        let text = rest.trim_start();
        let skipped = self.text.len() - text.len();
        (rest.is_empty() || rest.starts_with(' ')).then_some(Line {
            start: self.start + skipped,
            indent: self.indent + skipped,
            text,
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Segment<'a> {
    Key(&'a str),
    Index(usize),
}

/// `a[1].b` is `a`, the second item, `b`.
fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.split('.').flat_map(|part| {
        let (key, rest) = part.split_once('[').unwrap_or((part, ""));
        let indices = rest.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok()).map(Segment::Index);
        std::iter::once(Segment::Key(key)).chain(indices)
    })
}

/// The place of a segment in a region, and the lines that belong to it.
fn within<'a>(region: &[Line<'a>], segment: Segment<'_>) -> Option<(Span, Vec<Line<'a>>)> {
    let base = region.first()?.indent;
    let rest = |from: usize| region.get(from..).unwrap_or_default();
    match segment {
        Segment::Key(key) => {
            let at = region.iter().position(|line| line.indent == base && after_key(line.text, key).is_some())?;
            // A list may stand as deep as its key.
            let inner = rest(at + 1)
                .iter()
                .take_while(|line| line.indent > base || line.indent == base && line.item().is_some());
            Some((region.get(at)?.span(), inner.copied().collect()))
        }
        Segment::Index(index) => {
            let is_item = |line: &Line| line.indent == base && line.item().is_some();
            let at = region.iter().enumerate().filter(|(_, line)| is_item(line)).nth(index)?.0;
            let first = region.get(at)?.item()?;
            let inner = rest(at + 1).iter().take_while(|line| line.indent > base);
            Some((region.get(at)?.span(), std::iter::once(first).chain(inner.copied()).collect()))
        }
    }
}

/// What stands after `key:`, with or without quotes around the key.
fn after_key<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let quoted = |quote: char| line.strip_prefix(quote)?.strip_prefix(key)?.strip_prefix(quote);
    let rest = line.strip_prefix(key).or_else(|| quoted('"')).or_else(|| quoted('\''))?;
    let value = rest.trim_start().strip_prefix(':')?;
    (value.is_empty() || value.starts_with([' ', '\t', '\r'])).then_some(value)
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    raw_lines(text).filter(|(_, line)| !is_blank(line) && !line.trim_start().starts_with('#')).map(|(start, line)| {
        let indent = blanks(line);
        let text = line.get(indent..).unwrap_or("").trim_end();
        Line { start: start + indent, indent, text }
    })
}

/// Each line with the offset of its first byte, without its end.
fn raw_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |offset, line| {
        let start = *offset;
        *offset += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
    })
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| byte == b' ')
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "id: x\nquery: |\n  T\n\n    | where a\nentityMappings:\n- entityType: IP\n  fieldMappings:\n    - identifier: Address\n      columnName: A\n    # of the host\n    - identifier: B\n- entityType: Host\nname: n\n";

    fn at(path: &str) -> &'static str {
        field(RULE, path).text(RULE)
    }

    #[test]
    fn a_field_is_found_by_its_path() {
        assert_eq!(at("name"), "name: n");
        assert_eq!(at("entityMappings"), "entityMappings:");
        assert_eq!(at("entityMappings[1]"), "- entityType: Host");
        assert_eq!(at("entityMappings[0].entityType"), "entityType: IP");
        assert_eq!(at("entityMappings[0].fieldMappings[1]"), "- identifier: B");
        assert_eq!(at("entityMappings[0].fieldMappings[0].columnName"), "columnName: A");
    }

    #[test]
    fn a_field_that_is_not_there_has_the_place_around_it() {
        assert_eq!(at("entityMappings[0].fieldMappings[1].columnName"), "- identifier: B");
        assert_eq!(at("entityMappings[7].x"), "entityMappings:");
        assert_eq!(field(RULE, "version"), Span::new(0, 0));
        assert_eq!(field("", "version"), Span::new(0, 0));
    }

    #[test]
    fn each_byte_of_a_block_has_its_place() {
        for (text, newline) in [(RULE.to_owned(), "\n"), (RULE.replace('\n', "\r\n"), "\r\n")] {
            let query = query(&text).expect("there is one");
            assert_eq!(query.text, "T\n\n  | where a\n");
            let place = query.to_file(Span::new(7, 12));
            assert_eq!(place.text(&text), "where", "{newline:?}");
            assert_eq!(query.to_query(place.start), Some(7));
            assert_eq!(query.to_query(0), None);
            let block = format!("  T{newline}{newline}    | where a");
            let start = text.find(&block).expect("the rule has it");
            assert_eq!(query.layout, Layout::Block { lines: start..start + block.len(), indent: 2 });
        }
    }

    /// YAML 1.2.2, 8.1.1: the digit is the indentation; `-` strips the line breaks at the end, `+` keeps them, without either one is kept.
    #[test]
    fn the_header_of_a_block_counts() {
        for (header, expect) in [("|", "T\n"), ("|-", "T"), ("|+", "T\n\n"), ("|1", " T\n"), ("|- # why", "T")] {
            let text = format!("query: {header}\n  T\n\nname: n\n");
            assert_eq!(query(&text).map(|query| query.text).as_deref(), Some(expect), "{header}");
        }
        assert_eq!(query("query:\n  |\n  T\n").map(|query| query.is_verbatim()), Some(true));
        assert_eq!(query("name: n\nquery: |\n  T").map(|query| query.text).as_deref(), Some("T"));
    }

    #[test]
    fn a_query_on_one_line_has_places_unless_it_is_escaped() {
        for text in ["query: T | take 1 # x\n", "query: 'T | take 1'\n", "\"query\": \"T | take 1\"\n"] {
            let query = query(text).expect("there is one");
            assert_eq!(query.to_file(Span::new(4, 8)).text(text), "take", "{text}");
        }
        let folded = "query: >\n  T\n  | take 1\n";
        let query = query(folded).expect("there is one");
        assert_eq!(query.text, "T | take 1\n");
        assert_eq!(query.to_file(Span::new(0, 1)).text(folded), "query: >");
    }

    #[test]
    fn broken_yaml_may_have_a_query() {
        assert_eq!(query("a: [\nquery: |\n  T\n").map(|query| query.text).as_deref(), Some("T\n"));
        assert_eq!(query("a: ["), None);
        assert_eq!(query("name: n"), None);
    }
}
