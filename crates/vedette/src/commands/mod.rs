//! One file per subcommand.

pub(crate) mod bench_detection;
pub(crate) mod check;
pub(crate) mod coverage;
pub(crate) mod detect;
pub(crate) mod docs;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod hunt;
pub(crate) mod incidents;
pub(crate) mod ingest;
pub(crate) mod lake;
pub(crate) mod lsp;
pub(crate) mod matrix;
pub(crate) mod query;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod simulate;
pub(crate) mod tables;
pub(crate) mod test;
pub(crate) mod tune;
pub(crate) mod verify;
pub(crate) mod watch;

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::failure::Failure;

/// Runs what the command line asks for.
pub(crate) async fn run(arguments: Arguments, console: &Console) -> Result<(), Failure> {
    match arguments.command {
        Command::Query(arguments) => query::run(arguments, console).await,
        Command::Explain(arguments) => explain::run(arguments, console).await,
        Command::Docs(arguments) => docs::run(&arguments, console),
        Command::Detect(arguments) => detect::run(arguments, console).await,
        Command::Hunt(arguments) => hunt::run(arguments, console).await,
        Command::Coverage(arguments) => coverage::run(&arguments, console),
        Command::Test(arguments) => test::run(arguments, console).await,
        Command::Check(arguments) => check::run(arguments, console).await,
        Command::Fmt(arguments) => fmt::run(&arguments, console),
        Command::Simulate(arguments) => simulate::run(*arguments, console).await,
        Command::Verify(arguments) => verify::run(*arguments, console).await,
        Command::Matrix(arguments) => matrix::run(arguments, console).await,
        Command::Tune(arguments) => tune::run(*arguments, console).await,
        Command::Lsp(arguments) => lsp::run(arguments),
        Command::BenchDetection(arguments) => bench_detection::run(arguments, console).await,
        Command::Export(arguments) => export::run(arguments, console).await,
        Command::Tables(arguments) => tables::run(arguments, console).await,
        Command::Schema(arguments) => schema::run(arguments, console).await,
        Command::Lake(arguments) => lake::run(arguments, console).await,
        Command::Ingest(arguments) => ingest::run(arguments, console).await,
        Command::Watch(arguments) => watch::run(arguments, console).await,
        Command::Replay(arguments) => replay::run(arguments, console).await,
        Command::Incidents(arguments) => incidents::run(arguments, console).await,
    }
}
