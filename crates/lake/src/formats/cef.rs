//! One record in CEF or LEEF → the columns of [`Stream::Cef`].
//!
//! In: text that starts with `CEF:` or `LEEF:`. Out: header and extensions, unescaped, at the places of their columns; keys without a column in one
//! text. Sources: ArcSight's Common Event Format (version 1.2) and IBM's Log Event Extended Format (versions 1.0 and 2.0);
//! learn.microsoft.com/azure/sentinel/cef-name-mapping for the columns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use semantics::Type;

use super::account::Account;
use super::clock;
use super::raw::Field;
use super::rows::{Place, Rows};
use crate::record::{CEF, ReadError, Stream};

/// Bytes before `CEF:` in a syslog message in which it is looked for: a tag, and what a relay puts before it.
const PREFIX_BYTES_MAX: usize = 128;

/// The record around which a line may be wrapped.
#[derive(Clone, Copy, Default)]
pub(super) struct Wrapping<'l> {
    /// The time of the syslog header.
    pub(super) time: Option<i64>,
    /// Its host.
    pub(super) host: &'l str,
}

/// Does the text start as such a record does: the name, a version and a bar?
pub(super) fn starts(text: &str) -> bool {
    let rest = text.strip_prefix("CEF:").or_else(|| text.strip_prefix("LEEF:"));
    rest.is_some_and(|rest| {
        let version = rest.trim_start_matches(' ').split('|').next().unwrap_or_default();
        let is_version =
            (1..=3).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        is_version && rest.contains('|')
    })
}

/// The record that a syslog message holds, behind whatever a relay put before it.
pub(super) fn inside(message: &str) -> Option<&str> {
    let found = ["CEF:", "LEEF:"].iter().filter_map(|mark| message.find(mark)).min()?;
    message.get(found..).filter(|text| found <= PREFIX_BYTES_MAX && starts(text))
}

/// Reads a record that [`starts`].
pub(super) fn read(
    text: &str,
    wrapping: Wrapping<'_>,
    offset: u64,
    account: &mut Account,
    rows: &mut Rows<'_>,
) -> Result<(), ReadError> {
    let record = match text.starts_with("CEF:") {
        true => cef(text),
        false => leef(text),
    };
    let record = match record {
        Ok(record) => record,
        Err(reason) => {
            account.bad_record(offset, reason, text.as_bytes());
            return Ok(());
        }
    };
    let [vendor, product, version, class, activity, severity] = &record.header;
    let mut fields = vec![
        (0, Field::Text(record.format)),
        (1, Field::Ticks(wrapping.time)),
        (2, Field::Text(wrapping.host)),
        (3, Field::Ticks(record.received_at(account.modified()))),
        (4, Field::Text(vendor)),
        (5, Field::Text(product)),
        (6, Field::Text(version)),
        (7, Field::Text(class)),
        (8, Field::Text(activity)),
        (9, Field::Text(severity)),
    ];
    let mut others = String::new();
    for (key, value) in &record.extensions {
        match COLUMNS.get(&**key) {
            None => {
                others.push_str(if others.is_empty() { "" } else { ";" });
                others.push_str(key);
                others.push('=');
                others.push_str(value);
            }
            Some(column) if column.ty == Type::DateTime => {
                let ticks = clock::cef(value, account.modified());
                if ticks.is_none() {
                    account.misfit("CommonSecurityLog", column.name);
                }
                fields.push((column.at, Field::Ticks(ticks)));
            }
            Some(column) if column.name.ends_with("Port") && value.parse::<u16>().is_err() => {
                account.misfit("CommonSecurityLog", column.name);
            }
            Some(column) => fields.push((column.at, Field::Text(value))),
        }
    }
    fields.push((10, Field::Text(&others)));
    let misfits = rows.raw(Stream::Cef, fields, Place { file: account.path(), offset })?;
    misfits.into_iter().for_each(|column| account.misfit("CommonSecurityLog", column));
    account.good(record.format);
    Ok(())
}

/// A record taken apart.
struct Record<'t> {
    /// `CEF` or `LEEF`.
    format: &'static str,
    /// Vendor, product, version, class, name, severity.
    header: [Cow<'t, str>; 6],
    extensions: Vec<(Cow<'t, str>, Cow<'t, str>)>,
}

impl Record<'_> {
    /// When the record says that it was received, else when it was made.
    fn received_at(&self, modified: Option<i64>) -> Option<i64> {
        let of = |name: &str| self.extensions.iter().find(|(key, _)| key == name);
        ["rt", "devTime", "start", "end"].into_iter().find_map(|name| clock::cef(&of(name)?.1, modified))
    }
}

