//! One syslog line → its header's fields and its message: RFC 5424, RFC 3164 as it is written, and files without a priority.
//!
//! In: a line. Out: a [`Message`], or none when the line does not start as syslog does. Only the header is read here; what the message holds (CEF,
//! an event as XML) is for others to tell.

use super::clock::{self, Stamp, word};
use super::ticks;

/// A syslog message; texts that are missing are empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Message<'l> {
    pub(super) time: Option<i64>,
    pub(super) is_yearless: bool,
    /// Facility × 8 + severity.
    pub(super) priority: Option<i32>,
    pub(super) host: &'l str,
    pub(super) process: &'l str,
    pub(super) process_id: &'l str,
    pub(super) message_id: &'l str,
    /// As it was written.
    pub(super) structured: &'l str,
    pub(super) text: &'l str,
}

/// The highest priority: facility 23, severity 7.
const PRIORITY_MAX: i32 = 191;

/// Characters of a tag: 32 in RFC 3164, which systemd units and container names do not keep to.
const TAG_LEN_MAX: usize = 128;

/// The message of a line, if it has a priority or a time at its start. `modified` tells the year of times that have none.
pub(super) fn parse(line: &str, modified: Option<i64>) -> Option<Message<'_>> {
    let line = without_length(line);
    let (priority, rest) = match priority(line) {
        Some((priority, rest)) => (Some(priority), rest),
        None => (None, line),
    };
    if priority.is_some()
        && let Some(message) = version_one(rest)
    {
        return Some(Message { priority, ..message });
    }
    match stamp(rest, modified) {
        Some(stamp) => {
            let message = after_time(stamp.rest);
            Some(Message { priority, time: stamp.ticks, is_yearless: stamp.is_yearless, ..message })
        }
        // RFC 3164 section 4.3.3: what has a priority and nothing else that is known is all message.
        None => priority.map(|_| Message { priority, time: dated(rest), text: rest, ..Message::default() }),
    }
}

/// Is the line sure to be syslog? A priority and a time; without a priority, a time, a host and a tag, since programs' own logs have times too.
pub(super) fn is_sure(line: &str) -> bool {
    let line = without_length(line);
    if let Some((_, rest)) = priority(line) {
        return version_one(rest).is_some() || stamp(rest, None).is_some() || dated(rest).is_some();
    }
    let Some(stamp) = stamp(line, None) else { return false };
    let message = after_time(stamp.rest);
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ':');
    let is_named = !message.host.is_empty() && message.host.chars().all(is_host);
    let is_level = LEVELS.iter().any(|level| message.host.eq_ignore_ascii_case(level));
    is_named && !is_level && (!message.process.is_empty() || super::cef::inside(message.text).is_some())
}

/// What programs write after the time where syslog has the host.
const LEVELS: [&str; 9] = ["trace", "debug", "info", "notice", "warn", "warning", "error", "fatal", "critical"];

/// RFC 6587 section 3.4.1 puts the length before the message, which some collectors keep in files.
fn without_length(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.get(digits..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) if (1..=7).contains(&digits) && rest.starts_with('<') => rest,
        _ => line,
    }
}

fn priority(line: &str) -> Option<(i32, &str)> {
    let (number, rest) = line.strip_prefix('<')?.split_once('>')?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let priority = number.parse().ok().filter(|priority| is_number && (0..=PRIORITY_MAX).contains(priority))?;
    Some((priority, rest))
}

/// `1 TIME HOST APP PROCID MSGID SD MSG`: RFC 5424 section 6.
fn version_one(text: &str) -> Option<Message<'_>> {
    let rest = text.strip_prefix("1 ")?;
    let (time, rest) = match rest.strip_prefix("- ") {
        Some(rest) => (None, rest),
        None => clock::iso(rest).map(|stamp| (stamp.ticks, stamp.rest))?,
    };
    let (host, rest) = word(rest)?;
    let (process, rest) = word(rest)?;
    let (process_id, rest) = word(rest)?;
    let (message_id, rest) = word(rest)?;
    let (structured, text) = structured(rest);
    let told = |field| if field == "-" { "" } else { field };
    Some(Message {
        time,
        host: told(host),
        process: told(process),
        process_id: told(process_id),
        message_id: told(message_id),
        structured: told(structured),
        text: text.strip_prefix('\u{FEFF}').unwrap_or(text),
        ..Message::default()
    })
}

