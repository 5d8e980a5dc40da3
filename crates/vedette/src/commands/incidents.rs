//! `vedette incidents`: what people are to look into, and what they say about it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, StringViewArray};
use clap::{Args, Subcommand};
use detect::incident::{CLASSIFICATIONS, Incident, Status, Verdict};
use detect::store::{Store, security_incidents};
use engine::Rows;
use lake::{Lake, clock};
use semantics::Type;

use super::watch::store_failure;
use crate::arguments::{Format, LimitOptions, OutputOptions};
use crate::console::Console;
use crate::data;
use crate::executor;
use crate::failure::Failure;
use crate::output::Output;
use crate::render::{self, Table, counted, datetime_text, spell_controls};

/// Lists incidents, shows one, and notes who looks into it and what it turned out to be
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IncidentsArguments {
    #[command(subcommand)]
    task: Task,
}

const EXAMPLES: &str = "\
Each change is a row of the table SecurityIncident, so that KQL can ask about all of them.

Examples:
  vedette incidents list --lake lake
  vedette incidents list --all --lake lake --format ndjson
  vedette incidents show 7 --lake lake
  vedette incidents assign 7 kim@soc.example --lake lake
  vedette incidents comment 7 'the host is isolated' --lake lake
  vedette incidents close 7 --as FalsePositive --reason InaccurateData --comment 'a scanner of ours' --lake lake";

