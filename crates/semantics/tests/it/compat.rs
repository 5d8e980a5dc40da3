//! Names that published queries use and that Microsoft's tables lack.
//!
//! Our choice: they resolve with a warning, so that such queries run unchanged; a strict catalog refuses them as the service does.

use crate::{bind, check, outcome};

#[test]
fn compat_names_stand_for_columns() {
    check(
        "DeviceNetworkEvents | summarize n = count() by AccountName",
        "warning KS142 at AccountName; AccountName:string, n:long",
    );
    let (_, diagnostics) = bind("DeviceNetworkEvents | where AccountName == 'x' | count", false);
    assert_eq!(
        diagnostics[0].message,
        "Microsoft's table `DeviceNetworkEvents` has no column `AccountName`; it stands here for `InitiatingProcessAccountName`"
    );
}

#[test]
fn each_use_is_said_once() {
    check(
        "DeviceNetworkEvents | where AccountName == 'x' or AccountName == 'y' | count",
        "warning KS142 at AccountName; warning KS142 at AccountName; Count:long",
    );
}

#[test]
fn compat_names_follow_their_column() {
    for operators in [
        "where RemotePort == 1 | sort by Timestamp | take 5 | top 3 by RemoteIP",
        "extend z = 1 | serialize | project-away RemoteUrl | project-reorder RemoteIP",
        "project-rename Account = InitiatingProcessAccountName",
        "mv-expand AdditionalFields | parse RemoteUrl with 'a' rest",
        "join (U) on $left.DeviceId == $right.s",
        "summarize arg_max(Timestamp, *) by DeviceId",
        "union DeviceFileEvents",
    ] {
        let query = format!("DeviceNetworkEvents | {operators} | project AccountName");
        assert_eq!(outcome(&query, false), "warning KS142 at AccountName; AccountName:string", "{query}");
    }
    let right = "U | join (DeviceNetworkEvents) on $left.s == $right.DeviceId | project AccountName";
    check(right, "warning KS142 at AccountName; AccountName:string");
}

#[test]
fn a_real_column_comes_first() {
    check("DeviceProcessEvents | project AccountName", "AccountName:string");
    check("DeviceNetworkEvents | extend AccountName = 5 | project AccountName", "AccountName:long");
    check("union DeviceNetworkEvents, DeviceProcessEvents | project AccountName", "AccountName:string");
}

#[test]
fn compat_names_show_nowhere() {
    check(
        "DeviceFileEvents",
        "Timestamp:datetime, DeviceId:string, FileName:string, FileSize:long, InitiatingProcessAccountName:string",
    );
    check("DeviceFileEvents | project-away *Name", "Timestamp:datetime, DeviceId:string, FileSize:long");
    check("DeviceFileEvents | project DeviceId | where AccountName == ''", "KS142 at AccountName");
}

#[test]
fn a_strict_catalog_has_none() {
    assert_eq!(outcome("DeviceNetworkEvents | where AccountName == 'x'", true), "KS142 at AccountName");
    assert_eq!(outcome("DeviceNetworkEvents | where TimeGenerated > ago(1d)", true), "KS142 at TimeGenerated");
}

/// A name that a union over everything divides by type stands, undivided, for the column of the type that most of its tables have. T, U have
/// `x` as a long and V as a string; `y` is an int in U and V. A union of tables that the author named is divided as the page of `union` says.
#[test]
fn a_union_over_everything_has_undivided_names() {
    let divided = "warning KS142 at x; x:long";
    assert_eq!(outcome("union * | project x", false), divided);
    assert_eq!(outcome("union * | project x", true), "KS142 at x");
    assert_eq!(outcome("union * | project x_long, x_string, y", false), "x_long:long, x_string:string, y:int");
    assert_eq!(outcome("search x == 1 | project x", false), "warning KS142 at x; warning KS142 at x; x:long");
    assert_eq!(outcome("union T, U, V | project x", false), "KS142 at x");
}
