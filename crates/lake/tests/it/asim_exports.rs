//! Rows of Sentinel's tables, as an export has them, through the parsers of ASIM. The rows are invented; what they must become follows from the
//! pages of the tables, of the Windows events and of the ASIM schemas.

use serde_json::{Value, json};

use crate::asim::{check, exported};

const TIME: &str = "2026-03-02T10:00:00Z";

fn row(table: &str, mut columns: Value) -> Value {
    columns["Type"] = json!(table);
    columns["TimeGenerated"] = json!(TIME);
    columns
}

/// A Sysmon record as the classic agent's connector keeps it.
fn sysmon(id: u32, fields: &[(&str, &str)]) -> Value {
    let data: String = fields.iter().map(|(name, value)| format!("<Data Name=\"{name}\">{value}</Data>")).collect();
    let xml = format!(
        "<DataItem type=\"System.XmlData\" time=\"{TIME}\" sourceHealthServiceId=\"\"><EventData \
         xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">{data}</EventData></DataItem>"
    );
    row(
        "Event",
        json!({"Source": "Microsoft-Windows-Sysmon", "EventLog": "Microsoft-Windows-Sysmon/Operational", "Computer": "WS07.corp.example",
            "EventID": id, "EventData": xml}),
    )
}

#[tokio::test]
async fn sysmon_in_the_table_event() {
    let rows = [
        sysmon(
            1,
            &[
                ("Image", r"C:\Tools\a.exe"),
                ("CommandLine", "a.exe &quot;x&quot; &amp; 10.1.2.3"),
                ("ProcessId", "77"),
                ("User", r"CORP\ann"),
                ("ParentImage", r"C:\Windows\cmd.exe"),
                ("ParentProcessId", "5"),
                ("ParentUser", r"CORP\bob"),
                ("Hashes", "SHA1=AB,SHA256=CD"),
            ],
        ),
        sysmon(
            3,
            &[
                ("Initiated", "true"),
                ("SourceIp", "10.0.0.7"),
                ("DestinationIp", "203.0.113.9"),
                ("DestinationPort", "443"),
                ("Protocol", "tcp"),
            ],
        ),
        sysmon(11, &[("TargetFilename", r"C:\Users\ann\new.txt"), ("Image", r"C:\Tools\a.exe"), ("User", r"CORP\ann")]),
        sysmon(
            13,
            &[("EventType", "SetValue"), ("TargetObject", r"HKLM\Software\X\Run"), ("Details", "DWORD (0x00000001)")],
        ),
        sysmon(22, &[("QueryName", "c2.example"), ("QueryStatus", "9003"), ("QueryResults", "-")]),
    ];
    let (_folder, database) = exported(&rows).await;
    check(
        &database,
        "_Im_ProcessEvent | project EventType, EventProduct, TargetProcessName, TargetProcessFilename, CommandLine, TargetProcessId, \
         TargetUsername, ActorUsername, ActingProcessName, ActingProcessId, TargetProcessSHA1, Hash, HashType, DvcHostname, DvcFQDN, Type",
        json!([{"EventType": "ProcessCreated", "EventProduct": "Sysmon", "TargetProcessName": "C:\\Tools\\a.exe",
            "TargetProcessFilename": "a.exe", "CommandLine": "a.exe \"x\" & 10.1.2.3", "TargetProcessId": "77",
            "TargetUsername": "CORP\\ann", "ActorUsername": "CORP\\bob", "ActingProcessName": "C:\\Windows\\cmd.exe",
            "ActingProcessId": "5", "TargetProcessSHA1": "ab", "Hash": "cd", "HashType": "SHA256", "DvcHostname": "WS07",
            "DvcFQDN": "WS07.corp.example", "Type": "Event"}]),
    )
    .await;
    check(
        &database,
        "_Im_NetworkSession | project SrcIpAddr, DstIpAddr, DstPortNumber, EventProduct",
        json!([{"SrcIpAddr": "10.0.0.7", "DstIpAddr": "203.0.113.9", "DstPortNumber": 443, "EventProduct": "Sysmon"}]),
    )
    .await;
    check(
        &database,
        "_Im_FileEvent | project EventType, TargetFilePath, FileName, ActorUsername, Process",
        json!([{"EventType": "FileCreated", "TargetFilePath": "C:\\Users\\ann\\new.txt", "FileName": "new.txt",
            "ActorUsername": "CORP\\ann", "Process": "C:\\Tools\\a.exe"}]),
    )
    .await;
    check(
        &database,
        "_Im_RegistryEvent | project EventType, RegistryKey, RegistryValue, RegistryValueType",
        json!([{"EventType": "RegistryValueSet", "RegistryKey": "HKEY_LOCAL_MACHINE\\Software\\X", "RegistryValue": "Run",
            "RegistryValueType": "Reg_DWord"}]),
    )
    .await;
    check(
        &database,
        "_Im_Dns(responsecodename = 'NXDOMAIN') | project Domain, EventResult, DnsResponseCode, SrcHostname",
        json!([{"Domain": "c2.example", "EventResult": "Failure", "DnsResponseCode": 3, "SrcHostname": "WS07"}]),
    )
    .await;
    for (arguments, count) in [
        ("commandline_has_any = dynamic(['x'])", 1),
        ("commandline_has_all = dynamic(['x', 'y'])", 0),
        ("commandline_has_any_ip_prefix = dynamic(['10.1.'])", 1),
        ("targetprocess_has_any = dynamic(['a.exe'])", 1),
        ("actingprocess_has_any = dynamic(['a.exe'])", 0),
        ("targetusername_has = 'ann'", 1),
        ("actorusername_has = 'ann'", 0),
        ("dvchostname_has_any = dynamic(['corp.example'])", 1),
        ("hashes_has_any = dynamic(['CD'])", 1),
        ("eventtype = 'ProcessTerminated'", 0),
    ] {
        check(&database, &format!("_Im_ProcessEvent({arguments}) | count"), json!([{"Count": count}])).await;
    }
    check(&database, "imProcessCreate(targetusername = 'ann') | count", json!([{"Count": 1}])).await;
    check(&database, "imProcessTerminate | count", json!([{"Count": 0}])).await;
}

