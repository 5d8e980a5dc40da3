//! Hosts with what runs on them, and the events as they happen: what tests, families and noise are written with.
//!
//! In: a seed, and what happens when. Out: events with process ids, ports and guids that fit together. Knows no product's way of recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use semantics::time::TICKS_PER_SECOND;

use super::event::{Action, Connection, Event, Host, LookUp, Process};
use super::random::Random;

/// How long a name's address is remembered: a usual time to live.
const NAME_TICKS: i64 = 300 * TICKS_PER_SECOND;

const PEOPLE: [&str; 12] = [
    "ana.lopez",
    "bo.lind",
    "chidi.okafor",
    "dara.khan",
    "emil.novak",
    "fatima.haddad",
    "goran.petrov",
    "hana.sato",
    "ines.costa",
    "jonas.berg",
    "kaya.demir",
    "liv.dahl",
];

/// What is to be said of a program that starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program<'t> {
    pub(crate) image: &'t str,
    pub(crate) command_line: &'t str,
    pub(crate) company: &'t str,
    pub(crate) integrity: &'t str,
    /// As the system, or as the person.
    pub(crate) is_system: bool,
}

/// One host at work.
pub(crate) struct Stage {
    pub(crate) host: Arc<Host>,
    pub(crate) random: Random,
    pub(crate) events: Vec<Event>,
    origin: Arc<str>,
    next_pid: i64,
    /// Programs that run from before the recording: `explorer`, `console`, `schedule`, `services`.
    standing: BTreeMap<&'static str, Arc<Process>>,
    names: BTreeMap<(i64, String), i64>,
}

const SVCHOST: &str = r"C:\Windows\System32\svchost.exe";

impl Stage {
    /// The host of that number, as it is before anything is recorded. `purpose` names whose events these are.
    pub(crate) fn new(seed: u64, number: usize, purpose: &str, origin: &str) -> Self {
        // Who and where a host is must not depend on what is done on it.
        let mut who = Random::new(seed, &format!("host {number}"));
        let account = who.pick(&PEOPLE).copied().unwrap_or_default().to_owned();
        let host = Host {
            name: format!("ws-{:03}.corp.example", number + 1),
            address: format!("10.20.{}.{}", number / 200, number % 200 + 20),
            resolver: "10.20.255.53".to_owned(),
            sid: format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1_100 + number),
            account,
        };
        let random = Random::new(seed, &format!("host {number}: {purpose}"));
        // Process ids of two purposes on one host must not meet.
        let next_pid = 4_000 + 4 * Random::new(seed, &format!("pids of {purpose}")).between(0, 20_000);
        let mut stage = Self {
            host: Arc::new(host),
            random,
            events: vec![],
            origin: origin.into(),
            next_pid,
            standing: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        stage.populate(&mut who);
        stage
    }

