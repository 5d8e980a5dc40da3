//! `vedette lsp`: the language server for editors.

use clap::Args;

use crate::failure::Failure;
use crate::lsp::{self, Settings};

/// Serves editors: findings, completion, hover, renaming and layout of KQL, over stdin and stdout
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LspArguments {
    #[command(flatten)]
    settings: Settings,
    /// Speaks over stdin and stdout, as it always does: some editors say so
    #[arg(long, hide = true)]
    stdio: bool,
}

const EXAMPLES: &str = "\
An editor starts it; it speaks the Language Server Protocol. It knows .kql and .csl files, and the query of rules in YAML.
docs/editors.md says how to set up VS Code, Neovim and Helix. Settings may also come with initializationOptions:
  {\"schema\": \"sentinel\", \"content\": \"/srv/content\", \"functions\": [\"/srv/functions\"], \"also\": [\"VD4023\"]}

Examples:
  vedette lsp
  vedette lsp --schema defender
  vedette lsp --content ./content --functions ./functions";

/// Runs the command.
pub(crate) fn run(arguments: LspArguments) -> Result<(), Failure> {
    lsp::serve(arguments.settings)
}
