//! Comments that allow findings: `// vedette: allow VD4001, VD4002 - reason` on the line or above it, `allow-file` at the top.
//!
//! In: the text, its comments and its findings. Out: the findings without those that are allowed, and a note on each code that allows none.
//! Errors cannot be allowed: what they are about does not run.

use std::ops::Range;

use syntax::{Diagnostic, Severity, Span, Token, TokenKind};

use super::{Finding, Products, codes};

/// A comment that allows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Silencer {
    span: Span,
    is_for_file: bool,
    /// Does nothing but blanks stand before it on its line?
    own_line: bool,
    /// Codes and their places.
    codes: Vec<(String, Span)>,
}

impl Silencer {
    /// The same at another place.
    pub(super) fn moved(mut self, to: &dyn Fn(Span) -> Span) -> Self {
        self.span = to(self.span);
        self.codes.iter_mut().for_each(|(_, span)| *span = to(*span));
        self
    }
}

/// The silencers of a query. `allow-file` counts before the first word only.
pub(super) fn in_kql(text: &str, tokens: &[Token]) -> Vec<Silencer> {
    let mut is_top = true;
    let mut found = vec![];
    for token in tokens {
        match token.kind {
            TokenKind::Whitespace | TokenKind::Directive => {}
            TokenKind::Comment => {
                found.extend(read(text, token.span, "//").filter(|found| is_top || !found.is_for_file))
            }
            _ => is_top = false,
        }
    }
    found
}

/// The silencers in comments of YAML, outside of a range (the query, whose comments are KQL's).
pub(super) fn in_yaml(text: &str, outside: &Range<usize>) -> Vec<Silencer> {
    let mut offset = 0;
    let mut is_top = true;
    let mut found = vec![];
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        if outside.contains(&start) {
            continue;
        }
        let comment = match line.trim_start().starts_with('#') {
            true => line.find('#'),
            false => line.find(" #").map(|at| at + 1),
        };
        if let Some(at) = comment {
            let span = Span::new(narrow(start + at), narrow(start + line.trim_end().len()));
            found.extend(read(text, span, "#").filter(|found| is_top || !found.is_for_file));
        }
        is_top &= line.trim_start().starts_with('#') || line.trim().is_empty();
    }
    found
}

fn read(text: &str, span: Span, mark: &str) -> Option<Silencer> {
    let comment = span.text(text);
    let words = comment.strip_prefix(mark)?.trim_start_matches('/').trim_start().strip_prefix("vedette:")?.trim_start();
    let list = words.strip_prefix("allow")?;
    let (is_for_file, list) = match list.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, list),
    };
    if !list.starts_with(char::is_whitespace) {
        return None;
    }
    let list = list.split_once(" - ").map_or(list, |(list, _)| list);
    let base = span.start as usize + (list.as_ptr() as usize - comment.as_ptr() as usize);
    let mut at = base;
    let mut found = vec![];
    for piece in list.split(',') {
        let code = piece.trim();
        let start = at + (piece.len() - piece.trim_start().len());
        if !code.is_empty() {
            found.push((code.to_owned(), Span::new(narrow(start), narrow(start + code.len()))));
        }
        at += piece.len() + 1;
    }
    let before = text.get(..span.start as usize).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let own_line = before.get(line_start..).unwrap_or("").trim().is_empty();
    Some(Silencer { span, is_for_file, own_line, codes: found })
}

/// Takes away what is allowed, and adds what there is to say of silencers that allow nothing.
pub(super) fn apply(text: &str, silencers: Vec<Silencer>, products: Products, findings: &mut Vec<Finding>) {
    if silencers.is_empty() {
        return;
    }
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |offset: u32| starts.partition_point(|start| *start <= offset as usize).saturating_sub(1);
    let line_at = |line: usize| {
        let end = starts.get(line + 1).copied().unwrap_or(text.len());
        starts.get(line).and_then(|start| text.get(*start..end)).map(str::trim)
    };
    // A comment that has its line for itself is about the next line that is not a comment.
    let target = |silencer: &Silencer| {
        let mut line = line_of(silencer.span.start);
        if silencer.own_line {
            line += 1;
            while line_at(line).is_some_and(|text| text.starts_with("//") || text.starts_with('#')) {
                line += 1;
            }
        }
        line
    };
    for silencer in silencers {
        let line = target(&silencer);
        for (code, span) in &silencer.codes {
            let count = findings.len();
            let mut names_error = false;
            findings.retain(|finding| {
                let found = &finding.diagnostic;
                let is_meant = found.code == code && (silencer.is_for_file || line_of(found.span.start) == line);
                names_error |= is_meant && found.is_error();
                !is_meant || found.is_error()
            });
            let could_be = !(code == codes::PRODUCT && products != Products::Both);
            if findings.len() == count && could_be {
                findings.push(useless(code, *span, names_error).into());
            }
        }
    }
}

