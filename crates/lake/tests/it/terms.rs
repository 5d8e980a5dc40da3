//! A needle in many days: parts whose sketches say that they lack it are not read, and every answer is that of a scan of everything.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Database, IngestOptions, Lake, Options, ingest};
use serde_json::{Value as Json, json};

use crate::answers::{ask, open};

struct Place {
    folder: tempfile::TempDir,
}

/// A connection on a day of November 2023.
fn connection(day: u32, url: &str, device: &str, command: &str) -> String {
    let row = json!({"Timestamp": format!("2023-11-{day:02}T10:00:00Z"), "DeviceName": device, "ActionType": "ConnectionSuccess",
        "RemoteIP": format!("192.0.2.{day}"), "RemotePort": 443, "RemoteUrl": url, "InitiatingProcessCommandLine": command});
    row.to_string() + "\n"
}

impl Place {
    async fn new(rows: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        place.ingest("rows.json", rows).await;
        place
    }

    /// Four days, each with a text that no other has.
    async fn of_days() -> Self {
        let rows = [
            connection(1, "https://a.example.com/first", "host-1.corp.example", "curl -k"),
            connection(2, "https://EVIL.example.com/x_y", "host-2.corp.example", "C:\\Windows\\certutil.exe -urlcache"),
            connection(3, "https://b.example.com/", "host-3.corp.example", "bücher-ΟΔΟΣ.exe"),
            connection(4, "", "host-4.corp.example", "evil"),
        ];
        Self::new(&rows.concat()).await
    }

    async fn ingest(&self, name: &str, rows: &str) {
        let path = self.path(name);
        std::fs::write(&path, rows).expect("written");
        ingest(&self.lake(), vec![path], IngestOptions::default()).await.expect("ingested");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lake(&self) -> Lake {
        Lake::open_or_create(self.path("lake").to_str().expect("a path")).expect("a lake")
    }

    /// Rows that a predicate leaves, and how many parts of how many were scanned for that.
    async fn found(&self, predicate: &str) -> (i64, u64, u64) {
        let lake = self.lake();
        let database = database(&lake).await;
        let rows = ask(&database, &format!("DeviceNetworkEvents | where {predicate} | summarize n = count()")).await;
        let scanned = lake.scanned();
        (rows[0]["n"].as_i64().expect("a count"), scanned.scanned, scanned.parts)
    }

    fn sketches(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.path("lake/DeviceNetworkEvents/_terms")).expect("a folder of sketches");
        let mut paths: Vec<PathBuf> = folder.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        paths
    }
}

async fn database(lake: &Lake) -> Arc<Database> {
    open(vec![], vec![], Options { lake: Some(lake.clone()), ..Options::default() }).await
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).expect("a sketch");
    change(&mut bytes);
    std::fs::write(path, bytes).expect("written");
}

