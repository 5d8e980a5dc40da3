//! `vedette docs`: the reference, in the terminal or as a folder of pages.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::console::Console;
use crate::data;
use crate::docs::{Reference, index};
use crate::failure::Failure;
use crate::output::Output;
use crate::render::counted;

/// Prints the reference: operators, functions, plugins, lints, tables, log sources
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DocsArguments {
    /// What to read about; without it the index
    name: Option<String>,
    /// All examples of a page instead of the first few
    #[arg(long, requires = "name")]
    all: bool,
    /// Writes every page as Markdown into a folder, with an index.md
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "name")]
    output: Option<PathBuf>,
    /// Tables, sources, functions and packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
    /// A folder of functions written in KQL, one NAME.kql each (may be repeated)
    #[arg(long, value_name = "FOLDER")]
    functions: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  vedette docs summarize
  vedette docs strcat --all
  vedette docs DeviceNetworkEvents
  vedette docs sysmon
  vedette docs | grep ipv4
  vedette docs --output reference/";

/// Runs the command.
pub(crate) fn run(arguments: &DocsArguments, console: &Console) -> Result<(), Failure> {
    let content = data::content_of(arguments.content.as_deref(), &arguments.functions)?;
    let reference = Reference::new(&content)?;
    if let Some(folder) = &arguments.output {
        let count = write_all(&reference, folder)?;
        console.note(&format!("{} in `{}`", counted(count, "page"), folder.display()));
        return Ok(());
    }
    let mut output = Output::open(None)?;
    match &arguments.name {
        None => output.write_all(index(&reference).as_bytes())?,
        Some(name) => {
            let has_color = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            for (at, page) in reference.find(name)?.into_iter().enumerate() {
                if at > 0 {
                    writeln!(output)?;
                }
                let text = reference.text(page, arguments.all)?;
                text.lines().try_for_each(|line| write_line(&mut output, line, has_color))?;
            }
        }
    }
    output.finish()
}

/// Headings stand out where there is color.
fn write_line(output: &mut Output, line: &str, has_color: bool) -> Result<(), Failure> {
    match has_color && line.starts_with('#') {
        true => writeln!(output, "\x1b[1m{line}\x1b[0m")?,
        false => writeln!(output, "{line}")?,
    }
    Ok(())
}

fn write_all(reference: &Reference, folder: &Path) -> Result<usize, Failure> {
    let mut count = 1;
    write(&folder.join("index.md"), &index(reference))?;
    for page in &reference.pages {
        let path = folder.join(page.kind.folder()).join(format!("{}.md", page.name));
        write(&path, &reference.text(page, true)?)?;
        count += 1;
    }
    Ok(count)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::Environment(format!("cannot make `{}`: {error}", folder.display())))?;
    }
    let mut output = Output::open(Some(path))?;
    output.write_all(text.as_bytes())?;
    output.finish()
}
