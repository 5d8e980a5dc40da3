//! JSON records of the streams of bags → which stream, which kind, and when.
//!
//! In: a JSON object. Out: what it is, or none when it is none of these. Told by the fields that a source gives to every one of its records, never
//! by one name alone, since `timestamp` and `type` are everybody's. The fields themselves are not read here: the source's KQL does that.

use serde_json::Value;

use super::object::Object;
use super::ticks;
use crate::record::Stream;

/// A record that was recognized.
pub(super) struct Told<'o> {
    pub(super) stream: Stream,
    /// The source's own name, for the account of the file.
    pub(super) source: &'static str,
    pub(super) kind: &'o str,
    pub(super) time: Option<i64>,
    /// The record has no envelope, and is what a diagnostic setting has in `properties`.
    pub(super) is_bare: bool,
}

impl Told<'_> {
    /// The record as JSON text, in the envelope that the source's KQL looks into.
    pub(super) fn record(&self, object: &Object<'_>) -> String {
        let record = serde_json::to_string(object.whole()).unwrap_or_default();
        if self.is_bare { format!("{{\"category\":\"{}\",\"properties\":{record}}}", self.kind) } else { record }
    }
}

/// The categories of diagnostic settings that a source reads; any other is for its own resource to explain.
const CATEGORIES: [&str; 20] = [
    "Action",
    "Administrative",
    "Alert",
    "AuditLogs",
    "Autoscale",
    "Delete",
    "ManagedIdentitySignInLogs",
    "MicrosoftGraphActivityLogs",
    "NonInteractiveUserSignInLogs",
    "Policy",
    "ProvisioningLogs",
    "Recommendation",
    "ResourceHealth",
    "RiskyUsers",
    "Security",
    "ServiceHealth",
    "ServicePrincipalSignInLogs",
    "SignInLogs",
    "UserRiskEvents",
    "Write",
];

/// What the record is; an error when its time is none.
pub(super) fn tell<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let microsoft = || diagnostics(object).or_else(|| graph(object)).or_else(|| office(object));
    suricata(object).or_else(microsoft).or_else(|| cloud_trail(object))
}

/// An envelope around properties: learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema.
fn diagnostics<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let category = text(object, "category")?;
    let kind = CATEGORIES.iter().find(|known| known.eq_ignore_ascii_case(category))?;
    let is_envelope = is_object(object, "properties") || object.contains_key("resourceId");
    let time = object.get("time").filter(|_| is_envelope)?;
    Some(told(Stream::Diagnostics, "diagnostics", kind, "time", time))
}

/// Sign-ins and changes of the directory as Microsoft Graph and Entra's portal give them: learn.microsoft.com/graph/api/resources/signin and
/// directoryaudit.
fn graph<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let has = |names: &[&str]| names.iter().all(|name| object.contains_key(name));
    let (kind, name) = if has(&["createdDateTime", "appDisplayName", "appId", "status", "ipAddress"]) {
        let events = object.get("signInEventTypes").and_then(Value::as_array);
        let says = |event: &str| events.is_some_and(|events| events.iter().any(|said| said.as_str() == Some(event)));
        let kind = match () {
            () if says("nonInteractiveUser") => "NonInteractiveUserSignInLogs",
            () if says("servicePrincipal") => "ServicePrincipalSignInLogs",
            () if says("managedIdentity") => "ManagedIdentitySignInLogs",
            () => "SignInLogs",
        };
        (kind, "createdDateTime")
    } else if has(&["activityDateTime", "activityDisplayName", "initiatedBy", "targetResources"]) {
        ("AuditLogs", "activityDateTime")
    } else {
        return None;
    };
    let told = told(Stream::Diagnostics, "Microsoft Graph", kind, name, object.get(name)?);
    Some(told.map(|told| Told { is_bare: true, ..told }))
}

/// What the common schema of the Office 365 Management Activity API makes mandatory.
fn office<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let is_record =
        ["Operation", "RecordType", "OrganizationId", "UserType"].iter().all(|name| object.contains_key(name));
    let time = object.get("CreationTime").filter(|_| is_record)?;
    Some(told(Stream::Office, "Office 365", text(object, "Workload").unwrap_or_default(), "CreationTime", time))
}

/// What every record has: docs.aws.amazon.com/awscloudtrail, record contents.
fn cloud_trail<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let is_record = ["eventVersion", "eventSource", "eventName"].iter().all(|name| object.contains_key(name));
    let time = object.get("eventTime").filter(|_| is_record)?;
    Some(told(Stream::CloudTrail, "AWS CloudTrail", text(object, "eventSource").unwrap_or_default(), "eventTime", time))
}

/// Fields of every record: docs.suricata.io/en/latest/output/eve/eve-json-format.html.
fn suricata<'v>(object: &Object<'v>) -> Option<Result<Told<'v>, String>> {
    let kind = text(object, "event_type")?;
    let is_suricata = object.contains_key("flow_id") || object.contains_key("src_ip") || is_object(object, kind);
    let time = object.get("timestamp").filter(|_| is_suricata)?;
    Some(told(Stream::Suricata, "Suricata", kind, "timestamp", time))
}

fn told<'o>(stream: Stream, source: &'static str, kind: &'o str, name: &str, time: &Value) -> Result<Told<'o>, String> {
    let ticks = time.as_str().and_then(ticks::datetime);
    match ticks {
        None => Err(format!("`{name}` is no time: {time}")),
        time => Ok(Told { stream, source, kind, time, is_bare: false }),
    }
}

fn text<'v>(object: &Object<'v>, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}

fn is_object(object: &Object<'_>, name: &str) -> bool {
    object.get(name).is_some_and(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::source::read_sources;

    /// A category that is told and that no source reads would be rows that nobody sees.
    #[test]
    fn the_categories_are_those_of_the_sources() {
        let sources = read_sources(&Content::embedded()).expect("the sources are right");
        let own = sources
            .iter()
            .filter(|source| source.stream == Stream::Diagnostics)
            .filter_map(|source| source.rows.as_ref());
        let mut read: Vec<&str> = own.flat_map(|rows| &rows.values).map(String::as_str).collect();
        read.sort_unstable();
        assert_eq!(read, CATEGORIES.map(str::to_lowercase));
    }
}
