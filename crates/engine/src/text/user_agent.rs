//! User agents: which browser, system and device does a text name?
//!
//! In: the text that a client sends of itself. Out: JSON bags with the members that Kusto's page of `parse_user_agent` shows.
//!
//! Source: the patterns of uap-core (`data/user_agents`), which the page's examples follow. They are compiled when the first text asks for them, each of
//! the three lists alone: thousands of patterns take a moment, and most queries need none. What no pattern knows is `Other`, as in every
//! reader of these patterns.

use std::sync::LazyLock;

use ua_parser::{Regexes, device, os, user_agent};

use crate::dynamic::{object_of, quoted};

/// The patterns, as their authors publish them.
const PATTERNS: &str = include_str!("../../data/user_agents/regexes.yaml");

/// A text longer than any client sends; what follows is not looked at.
const LENGTH_MAX: usize = 1 << 12;

static BROWSERS: LazyLock<Option<user_agent::Extractor<'static>>> =
    LazyLock::new(|| user_agent::Builder::new().push_all(regexes()?.user_agent_parsers).ok()?.build().ok());

static SYSTEMS: LazyLock<Option<os::Extractor<'static>>> =
    LazyLock::new(|| os::Builder::new().push_all(regexes()?.os_parsers).ok()?.build().ok());

static DEVICES: LazyLock<Option<device::Extractor<'static>>> =
    LazyLock::new(|| device::Builder::new().push_all(regexes()?.device_parsers).ok()?.build().ok());

fn regexes() -> Option<Regexes<'static>> {
    yaml_serde::from_str(PATTERNS).ok()
}

/// What is looked for in a user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The program.
    Browser,
    /// The operating system.
    System,
    /// The device.
    Device,
}

impl Target {
    /// The target of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "browser" => Some(Self::Browser),
            "os" => Some(Self::System),
            "device" => Some(Self::Device),
            _ => None,
        }
    }

    /// The member that tells of it.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Self::Browser => "Browser",
            Self::System => "OperatingSystem",
            Self::Device => "Device",
        }
    }
}

/// What a text tells of a target, as a bag.
pub(crate) fn describe(text: &str, target: Target) -> String {
    let text = text.get(..text.floor_char_boundary(LENGTH_MAX)).unwrap_or(text);
    match target {
        Target::Browser => browser(text),
        Target::System => system(text),
        Target::Device => device(text),
    }
}

fn browser(text: &str) -> String {
    let found = BROWSERS.as_ref().and_then(|browsers| browsers.extract(text));
    let (family, versions) = match &found {
        Some(found) => (&*found.family, [found.major, found.minor, found.patch]),
        None => (UNKNOWN, [None; 3]),
    };
    let [major, minor, patch] = versions;
    bag(&[("Family", Some(family)), ("MajorVersion", major), ("MinorVersion", minor), ("Patch", patch)])
}

fn system(text: &str) -> String {
    let found = SYSTEMS.as_ref().and_then(|systems| systems.extract(text));
    let (family, versions) = match &found {
        Some(found) => {
            (&*found.os, [&found.major, &found.minor, &found.patch, &found.patch_minor].map(|part| part.as_deref()))
        }
        None => (UNKNOWN, [None; 4]),
    };
    let [major, minor, patch, patch_minor] = versions;
    bag(&[
        ("Family", Some(family)),
        ("MajorVersion", major),
        ("MinorVersion", minor),
        ("Patch", patch),
        ("PatchMinor", patch_minor),
    ])
}

fn device(text: &str) -> String {
    let found = DEVICES.as_ref().and_then(|devices| devices.extract(text));
    match &found {
        Some(found) => bag(&[
            ("Family", Some(&*found.device)),
            ("Brand", found.brand.as_deref()),
            ("Model", found.model.as_deref()),
        ]),
        None => bag(&[("Family", Some(UNKNOWN)), ("Brand", None), ("Model", None)]),
    }
}

/// The family of what no pattern knows.
const UNKNOWN: &str = "Other";

/// A bag of texts; what is not there is empty.
fn bag(members: &[(&str, Option<&str>)]) -> String {
    object_of(members.iter().map(|(key, value)| (*key, quoted(value.unwrap_or("")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list that does not compile would make every user agent unknown.
    #[test]
    fn all_patterns_compile() {
        assert!(BROWSERS.is_some() && SYSTEMS.is_some() && DEVICES.is_some());
    }
}
