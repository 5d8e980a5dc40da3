//! The entities of Sentinel, and what of a rule's mappings is none of them.
//!
//! In: entity mappings. Out: a problem for each that Sentinel would refuse: too many, an unknown entity or identifier, none that names it.

use super::EntityMapping;
use super::fields::Problems;

/// The repository's check allows five, the service ten.
const ENTITY_MAPPINGS_MAX: usize = 10;
const FIELD_MAPPINGS_MAX: usize = 3;

/// An entity: the identifiers that name it, and the others that it may have.
struct EntityKind {
    name: &'static str,
    /// One of these must be there, or all of them where one alone says nothing.
    needed: &'static [&'static str],
    needs_all: bool,
    others: &'static [&'static str],
}

const fn entity(name: &'static str, needed: &'static [&'static str], others: &'static [&'static str]) -> EntityKind {
    EntityKind { name, needed, needs_all: false, others }
}

/// The entities of Sentinel. Source: learn.microsoft.com/azure/sentinel/entities-reference, and which identifiers its repository requires.
const ENTITIES: [EntityKind; 19] = [
    entity(
        "Account",
        &["FullName", "Sid", "Name", "AadUserId", "PUID", "ObjectGuid"],
        &[
            "NTDomain",
            "DnsDomain",
            "UPNSuffix",
            "AadTenantId",
            "IsDomainJoined",
            "DisplayName",
            "CloudAppAccountId",
            "IsAnonymized",
            "Host",
        ],
    ),
    entity(
        "Host",
        &["FullName", "HostName", "NetBiosName", "AzureID", "OMSAgentID"],
        &["DnsDomain", "NTDomain", "OSFamily", "OSVersion", "IsDomainJoined"],
    ),
    entity("IP", &["Address"], &["AddressScope"]),
    entity("URL", &["Url"], &[]),
    entity("DNS", &["DomainName"], &[]),
    entity("Process", &["CommandLine", "ProcessId"], &["ElevationToken", "CreationTimeUtc"]),
    entity("File", &["Name"], &["Directory"]),
    EntityKind { name: "FileHash", needed: &["Algorithm", "Value"], needs_all: true, others: &[] },
    entity("RegistryKey", &["Key", "Hive"], &[]),
    entity("RegistryValue", &["Name"], &["Value", "ValueType"]),
    entity("Malware", &["Name"], &["Category"]),
    entity("CloudApplication", &["AppId", "Name"], &["InstanceName"]),
    entity("AzureResource", &["ResourceId"], &[]),
    entity(
        "Mailbox",
        &["MailboxPrimaryAddress"],
        &["DisplayName", "Upn", "ExternalDirectoryObjectId", "RiskLevel", "AadId"],
    ),
    entity(
        "MailMessage",
        &["NetworkMessageId", "Recipient"],
        &[
            "Urls",
            "Threats",
            "Sender",
            "P1Sender",
            "P1SenderDisplayName",
            "P1SenderDomain",
            "P2Sender",
            "P2SenderDisplayName",
            "P2SenderDomain",
            "SenderIP",
            "ReceivedDate",
            "InternetMessageId",
            "Subject",
            "BodyFingerprintBin1",
            "BodyFingerprintBin2",
            "BodyFingerprintBin3",
            "BodyFingerprintBin4",
            "BodyFingerprintBin5",
            "AntispamDirection",
            "DeliveryAction",
            "DeliveryLocation",
            "Language",
            "ThreatDetectionMethods",
        ],
    ),
    entity(
        "MailCluster",
        &["Query", "NetworkMessageIds"],
        &[
            "CountByDeliveryStatus",
            "CountByThreatType",
            "CountByProtectionStatus",
            "Threats",
            "QueryTime",
            "MailCount",
            "IsVolumeAnomaly",
            "Source",
            "ClusterSourceIdentifier",
            "ClusterSourceType",
            "ClusterQueryStartTime",
            "ClusterQueryEndTime",
            "ClusterGroup",
        ],
    ),
    entity(
        "SubmissionMail",
        &["NetworkMessageId", "Recipient"],
        &["Timestamp", "Sender", "SenderIp", "Subject", "ReportType", "SubmissionId", "SubmissionDate", "Submitter"],
    ),
    entity("SecurityGroup", &["DistinguishedName", "SID", "ObjectGuid"], &[]),
    entity(
        "IoTDevice",
        &["IoTHub", "DeviceId"],
        &[
            "DeviceName",
            "IoTSecurityAgentId",
            "DeviceType",
            "Source",
            "SourceRef",
            "Manufacturer",
            "Model",
            "OperatingSystem",
            "IpAddress",
            "MacAddress",
            "Protocols",
            "SerialNumber",
        ],
    ),
];

/// Adds what is wrong with the mappings of a rule.
pub(super) fn check(mappings: &[EntityMapping], problems: &mut Problems) {
    if mappings.len() > ENTITY_MAPPINGS_MAX {
        problems.add("entityMappings", format!("{} mappings, more than {ENTITY_MAPPINGS_MAX}", mappings.len()));
    }
    for (at, mapping) in mappings.iter().enumerate() {
        let field = format!("entityMappings[{at}]");
        if mapping.fields.is_empty() || mapping.fields.len() > FIELD_MAPPINGS_MAX {
            let count = mapping.fields.len();
            problems
                .add(format!("{field}.fieldMappings"), format!("{count} fields, expected 1 to {FIELD_MAPPINGS_MAX}"));
        }
        match ENTITIES.iter().find(|kind| kind.name == mapping.entity_type) {
            None => problems.add(
                format!("{field}.entityType"),
                format!("`{}` is none of {}", mapping.entity_type, ENTITIES.map(|kind| kind.name).join(", ")),
            ),
            Some(kind) => check_identifiers(kind, mapping, &field, problems),
        }
    }
}

fn check_identifiers(kind: &EntityKind, mapping: &EntityMapping, field: &str, problems: &mut Problems) {
    let has = |needed: &&&str| mapping.fields.iter().any(|(identifier, _)| identifier == **needed);
    let found = kind.needed.iter().filter(has).count();
    let needed = if kind.needs_all { kind.needed.len() } else { 1 };
    if found < needed {
        let one_of = if kind.needs_all { "" } else { "one of " };
        problems.add(field, format!("{} needs {one_of}{}", kind.name, kind.needed.join(", ")));
    }
    for (at, (identifier, _)) in mapping.fields.iter().enumerate() {
        if !kind.needed.iter().chain(kind.others).any(|known| known == identifier) {
            let known: Vec<&str> = kind.needed.iter().chain(kind.others).copied().collect();
            problems.add(
                format!("{field}.fieldMappings[{at}].identifier"),
                format!("{} has no identifier `{identifier}`; it has {}", kind.name, known.join(", ")),
            );
        }
    }
}
