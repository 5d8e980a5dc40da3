//! `vedette simulate`: a test of a pack → the telemetry that it would leave, in the files of several products.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use detect::Pack;
use detect::atomic::{Atomic, Family};
use lake::Content;
use semantics::time::TICKS_PER_MINUTE;

use crate::arguments::{datetime, named_value};
use crate::console::Console;
use crate::data;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::counted;
use crate::simulate::emit::{self, Product};
use crate::simulate::{self, Scene};

/// Writes the telemetry that a test, or a family of harmless programs, would leave
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArguments {
    /// A test of a pack: the name of its folder, its guid, or its number such as T1583.004-1; `--list` shows them
    #[arg(required_unless_present_any = ["family", "list"], value_name = "TEST")]
    test: Option<String>,
    /// Programs that look like beacons and are none, on every host (may be repeated); `all` is every family
    #[arg(long, value_name = "FAMILY")]
    family: Vec<String>,
    /// Shows the tests and families of the packs
    #[arg(long)]
    list: bool,
    /// Sets an input of the test (may be repeated)
    #[arg(long = "arg", value_parser = named_value, value_name = "INPUT=VALUE")]
    inputs: Vec<(String, String)>,
    /// How many hosts there are
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000), value_name = "COUNT")]
    hosts: u32,
    /// On how many of them the test is run
    #[arg(long, default_value_t = 1, value_name = "COUNT")]
    targets: u32,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// When the test begins
    #[arg(long, value_parser = datetime, default_value = "2026-03-02T09:00:00Z", value_name = "DATETIME")]
    start: i64,
    /// How long the day around the test goes on, in minutes; half an hour of it is before the test
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=44_640), value_name = "MINUTES")]
    minutes: u32,
    /// Leaves out the ordinary day around it
    #[arg(long)]
    no_noise: bool,
    /// Whose records are written (may be repeated) [default: all]
    #[arg(short = 'F', long, value_enum, value_name = "PRODUCT")]
    format: Vec<Product>,
    /// A folder, made if it is not there, with a folder for each product; or, for one product with one file, that file [default: stdout]
    #[arg(short, long, value_name = "FILE|FOLDER")]
    out: Option<PathBuf>,
    /// Writes what each connection is, as CSV: the family of its program, and whether it is the test's
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Where to look for tests and families: a folder, or the name of a pack that comes with vedette [default: all of those]
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
    /// Packs of a folder, before those that come with vedette
    #[arg(long, value_name = "FOLDER")]
    content: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Nothing is run and nothing is sent: these are records of hosts that do not exist. To see what a test leaves on a real host, run it there
