//! One file per subcommand.

pub(crate) mod bench_detection;
pub(crate) mod detect;
pub(crate) mod export;
pub(crate) mod ingest;
pub(crate) mod lake;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod tables;
pub(crate) mod test;

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::failure::Failure;

/// Runs what the command line asks for.
pub(crate) async fn run(arguments: Arguments, console: &Console) -> Result<(), Failure> {
    match arguments.command {
        Command::Query(arguments) => query::run(arguments, console).await,
        Command::Detect(arguments) => detect::run(arguments, console).await,
        Command::Test(arguments) => test::run(arguments, console).await,
        Command::BenchDetection(arguments) => bench_detection::run(arguments, console).await,
        Command::Export(arguments) => export::run(arguments, console).await,
        Command::Tables(arguments) => tables::run(arguments, console).await,
        Command::Schema(arguments) => schema::run(arguments, console).await,
        Command::Lake(arguments) => lake::run(arguments, console).await,
        Command::Ingest(arguments) => ingest::run(arguments, console).await,
    }
}
