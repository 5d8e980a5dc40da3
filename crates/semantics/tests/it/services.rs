//! Rows and columns that are not the database's: `externaldata`, watchlists, profiles of files, ingestion times.

use semantics::bound::TableKind;
use semantics::external::{ExternalFormat, ExternalOptions};

use crate::{bind, check};

fn options(query: &str) -> ExternalOptions {
    let (bound, diagnostics) = bind(query, false);
    assert!(diagnostics.is_empty(), "{query}: {diagnostics:?}");
    match bound.expect("the query is right").results.remove(0).kind {
        TableKind::External { options, .. } => options,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn external_data_has_the_columns_that_it_declares() {
    check("externaldata (a: string, ['b c']: long) ['x.csv', @'y.csv']", "a:string, b c:long");
    check("externaldata (a: string)[h'https://example.com/x.csv'] with (format='csv') | where a == 'x'", "a:string");
    // What a source is may be computed, as long as no row decides it.
    check("let base = 'https://example.com/'; externaldata (a: string)[strcat(base, 'x.csv')]", "a:string");
    check("let f = (uri: string) { externaldata (a: string)[uri] }; f('x.csv')", "a:string");
    check("let feed = externaldata (s: string)['x.csv']; U | where s in (feed)", "x:long, s:string, y:int");
}

#[test]
fn properties_of_external_data() {
    let told = options("externaldata (a: string)['x'] with (format=txt, ignoreFirstRecord=True, zipPattern='*.csv')");
    let expect = ExternalOptions {
        format: Some(ExternalFormat::Lines),
        skips_first: true,
        zip_pattern: Some("*.csv".to_owned()),
    };
    assert_eq!(told, expect);
    assert_eq!(options("externaldata (a: string)['x']"), ExternalOptions::default());
    let json = options("externaldata (a: string)['x'] with (format='MultiJson', ignoreFirstRecord=false)");
    assert_eq!((json.format, json.skips_first), (Some(ExternalFormat::MultiJson), false));
}

/// What published queries write and Kusto's page does not know says that it does nothing.
#[test]
fn wrong_external_data_says_what_is_wrong() {
    check("externaldata (a: string)['x'] with (ignoreLastRecord=true)", "warning VD2023 at ignoreLastRecord; a:string");
    check("externaldata (a: string)['x'] with (format='exe')", "KS005 at 'exe'");
    check("externaldata (a: string)['x'] with (ignoreFirstRecord='maybe')", "KS005 at 'maybe'");
    check("externaldata (a: string)[1]", "KS107 at 1");
    check("externaldata (a: wort)['x']", "KS160 at wort");
    check("U | where s in ((externaldata (a: string)[s]))", "KS142 at s");
}

/// Source: learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function.
const PROFILE: &str = "GlobalPrevalence:long, GlobalFirstSeen:datetime, GlobalLastSeen:datetime, Signer:string, Issuer:string, \
     SignerHash:string, IsCertificateValid:bool, IsRootSignerMicrosoft:bool, SignatureState:string, IsExecutable:bool, \
     ThreatName:string, Publisher:string, SoftwareName:string, ProfileAvailability:string";

#[test]
fn file_profiles_are_columns_behind_the_input() {
    let files = "datatable (SHA1: string, n: long)['aa', 1]";
    let found = format!("warning VD2021 at FileProfile; SHA1:string, n:long, {PROFILE}");
    for call in ["FileProfile()", "FileProfile(SHA1)", "FileProfile('SHA1', 1000)", "FileProfile(tostring(SHA1), 10)"] {
        check(&format!("{files} | invoke {call}"), &found);
    }
    check(
        "datatable (SHA1: string, Signer: string)['aa', 'x'] | invoke FileProfile() | project Signer, Signer1",
        "warning VD2021 at FileProfile; Signer:string, Signer1:string",
    );
    // A function of the query goes before the service's.
    check("let FileProfile = (T: (*)) { T | count }; U | invoke FileProfile()", "Count:long");
}

#[test]
fn wrong_file_profiles_say_what_is_wrong() {
    check("U | invoke FileProfile()", "KS142 at FileProfile");
    check("U | invoke FileProfile('SHA256')", "KS142 at 'SHA256'");
    check("U | invoke FileProfile(x)", "KS107 at x");
    check("U | invoke FileProfile(s, 'many')", "KS134 at 'many'");
    check("U | invoke FileProfile(s, 1, 2)", "KS119 at FileProfile");
}

#[test]
fn watchlists_have_their_own_columns_behind_the_services() {
    let own = "_DTItemId:string, LastUpdatedTimeUTC:datetime, SearchKey:string, Host:string";
    check("_GetWatchlist('HighValueHosts')", own);
    check("let list = 'HighValueHosts'; _GetWatchlist(list)", own);
    check("U | where s in ((_GetWatchlist('HighValueHosts') | project SearchKey))", "x:long, s:string, y:int");
    check("union isfuzzy=true _GetWatchlist('HighValueHosts'), U | project Host, x", "Host:string, x:long");
    check("U | where s == toscalar(_GetWatchlist('HighValueHosts') | project Host)", "x:long, s:string, y:int");
}

/// What Microsoft's analyser knows of a watchlist that it has not seen, which is how published queries are checked.
#[test]
fn an_unknown_watchlist_is_an_empty_table() {
    let unknown = "_DTItemId:string, LastUpdatedTimeUTC:datetime, SearchKey:string, WatchlistItem:dynamic";
    check("_GetWatchlist('Hosts')", &format!("warning VD2022 at 'Hosts'; {unknown}"));
    check("_GetWatchlist('Hosts') | where Host == 'a'", "warning VD2022 at 'Hosts'; KS142 at Host");
    check("_GetWatchlistAlias", "WatchlistAlias:string");
    check("_GetWatchlistAlias() | where WatchlistAlias startswith 'High'", "WatchlistAlias:string");
    check("_GetWatchlist()", "KS119 at _GetWatchlist");
    check("_GetWatchlist(s)", "KS142 at s");
    check("print _GetWatchlist('HighValueHosts')", "KS108 at _GetWatchlist('HighValueHosts')");
}

/// Kusto's page: null where no policy recorded the time; the name is what the language service gives.
#[test]
fn ingestion_time_is_the_rows_or_null() {
    check("U | project ingestion_time()", "warning VD2020 at ingestion_time(); $IngestionTime:datetime");
    check("U | where ingestion_time() > ago(1d)", "warning VD2020 at ingestion_time(); x:long, s:string, y:int");
    check("datatable (_ingest: datetime)[] | project t = ingestion_time()", "t:datetime");
    check(
        "datatable (_ingest: string)[] | project t = ingestion_time()",
        "warning VD2020 at ingestion_time(); t:datetime",
    );
    check("U | where ingestion_time(s) > ago(1d)", "KS119 at ingestion_time");
}

/// Names of databases, clusters and workspaces are ignored with a warning; a table's name may be computed.
#[test]
fn tables_by_other_ways() {
    check("table('U')", "x:long, s:string, y:int");
    check("table('U', 'hotcache') | count", "Count:long");
    check("let f = (name: string) { table(name) | count }; f('U')", "Count:long");
    check("let name = strcat('U', ''); table(name)", "KS129 at name");
    check("table('Nowhere')", "KS204 at 'Nowhere'");
    check("table()", "KS119 at table");
    let warned = |place: &str| format!("warning VD2006 at {place}; x:long, s:string, y:int");
    for (query, place) in [
        ("database('d').U", "database('d')"),
        ("database('d').table('U')", "database('d')"),
        ("cluster('c').database('d').U", "cluster('c').database('d')"),
        ("cluster('c').database('d').table('U')", "cluster('c').database('d')"),
        ("workspace('w').U", "workspace('w')"),
    ] {
        check(query, &warned(place));
    }
    check("cluster('c')", "KS110 at cluster('c')");
}
