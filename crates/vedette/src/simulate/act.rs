//! The steps of a test, and the programs of a family, played on a host.
//!
//! In: behavior or family from a pack, the values of inputs, when it begins. Out: events on the stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use detect::atomic::{Behavior, Connect, Family, LookUp, ProcessStart, Quoting, Step, Task, Values, duration};
use semantics::time::{TICKS_PER_MINUTE, TICKS_PER_SECOND, format_datetime};

use super::event::{Action, Process};
use super::stage::{Program, Stage, address_of};

/// Names of one look-up at most.
const NAMES_MAX: usize = 10_000;

struct Play<'t> {
    stage: &'t mut Stage,
    values: &'t Values,
    start: i64,
    processes: BTreeMap<String, Arc<Process>>,
    /// The time of the last thing that happened.
    end: i64,
}

/// Plays a test; gives the moment of its last event.
///
/// # Errors
/// What a step says that cannot be: a time, a port, a process that did not start.
pub(crate) fn play(stage: &mut Stage, behavior: &Behavior, values: &Values, start: i64) -> Result<i64, String> {
    let mut play = Play { stage, values, start, processes: BTreeMap::new(), end: start };
    for (at, step) in behavior.steps.iter().enumerate() {
        play.step(step).map_err(|message| format!("step {}: {message}", at + 1))?;
    }
    Ok(play.end)
}

impl Play<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        if let Some(start) = &step.process {
            self.start(start)?;
        }
        if let Some(script) = &step.script {
            let (time, process) = (self.at(&script.at)?, self.process(&script.process)?);
            let text = self.text(&script.text);
            self.stage.push(time, &process, Action::Script(text));
        }
        if let Some(connect) = &step.connect {
            self.connect(connect)?;
        }
        if let Some(look_up) = &step.look_up {
            self.look_up(look_up)?;
        }
        if let Some(task) = &step.task {
            self.task(task)?;
        }
        Ok(())
    }

    fn text(&self, text: &str) -> String {
        self.values.fill(text, Quoting::Text)
    }

    fn number<T: std::str::FromStr>(&self, what: &str, text: &str) -> Result<T, String> {
        let text = self.text(text);
        text.trim().parse().map_err(|_| format!("{what}: expected a number, found `{text}`"))
    }

    fn at(&mut self, after: &str) -> Result<i64, String> {
        let time = self.start + duration(&self.text(after))?;
        self.end = self.end.max(time);
        Ok(time)
    }

    fn process(&self, id: &str) -> Result<Arc<Process>, String> {
        let found = self.processes.get(id).cloned().or_else(|| self.stage.standing(id));
        found.ok_or_else(|| format!("no process `{id}` started before"))
    }

    fn start(&mut self, start: &ProcessStart) -> Result<(), String> {
        let (time, parent) = (self.at(&start.at)?, self.process(&start.parent)?);
        let (image, command_line) = (self.text(&start.image), self.text(&start.command_line));
        let program = Program {
            image: &image,
            command_line: &command_line,
            company: "Microsoft Corporation",
            integrity: &start.integrity,
            is_system: false,
        };
        let process = self.stage.start(time, program, Some(parent));
        self.processes.insert(start.id.clone(), process);
        Ok(())
    }

    fn connect(&mut self, connect: &Connect) -> Result<(), String> {
        let (mut time, process) = (self.at(&connect.at)?, self.process(&connect.process)?);
        let every = duration(&self.text(&connect.every))?;
        let (address, port) = (self.text(&connect.address), self.number("port", &connect.port)?);
        // A server that was set is one that is there; loopback has nobody who listens.
        let is_answered = connect.answered || !(address.starts_with("127.") || address == "::1");
        for _ in 0..connect.count {
            self.stage.connect(time, &process, (&address, port), &connect.path, is_answered);
            self.end = self.end.max(time);
            // A check-in takes its time, and the pause begins after it: a period is never shorter than the pause.
            time += every + (self.stage.random.around(every, connect.jitter) - every).abs();
        }
        Ok(())
    }

    fn look_up(&mut self, look_up: &LookUp) -> Result<(), String> {
        let (mut time, process) = (self.at(&look_up.at)?, self.process(&look_up.process)?);
        let every = duration(&self.text(&look_up.every))?;
        for name in self.text(&look_up.names).split(',').map(str::trim).take(NAMES_MAX) {
            let addresses = if look_up.status == 0 { vec![address_of(name)] } else { vec![] };
            self.stage.look_up(time, &process, name, addresses, look_up.status);
            self.end = self.end.max(time);
            time += self.stage.random.around(every, look_up.jitter);
        }
        Ok(())
    }

    fn task(&mut self, task: &Task) -> Result<(), String> {
        let (time, process) = (self.at(&task.at)?, self.process(&task.process)?);
        let minutes: u32 = self.number("every_minutes", &task.every_minutes)?;
        let (program, arguments) = (escape(&self.text(&task.program)), escape(&self.text(&task.arguments)));
        let moment = format_datetime(time);
        let moment = moment.get(..19).unwrap_or(&moment);
        let author = escape(&process.user);
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n\
             <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n  \
             <RegistrationInfo>\r\n    <Date>{moment}</Date>\r\n    <Author>{author}</Author>\r\n  </RegistrationInfo>\r\n  \
             <Triggers>\r\n    <TimeTrigger>\r\n      <Repetition>\r\n        <Interval>PT{minutes}M</Interval>\r\n      </Repetition>\r\n      \
             <StartBoundary>{moment}</StartBoundary>\r\n      <Enabled>true</Enabled>\r\n    </TimeTrigger>\r\n  </Triggers>\r\n  \
             <Actions Context=\"Author\">\r\n    <Exec>\r\n      <Command>{program}</Command>\r\n      \
             <Arguments>{arguments}</Arguments>\r\n    </Exec>\r\n  </Actions>\r\n</Task>"
        );
        let name = format!("\\{}", self.text(&task.name));
        self.stage.push(time, &process, Action::Task { name, xml });
        Ok(())
    }
}

/// Text inside an element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Plays the programs of a family over a span.
///
/// # Errors
/// A time that is none; families are checked when they are read.
pub(crate) fn play_family(stage: &mut Stage, family: &Family, from: i64, to: i64) -> Result<(), String> {
    let services = stage.standing("services");
    for agent in &family.agents {
        let every = duration(&agent.every)?;
        let program = Program {
            image: &agent.image,
            command_line: &agent.command_line,
            company: &agent.company,
            integrity: "System",
            is_system: true,
        };
        let begin = from + stage.random.between(0, TICKS_PER_MINUTE);
        let process = stage.start(begin, program, services.clone());
        let mut time = begin + TICKS_PER_SECOND + stage.random.between(0, every.min(5 * TICKS_PER_MINUTE));
        let mut names = agent.names.iter().cycle();
        while time < to {
            let Some(name) = names.next() else { break };
            stage.connect_by_name(time, &process, name, agent.port);
            time += stage.random.around(every, agent.jitter).max(TICKS_PER_SECOND);
        }
    }
    Ok(())
}