#[tokio::test]
async fn windows_audit_in_the_table_security_event() {
    let rows = [
        row(
            "SecurityEvent",
            json!({"EventID": 4625, "Computer": "DC1", "TargetUserName": "ann", "TargetDomainName": "CORP", "LogonType": 3,
                "IpAddress": "203.0.113.5", "IpPort": "5000", "Status": "0xc000006d", "SubStatus": "0xc0000064", "WorkstationName": "WS9"}),
        ),
        row(
            "SecurityEvent",
            json!({"EventID": 4688, "Computer": "WS07", "SubjectUserName": "ann", "SubjectDomainName": "CORP", "TargetUserName": "-",
                "NewProcessName": "C:\\Windows\\b.exe", "NewProcessId": "0x1f4", "ParentProcessName": "C:\\Windows\\cmd.exe",
                "CommandLine": "b", "TokenElevationType": "%%1937"}),
        ),
        row(
            "SecurityEvent",
            json!({"EventID": 1102, "Computer": "WS07", "SubjectUserName": "ann", "SubjectDomainName": "CORP"}),
        ),
        row(
            "SecurityEvent",
            json!({"EventID": 4728, "Computer": "DC1", "SubjectUserName": "adm", "SubjectDomainName": "CORP",
                "TargetUserName": "Domain Admins", "TargetDomainName": "CORP", "MemberName": "CN=Ann,DC=corp"}),
        ),
        row(
            "SecurityEvent",
            json!({"EventID": 4663, "Computer": "FS1", "SubjectUserName": "ann", "ObjectType": "File", "ObjectName": "D:\\x.txt",
                "AccessMask": "0x10000"}),
        ),
        row(
            "SecurityEvent",
            json!({"EventID": 4657, "Computer": "WS07", "SubjectUserName": "ann", "ObjectName": "\\REGISTRY\\MACHINE\\SOFTWARE\\X",
                "ObjectValueName": "V", "OperationType": "%%1905", "OldValue": "1", "NewValue": "2"}),
        ),
    ];
    let (_folder, database) = exported(&rows).await;
    check(
        &database,
        "_Im_Authentication | project EventType, EventSubType, EventResult, EventResultDetails, EventOriginalResultDetails, User, SrcIpAddr, \
         SrcPortNumber, SrcHostname, TargetHostname",
        json!([{"EventType": "Logon", "EventSubType": "Remote", "EventResult": "Failure", "EventResultDetails": "No such user",
            "EventOriginalResultDetails": "0xc0000064", "User": "CORP\\ann", "SrcIpAddr": "203.0.113.5", "SrcPortNumber": 5000,
            "SrcHostname": "WS9", "TargetHostname": "DC1"}]),
    )
    .await;
    check(
        &database,
        "_Im_ProcessCreate | project TargetProcessName, TargetProcessId, TargetUsername, ActorUsername, ActingProcessName, \
         TargetProcessTokenElevation",
        json!([{"TargetProcessName": "C:\\Windows\\b.exe", "TargetProcessId": "500", "TargetUsername": "CORP\\ann",
            "ActorUsername": "CORP\\ann", "ActingProcessName": "C:\\Windows\\cmd.exe", "TargetProcessTokenElevation": "Full"}]),
    )
    .await;
    check(
        &database,
        "_Im_AuditEvent | project EventType, Object, ActorUsername",
        json!([{"EventType": "Clear", "Object": "Security Logs", "ActorUsername": "CORP\\ann"}]),
    )
    .await;
    check(
        &database,
        "_Im_UserManagement | project EventType, GroupName, GroupType, TargetUsername, TargetUsernameType, ActorUsername",
        json!([{"EventType": "UserAddedToGroup", "GroupName": "CORP\\Domain Admins", "GroupType": "Global Security",
            "TargetUsername": "CN=Ann,DC=corp", "TargetUsernameType": "DN", "ActorUsername": "CORP\\adm"}]),
    )
    .await;
    check(
        &database,
        "_Im_FileEvent | project EventType, FilePath, User",
        json!([{"EventType": "FileDeleted", "FilePath": "D:\\x.txt", "User": "ann"}]),
    )
    .await;
    check(
        &database,
        "_Im_RegistryEvent | project EventType, RegistryKey, RegistryValue, RegistryValueData, RegistryPreviousValueData",
        json!([{"EventType": "RegistryValueSet", "RegistryKey": "HKEY_LOCAL_MACHINE\\SOFTWARE\\X", "RegistryValue": "V",
            "RegistryValueData": "2", "RegistryPreviousValueData": "1"}]),
    )
    .await;
}

