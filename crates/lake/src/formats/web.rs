//! One line of a web server's or proxy's log → its fields: Squid's native format, and the common and combined formats of Apache, which nginx and
//! Squid write too.
//!
//! In: a line. Out: its kind, its time and a JSON bag of its fields, or none when it is no such line. What a format marks as missing (`-`) is not in the
//! bag. Sources: wiki.squid-cache.org/Features/LogFormat; httpd.apache.org/docs/2.4/logs.html.

use super::bag::Bag;
use super::clock::{self, word};
use super::ticks;

/// A request that was logged.
pub(super) struct Request {
    /// `squid` or `access`.
    pub(super) kind: &'static str,
    pub(super) time: i64,
    /// JSON text of a bag.
    pub(super) record: String,
}

/// The request of a line.
pub(super) fn parse(line: &str) -> Option<Request> {
    if line.starts_with(|first: char| first.is_ascii_digit())
        && let Some(request) = squid(line)
    {
        return Some(request);
    }
    access(line)
}

/// `1772442000.123    345 10.20.0.7 TCP_MISS/200 4512 GET http://host/ user HIER_DIRECT/203.0.113.9 text/html`.
fn squid(line: &str) -> Option<Request> {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).take(SQUID_WORDS_MAX).collect();
    let [time, elapsed, client, result, bytes, method, url, rest @ ..] = words.as_slice() else { return None };
    time.contains('.').then_some(())?;
    let time = ticks::epoch_seconds(time)?;
    let (code, status) = result.split_once('/')?;
    let is_code =
        !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    (is_code && is_number(status) && is_number(bytes)).then_some(())?;
    let mut bag = Bag::default();
    number(&mut bag, "elapsed", elapsed);
    text(&mut bag, "client", client);
    text(&mut bag, "code", code);
    number(&mut bag, "status", status);
    number(&mut bag, "bytes", bytes);
    text(&mut bag, "method", method);
    text(&mut bag, "url", url);
    text(&mut bag, "user", rest.first().unwrap_or(&"-"));
    let (hierarchy, peer) = rest.get(1).and_then(|word| word.split_once('/')).unwrap_or(("-", "-"));
    text(&mut bag, "hierarchy", hierarchy);
    text(&mut bag, "peer", peer);
    text(&mut bag, "type", rest.get(2).unwrap_or(&"-"));
    Some(Request { kind: "squid", time, record: bag.finish() })
}

/// Ten fields; a site may add some, which have no name here.
const SQUID_WORDS_MAX: usize = 10;

/// `10.20.0.7 - user [02/Mar/2026:10:00:00 +0100] "GET /x HTTP/1.1" 200 4512 "referrer" "agent"`, the last two only in the combined format. A name
/// before the address is the virtual host's; what Squid adds at the end is its result.
fn access(line: &str) -> Option<Request> {
    let (before, rest) = line.split_once(" [")?;
    let (time, rest) = rest.split_once("] ")?;
    let time = clock::access(time)?;
    let names: Vec<&str> = before.split(' ').collect();
    let (host, client, ident, user) = match names.as_slice() {
        [client, ident, user] => ("-", client, ident, user),
        [host, client, ident, user] => (*host, client, ident, user),
        _ => return None,
    };
    let (request, rest) = quoted(rest)?;
    let (status, rest) = word(rest.trim_start())?;
    let (bytes, rest) = word(rest.trim_start())?;
    is_number(status).then_some(())?;
    let mut bag = Bag::default();
    for (name, value) in [("vhost", host), ("client", client), ("ident", ident), ("user", user)] {
        text(&mut bag, name, value);
    }
    text(&mut bag, "request", &request);
    let mut parts = request.splitn(2, ' ');
    if let (Some(method), Some(target)) = (parts.next(), parts.next()) {
        let (url, version) =
            target.rsplit_once(' ').filter(|(_, last)| last.starts_with("HTTP/")).unwrap_or((target, "-"));
        text(&mut bag, "method", method);
        text(&mut bag, "url", url);
        text(&mut bag, "version", version);
    }
    number(&mut bag, "status", status);
    number(&mut bag, "bytes", bytes);
    if let Some((referrer, rest)) = quoted(rest.trim_start()) {
        text(&mut bag, "referrer", &referrer);
        let (agent, rest) = quoted(rest.trim_start()).unwrap_or_default();
        text(&mut bag, "agent", &agent);
        // Squid's combined format ends in `TCP_MISS:HIER_DIRECT`.
        if let Some((code, hierarchy)) = rest.trim().split_once(':').filter(|(code, _)| code.contains('_')) {
            text(&mut bag, "code", code);
            text(&mut bag, "hierarchy", hierarchy);
        }
    }
    Some(Request { kind: "access", time, record: bag.finish() })
}