/// `CEF:0|vendor|product|version|class|name|severity|key=value key=value`.
fn cef(text: &str) -> Result<Record<'_>, String> {
    let mut rest = text;
    let mut parts = [""; 7];
    for part in &mut parts {
        let end = unescaped(rest, b'|', 0).ok_or("CEF with fewer than seven bars in its header")?;
        let (before, after) = rest.split_at_checked(end).unwrap_or_default();
        (*part, rest) = (before, after.strip_prefix('|').unwrap_or(after));
    }
    let [_, vendor, product, version, class, name, severity] = parts;
    let header = [vendor, product, version, class, name, severity].map(|part| plain(part.trim()));
    Ok(Record { format: "CEF", header, extensions: extensions(rest) })
}

/// Keys and values. A value may hold blanks: it ends where the next key starts, which is a word before an equals sign that no backslash hides.
fn extensions(text: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let mut keys: Vec<(usize, usize)> = vec![];
    let mut from = 0;
    while let Some(at) = unescaped(text, b'=', from) {
        from = at + 1;
        let before = text.get(..at).unwrap_or_default();
        let start = before
            .rfind(|letter: char| !is_key_letter(letter))
            .map_or(0, |last| last + before.get(last..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let is_first = start == 0 || before.get(..start).is_some_and(|before| before.ends_with([' ', '\t']));
        let is_after_key = keys.last().is_none_or(|(_, value)| start >= *value);
        if start < at && is_first && is_after_key {
            keys.push((start, at + 1));
        }
    }
    let ends = keys.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let pairs = keys.iter().zip(ends).map(|((start, value), end)| {
        let key = text.get(*start..value - 1).unwrap_or_default();
        (Cow::Borrowed(key), plain(text.get(*value..end).unwrap_or_default().trim()))
    });
    pairs.collect()
}

fn is_key_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '[' | ']')
}

/// `LEEF:1.0|vendor|product|version|event|key=value⇥key=value`; 2.0 tells its separator in a field of its own, which may be left out.
fn leef(text: &str) -> Result<Record<'_>, String> {
    let mut parts = text.splitn(6, '|');
    let mut next = || parts.next().ok_or("LEEF with fewer than five bars in its header");
    let (version, vendor, product, product_version, event, rest) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    let (separator, attributes) = match rest.split_once('|') {
        Some((told, attributes)) if version.trim_end().ends_with("2.0") => match separator(told) {
            Some(separator) => (separator, attributes),
            None => ('\t', rest),
        },
        _ => ('\t', rest),
    };
    let pairs = attributes.split(separator).filter_map(|pair| pair.split_once('='));
    let mut severity = Cow::Borrowed("");
    let mut extensions = vec![];
    for (key, value) in pairs {
        let (key, value) = (key.trim(), value.trim());
        if key == "sev" {
            severity = Cow::Borrowed(value);
            continue;
        }
        let name = LEEF_KEYS.iter().find(|(known, _)| *known == key).map_or(key, |(_, cef)| cef);
        extensions.push((Cow::Borrowed(name), Cow::Borrowed(value)));
    }
    let [vendor, product, product_version, event] =
        [vendor, product, product_version, event].map(|part| Cow::Borrowed(part.trim()));
    Ok(Record {
        format: "LEEF",
        header: [vendor, product, product_version, event.clone(), event, severity],
        extensions,
    })
}

/// One character, or its code as `x09` or `0x09`; an empty field means a tab.
fn separator(told: &str) -> Option<char> {
    let mut letters = told.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Some('\t'),
        (Some(one), None) => Some(one),
        _ => {
            let hex = told.strip_prefix("0x").or_else(|| told.strip_prefix('x')).or_else(|| told.strip_prefix('X'))?;
            u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
        }
    }
}

/// Where the byte stands next without a backslash before it that is none itself.
fn unescaped(text: &str, byte: u8, from: usize) -> Option<usize> {
    let mut is_escaped = false;
    let bytes = text.bytes().enumerate().skip(from);
    for (at, found) in bytes {
        match found {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            _ if found == byte => return Some(at),
            _ => {}
        }
    }
    None
}

/// Text with its escapes undone: `\=`, `\|`, `\\`, `\n` and `\r`. A backslash before anything else stays.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = match (letter, letters.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some('r')) => Some('\r'),
            ('\\', Some(next @ ('=' | '|' | '\\'))) => Some(*next),
            _ => None,
        };
        if escaped.is_some() {
            letters.next();
        }
        plain.push(escaped.unwrap_or(letter));
    }
    Cow::Owned(plain)
}