#[tokio::test]
async fn sign_ins_of_several_products() {
    let rows = [
        row(
            "SigninLogs",
            json!({"ResultType": "50126", "UserPrincipalName": "ann@corp.example", "UserId": "u1", "IPAddress": "203.0.113.5",
                "ResourceDisplayName": "Mail", "AppDisplayName": "Browser", "UserType": "Member",
                "LocationDetails": {"countryOrRegion": "DE", "geoCoordinates": {"latitude": 48.5}}}),
        ),
        row(
            "DeviceLogonEvents",
            json!({"DeviceName": "ws07.corp.example", "ActionType": "LogonSuccess", "LogonType": "RemoteInteractive",
                "AccountDomain": "corp", "AccountName": "ann", "RemoteIP": "203.0.113.6"}),
        ),
        row(
            "Syslog",
            json!({"ProcessName": "sshd", "Computer": "lin1",
                "SyslogMessage": "Failed password for invalid user admin from 203.0.113.7 port 4711 ssh2"}),
        ),
        row(
            "Syslog",
            json!({"ProcessName": "sshd", "Computer": "lin1", "SyslogMessage": "Connection closed by 203.0.113.7 port 4711"}),
        ),
    ];
    let (_folder, database) = exported(&rows).await;
    check(
        &database,
        "_Im_Authentication | sort by SrcIpAddr asc | project SrcIpAddr, EventProduct, EventResult, EventResultDetails, EventSubType, User, \
         TargetUsernameType, SrcDvcIpAddr",
        json!([
            {"SrcIpAddr": "203.0.113.5", "EventProduct": "Entra ID", "EventResult": "Failure",
             "EventResultDetails": "No such user or password", "EventSubType": "Interactive", "User": "ann@corp.example",
             "TargetUsernameType": "UPN", "SrcDvcIpAddr": "203.0.113.5"},
            {"SrcIpAddr": "203.0.113.6", "EventProduct": "M365 Defender for Endpoint", "EventResult": "Success",
             "EventResultDetails": "", "EventSubType": "RemoteInteractive", "User": "corp\\ann", "TargetUsernameType": "Windows",
             "SrcDvcIpAddr": "203.0.113.6"},
            {"SrcIpAddr": "203.0.113.7", "EventProduct": "OpenSSH", "EventResult": "Failure", "EventResultDetails": "No such user",
             "EventSubType": "Remote", "User": "admin", "TargetUsernameType": "Simple", "SrcDvcIpAddr": "203.0.113.7"}
        ]),
    )
    .await;
    for (arguments, count) in [
        ("username_has_any = dynamic(['ann'])", 2),
        ("username_has_any = 'admin'", 1),
        ("targetappname_has_any = dynamic(['Mail'])", 1),
        ("srcipaddr_has_any_prefix = dynamic(['203.0.113.7'])", 1),
        ("eventtype_in = dynamic(['Logoff'])", 0),
        ("eventresultdetails_in = dynamic(['No such user'])", 1),
        ("eventresult = 'Success'", 1),
        ("targetusername_has = 'ann'", 2),
    ] {
        check(&database, &format!("_Im_Authentication({arguments}) | count"), json!([{"Count": count}])).await;
    }
    check(
        &database,
        "_Im_Authentication(eventresultdetails_in = dynamic(['No such user or password'])) | project SrcGeoCountry, SrcGeoLatitude, TargetAppName",
        json!([{"SrcGeoCountry": "DE", "SrcGeoLatitude": 48.5, "TargetAppName": "Mail"}]),
    )
    .await;
}