/// `-`, or elements in brackets whose quoted values may hold brackets; then the message.
fn structured(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix('-') {
        return ("", rest.strip_prefix(' ').unwrap_or(rest));
    }
    let (mut is_quoted, mut is_escaped, mut is_open) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' if is_open => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'[' if !is_open => is_open = true,
            b']' if is_open => is_open = false,
            _ if is_open => {}
            b' ' => return text.split_at_checked(at).map_or((text, ""), |(data, rest)| (data, rest.trim_start())),
            // No element: a sender that leaves the field out.
            _ => return ("", text),
        }
    }
    if is_open { ("", text) } else { (text, "") }
}

/// The time in a message that starts with one in two fields, as FortiGate's do: `date=2026-03-02 time=10:00:00 … tz="+0100"`.
fn dated(text: &str) -> Option<i64> {
    let (date, rest) = text.strip_prefix("date=")?.split_once(' ')?;
    let (time, rest) = word(rest.strip_prefix("time=")?)?;
    let zone = rest.split(' ').find_map(|field| field.strip_prefix("tz=")).unwrap_or_default().trim_matches('"');
    ticks::datetime(&format!("{} {}{zone}", date.trim_matches('"'), time.trim_matches('"')))
}

/// The time of a header: by month name or ISO 8601; Cisco puts a number before it, and a mark when its clock is not set.
fn stamp(text: &str, modified: Option<i64>) -> Option<Stamp<'_>> {
    let numbered = text.split_once(": ").filter(|(number, _)| is_digits(number)).map_or(text, |(_, rest)| rest);
    let marked = numbered.strip_prefix(['*', '.']).unwrap_or(numbered);
    clock::month_first(marked, modified).or_else(|| clock::iso(marked))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `HOST TAG[PID]: MSG`, of which host and tag may be missing.
fn after_time(text: &str) -> Message<'_> {
    let text = text.trim_start_matches(' ');
    // `: message`, as Cisco writes it without a host; and a tag right after the time is no host.
    let is_hostless = text.starts_with([':', '%']) || text.split(' ').next().is_some_and(|first| first.ends_with(':'));
    if is_hostless {
        return tagged(text);
    }
    let (host, rest) = word(text).unwrap_or_default();
    Message { host, ..tagged(rest) }
}