/// Which days have what is asked can be read off the rows above. Four parts of a few dozen terms each: no filter of that size that was built by
/// the rule of eight bits an entry is so full that it lets these needles through, and they are the same bits on every machine.
#[tokio::test(flavor = "multi_thread")]
async fn only_parts_that_may_hold_the_needle_are_scanned() {
    let place = Place::of_days().await;
    for (predicate, rows, scanned) in [
        ("RemoteUrl has 'evil'", 1, 1),
        ("RemoteUrl has_cs 'EVIL'", 1, 1),
        // The sketch knows no case, and so must look.
        ("RemoteUrl has_cs 'evil'", 0, 1),
        ("RemoteUrl has 'absent'", 0, 0),
        // All terms of the needle must be there: that of day 1 is not, in the others.
        ("RemoteUrl has 'a.example.com'", 1, 1),
        ("RemoteUrl has 'example.com'", 3, 3),
        // Both terms are there, but not side by side: that is for the rows to say.
        ("RemoteUrl has 'com.example'", 0, 3),
        // A separator at an end needs no border, and the term beside it is whole all the same.
        ("RemoteUrl has '/x_y'", 1, 1),
        ("RemoteUrl has '//'", 3, 4),
        ("RemoteUrl has ''", 4, 4),
        ("RemoteUrl has_any ('first', 'evil')", 2, 2),
        ("RemoteUrl has_any ('absent', '//')", 3, 4),
        ("RemoteUrl has_all ('evil', 'x')", 1, 1),
        ("RemoteUrl has_all ('evil', 'first')", 0, 0),
        // What touches an open end may be part of a longer term.
        ("RemoteUrl contains 'vil'", 1, 4),
        ("RemoteUrl contains 'vil.example.co'", 1, 3),
        ("RemoteUrl contains '/first'", 1, 4),
        ("RemoteUrl startswith 'https://evil.e'", 1, 1),
        ("RemoteUrl startswith 'https://ev'", 1, 3),
        ("RemoteUrl endswith '/first'", 1, 1),
        ("RemoteUrl endswith 'irst'", 1, 4),
        ("RemoteUrl hasprefix 'evi'", 1, 4),
        ("RemoteUrl hassuffix 'e.com'", 3, 3),
        ("RemoteUrl matches regex 'EVIL'", 1, 4),
        ("RemoteUrl == 'https://b.example.com/'", 1, 1),
        ("RemoteUrl == 'https://B.example.com/'", 0, 1),
        ("RemoteUrl =~ 'https://B.example.com/'", 1, 1),
        ("RemoteUrl == ''", 1, 1),
        ("RemoteUrl == 'b'", 0, 0),
        ("'https://b.example.com/' == RemoteUrl", 1, 1),
        ("DeviceName in ('host-1.corp.example', 'host-3.corp.example', 'host-9.corp.example')", 2, 2),
        ("DeviceName in~ ('HOST-1.corp.example', 'none')", 1, 1),
        ("DeviceName == 'corp.example'", 0, 0),
        ("tolower(RemoteUrl) has 'evil'", 1, 1),
        ("tolower(DeviceName) == 'host-2.corp.example'", 1, 1),
        ("RemoteIP == '192.0.2.3'", 1, 1),
        // Letters beyond ASCII; a sigma at the end of a word is written otherwise.
        ("InitiatingProcessCommandLine has 'BÜCHER'", 1, 1),
        ("InitiatingProcessCommandLine has 'bucher'", 0, 0),
        ("InitiatingProcessCommandLine has 'οδος'", 1, 1),
        ("InitiatingProcessCommandLine =~ 'BÜCHER-οδοσ.EXE'", 1, 1),
        // One or the other, both, and not.
        ("RemoteUrl has 'first' or DeviceName has '3'", 2, 2),
        ("RemoteUrl has 'first' and DeviceName has '3'", 0, 0),
        ("RemoteUrl has 'evil' or RemotePort == 443", 4, 4),
        ("RemoteUrl !has 'evil'", 3, 4),
        ("not(RemoteUrl has 'evil')", 3, 4),
        ("DeviceName !in ('host-1.corp.example')", 3, 4),
        ("RemoteUrl != ''", 3, 4),
        // Any column: no number has a term with a letter, but 443 is a port.
        ("* has 'certutil'", 1, 1),
        ("* has 'absent'", 0, 0),
        ("* has '443'", 4, 4),
        ("* has '444'", 0, 4),
        // No part has the column: its text is empty everywhere.
        ("InitiatingProcessFileName has 'evil'", 0, 0),
        ("InitiatingProcessFileName == ''", 4, 4),
        ("InitiatingProcessFileName in~ ('', 'evil')", 4, 4),
        ("InitiatingProcessFileName in~ ('x', 'evil')", 0, 0),
        ("InitiatingProcessFileName has ''", 4, 4),
        ("InitiatingProcessFileName !has 'evil'", 4, 4),
        ("InitiatingProcessFileName endswith ''", 4, 4),
        // Days that the time rules out are not asked.
        ("Timestamp < datetime(2023-11-02) and RemoteUrl has 'evil'", 0, 0),
    ] {
        assert_eq!(place.found(predicate).await, (rows, scanned, 4), "{predicate}");
    }
}

/// The text of a dynamic is what `tostring` makes of it: JSON as it is, but a string without its quotes and escapes.
#[tokio::test(flavor = "multi_thread")]
async fn dynamics_are_known_by_their_text() {
    let row = |day: u32, fields: Json| {
        let row = json!({"Timestamp": format!("2023-11-{day:02}T10:00:00Z"), "DeviceName": "a", "ActionType": "ConnectionSuccess",
            "RemoteIP": "192.0.2.1", "RemotePort": 443, "AdditionalFields": fields});
        row.to_string() + "\n"
    };
    let rows = [
        row(1, json!({"note": "one\tUNIQUE", "n": 4711})),
        row(2, json!("two\tnewest")),
        row(3, json!(["three"])),
        row(4, json!("four")),
    ];
    let place = Place::new(&rows.concat()).await;
    let files = open(vec![place.path("rows.json")], vec![], Options::default()).await;
    for (predicate, scanned) in [
        ("AdditionalFields has 'note'", 1),
        ("AdditionalFields has '4711'", 1),
        ("AdditionalFields has 'newest'", 1),
        ("tostring(AdditionalFields) has 'newest'", 1),
        ("AdditionalFields has 'tnewest'", 0),
        ("AdditionalFields has 'absent'", 0),
        ("AdditionalFields has_any ('three', 'four')", 2),
        ("tostring(AdditionalFields) == 'four'", 1),
        ("tostring(AdditionalFields) =~ 'FOUR'", 1),
        ("AdditionalFields == 'four'", 1),
        // What is inside is not the text.
        ("AdditionalFields.note has 'note'", 4),
    ] {
        let query = format!("DeviceNetworkEvents | where {predicate} | project Timestamp");
        let lake = place.lake();
        assert_eq!(ask(&database(&lake).await, &query).await, ask(&files, &query).await, "{predicate}");
        assert_eq!(lake.scanned().scanned, scanned, "{predicate}");
    }
}