(Atomic Red Team reads the packs' atomics/ folders) and give its logs to `vedette verify`.

Examples:
  vedette simulate --list
  vedette simulate sustained-beacon --out logs/
  vedette simulate beacon-check-in --arg server=203.0.113.10 --format zeek --out zeek/
  vedette simulate sustained-beacon --family all --hosts 50 --seed 7 --out fleet/
  vedette simulate dns-lookups --format windows-json | vedette query 'DeviceEvents | count' --data /dev/stdin";

/// Runs the command.
pub(crate) async fn run(arguments: SimulateArguments, console: &Console) -> Result<(), Failure> {
    use std::io::Write as _;
    let content = data::content_of(arguments.content.as_deref(), &[])?;
    let packs = packs(arguments.pack.as_deref(), &content, console)?;
    if arguments.list {
        return list(&packs);
    }
    let test = arguments.test.as_deref().map(|name| find_test(&packs, name)).transpose()?;
    let values = test.map(|(_, atomic)| atomic.values(&arguments.inputs)).transpose().map_err(Failure::Usage)?;
    let span = i64::from(arguments.minutes) * TICKS_PER_MINUTE;
    let scene = Scene {
        test: test.map(|(_, atomic)| atomic).zip(values.as_ref()),
        families: families(&packs, &arguments.family)?,
        hosts: usize::try_from(arguments.hosts).unwrap_or(usize::MAX),
        targets: usize::try_from(arguments.targets).unwrap_or(usize::MAX),
        seed: arguments.seed,
        start: arguments.start,
        span,
        has_noise: !arguments.no_noise,
    };
    let events = simulate::play(&scene).map_err(Failure::Usage)?;
    let products = if arguments.format.is_empty() { Product::ALL.to_vec() } else { arguments.format };
    let written: Vec<(Product, Vec<emit::File>)> =
        products.into_iter().map(|product| (product, emit::files(product, &events))).collect();
    write(&written, arguments.out.as_deref(), console)?;
    if let Some(path) = &arguments.labels {
        let mut output = Output::open(Some(path))?;
        output.write_all(simulate::labels::csv(&events).as_bytes())?;
        output.finish()?;
    }
    console.note(&format!("{} of {}", counted(events.len(), "event"), counted(scene.hosts, "host")));
    Ok(())
}

/// The packs to look in: the one that is named, or all that come with the program.
pub(crate) fn packs(name: Option<&str>, content: &Content, console: &Console) -> Result<Vec<Pack>, Failure> {
    let names = match name {
        Some(name) => vec![name.to_owned()],
        None => content.names("packs").into_iter().collect(),
    };
    let mut packs = vec![];
    for name in names {
        let pack = Pack::load(&name, content).map_err(|error| super::detect::pack_failure(&error))?;
        pack.problems.iter().for_each(|problem| console.warning(&problem.to_string()));
        packs.push(pack);
    }
    Ok(packs)
}

/// The test of that folder, guid or number.
pub(crate) fn find_test<'p>(packs: &'p [Pack], name: &str) -> Result<(&'p Pack, &'p Atomic), Failure> {
    let is_named = |atomic: &Atomic| {
        [&atomic.slug, &atomic.guid, &atomic.number].into_iter().any(|known| known.eq_ignore_ascii_case(name))
    };
    let mut all = packs.iter().flat_map(|pack| pack.atomics.iter().map(move |atomic| (pack, atomic)));
    all.find(|(_, atomic)| is_named(atomic)).ok_or_else(|| {
        let known: Vec<&str> = packs.iter().flat_map(|pack| &pack.atomics).map(|atomic| atomic.slug.as_str()).collect();
        Failure::Usage(format!("`{name}` is no test; tests here: {}", known.join(", ")))
    })
}

/// The families of those names.
pub(crate) fn families<'p>(packs: &'p [Pack], names: &[String]) -> Result<Vec<&'p Family>, Failure> {
    let known: Vec<&Family> = packs.iter().flat_map(|pack| &pack.families).collect();
    if names.iter().any(|name| name == "all") {
        return Ok(known);
    }
    let find = |name: &String| {
        known.iter().copied().find(|family| family.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|family| family.name.as_str()).collect();
            Failure::Usage(format!("`{name}` is no family; families here: all, {}", names.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

fn list(packs: &[Pack]) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut output = Output::open(None)?;
    for pack in packs.iter().filter(|pack| !pack.atomics.is_empty() || !pack.families.is_empty()) {
        writeln!(output, "{}", pack.name)?;
        for atomic in &pack.atomics {
            writeln!(output, "  test    {:<24} {} {}", atomic.slug, atomic.number, atomic.name)?;
            for input in &atomic.inputs {
                writeln!(output, "            {} = {}  ({})", input.name, input.default, input.description)?;
            }
        }
        for family in &pack.families {
            writeln!(output, "  family  {:<24} {}", family.name, family.description)?;
        }
    }
    output.finish()
}

/// Writes to stdout, a file, or a folder with a folder for each product.
fn write(
    written: &[(Product, Vec<emit::File>)],
    out: Option<&std::path::Path>,
    console: &Console,
) -> Result<(), Failure> {
    use std::io::Write as _;
    let all: Vec<&emit::File> = written.iter().flat_map(|(_, files)| files).collect();
    let is_file = out.is_none_or(|path| path.as_os_str() == "-" || path.extension().is_some() && !path.is_dir());
    match (all.as_slice(), is_file) {
        ([only], true) => {
            let mut output = Output::open(out)?;
            output.write_all(only.text.as_bytes())?;
            output.finish()
        }
        (several, true) => Err(Failure::Usage(format!(
            "{} to write; name a folder with --out, or one product with --format",
            counted(several.len(), "file")
        ))),
        (_, false) => {
            let folder = out.unwrap_or(std::path::Path::new("."));
            for (product, files) in written {
                let folder = folder.join(product.name());
                fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
                for file in files {
                    let mut output = Output::open(Some(&folder.join(file.name)))?;
                    output.write_all(file.text.as_bytes())?;
                    output.finish()?;
                    console.note(&folder.join(file.name).display().to_string());
                }
            }
            Ok(())
        }
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::Environment(format!("cannot write `{}`: {error}", path.display()))
}