    fn populate(&mut self, who: &mut Random) {
        let system = r"NT AUTHORITY\SYSTEM".to_owned();
        let person = format!(r"CORP\{}", self.host.account);
        let standing = [
            ("services", r"C:\Windows\System32\services.exe", r"C:\Windows\system32\services.exe", "System", &system),
            ("schedule", SVCHOST, r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule", "System", &system),
            ("update", SVCHOST, r"C:\Windows\system32\svchost.exe -k netsvcs -p -s wuauserv", "System", &system),
            ("time", SVCHOST, r"C:\Windows\system32\svchost.exe -k LocalService -s W32Time", "System", &system),
            ("explorer", r"C:\Windows\explorer.exe", r"C:\Windows\explorer.exe", "Medium", &person),
        ];
        for (at, (id, image, command_line, integrity, user)) in standing.into_iter().enumerate() {
            let process = Process {
                pid: 700 + 52 * i64::try_from(at).unwrap_or_default(),
                guid: guid(who),
                image: image.to_owned(),
                command_line: command_line.to_owned(),
                company: "Microsoft Corporation".to_owned(),
                integrity: integrity.to_owned(),
                user: user.clone(),
                sha1: digest(image, 40),
                sha256: digest(image, 64),
                started: 0,
                parent: None,
            };
            self.standing.insert(id, Arc::new(process));
        }
        // What a person types into is started by the desktop.
        if let Some(explorer) = self.standing.get("explorer").cloned() {
            self.standing.insert("console", explorer);
        }
    }

    /// A program that runs from before.
    pub(crate) fn standing(&self, id: &str) -> Option<Arc<Process>> {
        self.standing.get(id).cloned()
    }

    /// A program starts.
    pub(crate) fn start(&mut self, time: i64, program: Program<'_>, parent: Option<Arc<Process>>) -> Arc<Process> {
        self.next_pid += 4 * self.random.between(1, 40);
        let user = match (program.is_system, &parent) {
            (true, _) => r"NT AUTHORITY\SYSTEM".to_owned(),
            (false, Some(parent)) if parent.integrity != "System" => parent.user.clone(),
            (false, _) => format!(r"CORP\{}", self.host.account),
        };
        let process = Arc::new(Process {
            pid: self.next_pid,
            guid: guid(&mut self.random),
            image: program.image.to_owned(),
            command_line: program.command_line.to_owned(),
            company: program.company.to_owned(),
            integrity: program.integrity.to_owned(),
            user,
            sha1: digest(program.image, 40),
            sha256: digest(program.image, 64),
            started: time,
            parent,
        });
        self.push(time, &process, Action::Start);
        process
    }

    /// It connects; one that is refused takes no bytes.
    pub(crate) fn connect(
        &mut self,
        time: i64,
        process: &Arc<Process>,
        to: (&str, u16),
        path: &str,
        is_answered: bool,
    ) {
        let connection = Connection {
            address: to.0.to_owned(),
            port: to.1,
            local_port: self.port(),
            is_tcp: to.1 != 123,
            name: String::new(),
            path: path.to_owned(),
            is_answered,
            sent_bytes: if is_answered { self.random.between(200, 900) } else { 0 },
            received_bytes: if is_answered { self.random.between(300, 6_000) } else { 0 },
            milliseconds: self.random.between(20, 400),
        };
        self.push(time, process, Action::Connect(connection));
    }

    /// It connects to a name, which it looks up first, unless it still knows the answer.
    pub(crate) fn connect_by_name(&mut self, time: i64, process: &Arc<Process>, name: &str, port: u16) {
        let key = (process.pid, name.to_owned());
        let address = address_of(name);
        if self.names.get(&key).is_none_or(|known| time - known >= NAME_TICKS) {
            self.names.insert(key, time);
            self.look_up(time, process, name, vec![address.clone()], 0);
        }
        let delay = self.random.between(200_000, 900_000);
        self.connect(time + delay, process, (&address, port), "", true);
        if let Some(Event { action: Action::Connect(connection), .. }) = self.events.last_mut() {
            name.clone_into(&mut connection.name);
        }
    }

    /// It resolves a name.
    pub(crate) fn look_up(
        &mut self,
        time: i64,
        process: &Arc<Process>,
        name: &str,
        addresses: Vec<String>,
        status: u32,
    ) {
        let local_port = self.port();
        self.push(time, process, Action::LookUp(LookUp { name: name.to_owned(), addresses, status, local_port }));
    }

    /// Something else happens.
    pub(crate) fn push(&mut self, time: i64, process: &Arc<Process>, action: Action) {
        let (host, origin) = (Arc::clone(&self.host), Arc::clone(&self.origin));
        self.events.push(Event { time, host, process: Arc::clone(process), action, origin });
    }

    fn port(&mut self) -> u16 {
        u16::try_from(self.random.between(49_152, 65_535)).unwrap_or(u16::MAX)
    }
}

/// The address of a name: one for documentation, and always the same. 203.0.113.0/24 is left to tests.
pub(crate) fn address_of(name: &str) -> String {
    let mut random = Random::new(0, name);
    let network = if random.next().is_multiple_of(2) { "192.0.2" } else { "198.51.100" };
    format!("{network}.{}", random.between(1, 254))
}

fn guid(random: &mut Random) -> String {
    let hex = random.hex(32);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{{{}-{}-{}-{}-{}}}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// Digits that stand for the hash of a file: one file has one.
fn digest(image: &str, digits: usize) -> String {
    Random::new(0, image).hex(digits)
}
