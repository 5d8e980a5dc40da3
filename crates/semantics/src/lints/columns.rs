//! What the documentation says of columns that many tables have: which hold names whose case varies, hosts, paths, hashes, times.
//!
//! Sources: learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables and its page for each table;
//! learn.microsoft.com/azure/azure-monitor/reference/tables-index and its page for each table.

/// Columns that say when a row happened.
pub(super) const TIMES: [&str; 2] = ["Timestamp", "TimeGenerated"];

/// Names of files, without a folder.
pub(super) const FILE_NAMES: [&str; 8] = [
    "FileName",
    "InitiatingProcessFileName",
    "InitiatingProcessParentFileName",
    "PreviousFileName",
    "ProcessVersionInfoOriginalFileName",
    "ProcessVersionInfoInternalFileName",
    "InitiatingProcessVersionInfoOriginalFileName",
    "InitiatingProcessVersionInfoInternalFileName",
];

/// Paths of files and registry keys, and command lines. Windows takes them in any case, and so do those who write them down.
pub(super) const PATHS: [&str; 16] = [
    "FolderPath",
    "InitiatingProcessFolderPath",
    "PreviousFolderPath",
    "ProcessCommandLine",
    "InitiatingProcessCommandLine",
    "CommandLine",
    "NewProcessName",
    "ParentProcessName",
    "ProcessName",
    "Process",
    "RegistryKey",
    "PreviousRegistryKey",
    "RegistryValueName",
    "PreviousRegistryValueName",
    "TargetFilename",
    "ShareName",
];

/// Names of accounts and devices, which Windows and Entra take in any case.
pub(super) const ACCOUNTS_AND_DEVICES: [&str; 22] = [
    "AccountName",
    "AccountDomain",
    "AccountUpn",
    "InitiatingProcessAccountName",
    "InitiatingProcessAccountDomain",
    "InitiatingProcessAccountUpn",
    "RequestAccountName",
    "RequestAccountDomain",
    "Account",
    "SubjectUserName",
    "SubjectDomainName",
    "SubjectAccount",
    "TargetUserName",
    "TargetDomainName",
    "TargetAccount",
    "UserPrincipalName",
    "UserId",
    "DeviceName",
    "RemoteDeviceName",
    "Computer",
    "WorkstationName",
    "TargetDeviceName",
];

/// Hosts and addresses of resources, whose host is without case (RFC 3986, 3.2.2).
pub(super) const URLS: [&str; 12] = [
    "RemoteUrl",
    "FileOriginUrl",
    "FileOriginReferrerUrl",
    "Url",
    "UrlDomain",
    "RequestURL",
    "DestinationHostName",
    "SourceHostName",
    "DstHostname",
    "DnsQuery",
    "SenderFromDomain",
    "SenderMailFromDomain",
];

/// Does the case of what stands in a column vary without a meaning?
pub(super) fn has_varying_case(column: &str) -> bool {
    FILE_NAMES.contains(&column)
        || PATHS.contains(&column)
        || ACCOUNTS_AND_DEVICES.contains(&column)
        || URLS.contains(&column)
}

/// How many digits a hash has that a column of that name holds.
pub(super) fn hash_digits(column: &str) -> Option<usize> {
    match column.strip_prefix("InitiatingProcess").unwrap_or(column) {
        "MD5" => Some(32),
        "SHA1" => Some(40),
        "SHA256" => Some(64),
        _ => None,
    }
}
