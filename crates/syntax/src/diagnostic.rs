//! What is wrong with a query, as data: a code, a sentence, places and hints.
//!
//! Rooms make these; only the binary and the server decide how they look.

use crate::span::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The query runs, and probably not as its author thinks.
    Warning,
    /// The query does not run.
    Error,
}

/// One finding about a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kusto's own code where Kusto has one (`KS142`), ours otherwise (`VD1001`).
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// A sentence: lower case, no final period.
    pub message: String,
    /// Where; the first is the place to show.
    pub span: Span,
    /// Further places, each with what it has to do with it.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Changes of the text that mend it, the likeliest first.
    pub fixes: Vec<Fix>,
    /// The construct that vedette has not built yet, when that is the reason for the refusal.
    pub unsupported: Option<String>,
}

/// A change of the text that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "compare without case".
    pub title: String,
    /// Places and what stands there afterwards; they do not overlap.
    pub edits: Vec<(Span, String)>,
    /// May it be made unseen? Only if what the author meant is beyond doubt.
    pub is_safe: bool,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    fn new(severity: Severity, code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            span,
            labels: vec![],
            hints: vec![],
            fixes: vec![],
            unsupported: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same with a further place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The same with a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// The same with the name that was probably meant, if one is near. Letters that differ in case only are beyond doubt.
    #[must_use]
    pub fn meant(self, name: Option<&str>, written: &str) -> Self {
        let Some(name) = name else { return self };
        let is_word = name.starts_with(|ch: char| ch.is_ascii_alphabetic() || ch == '_')
            && name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
        let text =
            if is_word { name.to_owned() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) };
        let fix = Fix {
            title: format!("write `{name}`"),
            edits: vec![(self.span, text)],
            is_safe: name.eq_ignore_ascii_case(written),
        };
        self.hint(format!("did you mean `{name}`?")).fix(fix)
    }

    /// The same, marked as a refusal of something not built yet.
    #[must_use]
    pub fn unsupported(mut self, feature: impl Into<String>) -> Self {
        self.unsupported = Some(feature.into());
        self
    }

    /// Is it an error?
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
