//! Entities as Sentinel and Defender write them.
//!
//! In: an entity as a rule maps it (`Host`, `FullName` and a value). Out: Sentinel's JSON of entities (`$id`, `HostName`, `DnsDomain`, `Type`), where a full
//! name is taken apart as Sentinel does, and the columns of Defender's AlertEvidence.
//!
//! Source: learn.microsoft.com/azure/sentinel/entities-reference

use serde_json::{Map, Value as Json, json};

use crate::alert::Entity;

/// Sentinel lists no more entities of an alert.
pub(super) const ENTITIES_MAX: usize = 500;

/// Sentinel's names of the types that a rule maps, in the JSON of an alert.
const TYPES: [(&str, &str); 16] = [
    ("Account", "account"),
    ("Host", "host"),
    ("IP", "ip"),
    ("URL", "url"),
    ("DNS", "dns"),
    ("File", "file"),
    ("FileHash", "filehash"),
    ("Process", "process"),
    ("RegistryKey", "registry-key"),
    ("RegistryValue", "registry-value"),
    ("Malware", "malware"),
    ("CloudApplication", "cloud-application"),
    ("AzureResource", "azure-resource"),
    ("Mailbox", "mailbox"),
    ("MailMessage", "mail-message"),
    ("SecurityGroup", "security-group"),
];

/// The JSON list of an alert's entities.
pub(super) fn to_json(entities: &[Entity]) -> Json {
    let entities = entities.iter().take(ENTITIES_MAX).enumerate();
    Json::Array(entities.map(|(at, entity)| Json::Object(object(at + 1, entity))).collect())
}

fn object(id: usize, entity: &Entity) -> Map<String, Json> {
    let mut bag = Map::new();
    bag.insert("$id".to_owned(), json!(id.to_string()));
    for (name, value) in identifiers(entity) {
        bag.insert(name, json!(value));
    }
    let known = TYPES.iter().find(|(name, _)| *name == entity.entity_type).map(|(_, told)| (*told).to_owned());
    bag.insert("Type".to_owned(), json!(known.unwrap_or_else(|| entity.entity_type.to_ascii_lowercase())));
    bag
}

