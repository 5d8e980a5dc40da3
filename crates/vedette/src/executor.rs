//! The engine that runs the queries of this process, within the limits of the command line.

use engine::{Engine, Error, Limits};

use crate::arguments::LimitOptions;
use crate::failure::Failure;

/// An engine within the limits of the command line.
pub(crate) fn engine(options: &LimitOptions) -> Result<Engine, Failure> {
    let mut limits = Limits { rows_max: options.max_rows, ..Limits::default() };
    if let Some(bytes) = options.memory {
        limits.memory_bytes_max = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    Engine::new(limits).map_err(|error| failure(&error))
}

/// The failure of the whole command that an error of the engine is; diagnostics are for the caller to print first.
pub(crate) fn failure(error: &Error) -> Failure {
    match error {
        Error::Query(_) => Failure::Refused,
        Error::Unsupported(feature) => Failure::Unsupported(feature.clone()),
        Error::Environment(text) => Failure::Environment(text.clone()),
        Error::Bug(text) => Failure::Bug(text.clone()),
    }
}
