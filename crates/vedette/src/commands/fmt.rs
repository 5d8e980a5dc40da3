//! `vedette fmt`: the KQL of files in the one layout.

use std::io::{Read, Write, stdin, stdout};

use clap::Args;
use similar::TextDiff;

use crate::console::Console;
use crate::encoded::{self, Encoded};
use crate::failure::Failure;
use crate::files::{self, TextFile};
use crate::layout::{self, Refusal};
use crate::render::counted;
use crate::report::{self, Source};

/// Lays out KQL: files of queries, and the query inside rules
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FmtArguments {
    /// Files (.kql, .csl, or rules in YAML) and folders of them; - lays out stdin to stdout
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<String>,
    /// Changes nothing: prints what would change, and ends with exit code 1 when something would
    #[arg(long)]
    check: bool,
}

const EXAMPLES: &str = "\
Comments stay where they stand, the query means what it meant, and laying out twice changes nothing. Of a rule only the
lines below `query: |` change. Line ends and byte order marks stay as they are, and a file that does not parse stays
as it is and is reported.

Examples:
  vedette fmt hunt.kql
  vedette fmt rules/
  vedette fmt --check rules/ || echo 'run vedette fmt'
  cat hunt.kql | vedette fmt -";

/// What became of the files.
#[derive(Debug, Default)]
struct Tally {
    changed: usize,
    unchanged: usize,
    refused: usize,
}

/// Runs the command.
pub(crate) fn run(arguments: &FmtArguments, console: &Console) -> Result<(), Failure> {
    if arguments.paths.iter().any(|path| path == "-") {
        return match arguments.paths.as_slice() {
            [_] => from_stdin(arguments.check, console),
            _ => Err(Failure::Usage("- stands alone: stdin is one text".to_owned())),
        };
    }
    let mut tally = Tally::default();
    for file in files::find(&arguments.paths, None)? {
        one(&file, arguments.check, &mut tally, console)?;
    }
    console.note(&tally.told(arguments.check));
    match tally.refused > 0 || arguments.check && tally.changed > 0 {
        true => Err(Failure::Refused),
        false => Ok(()),
    }
}

fn one(file: &TextFile, is_check: bool, tally: &mut Tally, console: &Console) -> Result<(), Failure> {
    let (Some(kind), Some(path)) = (file.kind, &file.path) else { return Ok(()) };
    let Encoded { text, encoding } = match &file.text {
        Ok(encoded) => encoded,
        Err(why) => {
            tally.refused += 1;
            console.error(&format!("`{}` {why}", file.name));
            return Ok(());
        }
    };
    match layout::lay_out(text, kind) {
        Err(refusal) => {
            tally.refused += 1;
            say(&file.name, text, &refusal, console);
        }
        Ok(laid) if laid == *text => tally.unchanged += 1,
        Ok(laid) if is_check => {
            tally.changed += 1;
            write_diff(&file.name, text, &laid)?;
        }
        Ok(laid) => {
            tally.changed += 1;
            files::replace(path, &encoding.encode(&laid))?;
        }
    }
    Ok(())
}

/// A text that cannot be laid out is given back as it was: an editor that pipes it through must not lose it.
fn from_stdin(is_check: bool, console: &Console) -> Result<(), Failure> {
    let name = "<stdin>";
    let mut bytes = vec![];
    let read = stdin().read_to_end(&mut bytes);
    read.map_err(|error| Failure::Environment(format!("cannot read `{name}`: {error}")))?;
    let encoded = encoded::decode(&bytes).map_err(|why| Failure::Environment(format!("`{name}` {why}")));
    let Encoded { text, encoding } = encoded?;
    let kind = files::kind(name, &text).unwrap_or(crate::findings::TextKind::Query);
    match layout::lay_out(&text, kind) {
        Err(refusal) => {
            say(name, &text, &refusal, console);
            if !is_check {
                stdout().write_all(&bytes)?;
            }
            Err(Failure::Refused)
        }
        Ok(laid) if is_check && laid != text => {
            write_diff(name, &text, &laid)?;
            Err(Failure::Refused)
        }
        Ok(_) if is_check => Ok(()),
        Ok(laid) => Ok(stdout().write_all(&encoding.encode(&laid))?),
    }
}

fn say(name: &str, text: &str, refusal: &Refusal, console: &Console) {
    match refusal {
        Refusal::Errors(errors) => report::print_briefly(console, &Source::new(name, text.to_owned()), errors),
        Refusal::Other(why) => console.error(&format!("`{name}` {why}")),
    }
}

/// What would change, as `diff -u` shows it.
pub(crate) fn write_diff(name: &str, before: &str, after: &str) -> Result<(), Failure> {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(3).header(name, name).to_string();
    Ok(stdout().write_all(text.as_bytes())?)
}

impl Tally {
    fn told(&self, is_check: bool) -> String {
        let verb = if is_check { "would change" } else { "changed" };
        let mut text = format!("{} {verb}, {} as they are", counted(self.changed, "file"), self.unchanged);
        if self.refused > 0 {
            text.push_str(&format!("; {} could not be laid out", counted(self.refused, "file")));
        }
        text
    }
}
