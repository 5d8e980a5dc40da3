//! What can go wrong after binding, in four families.

use datafusion::error::DataFusionError;
use semantics::codes;
use syntax::{Diagnostic, Span};
use thiserror::Error;

/// An error of the engine.
#[derive(Debug, Error)]
pub enum Error {
    /// The query is wrong, or asks for what is not built: its author can act on the diagnostics.
    #[error("{}", summary(.0))]
    Query(Vec<Diagnostic>),
    /// A construct that passed the binder and that the engine cannot run.
    #[error("`{0}` is not supported yet")]
    Unsupported(String),
    /// A limit of the request or of the machine was reached, or a file could not be read.
    #[error("{0}")]
    Environment(String),
    /// An invariant of ours broke.
    #[error("internal error: {0}")]
    Bug(String),
}

/// A value in the query that a function does not take; told through DataFusion, which knows of its own errors only.
#[derive(Debug, Error)]
#[error("{0}")]
struct Mistake(String);

/// Says that the query is wrong, where a function finds it.
pub(crate) fn mistake<T>(text: String) -> datafusion::common::Result<T> {
    Err(DataFusionError::External(Box::new(Mistake(text))))
}

impl Error {
    /// The same, at the place of an expression when it had none.
    pub(crate) fn at(mut self, span: Span) -> Self {
        if let Self::Query(diagnostics) = &mut self {
            for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.span == Span::default()) {
                diagnostic.span = span;
            }
        }
        self
    }

    /// Is the query refused because something is not built yet?
    pub fn is_unsupported(&self) -> bool {
        match self {
            Self::Unsupported(_) => true,
            Self::Query(diagnostics) => {
                let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).peekable();
                errors.peek().is_some() && errors.any(|diagnostic| diagnostic.unsupported.is_some())
            }
            Self::Environment(_) | Self::Bug(_) => false,
        }
    }
}

fn summary(diagnostics: &[Diagnostic]) -> String {
    let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
    first.map_or_else(|| "the query is refused".to_owned(), |first| format!("{}: {}", first.code, first.message))
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(text) => {
                Self::Environment(format!("the query needs more memory than its limit (`--memory`): {text}"))
            }
            DataFusionError::ObjectStore(inner) => Self::Environment(inner.to_string()),
            DataFusionError::IoError(inner) => Self::Environment(inner.to_string()),
            DataFusionError::ParquetError(inner) => Self::Environment(inner.to_string()),
            DataFusionError::Execution(text) => Self::Environment(text.clone()),
            DataFusionError::External(inner) if inner.is::<Mistake>() => {
                // A value that was not known before the rows: the place is not known any more.
                Self::Query(vec![Diagnostic::error(codes::ARGUMENT_VALUE, Span::default(), inner.to_string())])
            }
            DataFusionError::NotImplemented(text) => Self::Unsupported(text.clone()),
            other => Self::Bug(other.to_string()),
        }
    }
}

/// What the engine's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;
