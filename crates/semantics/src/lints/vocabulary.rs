//! Columns whose values are documented: which values there are.
//!
//! Facts only. A closed set has no other values; of an open one it is only known how those are spelled that are listed.

/// The values of a column.
pub(super) struct Vocabulary {
    /// The tables; a name that ends in `*` stands for all that begin so.
    pub(super) tables: &'static [&'static str],
    pub(super) columns: &'static [&'static str],
    pub(super) values: &'static [&'static str],
    /// Are there no others?
    pub(super) is_closed: bool,
    /// Where they are documented; shown with a finding.
    pub(super) source: &'static str,
}

/// The values of a column of a table, if they are known.
pub(super) fn of(table: &str, column: &str) -> Option<&'static Vocabulary> {
    let is_table = |name: &&str| match name.strip_suffix('*') {
        Some(begin) => table.starts_with(begin),
        None => table == *name,
    };
    VOCABULARIES.iter().find(|known| known.columns.contains(&column) && known.tables.iter().any(is_table))
}

static VOCABULARIES: &[Vocabulary] = &[
    Vocabulary {
        tables: &["Device*"],
        columns: &["RemoteIPType", "LocalIPType"],
        values: &["Public", "Private", "Reserved", "Loopback", "Teredo", "FourToSixMapping", "Broadcast"],
        is_closed: true,
        source: "learn.microsoft.com/defender-xdr/advanced-hunting-devicenetworkevents-table",
    },
    Vocabulary {
        tables: &["SigninLogs", "AADNonInteractiveUserSignInLogs", "AADUserRiskEvents", "AADRiskyUsers"],
        columns: &["RiskLevel", "RiskLevelAggregated", "RiskLevelDuringSignIn"],
        values: &["none", "low", "medium", "high", "hidden", "unknownFutureValue"],
        is_closed: true,
        source: "learn.microsoft.com/graph/api/resources/signin",
    },
    Vocabulary {
        tables: &["SigninLogs", "AADNonInteractiveUserSignInLogs", "AADUserRiskEvents", "AADRiskyUsers"],
        columns: &["RiskState"],
        values: &[
            "none",
            "confirmedSafe",
            "remediated",
            "dismissed",
            "atRisk",
            "confirmedCompromised",
            "unknownFutureValue",
        ],
        is_closed: true,
        source: "learn.microsoft.com/graph/api/resources/signin",
    },
    Vocabulary {
        tables: &["SigninLogs", "AADNonInteractiveUserSignInLogs", "AADServicePrincipalSignInLogs"],
        columns: &["ConditionalAccessStatus"],
        values: &["success", "failure", "notApplied", "unknownFutureValue"],
        is_closed: true,
        source: "learn.microsoft.com/graph/api/resources/signin",
    },
    Vocabulary {
        tables: &["SigninLogs", "AADNonInteractiveUserSignInLogs"],
        columns: &["AuthenticationRequirement"],
        values: &["singleFactorAuthentication", "multiFactorAuthentication"],
        is_closed: false,
        source: "learn.microsoft.com/graph/api/resources/signin",
    },
    Vocabulary {
        tables: &["SecurityAlert"],
        columns: &["AlertSeverity"],
        values: &["High", "Medium", "Low", "Informational"],
        is_closed: true,
        source: "learn.microsoft.com/azure/sentinel/security-alert-schema",
    },
    Vocabulary {
        tables: &["SecurityIncident"],
        columns: &["Severity"],
        values: &["High", "Medium", "Low", "Informational"],
        is_closed: true,
        source: "learn.microsoft.com/azure/azure-monitor/reference/tables/securityincident",
    },
    Vocabulary {
        tables: &["SecurityIncident"],
        columns: &["Status"],
        values: &["New", "Active", "Closed"],
        is_closed: true,
        source: "learn.microsoft.com/azure/azure-monitor/reference/tables/securityincident",
    },
    Vocabulary {
        tables: &["SecurityIncident"],
        columns: &["Classification"],
        values: &["Undetermined", "TruePositive", "BenignPositive", "FalsePositive"],
        is_closed: true,
        source: "learn.microsoft.com/azure/azure-monitor/reference/tables/securityincident",
    },
    Vocabulary {
        tables: &["EmailEvents"],
        columns: &["EmailDirection"],
        values: &["Inbound", "Outbound", "Intra-org", "Unknown"],
        is_closed: true,
        source: "learn.microsoft.com/defender-xdr/advanced-hunting-emailevents-table",
    },
    Vocabulary {
        tables: &["EmailEvents"],
        columns: &["DeliveryAction"],
        values: &["Delivered", "Junked", "Blocked", "Replaced"],
        is_closed: true,
        source: "learn.microsoft.com/defender-xdr/advanced-hunting-emailevents-table",
    },
    Vocabulary {
        tables: &["DeviceLogonEvents"],
        columns: &["LogonType"],
        values: &[
            "Interactive",
            "Network",
            "Batch",
            "Service",
            "Unlock",
            "NetworkCleartext",
            "NewCredentials",
            "RemoteInteractive",
            "CachedInteractive",
            "CachedRemoteInteractive",
            "CachedUnlock",
        ],
        is_closed: false,
        source: "learn.microsoft.com/windows/win32/api/ntsecapi/ne-ntsecapi-security_logon_type",
    },
    Vocabulary {
        tables: &["Event", "WindowsEvent"],
        columns: &["EventLevelName"],
        values: &["Error", "Warning", "Information", "Critical", "Verbose"],
        is_closed: false,
        source: "learn.microsoft.com/azure/azure-monitor/reference/tables/event",
    },
    Vocabulary {
        tables: &["DeviceNetworkEvents"],
        columns: &["Protocol"],
        values: &["Tcp", "Udp", "Icmp"],
        is_closed: false,
        source: "learn.microsoft.com/defender-xdr/advanced-hunting-devicenetworkevents-table",
    },
    Vocabulary {
        tables: &["Device*"],
        columns: &["ProcessTokenElevation", "InitiatingProcessTokenElevation"],
        values: &["TokenElevationTypeDefault", "TokenElevationTypeFull", "TokenElevationTypeLimited"],
        is_closed: false,
        source: "learn.microsoft.com/windows/win32/api/winnt/ne-winnt-token_elevation_type",
    },
    Vocabulary {
        tables: &["Device*"],
        columns: &["ActionType"],
        values: ACTION_TYPES,
        is_closed: false,
        source: "learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables, the reference in the portal",
    },
];