#[tokio::test]
async fn web_dns_and_cloud_records() {
    let rows = [
        row(
            "W3CIISLog",
            json!({"cIP": "203.0.113.5", "sIP": "10.0.0.1", "sPort": 443, "csHost": "www.corp.example", "csUriStem": "/a.aspx",
                "csUriQuery": "x=1", "csMethod": "GET", "csUserAgent": "curl/8.1+(x)", "scStatus": "404", "TimeTaken": 12,
                "Computer": "web1"}),
        ),
        row(
            "CommonSecurityLog",
            json!({"DeviceVendor": "Palo Alto Networks", "DeviceProduct": "PAN-OS", "Activity": "TRAFFIC", "DeviceAction": "deny",
                "SourceIP": "10.0.0.7", "DestinationIP": "203.0.113.9", "DestinationPort": 8443, "SentBytes": 10, "ReceivedBytes": 5,
                "Protocol": "tcp"}),
        ),
        row(
            "CommonSecurityLog",
            json!({"DeviceVendor": "Zscaler", "DeviceProduct": "NSSWeblog", "DeviceAction": "Blocked", "SourceIP": "10.0.0.8",
                "DestinationIP": "203.0.113.10", "RequestURL": "bad.example/x", "RequestClientApplication": "agent"}),
        ),
        row(
            "DnsEvents",
            json!({"SubType": "LookupQuery", "ClientIP": "10.0.0.7", "Name": "a.example", "ResultCode": 0,
            "IPAddresses": "203.0.113.9, 203.0.113.10", "Computer": "DC1", "QueryType": "A"}),
        ),
        row(
            "DeviceEvents",
            json!({"ActionType": "DnsQueryResponse", "DeviceName": "ws07",
            "AdditionalFields": {"DnsQueryString": "b.example"}}),
        ),
        row(
            "AzureActivity",
            json!({"OperationNameValue": "MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE", "ActivityStatusValue": "Success",
            "Caller": "ann@corp.example", "CallerIpAddress": "203.0.113.5", "ResourceId": "/x"}),
        ),
        row(
            "AuditLogs",
            json!({"OperationName": "Add member to role", "Result": "success", "Id": "1",
            "InitiatedBy": {"user": {"userPrincipalName": "adm@corp.example", "ipAddress": "203.0.113.6"}},
            "TargetResources": [{"userPrincipalName": "ann@corp.example", "type": "User"}]}),
        ),
        row(
            "OfficeActivity",
            json!({"RecordType": "ExchangeAdmin", "Operation": "New-InboxRule", "UserId": "ann@corp.example",
            "ClientIP": "203.0.113.7:5000", "ResultStatus": "True", "OfficeObjectId": "rule"}),
        ),
    ];
    let (_folder, database) = exported(&rows).await;
    check(
        &database,
        "_Im_WebSession | sort by SrcIpAddr asc | project SrcIpAddr, Url, EventResult, EventResultDetails, HttpUserAgent, EventProduct",
        json!([
            {"SrcIpAddr": "10.0.0.8", "Url": "http://bad.example/x", "EventResult": "Failure", "EventResultDetails": "NA",
             "HttpUserAgent": "agent", "EventProduct": "ZIA Proxy"},
            {"SrcIpAddr": "203.0.113.5", "Url": "https://www.corp.example/a.aspx?x=1", "EventResult": "Failure",
             "EventResultDetails": "404", "HttpUserAgent": "curl/8.1 (x)", "EventProduct": "IIS"}
        ]),
    )
    .await;
    check(
        &database,
        "_Im_NetworkSession(dvcaction = dynamic(['Deny'])) | project EventVendor, SrcIpAddr, DstPortNumber, NetworkBytes, EventResult, \
         NetworkProtocol",
        json!([{"EventVendor": "Palo Alto", "SrcIpAddr": "10.0.0.7", "DstPortNumber": 8443, "NetworkBytes": 15,
            "EventResult": "Failure", "NetworkProtocol": "TCP"}]),
    )
    .await;
    check(
        &database,
        "_Im_Dns | sort by Domain asc | project Domain, EventProduct, EventResultDetails, SrcIpAddr",
        json!([
            {"Domain": "a.example", "EventProduct": "DNS Server", "EventResultDetails": "NOERROR", "SrcIpAddr": "10.0.0.7"},
            {"Domain": "b.example", "EventProduct": "M365 Defender for Endpoint", "EventResultDetails": "NA", "SrcIpAddr": ""}
        ]),
    )
    .await;
    for (arguments, count) in [
        ("domain_has_any = dynamic(['a.example'])", 1),
        ("srcipaddr = '10.0.0.7'", 1),
        ("response_has_ipv4 = '203.0.113.10'", 1),
        ("response_has_any_prefix = dynamic(['203.0.113.'])", 1),
        ("eventtype = 'Update'", 0),
        ("eventtype = 'lookup'", 2),
    ] {
        check(&database, &format!("_Im_Dns({arguments}) | count"), json!([{"Count": count}])).await;
    }
    check(
        &database,
        "_Im_AuditEvent | sort by SrcIpAddr asc | project SrcIpAddr, EventType, EventResult, Object, User",
        json!([
            {"SrcIpAddr": "203.0.113.5", "EventType": "Delete", "EventResult": "Success", "Object": "/x", "User": "ann@corp.example"},
            {"SrcIpAddr": "203.0.113.6", "EventType": "Create", "EventResult": "Success", "Object": "ann@corp.example",
             "User": "adm@corp.example"},
            {"SrcIpAddr": "203.0.113.7", "EventType": "Create", "EventResult": "Success", "Object": "rule", "User": "ann@corp.example"}
        ]),
    )
    .await;
}
