//! The arrows between the rooms, and what each room may know.
//!
//! Reads manifests and `use` lines. A crate that is not listed here is a room that ARCHITECTURE.md does not know.

use super::Complaint;
use crate::tree::File;

/// A room, and what it may depend on.
struct Room {
    name: &'static str,
    /// Other rooms.
    rooms: &'static [&'static str],
    /// May it know DataFusion?
    has_plans: bool,
    /// May it derive serde? It reads files of content, or speaks a wire format.
    has_serde: bool,
    /// May it touch disk, network or clock?
    has_world: bool,
}

const fn room(name: &'static str, rooms: &'static [&'static str]) -> Room {
    Room { name, rooms, has_plans: false, has_serde: false, has_world: false }
}

const ROOMS: [Room; 8] = [
    room("syntax", &[]),
    room("semantics", &["syntax"]),
    Room { has_plans: true, ..room("engine", &["syntax", "semantics"]) },
    Room { has_plans: true, has_serde: true, has_world: true, ..room("lake", &["syntax", "semantics", "engine"]) },
    Room { has_serde: true, has_world: true, ..room("detect", &["syntax", "semantics", "engine", "lake"]) },
    Room { has_serde: true, has_world: true, ..room("vedette", &["syntax", "semantics", "engine", "lake", "detect"]) },
    Room { has_world: true, ..room("spec", &[]) },
    Room { has_world: true, ..room("xtask", &[]) },
];

/// Words of the world outside. Addresses (`std::net::IpAddr`) are values like any other.
const WORLD: [&str; 8] = [
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process",
    "tokio::fs",
    "SystemTime",
    "Instant::now",
    "Utc::now",
];

/// Complains about the dependencies of a crate's manifest.
pub(super) fn check_manifest(file: &File) -> Vec<Complaint> {
    let Some(name) = file.path.strip_suffix("/Cargo.toml").map(|folder| folder.trim_start_matches("crates/")) else {
        return vec![];
    };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        let is_room = file.path.starts_with("crates/");
        return if is_room { vec![Complaint::new(&file.path, 0, "a room that the map does not have")] } else { vec![] };
    };
    let mut section = "";
    let mut found = vec![];
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        }
        let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
        let complaint = match section {
            "dependencies" => forbidden(room, dependency),
            "dev-dependencies" if dependency != "vedette-spec" => forbidden(room, dependency),
            _ => None,
        };
        found.extend(complaint.map(|text| Complaint::new(&file.path, at + 1, text)));
    }
    found
}

fn forbidden(room: &Room, dependency: &str) -> Option<String> {
    if let Some(other) = dependency.strip_prefix("vedette-") {
        return (!room.rooms.contains(&other)).then(|| format!("`{}` must not know `{other}`", room.name));
    }
    let is_forbidden = match dependency {
        "datafusion" => !room.has_plans,
        "serde" => !room.has_serde,
        "arrow" | "parquet" | "tokio" => ["syntax", "semantics"].contains(&room.name),
        _ => room.name == "syntax" && !dependency.is_empty() && !dependency.starts_with(['#', '[']),
    };
    is_forbidden.then(|| format!("`{}` must not know `{dependency}`", room.name))
}

/// Complains where a room that is a function of its arguments touches disk, network or clock.
pub(super) fn check_source(file: &File) -> Vec<Complaint> {
    let name = file.path.strip_prefix("crates/").and_then(|rest| rest.split_once("/src/")).map(|(name, _)| name);
    match ROOMS.iter().find(|room| Some(room.name) == name) {
        Some(room) if !room.has_world => {
            let lines = file.text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
            let lines = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
            lines
                .filter_map(|(at, line)| {
                    let word = WORLD.iter().find(|word| line.contains(*word))?;
                    let text = format!("`{}` touches no disk, network or clock: `{word}`", room.name);
                    Some(Complaint::new(&file.path, at + 1, text))
                })
                .collect()
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(path: &str, lines: &str) -> usize {
        check_manifest(&File { path: path.into(), text: format!("[package]\nname = \"x\"\n[dependencies]\n{lines}\n") })
            .len()
    }

    #[test]
    fn arrows_point_one_way() {
        assert_eq!(
            manifest("crates/engine/Cargo.toml", "vedette-semantics.workspace = true\ndatafusion.workspace = true"),
            0
        );
        assert_eq!(manifest("crates/engine/Cargo.toml", "vedette-lake.workspace = true"), 1);
        assert_eq!(manifest("crates/detect/Cargo.toml", "datafusion.workspace = true"), 1);
        assert_eq!(manifest("crates/semantics/Cargo.toml", "arrow.workspace = true\nserde = \"1\""), 2);
        assert_eq!(manifest("crates/syntax/Cargo.toml", "memchr.workspace = true"), 1);
        assert_eq!(manifest("crates/cellar/Cargo.toml", ""), 1);
    }

    #[test]
    fn some_rooms_have_no_world() {
        let file = |path: &str| File {
            path: path.into(),
            text: "//! A.\nuse std::fs;\n#[cfg(test)]\nuse std::process;\n".into(),
        };
        assert_eq!(check_source(&file("crates/engine/src/a.rs")).len(), 1);
        assert_eq!(check_source(&file("crates/lake/src/a.rs")).len(), 0);
    }
}
