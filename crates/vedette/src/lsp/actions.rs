//! Code actions: each fix of a finding, all safe fixes at once, and a comment that allows a finding.

use std::collections::HashMap;
use std::sync::Arc;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic,
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport, Position, Range,
    RelatedFullDocumentDiagnosticReport, TextEdit, WorkspaceEdit,
};
use syntax::{Fix, Severity};

use super::capabilities::FIX_ALL;
use super::diagnostics;
use super::documents::Document;
use super::formatting;
use super::session::{Answer, Session};
use crate::findings::{self, Finding, mended};

/// Actions for one place at most.
const ACTIONS_MAX: usize = 50;

/// `textDocument/codeAction`.
pub(crate) fn actions(session: &mut Session, params: CodeActionParams) -> Answer<Option<CodeActionResponse>> {
    let uri = &params.text_document.uri;
    let Some(beside) = session.beside(uri) else { return Ok(None) };
    let Some(document) = session.document(uri) else { return Ok(None) };
    let Some(kind) = document.kind else { return Ok(None) };
    let setting = session.setting(&beside);
    let findings = session
        .worker
        .found(uri.as_str(), document.version)
        .unwrap_or_else(|| Arc::new(findings::findings(&document.text, kind, setting)));
    let is_wanted = |kind: &str| {
        let only = params.context.only.as_deref();
        only.is_none_or(|only| only.iter().any(|only| is_kind_of(kind, only.as_str())))
    };
    let mut found = vec![];
    if is_wanted(CodeActionKind::QUICKFIX.as_str()) {
        let here = findings.iter().filter(|finding| {
            let range = document.lines.range(&document.text, finding.diagnostic.span);
            range.start <= params.range.end && params.range.start <= range.end
        });
        for finding in here {
            found.extend(finding.diagnostic.fixes.iter().map(|fix| quick_fix(document, finding, fix)));
            found.extend(allowed(document, finding));
        }
    }
    let has_safe = findings.iter().any(|finding| finding.diagnostic.fixes.iter().any(|fix| fix.is_safe));
    if has_safe && is_wanted(FIX_ALL) {
        let (text, _, count) = mended(&document.text, &findings, kind, setting, false);
        let edit = edit(document, formatting::replaced(document, &text));
        let title = format!("mend all that is safe ({count})");
        let kind = Some(CodeActionKind::new(FIX_ALL));
        found.push(CodeAction { title, kind, edit: Some(edit), ..CodeAction::default() });
    }
    found.truncate(ACTIONS_MAX);
    Ok(Some(found.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}

/// `textDocument/diagnostic`: the findings of the text as it is now. Clients that are sent findings need not ask, and none is told that it can.
pub(crate) fn pull(session: &mut Session, params: DocumentDiagnosticParams) -> Answer<DocumentDiagnosticReport> {
    let uri = &params.text_document.uri;
    let beside = session.beside(uri);
    let found = session.document(uri).zip(beside).and_then(|(document, beside)| {
        let found = findings::findings(&document.text, document.kind?, session.setting(&beside));
        let shown = |finding| diagnostics::shown(&document.uri, &document.text, &document.lines, finding);
        Some(found.iter().map(shown).collect())
    });
    let items: Vec<Diagnostic> = found.unwrap_or_default();
    let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: None, items };
    let report = RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report };
    Ok(DocumentDiagnosticReport::Full(report))
}

/// LSP 3.17: kinds are hierarchical, `source` means `source.fixAll.vedette` too.
fn is_kind_of(kind: &str, wanted: &str) -> bool {
    wanted.is_empty() || kind == wanted || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

fn quick_fix(document: &Document, finding: &Finding, fix: &Fix) -> CodeAction {
    let edits =
        fix.edits.iter().map(|(span, text)| TextEdit::new(document.lines.range(&document.text, *span), text.clone()));
    CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::shown(&document.uri, &document.text, &document.lines, finding)]),
        edit: Some(edit(document, edits.collect())),
        is_preferred: Some(fix.is_safe),
        ..CodeAction::default()
    }
}

/// A comment above the line that allows the finding; an error cannot be allowed.
fn allowed(document: &Document, finding: &Finding) -> Option<CodeAction> {
    let found = &finding.diagnostic;
    if found.severity == Severity::Error {
        return None;
    }
    let line = document.lines.position(&document.text, found.span.start as usize).line;
    let start = document.lines.offset(&document.text, Position::new(line, 0));
    let written = document.text.get(start..)?.lines().next()?;
    let blanks: String = written.chars().take_while(|ch| matches!(ch, ' ' | '\t')).collect();
    let mark = if finding.field.is_empty() { "//" } else { "#" };
    let end = if document.text.contains("\r\n") { "\r\n" } else { "\n" };
    let text = format!("{blanks}{mark} vedette: allow {} - {end}", found.code);
    let place = Position::new(line, 0);
    Some(CodeAction {
        title: format!("allow {} here, with a comment", found.code),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::shown(&document.uri, &document.text, &document.lines, finding)]),
        edit: Some(edit(document, vec![TextEdit::new(Range::new(place, place), text)])),
        ..CodeAction::default()
    })
}

fn edit(document: &Document, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit::new(HashMap::from([(document.uri.clone(), edits)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_a_hierarchy() {
        assert!(is_kind_of(FIX_ALL, "source") && is_kind_of(FIX_ALL, "source.fixAll") && is_kind_of(FIX_ALL, FIX_ALL));
        assert!(!is_kind_of(FIX_ALL, "source.fix") && !is_kind_of(FIX_ALL, "quickfix") && is_kind_of(FIX_ALL, ""));
    }
}