/// 300 texts are more than a list of `in~` that a matcher is made of.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_asked_too() {
    let place = Place::of_days().await;
    let many = |last: &str| {
        (0..300).map(|number| format!("'none-{number}'")).chain([format!("'{last}'")]).collect::<Vec<_>>().join(",")
    };
    let (rows, scanned, _) = place.found(&format!("DeviceName in~ ({})", many("HOST-2.corp.EXAMPLE"))).await;
    assert_eq!(rows, 1);
    // Of 300 texts that are absent some are let through now and then, but surely not in every part but one.
    assert!((1..=4).contains(&scanned), "{scanned}");
    let (rows, _, _) = place.found(&format!("InitiatingProcessCommandLine in~ ({})", many("BÜCHER-ΟΔΟΣ.exe"))).await;
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sketch_that_is_not_understood_rules_nothing_out() {
    let place = Place::of_days().await;
    let (absent, there) = ("RemoteUrl has 'absent'", "RemoteUrl has 'evil'");
    assert_eq!((place.found(absent).await, place.found(there).await), ((0, 0, 4), (1, 1, 4)));
    let sketches = place.sketches();
    assert_eq!(sketches.len(), 4);
    let whole: Vec<Vec<u8>> = sketches.iter().map(|path| std::fs::read(path).expect("a sketch")).collect();
    // A newer version; a header with a wrong byte; blocks with a wrong byte; another part's.
    change(&sketches[0], |bytes| bytes[7] += 1);
    change(&sketches[1], |bytes| bytes[30] ^= 1);
    change(&sketches[2], |bytes| {
        let header = u32::from_le_bytes(bytes[8..12].try_into().expect("four bytes")) as usize;
        bytes[header..].iter_mut().for_each(|byte| *byte ^= 0xff);
    });
    std::fs::write(&sketches[3], &whole[2]).expect("written");
    assert_eq!((place.found(absent).await, place.found(there).await), ((0, 4, 4), (1, 4, 4)));
    // Cut short at every length, and a length that lies.
    for length in (0..whole[0].len()).step_by(37) {
        std::fs::write(&sketches[0], &whole[0][..length]).expect("written");
        let (rows, _, _) = place.found("RemoteUrl has 'first'").await;
        assert_eq!(rows, 1, "{length}");
    }
    std::fs::write(&sketches[0], &whole[0]).expect("written");
    change(&sketches[0], |bytes| bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes()));
    assert_eq!(place.found("RemoteUrl has 'first'").await.0, 1);
    // None at all.
    std::fs::remove_dir_all(place.path("lake/DeviceNetworkEvents/_terms")).expect("removed");
    assert_eq!((place.found(absent).await, place.found(there).await), ((0, 4, 4), (1, 4, 4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn sketches_live_and_go_with_their_parts() {
    let place = Place::of_days().await;
    for number in 0..3 {
        let rows = connection(2, &format!("https://more{number}.example/"), "host-2.corp.example", "wget");
        place.ingest(&format!("more{number}.json"), &rows).await;
    }
    assert_eq!(place.found("RemoteUrl has 'more1'").await, (1, 1, 7));
    let compacted = place.lake().compact("DeviceNetworkEvents", &|| {}).await.expect("compacted");
    assert_eq!((compacted.before, compacted.after), (4, 1));
    assert_eq!(place.found("RemoteUrl has 'more1'").await, (1, 1, 4));
    assert_eq!(place.found("RemoteUrl has 'absent'").await, (0, 0, 4));
    // The four parts that became one are still there for older versions, and their sketches with them.
    assert_eq!(place.sketches().len(), 8);
    assert_eq!(place.lake().vacuum("DeviceNetworkEvents", 0, true, &|| {}).await.expect("looked").len(), 4);
    assert_eq!(place.sketches().len(), 8);
    assert_eq!(place.lake().vacuum("DeviceNetworkEvents", 0, false, &|| {}).await.expect("vacuumed").len(), 4);
    assert_eq!(place.sketches().len(), 4);
    assert_eq!(place.found("RemoteUrl has_any ('more0', 'evil', 'first')").await, (3, 2, 4));
}

/// Rows of a lake and of a file stand in one table, in the engine's own types: what is asked is asked through casts.
#[tokio::test(flavor = "multi_thread")]
async fn a_lake_beside_files_is_pruned_too() {
    let place = Place::of_days().await;
    let file = place.path("more.json");
    std::fs::write(&file, connection(9, "https://evil.example.com/", "host-9.corp.example", "curl")).expect("written");
    for (predicate, rows, scanned) in [
        ("RemoteUrl has 'evil'", 2, 1),
        ("RemoteUrl has 'absent'", 0, 0),
        ("DeviceName == 'host-3.corp.example'", 1, 1),
        ("DeviceName in~ ('HOST-9.corp.example', 'host-1.corp.example')", 2, 1),
        // No part has this column, so that no row has such a text.
        ("AdditionalFields has 'absent'", 0, 0),
        ("isempty(AdditionalFields) and InitiatingProcessFileName == ''", 5, 4),
    ] {
        let lake = place.lake();
        let database =
            open(vec![file.clone()], vec![], Options { lake: Some(lake.clone()), ..Options::default() }).await;
        let found = ask(&database, &format!("DeviceNetworkEvents | where {predicate} | summarize n = count()")).await;
        assert_eq!((found[0]["n"].as_i64(), lake.scanned().scanned), (Some(rows), scanned), "{predicate}");
    }
}

/// A generator of numbers that is the same everywhere (Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// Few letters, so that needles are found often; forms of a letter, separators, and letters that fold oddly among them.
    fn text(&mut self, length_max: usize) -> String {
        const LETTERS: [&str; 20] = [
            "a", "A", "b", "1", "-", "_", ".", " ", "é", "É", "ß", "ẞ", "σ", "ς", "Σ", "İ", "ı", "k", "\u{212a}",
            "i\u{307}",
        ];
        (0..self.below(length_max + 1)).map(|_| LETTERS[self.below(LETTERS.len())]).collect()
    }
}

/// Two ways to the answer: files are scanned whole, parts of the lake only where their sketches allow it.
#[tokio::test(flavor = "multi_thread")]
async fn pruned_answers_are_those_of_a_whole_scan() {
    const DAYS: usize = 12;
    let mut numbers = Numbers(7);
    let mut rows = String::new();
    for number in 0..DAYS * 2 {
        let day = u32::try_from(number / 2 + 1).expect("a day");
        rows += &connection(day, &numbers.text(6), &numbers.text(3), &numbers.text(12));
    }
    let place = Place::new(&rows).await;
    let files = open(vec![place.path("rows.json")], vec![], Options::default()).await;
    let lake = place.lake();
    let stored = database(&lake).await;
    let operators = [
        "has",
        "has_cs",
        "hasprefix",
        "hassuffix",
        "contains",
        "startswith",
        "endswith",
        "==",
        "=~",
        "!has",
        "has_any",
        "has_all",
        "in",
        "in~",
        "!in~",
    ];
    let columns = ["RemoteUrl", "DeviceName", "InitiatingProcessCommandLine", "tolower(RemoteUrl)"];
    for round in 0..24 {
        let mut predicates = vec![];
        for operator in operators {
            let quoted = |text: String| json!(text).to_string();
            let needle = match operator {
                "has_any" | "has_all" | "in" | "in~" | "!in~" => {
                    format!("({}, {})", quoted(numbers.text(2)), quoted(numbers.text(3)))
                }
                _ => quoted(numbers.text(3)),
            };
            predicates.push(format!("{} {operator} {needle}", columns[numbers.below(columns.len())]));
        }
        predicates.push(format!("* has {}", json!(numbers.text(3))));
        let counts: Vec<String> = predicates
            .iter()
            .enumerate()
            .map(|(at, predicate)| {
                let other = &predicates[numbers.below(predicates.len())];
                let whole = match numbers.below(3) {
                    0 => predicate.clone(),
                    1 => format!("{predicate} or {other}"),
                    _ => format!("({predicate}) and ({other})"),
                };
                format!("(DeviceNetworkEvents | where {whole} | summarize n = count() | extend q = {at})")
            })
            .collect();
        let query = format!("union {} | sort by q asc", counts.join(", "));
        assert_eq!(ask(&stored, &query).await, ask(&files, &query).await, "{round}: {query}");
    }
    let scanned = lake.scanned();
    // It is no proof when nothing was left out.
    assert!(scanned.scanned < scanned.parts * 3 / 4, "{scanned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sketches_are_read_once() {
    let place = Place::of_days().await;
    let lake = place.lake();
    let database = database(&lake).await;
    let query = "DeviceNetworkEvents | where RemoteUrl has 'absent' | count";
    assert_eq!(ask(&database, query).await[0]["Count"], json!(0));
    let once = lake.scanned().sketch_bytes;
    assert_eq!(ask(&database, query).await[0]["Count"], Json::from(0));
    assert!(once > 0);
    assert_eq!(lake.scanned().sketch_bytes, once);
}