#[derive(Debug, Args)]
struct Place {
    /// The lake: a folder, or the URL of an object store
    #[arg(short, long, env = "VEDETTE_LAKE", value_name = "LAKE")]
    lake: String,
    /// Who does it [default: the user's name]
    #[arg(long, env = "VEDETTE_USER", value_name = "NAME")]
    by: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Lists incidents that are not closed, the newest first
    List {
        /// Those that are closed, too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Shows all that is known of an incident
    Show {
        /// Its number
        number: i32,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: OutputOptions,
    },
    /// Gives an incident to somebody, who then looks into it
    Assign {
        /// Its number
        number: i32,
        /// Who; nobody when it is empty
        owner: String,
        #[command(flatten)]
        place: Place,
    },
    /// Closes an incident
    Close {
        /// Its number
        number: i32,
        /// What it turned out to be: TruePositive, BenignPositive, FalsePositive or Undetermined
        #[arg(long = "as", value_name = "CLASSIFICATION")]
        classification: String,
        /// Why: SuspiciousActivity (TruePositive), SuspiciousButExpected (BenignPositive), IncorrectAlertLogic or InaccurateData (FalsePositive)
        #[arg(long, value_name = "REASON")]
        reason: Option<String>,
        /// In words
        #[arg(long, default_value = "", value_name = "TEXT")]
        comment: String,
        #[command(flatten)]
        place: Place,
    },
    /// Writes something about an incident
    Comment {
        /// Its number
        number: i32,
        /// What
        message: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Place {
    async fn store(&self, console: &Console) -> Result<Store, Failure> {
        let lake = Lake::open(&self.lake).map_err(data::failure)?;
        let engine = Arc::new(executor::engine(&LimitOptions::default())?);
        let (speaker, name) = (console.clone(), self.lake.clone());
        let waits = Arc::new(move || speaker.note(&format!("waiting for another process that writes to `{name}`")));
        let content = data::content_of(None, &[])?;
        Ok(Store::reader(lake, content, engine, waits))
    }

    fn who(&self) -> String {
        let user = || std::env::var("USER").ok().filter(|name| !name.is_empty());
        self.by.clone().or_else(user).unwrap_or_else(|| "vedette".to_owned())
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: IncidentsArguments, console: &Console) -> Result<(), Failure> {
    match arguments.task {
        Task::List { all, place, output } => list(all, &place, &output, console).await,
        Task::Show { number, place, output } => show(number, &place, &output, console).await,
        Task::Assign { number, owner, place } => {
            let who = place.who();
            change(number, &place, console, &|incident| {
                incident.assign(&owner, &who, clock::ticks());
                Ok(())
            })
            .await
        }
        Task::Close { number, classification, reason, comment, place } => {
            let who = place.who();
            let verdict = Verdict { classification: &classification, reason: reason.as_deref(), comment: &comment };
            change(number, &place, console, &|incident| incident.close(verdict, &who, clock::ticks())).await
        }
        Task::Comment { number, message, place } => {
            let who = place.who();
            change(number, &place, console, &|incident| incident.comment(&message, &who, clock::ticks())).await
        }
    }
}

async fn list(all: bool, place: &Place, output: &OutputOptions, console: &Console) -> Result<(), Failure> {
    let condition = if all { "true" } else { "Status != 'Closed'" };
    let mut incidents = place.store(console).await?.list(condition).await.map_err(store_failure)?;
    incidents.reverse();
    write(output, if output.format() == Format::Table { listed(&incidents)? } else { whole(&incidents)? })?;
    console.note(&counted(incidents.len(), "incident"));
    Ok(())
}

async fn show(number: i32, place: &Place, output: &OutputOptions, console: &Console) -> Result<(), Failure> {
    let store = place.store(console).await?;
    let mut found = store.list(&format!("IncidentNumber == {number}")).await.map_err(store_failure)?;
    let Some(incident) = found.pop() else {
        return Err(Failure::Usage(format!("there is no incident {number}")));
    };
    match output.format() {
        Format::Table => {
            let mut written = Output::open(output.output.as_deref())?;
            std::io::Write::write_all(&mut written, described(&incident).as_bytes())?;
            written.finish()
        }
        Format::Json | Format::Ndjson | Format::Csv | Format::Parquet => write(output, whole(&[incident])?),
    }
}

async fn change(
    number: i32,
    place: &Place,
    console: &Console,
    how: &(dyn Fn(&mut Incident) -> Result<(), String> + Sync),
) -> Result<(), Failure> {
    let incident = place.store(console).await?.change(number, how).await.map_err(store_failure)?;
    let owner = if incident.owner.is_empty() { "nobody" } else { incident.owner.as_str() };
    console.note(&format!("incident {number} is {}, owned by {}", state(&incident), spell_controls(owner)));
    Ok(())
}

fn state(incident: &Incident) -> String {
    match incident.status {
        Status::Closed => {
            let known = CLASSIFICATIONS.iter().any(|(name, _)| *name == incident.classification);
            if known { format!("Closed as {}", incident.classification) } else { "Closed".to_owned() }
        }
        open @ (Status::New | Status::Active) => open.name().to_owned(),
    }
}

fn write(output: &OutputOptions, rows: Rows) -> Result<(), Failure> {
    let table = Table { name: "Incidents".to_owned(), rows };
    let mut written = Output::open(output.output.as_deref())?;
    render::write(&mut written, output.format(), std::slice::from_ref(&table))?;
    written.finish()
}

/// All columns of SecurityIncident.
fn whole(incidents: &[Incident]) -> Result<Rows, Failure> {
    security_incidents(incidents.iter()).map_err(|error| executor::failure(&error))
}

/// What a person wants to see of many.
fn listed(incidents: &[Incident]) -> Result<Rows, Failure> {
    let texts = |of: fn(&Incident) -> String| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(incidents.iter().map(of)))
    };
    let times = |of: fn(&Incident) -> i64| -> ArrayRef {
        Arc::new(incidents.iter().map(|incident| Some(of(incident))).collect::<Int64Array>())
    };
    let numbers: ArrayRef = Arc::new(incidents.iter().map(|incident| Some(incident.number)).collect::<Int32Array>());
    let counts: ArrayRef =
        Arc::new(incidents.iter().map(|incident| i64::try_from(incident.alert_ids.len()).ok()).collect::<Int64Array>());
    render::listing([
        ("Number", Type::Int, numbers),
        ("Severity", Type::String, texts(|incident| incident.severity.name().to_owned())),
        ("Status", Type::String, texts(state)),
        ("Title", Type::String, texts(|incident| incident.title.clone())),
        ("Alerts", Type::Long, counts),
        ("Owner", Type::String, texts(|incident| incident.owner.clone())),
        ("Created", Type::DateTime, times(|incident| incident.created)),
        ("LastActivity", Type::DateTime, times(|incident| incident.last_activity)),
    ])
}

/// All that is known of one, in lines.
fn described(incident: &Incident) -> String {
    let mut lines = vec![format!(
        "{} [{}] {}\n{}",
        incident.number,
        incident.severity.name(),
        spell_controls(&incident.title),
        spell_controls(&incident.description)
    )];
    let list = |items: &mut dyn Iterator<Item = &String>| {
        items.map(|item| spell_controls(item).into_owned()).collect::<Vec<_>>().join(", ")
    };
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name:<14} {value}"));
        }
    };
    line("Status", state(incident));
    line("Reason", incident.classification_reason.clone());
    line("Verdict", spell_controls(&incident.classification_comment).into_owned());
    line("Owner", spell_controls(&incident.owner).into_owned());
    line("Created", datetime_text(incident.created));
    line("Changed", format!("{} by {}", datetime_text(incident.modified), spell_controls(&incident.modified_by)));
    line("Closed", incident.closed.map(datetime_text).unwrap_or_default());
    line(
        "Activity",
        format!("{} to {}", datetime_text(incident.first_activity), datetime_text(incident.last_activity)),
    );
    line("Tactics", list(&mut incident.tactics.iter()));
    line("Techniques", list(&mut incident.techniques.iter()));
    line("Rules", list(&mut incident.rule_ids.iter()));
    line("Alerts", list(&mut incident.alert_ids.iter()));
    for comment in &incident.comments {
        let (author, message) = (spell_controls(&comment.author), spell_controls(&comment.message));
        lines.push(format!("{} {author}: {message}", datetime_text(comment.time)));
    }
    lines.join("\n") + "\n"
}