/// A column that an extension fills.
struct Target {
    at: usize,
    name: &'static str,
    ty: Type,
}

/// The columns by CEF's keys.
static COLUMNS: LazyLock<HashMap<&'static str, Target>> = LazyLock::new(|| {
    let found = KEYS.iter().filter_map(|(key, column)| {
        let at = CEF.iter().position(|(name, _)| name == column)?;
        let (name, ty) = *CEF.get(at)?;
        Some((*key, Target { at, name, ty }))
    });
    found.collect()
});

/// LEEF's predefined attributes that mean what a key of CEF means, and `action`, which is not predefined and which firewalls send.
///
/// Source: ibm.com/docs/en/dsm, predefined LEEF event attributes.
const LEEF_KEYS: [(&str, &str); 16] = [
    ("srcPort", "spt"),
    ("dstPort", "dpt"),
    ("usrName", "suser"),
    ("srcMAC", "smac"),
    ("dstMAC", "dmac"),
    ("srcPostNAT", "sourceTranslatedAddress"),
    ("dstPostNAT", "destinationTranslatedAddress"),
    ("srcPostNATPort", "sourceTranslatedPort"),
    ("dstPostNATPort", "destinationTranslatedPort"),
    ("srcBytes", "out"),
    ("dstBytes", "in"),
    ("identHostName", "shost"),
    ("url", "request"),
    ("domain", "sntdom"),
    ("action", "act"),
    ("devTime", "rt"),
];