/// A text in double quotes with its escapes undone, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut plain = String::new();
    let mut is_escaped = false;
    for (at, letter) in inner.char_indices() {
        match letter {
            '"' | '\\' if is_escaped => plain.push(letter),
            '"' => return Some((plain, inner.get(at + 1..).unwrap_or_default())),
            '\\' => {}
            // Bytes that are no text stay as `\x16`.
            _ => {
                if is_escaped {
                    plain.push('\\');
                }
                plain.push(letter);
            }
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    None
}

fn text(bag: &mut Bag, name: &str, value: &str) {
    if !matches!(value, "-" | "") {
        bag.string(name, value);
    }
}

/// A number as JSON; text that is none is left out, as `-` is.
fn number(bag: &mut Bag, name: &str, value: &str) {
    if is_number(value) {
        let digits = value.trim_start_matches('0');
        bag.json(name, if digits.is_empty() { "0" } else { digits });
    }
}

fn is_number(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(line: &str) -> (&'static str, Option<i64>, Value) {
        let request = parse(line).expect("it is a request");
        (request.kind, Some(request.time), serde_json::from_str(&request.record).expect("JSON"))
    }

    /// 2026-03-02T09:00:00Z is Unix time 1772442000.
    #[test]
    fn squid_and_access() {
        let nine = ticks::datetime("2026-03-02T09:00:00");
        assert_eq!(
            read(
                "1772442000.000    345 10.20.0.7 TCP_MISS/200 4512 GET http://a.test/x?y=1 mara HIER_DIRECT/203.0.113.9 text/html"
            ),
            (
                "squid",
                nine,
                json!({"elapsed": 345, "client": "10.20.0.7", "code": "TCP_MISS", "status": 200, "bytes": 4512, "method": "GET",
                "url": "http://a.test/x?y=1", "user": "mara", "hierarchy": "HIER_DIRECT", "peer": "203.0.113.9", "type": "text/html"})
            )
        );
        assert_eq!(
            read(r#"10.20.0.7 - - [02/Mar/2026:10:00:00 +0100] "GET /a HTTP/1.1" 304 -"#),
            (
                "access",
                nine,
                json!({"client": "10.20.0.7", "request": "GET /a HTTP/1.1", "method": "GET", "url": "/a", "version": "HTTP/1.1", "status": 304})
            )
        );
        let (_, _, record) = read(
            r#"www.test:443 2001:db8::7 - m [02/Mar/2026:10:00:00 +0100] "GET /\"q\" HTTP/2.0" 200 007 "http://r/" "a \"b\" \\ c" TCP_MISS:HIER_NONE"#,
        );
        assert_eq!(
            record,
            json!({"vhost": "www.test:443", "client": "2001:db8::7", "user": "m", "request": "GET /\"q\" HTTP/2.0", "method": "GET", "url": "/\"q\"",
                "version": "HTTP/2.0", "status": 200, "bytes": 7, "referrer": "http://r/", "agent": "a \"b\" \\ c", "code": "TCP_MISS", "hierarchy": "HIER_NONE"})
        );
        let (_, _, record) = read(r#"h - - [02/Mar/2026:10:00:00 +0100] "\x16\x03" 400 5 "-" "-""#);
        assert_eq!(record, json!({"client": "h", "request": "\\x16\\x03", "status": 400, "bytes": 5}));
    }

    #[test]
    fn what_is_no_request() {
        for line in [
            "",
            "1772442000.000 1 10.20.0.7 text 1 GET http://a mara x/y",
            "1772442000 1 10.20.0.7 TCP_MISS/200 1 GET http://a mara x/y",
            "a - - [32/Mar/2026:10:00:00 +0100] \"GET / HTTP/1.1\" 200 1",
            "a - - [02/Mar/2026:10:00:00 +0100] \"GET / HTTP/1.1 200 1",
            "[02/Mar/2026:10:00:00 +0100] x",
        ] {
            assert!(parse(line).is_none(), "{line}");
        }
    }
}