/// The identifiers under Sentinel's names; full names in their parts.
fn identifiers(entity: &Entity) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = vec![];
    for (name, value) in &entity.identifiers {
        let parts = match (entity.entity_type.as_str(), name.as_str()) {
            ("Account", "FullName") => account(value),
            ("Host", "FullName") => host(value),
            _ => vec![(name.as_str(), value.as_str())],
        };
        for (name, value) in parts {
            // What the rule maps by itself goes before a part of a full name.
            let is_own = entity.identifiers.iter().any(|(own, _)| own == name) && name != "FullName";
            let is_there = found.iter().any(|(known, _)| known == name);
            if !is_there && (!is_own || entity.identifiers.iter().any(|(own, told)| own == name && told == value)) {
                found.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    found
}

/// `DOMAIN\name` or `name@suffix`.
fn account(value: &str) -> Vec<(&'static str, &str)> {
    if let Some((domain, name)) = value.split_once('\\') {
        return vec![("Name", name), ("NTDomain", domain)];
    }
    match value.split_once('@') {
        Some((name, suffix)) => vec![("Name", name), ("UPNSuffix", suffix)],
        None => vec![("Name", value)],
    }
}

/// `name.domain`.
fn host(value: &str) -> Vec<(&'static str, &str)> {
    match value.split_once('.') {
        Some((name, domain)) if !value.chars().all(|ch| ch.is_ascii_digit() || ch == '.') => {
            vec![("HostName", name), ("DnsDomain", domain)]
        }
        _ => vec![("HostName", value)],
    }
}

/// The values of Defender's columns of evidence.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// `Machine`, `User`, `Ip` …
    pub(super) entity_type: &'static str,
    /// `Impacted` or `Related`.
    pub(super) role: &'static str,
    /// Columns and values.
    pub(super) columns: Vec<(&'static str, String)>,
}

/// The columns of AlertEvidence that are filled here.
pub(super) const EVIDENCE_COLUMNS: [&str; 17] = [
    "FileName",
    "FolderPath",
    "SHA1",
    "SHA256",
    "RemoteIP",
    "RemoteUrl",
    "AccountName",
    "AccountDomain",
    "AccountSid",
    "AccountObjectId",
    "AccountUpn",
    "DeviceName",
    "NetworkMessageId",
    "Application",
    "ProcessCommandLine",
    "RegistryKey",
    "RegistryValueName",
];

/// An entity as Defender's evidence.
pub(super) fn evidence(entity: &Entity) -> Evidence {
    let told = identifiers(entity);
    let value = |name: &str| told.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let full = || entity.identifiers.iter().find(|(name, _)| name == "FullName").map(|(_, value)| value.clone());
    let hash = |algorithm: &str| {
        value("Value").filter(|_| value("Algorithm").is_some_and(|name| name.eq_ignore_ascii_case(algorithm)))
    };
    let (entity_type, role, columns): (_, _, Vec<(&str, Option<String>)>) = match entity.entity_type.as_str() {
        "Host" => ("Machine", "Impacted", vec![("DeviceName", full().or_else(|| value("HostName")))]),
        "Account" => {
            let upn = full().filter(|name| name.contains('@'));
            let columns = vec![
                ("AccountName", value("Name")),
                ("AccountDomain", value("NTDomain")),
                ("AccountSid", value("Sid")),
                ("AccountObjectId", value("AadUserId").or_else(|| value("ObjectGuid"))),
                ("AccountUpn", upn),
            ];
            ("User", "Impacted", columns)
        }
        "Mailbox" => ("Mailbox", "Impacted", vec![("AccountUpn", value("MailboxPrimaryAddress"))]),
        "IP" => ("Ip", "Related", vec![("RemoteIP", value("Address"))]),
        "URL" => ("Url", "Related", vec![("RemoteUrl", value("Url"))]),
        "DNS" => ("Url", "Related", vec![("RemoteUrl", value("DomainName"))]),
        "File" => ("File", "Related", vec![("FileName", value("Name")), ("FolderPath", value("Directory"))]),
        "FileHash" => ("File", "Related", vec![("SHA1", hash("SHA1")), ("SHA256", hash("SHA256"))]),
        "Process" => ("Process", "Related", vec![("ProcessCommandLine", value("CommandLine"))]),
        "RegistryKey" => ("RegistryKey", "Related", vec![("RegistryKey", value("Key"))]),
        "RegistryValue" => ("RegistryValue", "Related", vec![("RegistryValueName", value("Name"))]),
        "MailMessage" => ("MailMessage", "Related", vec![("NetworkMessageId", value("NetworkMessageId"))]),
        "CloudApplication" => ("CloudApplication", "Related", vec![("Application", value("Name"))]),
        _ => ("Other", "Related", vec![]),
    };
    let columns = columns.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Evidence { entity_type, role, columns }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(entity_type: &str, identifiers: &[(&str, &str)]) -> Entity {
        let pairs = identifiers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Entity { entity_type: entity_type.to_owned(), identifiers: pairs.collect() }
    }

    /// The strong identifiers of Microsoft's entities reference: Name with NTDomain or UPNSuffix, HostName with DnsDomain, Address, Url.
    #[test]
    fn entities_are_written_as_sentinel_writes_them() {
        let entities = [
            entity("Account", &[("FullName", "CONTOSO\\kim")]),
            entity("Account", &[("FullName", "kim@contoso.example")]),
            entity("Account", &[("Name", "kim"), ("UPNSuffix", "contoso.example")]),
            entity("Host", &[("FullName", "srv-é.contoso.example")]),
            entity("Host", &[("FullName", "10.0.0.5")]),
            entity("IP", &[("Address", "192.0.2.1")]),
            entity("RegistryKey", &[("Key", "HKLM\\x")]),
            entity("Odd", &[("X", "1")]),
        ];
        let expected = json!([
            {"$id": "1", "Name": "kim", "NTDomain": "CONTOSO", "Type": "account"},
            {"$id": "2", "Name": "kim", "UPNSuffix": "contoso.example", "Type": "account"},
            {"$id": "3", "Name": "kim", "UPNSuffix": "contoso.example", "Type": "account"},
            {"$id": "4", "HostName": "srv-é", "DnsDomain": "contoso.example", "Type": "host"},
            {"$id": "5", "HostName": "10.0.0.5", "Type": "host"},
            {"$id": "6", "Address": "192.0.2.1", "Type": "ip"},
            {"$id": "7", "Key": "HKLM\\x", "Type": "registry-key"},
            {"$id": "8", "X": "1", "Type": "odd"},
        ]);
        assert_eq!(to_json(&entities), expected);
    }

    #[test]
    fn what_a_rule_maps_goes_before_a_part_of_a_full_name() {
        let both = entity("Host", &[("FullName", "a.contoso.example"), ("DnsDomain", "other.example")]);
        let expected = json!([{"$id": "1", "HostName": "a", "DnsDomain": "other.example", "Type": "host"}]);
        assert_eq!(to_json(&[both]), expected);
        assert_eq!(to_json(&vec![entity("IP", &[("Address", "192.0.2.1")]); 501]).as_array().map(Vec::len), Some(500));
    }

    #[test]
    fn defender_calls_them_evidence() {
        let host = evidence(&entity("Host", &[("FullName", "a.contoso.example")]));
        assert_eq!((host.entity_type, host.role), ("Machine", "Impacted"));
        assert_eq!(host.columns, [("DeviceName", "a.contoso.example".to_owned())]);
        let hash = evidence(&entity("FileHash", &[("Algorithm", "sha256"), ("Value", "ab")]));
        assert_eq!(hash.columns, [("SHA256", "ab".to_owned())]);
        for (_, columns) in ["Host", "Account", "IP", "File", "Process"]
            .map(|name| (name, evidence(&entity(name, &[("Name", "n")])).columns))
        {
            assert!(columns.iter().all(|(name, _)| EVIDENCE_COLUMNS.contains(name)));
        }
    }
}
