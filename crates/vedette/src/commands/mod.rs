//! One file per subcommand.

pub(crate) mod coverage;
pub(crate) mod detect;
pub(crate) mod hunt;
pub(crate) mod ingest;
pub(crate) mod lake;
pub(crate) mod matrix;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod simulate;
pub(crate) mod tables;
pub(crate) mod test;
pub(crate) mod tune;
pub(crate) mod verify;

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::failure::Failure;

/// Runs what the command line asks for.
pub(crate) async fn run(arguments: Arguments, console: &Console) -> Result<(), Failure> {
    match arguments.command {
        Command::Query(arguments) => query::run(arguments, console).await,
        Command::Detect(arguments) => detect::run(arguments, console).await,
        Command::Hunt(arguments) => hunt::run(arguments, console).await,
        Command::Coverage(arguments) => coverage::run(&arguments, console),
        Command::Test(arguments) => test::run(arguments, console).await,
        Command::Simulate(arguments) => simulate::run(*arguments, console).await,
        Command::Verify(arguments) => verify::run(*arguments, console).await,
        Command::Matrix(arguments) => matrix::run(arguments, console).await,
        Command::Tune(arguments) => tune::run(*arguments, console).await,
        Command::Tables(arguments) => tables::run(arguments, console).await,
        Command::Schema(arguments) => schema::run(arguments, console).await,
        Command::Lake(arguments) => lake::run(arguments, console).await,
        Command::Ingest(arguments) => ingest::run(arguments, console).await,
    }
}
