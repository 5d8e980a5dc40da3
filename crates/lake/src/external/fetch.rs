//! A place on the network → its bytes, if its host is allowed.
//!
//! In: a URI and what is allowed. Out: bytes, from the cache when they are fresh there. Redirects are followed by hand, because each place on
//! the way must be allowed. Nothing of a URI but its host goes into a message.

use std::time::Duration;

use ureq::Agent;
use ureq::http::StatusCode;
use ureq::http::header::LOCATION;

use super::source::Remote;
use super::{BYTES_MAX, Externals, cache};

/// Places on the way of one fetch.
const REDIRECTS_MAX: usize = 5;
/// Time for one place: 100 MB at 14 Mbit/s.
const FETCH_TIME: Duration = Duration::from_secs(60);
/// Time to be answered at all.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// What was fetched.
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// What is odd about it.
    pub(super) warning: Option<String>,
}

/// May the place be asked?
pub(super) fn is_allowed(allowed: &[String], place: &str) -> bool {
    allowed.iter().any(|host| host.eq_ignore_ascii_case(place))
}

/// The bytes of a place, from the cache or the network.
///
/// - Errors: a host that is not allowed, here or on the way; one that does not answer, or not with a file.
pub(super) fn fetch(remote: &Remote, externals: &Externals) -> Result<Fetched, String> {
    check(externals, remote)?;
    let uri = remote.uri.to_string();
    let kept = externals.cache.as_deref().and_then(|folder| cache::find(folder, &uri));
    let stale = match kept {
        Some(kept) if kept.age < cache::FRESH => return Ok(Fetched { bytes: kept.bytes, warning: None }),
        other => other,
    };
    match (ask(remote, externals), stale) {
        (Ok(bytes), _) => {
            if let Some(folder) = &externals.cache {
                cache::keep(folder, &uri, &bytes);
            }
            Ok(Fetched { bytes, warning: None })
        }
        (Err(Failure::Answer(sentence)), Some(kept)) => {
            let hours = kept.age.as_secs() / 3600;
            Ok(Fetched {
                bytes: kept.bytes,
                warning: Some(format!("{sentence}; what it gave {hours} hours ago is taken")),
            })
        }
        (Err(Failure::Answer(sentence) | Failure::Refused(sentence)), _) => Err(sentence),
    }
}

/// Why there are no bytes.
enum Failure {
    /// A host on the way is not allowed: an old answer does not stand in for that.
    Refused(String),
    /// It does not answer, or not with a file.
    Answer(String),
}

fn check(externals: &Externals, remote: &Remote) -> Result<(), String> {
    let place = &remote.place;
    match is_allowed(&externals.allowed_hosts, place) {
        true => Ok(()),
        false => Err(format!("the host is not allowed; --allow-host {place} allows it")),
    }
}

fn ask(first: &Remote, externals: &Externals) -> Result<Vec<u8>, Failure> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(FETCH_TIME))
        .timeout_connect(Some(CONNECT_TIME))
        .user_agent(concat!("vedette/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut at = first.clone();
    for _ in 0..=REDIRECTS_MAX {
        let answer = agent.get(at.uri.clone()).call();
        let mut answer = answer.map_err(|error| Failure::Answer(sentence(&error)))?;
        let status = answer.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            let location = location.ok_or_else(|| Failure::Answer("it redirects to nowhere".to_owned()))?;
            at = at.moved_to(location).map_err(|_| Failure::Answer("it redirects to nowhere".to_owned()))?;
            if !matches!(at.uri.scheme_str(), Some("http" | "https")) {
                return Err(Failure::Refused("it redirects out of the web".to_owned()));
            }
            check(externals, &at)
                .map_err(|reason| Failure::Refused(format!("it redirects to `{}`: {reason}", at.place)))?;
            continue;
        }
        if !status.is_success() {
            return Err(Failure::Answer(format!("it answers {status}")));
        }
        let body = answer.body_mut().with_config().limit(BYTES_MAX).read_to_vec();
        return body.map_err(|error| Failure::Answer(sentence(&error)));
    }
    Err(Failure::Answer(format!("it redirects more than {REDIRECTS_MAX} times")))
}

/// What went wrong, without the URI.
fn sentence(error: &ureq::Error) -> String {
    match error {
        ureq::Error::BodyExceedsLimit(_) => format!("it is larger than {BYTES_MAX} bytes"),
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Rustls(error) => error.to_string(),
        ureq::Error::Tls(text) => (*text).to_owned(),
        ureq::Error::Decompress(_, error) => format!("broken compression: {error}"),
        _ => "it does not speak HTTP as it should".to_owned(),
    }
}
