//! The language server: messages of the Language Server Protocol (3.17) in, messages out.
//!
//! What there is to say about a query is `semantics::editor`'s and `findings`'; here texts are kept, places are counted as the client counts them,
//! and each question finds who answers it. A panic in one answer is told and logged, and the server goes on.

mod actions;
mod beside;
mod capabilities;
mod completion;
mod diagnostics;
mod documents;
mod formatting;
mod navigation;
mod positions;
mod server;
mod session;
mod settings;
mod worker;

pub(crate) use server::serve;
pub(crate) use settings::Settings;
