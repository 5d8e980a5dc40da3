//! A program and the names that it may ask for: a row of an allow-list, as a condition on events and as text.
//!
//! In: what an alert names. Out: exclusions to think about, and the query that does without them. A suffix ends at a dot.

use super::labels::Subject;

/// A program and a suffix of names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exclusion {
    pub(crate) process: String,
    pub(crate) suffix: String,
}

/// Second labels under which others register, in countries' domains: the public suffixes that matter most.
const SECOND: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];

impl Exclusion {
    /// `PROCESS=SUFFIX`.
    ///
    /// # Errors
    /// Says what was expected.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (process, suffix) = text.split_once('=').unwrap_or((text, ""));
        let exclusion =
            Self { process: process.trim().to_lowercase(), suffix: suffix.trim().trim_matches('.').to_lowercase() };
        if exclusion.process.is_empty() || !is_name(&exclusion.suffix) {
            return Err(format!("expected PROCESS=SUFFIX such as agent.exe=vendor.example, found `{text}`"));
        }
        if !exclusion.suffix.contains('.') {
            return Err(format!("`{}` is a whole top-level domain: name a domain under it", exclusion.suffix));
        }
        Ok(exclusion)
    }

    /// The exclusions that would silence an alert: one for each of its programs. None for a bare address, which no name allows.
    pub(crate) fn of(subject: &Subject) -> Vec<Self> {
        let host = host(subject.url.as_deref().unwrap_or_default());
        let Some(suffix) = suffix(&host) else { return vec![] };
        let processes = subject.processes.iter().flatten().filter(|process| !process.is_empty());
        processes.map(|process| Self { process: process.clone(), suffix: suffix.clone() }).collect()
    }

    /// The query without the events of these exclusions; the query itself stays as it is.
    pub(crate) fn without(exclusions: &[Self], query: &str) -> String {
        let mut text = "let DeviceNetworkEvents = DeviceNetworkEvents".to_owned();
        for Self { process, suffix } in exclusions {
            let process = process.replace('\\', "\\\\").replace('"', "\\\"");
            let suffix = suffix.replace('.', r"\.");
            text.push_str(&format!(
                " | where not(InitiatingProcessFileName =~ \"{process}\" and tolower(RemoteUrl) matches regex \
                 @\"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/:?#]*\\.)?{suffix}(?:[/:?#]|$)\")"
            ));
        }
        format!("{text};\n{query}")
    }
}

/// The host of a URL, or the name itself, in small letters.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?', '#']).next().unwrap_or_default().trim_end_matches('.').to_lowercase()
}

/// The domain that somebody registered, as far as labels tell.
fn suffix(host: &str) -> Option<String> {
    if !is_name(host) || host.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let count = match labels.as_slice() {
        [.., second, country] if country.len() == 2 && SECOND.contains(second) => 3,
        _ => 2,
    };
    // A name of one label, or a public suffix itself, is not somebody's.
    (labels.len() >= count).then(|| labels[labels.len() - count..].join("."))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_what_somebody_registered() {
        let of = |url: &str| suffix(&host(url));
        assert_eq!(of("a.b.vendor.example").as_deref(), Some("vendor.example"));
        assert_eq!(of("https://EU.Vendor.co.uk:8443/x?y=z").as_deref(), Some("vendor.co.uk"));
        for none in ["", "localhost", "192.0.2.1", "co.uk", "bücher.example", "a..example"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn an_exclusion_is_a_program_and_a_domain() {
        let exclusion = Exclusion::parse("Agent.exe=.Vendor.example").expect("an exclusion");
        assert_eq!((exclusion.process.as_str(), exclusion.suffix.as_str()), ("agent.exe", "vendor.example"));
        for wrong in ["agent.exe", "=vendor.example", "agent.exe=com", "agent.exe=a/b.example", "agent.exe=\"x.y"] {
            assert!(Exclusion::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_alert_of_two_programs_has_two() {
        let subject = Subject {
            device: "h".into(),
            processes: Some(vec!["a.exe".into(), "b.exe".into(), String::new()]),
            url: Some("x.vendor.example".into()),
            ip: None,
        };
        assert_eq!(Exclusion::of(&subject).len(), 2);
        assert_eq!(Exclusion::of(&Subject { url: None, ..subject }), []);
    }
}
