//! A source as a query writes it → a file of this machine, or a place on the network.
//!
//! In: a path, a `file://` URI, an `http` or `https` URI. Out: which of them, taken apart. What is shown of a URI is its host alone.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use ureq::http::Uri;

use super::BYTES_MAX;

/// Where the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A file of this machine.
    File(PathBuf),
    /// A place on the network.
    Remote(Remote),
}

/// A place on the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remote {
    /// The whole URI, secrets and all.
    pub(super) uri: Uri,
    /// Its host in lower case, with the port when that is not the scheme's own.
    pub(super) place: String,
}

impl Source {
    /// Tells what a source is; a sentence without the source when it is nothing that is read here.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("`externaldata` has a source without text".to_owned());
        }
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(Self::File(PathBuf::from(text))) };
        match scheme.to_ascii_lowercase().as_str() {
            "file" => file_of(rest).map(Self::File),
            "http" | "https" => Remote::parse(text).map(Self::Remote),
            // What stands there may be a secret in the wrong place, so only a word is shown.
            scheme if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Err(format!("`externaldata` does not read `{scheme}://…`; it reads paths, file, http and https"))
            }
            _ => Err("`externaldata` has a source that is neither a path nor a URI".to_owned()),
        }
    }

    /// The name whose ending may tell a format.
    pub(super) fn file_name(&self) -> &str {
        match self {
            Self::File(path) => path.to_str().unwrap_or_default(),
            Self::Remote(remote) => remote.uri.path(),
        }
    }
}

/// What may be shown of it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Remote(remote) => write!(f, "a file of `{}`", remote.place),
        }
    }
}

impl Remote {
    /// Takes a URI apart. What Kusto writes after a `;` are credentials, which are never sent.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "`externaldata` has a source that is no URI".to_owned();
        if text.contains(';') {
            return Err("`externaldata` takes no credentials (`;…`) behind a URI".to_owned());
        }
        let uri: Uri = text.replace(' ', "%20").parse().map_err(|_| wrong())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_ascii_lowercase();
        let own_port = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let place = match uri.port_u16().filter(|port| *port != own_port) {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        Ok(Self { uri, place })
    }

    /// Where a redirect leads.
    pub(super) fn moved_to(&self, location: &str) -> Result<Self, String> {
        let scheme = self.uri.scheme_str().unwrap_or("https");
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        if location.contains("://") {
            Self::parse(location)
        } else if let Some(rest) = location.strip_prefix("//") {
            Self::parse(&format!("{scheme}://{rest}"))
        } else if location.starts_with('/') {
            Self::parse(&format!("{scheme}://{authority}{location}"))
        } else {
            let folder = self.uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            Self::parse(&format!("{scheme}://{authority}{folder}/{location}"))
        }
    }
}

/// The path of a `file://` URI: RFC 8089, with a host that is this machine or none.
fn file_of(rest: &str) -> Result<PathBuf, String> {
    let (host, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or((rest, ""));
    if !(host.is_empty() || host.eq_ignore_ascii_case("localhost")) || path.is_empty() {
        return Err("`externaldata` reads `file:///path` of this machine only".to_owned());
    }
    let path = percent_decoded(path);
    // `file:///C:/x` is `C:/x` on Windows.
    let is_drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Ok(PathBuf::from(if is_drive { path.trim_start_matches('/') } else { &path }))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The bytes of a file of this machine, as many as a source may have.
pub(super) fn file_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(format!("it is larger than {BYTES_MAX} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Option<String> {
        match Source::parse(text) {
            Ok(Source::Remote(remote)) => Some(remote.place),
            _ => None,
        }
    }

    /// RFC 3986: scheme and host mind no case, and a scheme has its own port.
    #[test]
    fn places_are_hosts_and_odd_ports() {
        assert_eq!(place("HTTPS://Feeds.Example/a.csv?sig=x").as_deref(), Some("feeds.example"));
        assert_eq!(place("https://feeds.example:443/").as_deref(), Some("feeds.example"));
        assert_eq!(place("http://feeds.example:443/").as_deref(), Some("feeds.example:443"));
        assert_eq!(place("https://user:secret@feeds.example/a").as_deref(), Some("feeds.example"));
        assert_eq!(place("http://[2001:db8::1]:8080/a").as_deref(), Some("[2001:db8::1]:8080"));
        assert_eq!(place("https:///a"), None);
    }

    /// RFC 8089, appendix B.
    #[test]
    fn files_are_paths_or_uris() {
        let file = |text: &str| Source::parse(text).ok();
        let path = |text: &str| Some(Source::File(PathBuf::from(text)));
        assert_eq!(file("feeds/a.csv"), path("feeds/a.csv"));
        assert_eq!(file("file:///var/feeds/a%20b.csv"), path("/var/feeds/a b.csv"));
        assert_eq!(file("file://localhost/a"), path("/a"));
        assert_eq!(file("file://elsewhere/a"), None);
        assert_eq!(file(""), None);
    }

    #[test]
    fn nothing_but_the_host_is_shown() {
        for secret in
            ["abfss://x@y/z?sig=S3CRET", "https://h/a;S3CRET", "https://h example/S3CRET\u{7f}", "S3 CRET://x"]
        {
            let error = Source::parse(secret).expect_err(secret);
            assert!(!error.contains("CRET"), "{error}");
        }
        let source = Source::parse("https://u:S3CRET@feeds.example/S3CRET?S3CRET").expect("a URI");
        assert_eq!(source.to_string(), "a file of `feeds.example`");
    }

    /// RFC 9110, section 10.2.2: a location is a reference, which may be relative.
    #[test]
    fn redirects_are_references() {
        let Ok(Source::Remote(from)) = Source::parse("https://a.example/x/y?z") else { unreachable!("a URI") };
        let to = |location: &str| from.moved_to(location).map(|to| to.uri.to_string()).ok();
        assert_eq!(to("http://b.example/c").as_deref(), Some("http://b.example/c"));
        assert_eq!(to("//b.example/c").as_deref(), Some("https://b.example/c"));
        assert_eq!(to("/c").as_deref(), Some("https://a.example/c"));
        assert_eq!(to("c").as_deref(), Some("https://a.example/x/c"));
        assert_eq!(to("ftp://b.example").as_deref(), Some("ftp://b.example/"));
    }
}
