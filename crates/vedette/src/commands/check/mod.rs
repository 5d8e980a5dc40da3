//! `vedette check`: files of queries and rules → what is wrong with them, in the form asked for, and mended where that is asked for.

mod annotations;
mod fix;
mod forms;
mod pages;
mod sarif;
mod whole;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use lake::Content;
use syntax::Severity;

use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::findings::{Beside, Finding, Products, Setting};
use crate::output::Output;
use whole::{Checked, check_all};

/// Checks queries and rules: syntax, names and types, what is legal but wrong, and the fields of rules
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArguments {
    /// Files (.kql, .csl, or rules in YAML), folders of them, or the names of packs that come with vedette; - is stdin
    #[arg(required_unless_present_any = ["explain", "list"], value_name = "FILE|FOLDER|PACK")]
    paths: Vec<String>,
    /// Whose tables and columns count
    #[arg(long, value_enum, default_value_t, value_name = "PRODUCT")]
    schema: Products,
    /// Looks also for what holds in one product or place only, by code or name (may be repeated)
    #[arg(long, value_parser = lint, value_name = "CODE")]
    also: Vec<String>,
    /// How findings are written
    #[arg(short = 'F', long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    /// Writes to a file, which appears when it is complete; - is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Ends with exit code 1 when there is a finding that weighs so much
    #[arg(long, value_enum, default_value_t, value_name = "WEIGHT")]
    fail_on: FailOn,
    /// Tables, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each, which queries call by name (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    functions: Vec<PathBuf>,
    #[command(flatten)]
    fix: FixOptions,
    /// Prints what a code means and what to do about it
    #[arg(long, value_name = "CODE", exclusive = true)]
    explain: Option<String>,
    /// Lists all codes
    #[arg(long, exclusive = true)]
    list: bool,
}

/// What is mended.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Fixes")]
struct FixOptions {
    /// Mends what can be mended without a doubt about what was meant, in the files themselves
    #[arg(long)]
    fix: bool,
    /// Mends also where somebody should look at it afterwards
    #[arg(long = "unsafe", id = "unsafe_fixes", requires = "fix")]
    takes_all: bool,
    /// Shows as a diff what would be mended, and changes nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// With the line of the query and a mark under the place
    #[default]
    Text,
    /// A line a finding: file:line:column: weight [code] message
    Brief,
    /// One object: files, findings with places and fixes, counts by code
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations of a pull request
    Github,
}

/// What makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum FailOn {
    /// An error
    #[default]
    Error,
    /// A warning or an error
    Warning,
    /// Any finding
    Note,
}

const EXAMPLES: &str = "\
A finding is allowed by a comment on its line or above it, with the reason behind a dash, or for the whole file by one at
its top; an error cannot be allowed:
  // vedette: allow VD3001 - runs in Defender only
  // vedette: allow-file VD3001

Examples:
  vedette check hunt.kql
  vedette check rules/ --schema sentinel --fail-on warning
  vedette check t1583.004
  cat hunt.kql | vedette check -
  vedette check rules/ --format sarif -o findings.sarif
  vedette check rules/ --fix --dry-run
  vedette check --explain VD3001";

impl CheckArguments {
    fn setting<'a>(&'a self, content: &'a Content, beside: &'a Beside) -> Setting<'a> {
        Setting { content, beside, products: self.schema, also: &self.also }
    }
}

fn lint(word: &str) -> Result<String, String> {
    let found = semantics::lints::find(word).or_else(|| semantics::lints::find(&word.to_ascii_uppercase()));
    found.map(|lint| lint.code.to_owned()).ok_or_else(|| "no lint has that code or name; --list lists them".to_owned())
}

/// Runs the command.
pub(crate) async fn run(arguments: CheckArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content_of(arguments.content.as_deref(), &arguments.functions)?;
    if arguments.list {
        return pages::list();
    }
    if let Some(code) = &arguments.explain {
        return pages::explain(code, &content);
    }
    let mut checked = check_all(&arguments, &content, console).await?;
    if arguments.fix.fix {
        mend(&arguments, &content, &mut checked, console)?;
    }
    let mut output = Output::open(arguments.output.as_deref())?;
    match arguments.format {
        Form::Text => forms::write_text(&mut output, &checked, console)?,
        Form::Brief => forms::write_brief(&mut output, &checked, console)?,
        Form::Json => forms::write_json(&mut output, &checked)?,
        Form::Sarif => sarif::write(&mut output, &checked, &content)?,
        Form::Github => annotations::write(&mut output, &checked)?,
    }
    output.finish()?;
    console.note(&forms::told(&checked));
    let worst = all(&checked).map(|(_, finding)| finding.diagnostic.severity).max();
    let limit = match arguments.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    };
    if worst.is_some_and(|worst| worst >= limit) { Err(Failure::Refused) } else { Ok(()) }
}

fn mend(
    arguments: &CheckArguments,
    content: &Arc<Content>,
    checked: &mut [Checked],
    console: &Console,
) -> Result<(), Failure> {
    let FixOptions { takes_all, dry_run, .. } = arguments.fix;
    let mut count = 0;
    for file in checked {
        let beside = Arc::clone(&file.beside);
        let setting = arguments.setting(content, &beside);
        count += fix::mend(file, setting, takes_all, dry_run)?;
    }
    let verb = if dry_run { "would be mended" } else { "mended" };
    console.note(&format!("{} {verb}", crate::render::counted(count, "finding")));
    Ok(())
}

/// Every finding with its file, in the order of files and places.
fn all(checked: &[Checked]) -> impl Iterator<Item = (&Checked, &Finding)> {
    checked.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
}