fn useless(code: &str, span: Span, names_error: bool) -> Diagnostic {
    let mut note = match codes::all().contains_key(code) {
        _ if names_error => Diagnostic::warning(
            codes::SILENCES_NOTHING,
            span,
            format!("`{code}` is an error here, and an error cannot be allowed"),
        ),
        true => Diagnostic::warning(codes::SILENCES_NOTHING, span, format!("allows `{code}`, which is not found here")),
        false => Diagnostic::warning(codes::SILENCES_NOTHING, span, format!("`{code}` is no code"))
            .hint("`vedette check --list` lists them"),
    };
    note.severity = Severity::Note;
    note
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kql(text: &str) -> Vec<(Vec<String>, bool, bool)> {
        let parsed = syntax::parse(text);
        let found = in_kql(text, &parsed.tokens).into_iter();
        found
            .map(|one| {
                assert!(one.codes.iter().all(|(code, span)| span.text(text) == code));
                (one.codes.into_iter().map(|(code, _)| code).collect(), one.is_for_file, one.own_line)
            })
            .collect()
    }

    #[test]
    fn silencers_are_read() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert_eq!(kql("// vedette: allow VD4001\nT"), [(codes(&["VD4001"]), false, true)]);
        assert_eq!(
            kql("T //vedette: allow VD4001 , VD4002 - as meant"),
            [(codes(&["VD4001", "VD4002"]), false, false)]
        );
        assert_eq!(kql("// vedette: allow-file VD4001\nT"), [(codes(&["VD4001"]), true, true)]);
        assert_eq!(kql("T\n// vedette: allow-file VD4001\n| take 1"), []);
        assert_eq!(kql("// vedette: allowed VD4001\n// allow VD4001\nT"), []);
    }

    #[test]
    fn comments_of_yaml_outside_the_query_count() {
        let text = "# vedette: allow-file VD3101\nid: x # vedette: allow VD3102\nquery: |\n  # vedette: allow VD1\n";
        let start = text.find("  # vedette").expect("it is there");
        let found = in_yaml(text, &(start..text.len()));
        assert_eq!(
            found.iter().map(|one| (one.is_for_file, one.own_line)).collect::<Vec<_>>(),
            [(true, true), (false, false)]
        );
    }

    fn left(text: &str, at: &str, severity: Severity) -> Vec<&'static str> {
        let start = narrow(text.find(at).expect("it is there"));
        let mut finding = Diagnostic::warning("VD2006", Span::new(start, start + 1), "odd");
        finding.severity = severity;
        let mut findings = vec![Finding::from(finding)];
        let silencers = in_kql(text, &syntax::parse(text).tokens);
        apply(text, silencers, Products::Both, &mut findings);
        findings.into_iter().map(|finding| finding.diagnostic.code).collect()
    }

    #[test]
    fn what_is_allowed_is_not_said() {
        let warning = Severity::Warning;
        assert_eq!(left("T\n// vedette: allow VD2006\n// and why\n| where", "where", warning), [""; 0]);
        assert_eq!(left("T\n| where x // vedette: allow VD2006", "where", warning), [""; 0]);
        assert_eq!(left("// vedette: allow-file VD2006\nT\n\n| where", "where", warning), [""; 0]);
        assert_eq!(left("T // vedette: allow VD2006\n| where", "where", warning), ["VD2006", codes::SILENCES_NOTHING]);
        assert_eq!(left("// vedette: allow VD9999\nT", "T", warning), ["VD2006", codes::SILENCES_NOTHING]);
        assert_eq!(left("// vedette: allow VD2006\nT", "T", Severity::Error), ["VD2006", codes::SILENCES_NOTHING]);
    }
}
