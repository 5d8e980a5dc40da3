//! What a host does while nobody attacks it: browsing, mail, updates, clocks, an administrator's script.
//!
//! In: a host and a span of time. Out: events. Names are under `example`, but for those of Windows itself, which a rule must be able to leave out.

use semantics::time::{TICKS_PER_MINUTE, TICKS_PER_SECOND};

use super::event::Action;
use super::stage::{Program, Stage};

const SITES: [&str; 14] = [
    "news.daily.example",
    "www.shop.example",
    "mail.web.example",
    "search.example",
    "cdn.static.example",
    "video.example",
    "wiki.example",
    "maps.example",
    "bank.example",
    "forum.hobby.example",
    "weather.example",
    "docs.office-suite.example",
    "travel.example",
    "jobs.example",
];

const UPDATES: [&str; 3] = ["settings-win.data.microsoft.com", "fe2cr.update.microsoft.com", "ctldl.windowsupdate.com"];

/// Records a span of an ordinary day on a host.
pub(crate) fn record(stage: &mut Stage, from: i64, to: i64) {
    browse(stage, from, to);
    talk(stage, from, to);
    maintain(stage, from, to);
}

/// A person reads in bursts, and looks at each page for a while.
fn browse(stage: &mut Stage, from: i64, to: i64) {
    let chrome = Program {
        image: r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        command_line: r#""C:\Program Files\Google\Chrome\Application\chrome.exe""#,
        company: "Google LLC",
        integrity: "Medium",
        is_system: false,
    };
    let explorer = stage.standing("explorer");
    let mut time = from + stage.random.between(0, 3 * TICKS_PER_MINUTE);
    let browser = stage.start(time, chrome, explorer);
    while time < to {
        for _ in 0..stage.random.between(1, 6) {
            let Some(site) = stage.random.pick(&SITES).copied() else { return };
            stage.connect_by_name(time, &browser, site, 443);
            time += stage.random.between(TICKS_PER_SECOND, 40 * TICKS_PER_SECOND);
        }
        // The pauses of people have a long tail.
        let pause = stage.random.share();
        #[expect(clippy::cast_possible_truncation, reason = "minutes")]
        let minutes = (-(1.0 - pause).ln() * 6.0) as i64;
        time += TICKS_PER_MINUTE * (1 + minutes);
    }
}

/// Mail and chat hold a connection and renew it now and then; both are programs that the published rule leaves out.
fn talk(stage: &mut Stage, from: i64, to: i64) {
    let programs = [
        (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", "mailbox.office-suite.example", 7),
        (r"C:\Program Files\Slack\slack.exe", "wss.chat.example", 11),
    ];
    for (image, name, minutes) in programs {
        let explorer = stage.standing("explorer");
        let command_line = format!("\"{image}\"");
        let company = if image.contains("Slack") { "Slack Technologies, LLC" } else { "Microsoft Corporation" };
        let program = Program { image, command_line: &command_line, company, integrity: "Medium", is_system: false };
        let mut time = from + stage.random.between(0, 2 * TICKS_PER_MINUTE);
        let process = stage.start(time, program, explorer);
        while time < to {
            stage.connect_by_name(time, &process, name, 443);
            time += stage.random.around(minutes * TICKS_PER_MINUTE, 0.5);
        }
    }
}

/// Windows asks for updates and the time; the inventory runs a script; names are misspelt.
fn maintain(stage: &mut Stage, from: i64, to: i64) {
    if let (Some(update), Some(clock)) = (stage.standing("update"), stage.standing("time")) {
        let mut time = from + stage.random.between(0, 10 * TICKS_PER_MINUTE);
        while time < to {
            let Some(name) = stage.random.pick(&UPDATES).copied() else { return };
            stage.connect_by_name(time, &update, name, 443);
            time += stage.random.between(4 * TICKS_PER_MINUTE, 30 * TICKS_PER_MINUTE);
        }
        let time = from + stage.random.between(0, to - from);
        stage.connect(time, &clock, ("192.0.2.123", 123), "", true);
    }
    let (schedule, services) = (stage.standing("schedule"), stage.standing("services"));
    let script = Program {
        image: r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        command_line: r"powershell.exe -NonInteractive -File C:\Admin\inventory.ps1",
        company: "Microsoft Corporation",
        integrity: "System",
        is_system: true,
    };
    let time = from + stage.random.between(0, to - from);
    let inventory = stage.start(time, script, schedule);
    let text =
        "Get-CimInstance Win32_LogicalDisk | Select-Object DeviceID, FreeSpace | Export-Csv C:\\Admin\\disks.csv";
    stage.push(time + 5_000_000, &inventory, Action::Script(text.to_owned()));
    let indexer = Program {
        image: r"C:\Windows\System32\SearchIndexer.exe",
        command_line: r"C:\Windows\system32\SearchIndexer.exe /Embedding",
        company: "Microsoft Corporation",
        integrity: "System",
        is_system: true,
    };
    let time = from + stage.random.between(0, to - from);
    let indexer = stage.start(time, indexer, services);
    stage.look_up(time + TICKS_PER_SECOND, &indexer, "wpad.corp.example", vec![], 9003);
}
