//! Findings as the protocol writes diagnostics: ranges, weights, hints behind the message, further places as related information.

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range, Uri,
};
use syntax::Severity;

use super::documents::TEXT_BYTES_MAX;
use super::positions::Lines;
use super::worker::Job;
use crate::findings::Finding;

/// Who says it.
const SOURCE: &str = "vedette";

/// A finding as a diagnostic.
pub(crate) fn shown(uri: &Uri, text: &str, lines: &Lines, finding: &Finding) -> Diagnostic {
    let found = &finding.diagnostic;
    let severity = match found.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    };
    let mut message = found.message.clone();
    for hint in &found.hints {
        message.push_str("\nhint: ");
        message.push_str(hint);
    }
    let related = found.labels.iter().map(|(span, says)| DiagnosticRelatedInformation {
        location: Location::new(uri.clone(), lines.range(text, *span)),
        message: says.clone(),
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    Diagnostic {
        range: lines.range(text, found.span),
        severity: Some(severity),
        code: Some(NumberOrString::String(found.code.to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

/// Says that a text is not looked at.
pub(crate) fn too_long(job: &Job) -> Diagnostic {
    let message = format!(
        "the text has {} bytes, more than the {TEXT_BYTES_MAX} that are looked at while it is edited; `vedette check` reads all of it",
        job.text.len()
    );
    Diagnostic {
        range: Range::new(Position::new(0, 0), Position::new(0, 0)),
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message,
        ..Diagnostic::default()
    }
}