/// CEF's keys and the columns that they fill.
const KEYS: [(&str, &str); 129] = [
    ("act", "DeviceAction"),
    ("app", "ApplicationProtocol"),
    ("cat", "DeviceEventCategory"),
    ("cnt", "EventCount"),
    ("destinationDnsDomain", "DestinationDnsDomain"),
    ("destinationServiceName", "DestinationServiceName"),
    ("destinationTranslatedAddress", "DestinationTranslatedAddress"),
    ("destinationTranslatedPort", "DestinationTranslatedPort"),
    ("deviceDirection", "CommunicationDirection"),
    ("deviceDnsDomain", "DeviceDnsDomain"),
    ("deviceExternalId", "DeviceExternalID"),
    ("deviceFacility", "DeviceFacility"),
    ("deviceInboundInterface", "DeviceInboundInterface"),
    ("deviceNtDomain", "DeviceNtDomain"),
    ("deviceOutboundInterface", "DeviceOutboundInterface"),
    ("devicePayloadId", "DevicePayloadId"),
    ("deviceProcessName", "ProcessName"),
    ("deviceTranslatedAddress", "DeviceTranslatedAddress"),
    ("dhost", "DestinationHostName"),
    ("dmac", "DestinationMACAddress"),
    ("dntdom", "DestinationNTDomain"),
    ("dpid", "DestinationProcessId"),
    ("dpriv", "DestinationUserPrivileges"),
    ("dproc", "DestinationProcessName"),
    ("dpt", "DestinationPort"),
    ("dst", "DestinationIP"),
    ("dtz", "DeviceTimeZone"),
    ("duid", "DestinationUserID"),
    ("duser", "DestinationUserName"),
    ("dvc", "DeviceAddress"),
    ("dvchost", "DeviceName"),
    ("dvcmac", "DeviceMacAddress"),
    ("dvcpid", "ProcessID"),
    ("end", "EndTime"),
    ("externalId", "ExtID"),
    ("fileCreateTime", "FileCreateTime"),
    ("fileHash", "FileHash"),
    ("fileId", "FileID"),
    ("fileModificationTime", "FileModificationTime"),
    ("filePath", "FilePath"),
    ("filePermission", "FilePermission"),
    ("fileType", "FileType"),
    ("fname", "FileName"),
    ("fsize", "FileSize"),
    ("in", "ReceivedBytes"),
    ("msg", "Message"),
    ("oldFileCreateTime", "OldFileCreateTime"),
    ("oldFileHash", "OldFileHash"),
    ("oldFileId", "OldFileID"),
    ("oldFileModificationTime", "OldFileModificationTime"),
    ("oldFileName", "OldFileName"),
    ("oldFilePath", "OldFilePath"),
    ("oldFilePermission", "OldFilePermission"),
    ("oldFileSize", "OldFileSize"),
    ("oldFileType", "OldFileType"),
    ("out", "SentBytes"),
    ("outcome", "EventOutcome"),
    ("proto", "Protocol"),
    ("reason", "Reason"),
    ("request", "RequestURL"),
    ("requestClientApplication", "RequestClientApplication"),
    ("requestContext", "RequestContext"),
    ("requestCookies", "RequestCookies"),
    ("requestMethod", "RequestMethod"),
    ("rt", "ReceiptTime"),
    ("shost", "SourceHostName"),
    ("smac", "SourceMACAddress"),
    ("sntdom", "SourceNTDomain"),
    ("sourceDnsDomain", "SourceDnsDomain"),
    ("sourceServiceName", "SourceServiceName"),
    ("sourceTranslatedAddress", "SourceTranslatedAddress"),
    ("sourceTranslatedPort", "SourceTranslatedPort"),
    ("spid", "SourceProcessId"),
    ("spriv", "SourceUserPrivileges"),
    ("sproc", "SourceProcessName"),
    ("spt", "SourcePort"),
    ("src", "SourceIP"),
    ("start", "StartTime"),
    ("suid", "SourceUserID"),
    ("suser", "SourceUserName"),
    ("type", "EventType"),
    ("c6a1", "DeviceCustomIPv6Address1"),
    ("c6a1Label", "DeviceCustomIPv6Address1Label"),
    ("cfp1", "DeviceCustomFloatingPoint1"),
    ("cfp1Label", "DeviceCustomFloatingPoint1Label"),
    ("c6a2", "DeviceCustomIPv6Address2"),
    ("c6a2Label", "DeviceCustomIPv6Address2Label"),
    ("cfp2", "DeviceCustomFloatingPoint2"),
    ("cfp2Label", "DeviceCustomFloatingPoint2Label"),
    ("c6a3", "DeviceCustomIPv6Address3"),
    ("c6a3Label", "DeviceCustomIPv6Address3Label"),
    ("cfp3", "DeviceCustomFloatingPoint3"),
    ("cfp3Label", "DeviceCustomFloatingPoint3Label"),
    ("c6a4", "DeviceCustomIPv6Address4"),
    ("c6a4Label", "DeviceCustomIPv6Address4Label"),
    ("cfp4", "DeviceCustomFloatingPoint4"),
    ("cfp4Label", "DeviceCustomFloatingPoint4Label"),
    ("cn1", "FieldDeviceCustomNumber1"),
    ("cn1Label", "DeviceCustomNumber1Label"),
    ("cn2", "FieldDeviceCustomNumber2"),
    ("cn2Label", "DeviceCustomNumber2Label"),
    ("cn3", "FieldDeviceCustomNumber3"),
    ("cn3Label", "DeviceCustomNumber3Label"),
    ("cs1", "DeviceCustomString1"),
    ("cs1Label", "DeviceCustomString1Label"),
    ("cs2", "DeviceCustomString2"),
    ("cs2Label", "DeviceCustomString2Label"),
    ("cs3", "DeviceCustomString3"),
    ("cs3Label", "DeviceCustomString3Label"),
    ("cs4", "DeviceCustomString4"),
    ("cs4Label", "DeviceCustomString4Label"),
    ("cs5", "DeviceCustomString5"),
    ("cs5Label", "DeviceCustomString5Label"),
    ("cs6", "DeviceCustomString6"),
    ("cs6Label", "DeviceCustomString6Label"),
    ("deviceCustomDate1", "DeviceCustomDate1"),
    ("deviceCustomDate1Label", "DeviceCustomDate1Label"),
    ("deviceCustomDate2", "DeviceCustomDate2"),
    ("deviceCustomDate2Label", "DeviceCustomDate2Label"),
    ("flexDate1", "FlexDate1"),
    ("flexDate1Label", "FlexDate1Label"),
    ("flexNumber1", "FlexNumber1"),
    ("flexNumber1Label", "FlexNumber1Label"),
    ("flexString1", "FlexString1"),
    ("flexString1Label", "FlexString1Label"),
    ("flexNumber2", "FlexNumber2"),
    ("flexNumber2Label", "FlexNumber2Label"),
    ("flexString2", "FlexString2"),
    ("flexString2Label", "FlexString2Label"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that fills no column of the stream, or a column that the flow leaves out, would lose its values without a word.
    #[test]
    fn every_key_has_a_column_that_the_flow_reads() {
        let flow = include_str!("../../../../content/sources/cef/CommonSecurityLog.kql");
        for (key, column) in KEYS {
            assert!(COLUMNS.contains_key(key), "{key}");
            assert!(flow.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == column), "{column}");
        }
        assert_eq!(COLUMNS.len(), KEYS.len());
        assert!(LEEF_KEYS.iter().all(|(_, key)| COLUMNS.contains_key(key)));
    }
}