fn tagged(text: &str) -> Message<'_> {
    let text = text.trim_start_matches(' ');
    if super::cef::starts(text) {
        return Message { text, ..Message::default() };
    }
    let end = text.find([':', '[', ' ']).filter(|end| *end <= TAG_LEN_MAX);
    let Some((tag, rest)) = end.and_then(|end| text.split_at_checked(end)) else {
        return Message { text, ..Message::default() };
    };
    if let Some(message) = rest.strip_prefix(':') {
        return Message { process: tag, text: message.strip_prefix(' ').unwrap_or(message), ..Message::default() };
    }
    let in_brackets = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match in_brackets {
        Some((id, after)) if !tag.is_empty() && !id.contains(' ') => {
            let message = after.strip_prefix(':').unwrap_or(after);
            Message {
                process: tag,
                process_id: id,
                text: message.strip_prefix(' ').unwrap_or(message),
                ..Message::default()
            }
        }
        // `host : message` has an empty tag; a word without a colon is the message's first.
        _ => Message { text: text.strip_prefix(": ").unwrap_or(text), ..Message::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: &str) -> Message<'_> {
        parse(line, None).expect("it is syslog")
    }

    /// The examples' shapes are those of RFC 5424 section 6.5, with names of our own.
    #[test]
    fn version_one_of_the_protocol() {
        let time = ticks::datetime("2026-03-02T08:00:00.123Z");
        let found = message("<34>1 2026-03-02T09:00:00.123+01:00 host.example su - ID47 - \u{FEFF}'su root' failed");
        let expect = Message {
            time,
            priority: Some(34),
            host: "host.example",
            process: "su",
            message_id: "ID47",
            text: "'su root' failed",
            ..Message::default()
        };
        assert_eq!(found, expect);
        let found = message(r#"<165>1 - 192.0.2.1 app 8710 - [x@1 a="b]\"c" d="e f"][y@1] the text"#);
        assert_eq!((found.time, found.host, found.process_id), (None, "192.0.2.1", "8710"));
        assert_eq!((found.structured, found.text), (r#"[x@1 a="b]\"c" d="e f"][y@1]"#, "the text"));
        assert_eq!(message("<165>1 - h a p m [x@1 a=\"b\"]").structured, "[x@1 a=\"b\"]");
        // An element that never ends is text.
        assert_eq!(message("<165>1 - h a p m [x@1 a=\"b").text, "[x@1 a=\"b");
    }

    #[test]
    fn the_older_way() {
        let parts = |line| {
            let found = message(line);
            (found.host, found.process, found.process_id, found.text)
        };
        assert_eq!(parts("<13>Mar  2 09:00:00 web01 sshd[412]: Accepted x"), ("web01", "sshd", "412", "Accepted x"));
        assert_eq!(parts("Mar  2 09:00:00 web01 kernel: [1.5] up"), ("web01", "kernel", "", "[1.5] up"));
        assert_eq!(parts("2026-03-02T09:00:00+01:00 web01 a/b-c[7]:x"), ("web01", "a/b-c", "7", "x"));
        assert_eq!(parts("<13>Mar  2 09:00:00 web01 no tag here: at all"), ("web01", "", "", "no tag here: at all"));
        assert_eq!(parts("<13>Mar  2 09:00:00 su: failed"), ("", "su", "", "failed"));
        assert_eq!(
            parts("<166>Mar 02 2026 09:00:00 fw1 : %ASA-6-302013: Built"),
            ("fw1", "", "", "%ASA-6-302013: Built")
        );
        assert_eq!(parts("<166>Mar 02 2026 09:00:00: %ASA-6-302013: Built"), ("", "%ASA-6-302013", "", "Built"));
        assert_eq!(parts("<189>77: *Mar  2 09:00:00.123: %SYS-5-X: Set"), ("", "%SYS-5-X", "", "Set"));
        assert_eq!(parts("<13>Mar  2 09:00:00 fw1 CEF:0|a|b|"), ("fw1", "", "", "CEF:0|a|b|"));
        assert_eq!(parts("79 <13>Mar  2 09:00:00 web01 a: b"), ("web01", "a", "", "b"));
        assert_eq!(parts("<13>what is this"), ("", "", "", "what is this"));
    }

    #[test]
    fn a_time_in_the_message() {
        let nine = ticks::datetime("2026-03-02T09:00:00Z");
        let line = r#"<189>date=2026-03-02 time=10:00:00 devname="FW1" tz="+0100" action="deny""#;
        assert_eq!((message(line).time, message(line).text), (nine, line.trim_start_matches("<189>")));
        assert_eq!(message("<189>date=2026-03-02 time=09:00:00").time, nine);
        assert_eq!(message("<189>date=2026-02-30 time=09:00:00").time, None);
        assert!(is_sure(line) && !is_sure("<189>date=soon time=later"));
    }

    #[test]
    fn a_file_is_told_by_lines_that_are_sure() {
        for line in [
            "<13>Mar  2 09:00:00 h a: b",
            "Mar  2 09:00:00 h a[1]: b",
            "<13>1 - h a p m - x",
            "Mar  2 09:00:00 h CEF:0|a|b",
        ] {
            assert!(is_sure(line), "{line}");
        }
        for line in [
            "<13>what is this",
            "2026-03-02T09:00:00Z INFO main: started",
            "2026-03-02T09:00:00Z started",
            "Mar  2 09:00:00 x y z",
        ] {
            assert!(!is_sure(line), "{line}");
        }
    }

    #[test]
    fn what_is_no_syslog() {
        for line in
            ["", "<", "<>", "<192>1 x", "<1234>x", "<a>x", "text", "<Event>", "Mar  2 soon", "2026-03-02 09:00:00 x"]
        {
            assert_eq!(parse(line, None), None, "{line}");
        }
    }
}
