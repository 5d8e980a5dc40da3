//! `vedette detect`: rules over files → alerts.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::{DataOptions, OutputOptions};
use crate::console::Console;
use crate::failure::Failure;

/// Runs detection rules over files and shows their alerts
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DetectArguments {
    /// Rule files, or folders of them (packs)
    #[arg(required = true, value_name = "RULE|PACK")]
    rules: Vec<PathBuf>,
    /// Ends with exit code 10 when a rule fires
    #[arg(long)]
    fail_on_alert: bool,
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    output: OutputOptions,
}

const EXAMPLES: &str = "\
Examples:
  vedette detect rule.yaml --data Security.evtx
  vedette detect packs/ --data logs/ --format ndjson -o alerts.ndjson
  vedette detect rule.yaml --data logs/ --fail-on-alert || notify";

/// Runs the command.
pub(crate) async fn run(_arguments: DetectArguments, _console: &Console) -> Result<(), Failure> {
    Err(Failure::Unsupported("detect".to_owned()))
}
