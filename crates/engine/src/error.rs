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
#[error("{text}")]
struct Mistake {
    text: String,
    place: Option<Span>,
    /// Which argument of the call it is about, where that is known.
    argument: Option<usize>,
    /// Is nothing wrong with the query, but what it asks for is not built?
    is_unbuilt: bool,
}

impl Mistake {
    fn diagnostic(&self) -> Diagnostic {
        let place = self.place.unwrap_or_default();
        match self.is_unbuilt {
            true => unbuilt(&self.text, place),
            false => Diagnostic::error(codes::ARGUMENT_VALUE, place, &self.text),
        }
    }
}

fn unbuilt(feature: &str, place: Span) -> Diagnostic {
    let message = format!("vedette does not run `{feature}` yet");
    Diagnostic::error(codes::UNSUPPORTED, place, message).unsupported(feature)
}

/// Says that the query is wrong, where a function finds it.
pub(crate) fn mistake<T>(text: String) -> datafusion::common::Result<T> {
    Err(DataFusionError::External(Box::new(Mistake { text, place: None, argument: None, is_unbuilt: false })))
}

/// The same error, said of an argument of the call.
pub(crate) fn in_argument(error: DataFusionError, argument: usize) -> DataFusionError {
    match error {
        DataFusionError::External(inner) => match inner.downcast::<Mistake>() {
            Ok(mistake) => DataFusionError::External(Box::new(Mistake { argument: Some(argument), ..*mistake })),
            Err(inner) => DataFusionError::External(inner),
        },
        other => other,
    }
}

/// What a function says while rows are read, with the place of its call: only the call knows where it stands.
pub(crate) fn placed(error: DataFusionError, place: Span) -> DataFusionError {
    let mistake = match error {
        DataFusionError::Execution(text) => {
            Box::new(Mistake { text, place: Some(place), argument: None, is_unbuilt: false })
        }
        DataFusionError::NotImplemented(text) => {
            Box::new(Mistake { text, place: Some(place), argument: None, is_unbuilt: true })
        }
        DataFusionError::External(inner) => match inner.downcast::<Mistake>() {
            Ok(mistake) => Box::new(Mistake { place: mistake.place.or(Some(place)), ..*mistake }),
            Err(inner) => return DataFusionError::External(inner),
        },
        other => return other,
    };
    DataFusionError::External(mistake)
}

impl Error {
    /// The same, at the place of an expression when it had none.
    pub(crate) fn at(mut self, span: Span) -> Self {
        match &mut self {
            Self::Query(diagnostics) => {
                for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.span == Span::default()) {
                    diagnostic.span = span;
                }
                self
            }
            Self::Unsupported(feature) => Self::Query(vec![unbuilt(feature, span)]),
            Self::Environment(_) | Self::Bug(_) => self,
        }
    }

    /// An error of a call, at the argument that it is about, or else at the call.
    pub(crate) fn in_call(error: DataFusionError, arguments: &[Span], call: Span) -> Self {
        let argument = match &error {
            DataFusionError::External(inner) => inner.downcast_ref::<Mistake>().and_then(|mistake| mistake.argument),
            _ => None,
        };
        let place = argument.and_then(|argument| arguments.get(argument)).copied().unwrap_or(call);
        Self::from(placed(error, place)).at(place)
    }

    /// The same, with no place outside the query's text: such a place is in a stored function, which binding alone knows.
    pub(crate) fn within(mut self, text: &str) -> Self {
        if let Self::Query(diagnostics) = &mut self {
            let is_inside = |span: Span| usize::try_from(span.end).is_ok_and(|end| end <= text.len());
            for diagnostic in diagnostics.iter_mut().filter(|diagnostic| !is_inside(diagnostic.span)) {
                diagnostic.span = Span::default();
                diagnostic.message = format!("in a stored function: {}", diagnostic.message);
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
            DataFusionError::NotImplemented(text) => Self::Unsupported(text.clone()),
            DataFusionError::External(inner) => match inner.downcast_ref::<Mistake>() {
                Some(mistake) => Self::Query(vec![mistake.diagnostic()]),
                None => Self::Bug(inner.to_string()),
            },
            other => Self::Bug(other.to_string()),
        }
    }
}

/// What the engine's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;