/// The kinds of events that the tables of devices have most. New ones come with each release.
const ACTION_TYPES: &[&str] = &[
    "AntivirusDetection",
    "AntivirusScanCancelled",
    "AntivirusScanCompleted",
    "AsrOfficeChildProcessAudited",
    "AsrOfficeChildProcessBlocked",
    "BluetoothPolicyTriggered",
    "BrowserLaunchedToOpenUrl",
    "ClipboardDataRead",
    "ConnectionAcknowledged",
    "ConnectionAttempt",
    "ConnectionFailed",
    "ConnectionFound",
    "ConnectionRequest",
    "ConnectionSuccess",
    "ConnectionSuccessAggregatedReport",
    "CreateRemoteThreadApiCall",
    "DnsConnectionInspected",
    "DnsQueryResponse",
    "DriverLoad",
    "ExploitGuardNetworkProtectionAudited",
    "ExploitGuardNetworkProtectionBlocked",
    "FileCreated",
    "FileDeleted",
    "FileModified",
    "FileRenamed",
    "GetClipboardData",
    "HttpConnectionInspected",
    "ImageLoaded",
    "InboundConnectionAccepted",
    "InboundConnectionAttempt",
    "LdapSearch",
    "ListeningConnectionCreated",
    "LogonAttempted",
    "LogonFailed",
    "LogonSuccess",
    "NamedPipeEvent",
    "NetworkSignatureInspected",
    "OpenProcessApiCall",
    "PnpDeviceConnected",
    "PowerShellCommand",
    "ProcessCreated",
    "ProcessCreatedUsingWmiQuery",
    "ProcessPrimaryTokenModified",
    "QueueUserApcRemoteApiCall",
    "ReadProcessMemoryApiCall",
    "RegistryKeyCreated",
    "RegistryKeyDeleted",
    "RegistryKeyRenamed",
    "RegistryValueDeleted",
    "RegistryValueSet",
    "ScheduledTaskCreated",
    "ScheduledTaskDeleted",
    "ScheduledTaskDisabled",
    "ScheduledTaskEnabled",
    "ScheduledTaskUpdated",
    "ScreenshotTaken",
    "SecurityLogCleared",
    "ServiceInstalled",
    "SmartScreenUrlWarning",
    "SslConnectionInspected",
    "SshConnectionInspected",
    "TamperingAttempt",
    "UsbDriveMounted",
    "UsbDriveUnmounted",
    "UserAccountAddedToLocalGroup",
    "UserAccountCreated",
    "UserAccountDeleted",
    "WmiBindEventFilterToConsumer",
    "WriteProcessMemoryApiCall",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_vocabulary_has_a_value_in_two_spellings() {
        for known in VOCABULARIES {
            let mut folded: Vec<String> = known.values.iter().map(|value| value.to_lowercase()).collect();
            folded.sort();
            folded.dedup();
            assert_eq!(folded.len(), known.values.len(), "{:?}", known.columns);
            assert!(known.source.starts_with("learn.microsoft.com/"), "{:?}", known.columns);
        }
    }
}
