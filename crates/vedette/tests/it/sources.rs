//! What queries read besides tables: files elsewhere, watchlists, an address database.

use crate::run::Folder;

const FEED: &str = "IP,Note\n203.0.113.9,bad\n198.51.100.7,worse\n";
const HOSTS: &str = "Host,Owner\nweb1,ann\nweb2,bob\n";

#[test]
fn a_query_reads_a_file_that_it_names() {
    let folder = Folder::new().with("feed.csv", FEED);
    let kql = "externaldata (IP: string, Note: string)['feed.csv'] with (format='csv', ignoreFirstRecord=true) \
               | join kind=inner (datatable (IP: string)['203.0.113.9']) on IP | project Note";
    let ended = folder.run(&["query", kql, "-F", "csv"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Note\r\nbad\r\n"), "{}", ended.stderr);
    // Checked is not read.
    let checked = folder.run(&["query", "externaldata (a: string)['nowhere.csv']", "--check"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let missing = folder.run(&["query", "externaldata (a: string)['nowhere.csv']"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (3, ""), "{}", missing.stderr);
    assert!(missing.stderr.contains("`nowhere.csv`"), "{}", missing.stderr);
}

/// The form of Kusto's page: the header is a record unless it is said to be none.
#[test]
fn a_query_names_a_table_of_files() {
    let folder = Folder::new().with("feed.csv", FEED);
    let table = "inline_external_table (IP: string, Note: string) kind=storage dataformat=csv ('feed.csv', 'feed.csv')";
    let ended = folder.run(&[
        "query",
        &format!("{table} with (includeHeaders='All') | where IP == '203.0.113.9'"),
        "-F",
        "csv",
    ]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "IP,Note\r\n203.0.113.9,bad\r\n203.0.113.9,bad\r\n"),
        "{}",
        ended.stderr
    );
    let headed = folder.run(&["query", &format!("{table} | where IP == 'IP' | count"), "-F", "csv"]);
    assert_eq!((headed.code, headed.stdout.as_str()), (0, "Count\r\n2\r\n"), "{}", headed.stderr);
}

/// Names under `.example` belong to nobody, so a query that reached the network would fail otherwise.
#[test]
fn the_network_is_closed_until_a_host_is_named() {
    let folder = Folder::new();
    let kql = "let uri = 'https://feeds.example/list.csv?sig=S3CRET'; externaldata (a: string)[uri] | count";
    let refused = folder.run(&["query", kql]);
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("--allow-host feeds.example"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("S3CRET"), "{}", refused.stderr);
    let empty = folder.run(&["query", kql, "--external", "empty", "-F", "csv"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (0, "Count\r\n0\r\n"), "{}", empty.stderr);
    assert!(empty.stderr.contains("[VD2024] Warning: `feeds.example` is not asked"), "{}", empty.stderr);
    let odd = folder.run(&["query", "externaldata (a: string)['s3://bucket/S3CRET']"]);
    assert_eq!(odd.code, 3, "{}", odd.stderr);
    assert!(odd.stderr.contains("does not read `s3://…`") && !odd.stderr.contains("S3CRET"), "{}", odd.stderr);
}

#[test]
fn a_watchlist_has_an_alias_and_a_key() {
    let folder = Folder::new().with("hosts.csv", HOSTS);
    let kql = "_GetWatchlist('Hosts') | project SearchKey, Host | sort by Host asc";
    let list = ["--watchlist", "Hosts=hosts.csv", "-F", "csv"];
    let ended = folder.run(&[&["query", kql], &list[..]].concat());
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "SearchKey,Host\r\nweb1,web1\r\nweb2,web2\r\n"),
        "{}",
        ended.stderr
    );
    let keyed = folder.run(&[&["query", kql, "--watchlist-key", "Hosts=Owner"], &list[..]].concat());
    assert_eq!(keyed.stdout, "SearchKey,Host\r\nann,web1\r\nbob,web2\r\n", "{}", keyed.stderr);
    let typo = folder.run(&[&["query", "_GetWatchlist('Host')"], &list[..]].concat());
    assert_eq!(typo.stdout, "_DTItemId,LastUpdatedTimeUTC,SearchKey,WatchlistItem\r\n", "{}", typo.stderr);
    assert!(typo.stderr.contains("there is no watchlist `Host`") && typo.stderr.contains("did you mean `Hosts`?"));
}

#[test]
fn wrong_sources_are_told_before_the_query_runs() {
    let folder = Folder::new().with("hosts.csv", HOSTS).with("empty.csv", "").with("text.mmdb", "no database");
    for (arguments, code, says) in [
        (&["--watchlist", "Hosts"][..], 2, "expected NAME=FILE"),
        (&["--watchlist", "Hosts=nowhere.csv"], 3, "nowhere.csv"),
        (&["--watchlist", "Hosts=empty.csv"], 3, "needs a header"),
        (&["--watchlist", "Hosts=hosts.csv", "--watchlist-key", "Host=Owner"], 2, "needs --watchlist Host=FILE"),
        (&["--watchlist", "Hosts=hosts.csv", "--watchlist-key", "Hosts=Nobody"], 3, "columns: Host, Owner"),
        (&["--geoip", "text.mmdb"], 3, "no MaxMind address database"),
        (&["--geoip", "nowhere.mmdb"], 3, "nowhere.mmdb"),
        (&["--file-profiles", "nowhere.csv"], 3, "nowhere.csv"),
        (&["--file-profiles", "hosts.csv"], 3, "a column SHA1 or SHA256"),
    ] {
        let ended = folder.run(&[&["query", "print 1"], arguments].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(says), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn an_address_without_a_database_is_an_error_with_the_flag() {
    let folder = Folder::new();
    let kql = "print geo_info_from_ip_address('203.0.113.9').country";
    let ended = folder.run(&["query", kql]);
    assert_eq!((ended.code, ended.stdout.as_str()), (3, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("--geoip FILE.mmdb"), "{}", ended.stderr);
    let empty = folder.run(&[
        "query",
        "SigninLogs | extend c = geo_info_from_ip_address(IPAddress).country | count",
        "-F",
        "csv",
    ]);
    assert_eq!((empty.code, empty.stdout.as_str()), (0, "Count\r\n0\r\n"), "{}", empty.stderr);
}

/// Rules of a folder see the watchlists beside them; the command line goes before.
#[test]
fn a_pack_brings_its_watchlists() {
    let rule = "id: 0c3d0d3a-6d6d-4a62-8f6c-3c1c6b7c0009\nname: Known hosts\ndescription: d\nversion: 1.0.0\nkind: NRT\n\
                severity: Low\nrequiredDataConnectors: []\nquery: _GetWatchlist('Hosts') | project Host = SearchKey\n";
    let folder = Folder::new().with("other.csv", "Host\ndb1\n");
    std::fs::create_dir_all(folder.path("pack/watchlists")).expect("the folder takes folders");
    let folder = folder.with("pack/rule.yaml", rule).with("pack/watchlists/Hosts.csv", HOSTS);
    for pack in ["pack", "pack/rule.yaml"] {
        let ended = folder.run(&["detect", pack]);
        assert!(ended.stdout.contains("web1") && ended.stdout.contains("web2"), "{}{}", ended.stdout, ended.stderr);
    }
    let ended = folder.run(&["detect", "pack", "--watchlist", "Hosts=other.csv"]);
    assert!(ended.stdout.contains("db1") && !ended.stdout.contains("web1"), "{}{}", ended.stdout, ended.stderr);
    // A proof sees them too.
    std::fs::create_dir_all(folder.path("pack/tests/both")).expect("the folder takes folders");
    let case = "name: both hosts\nshows: s\nnow: 2026-03-02T12:00:00Z\nalerts:\n- Host: web1\n- Host: web2\n";
    let event = "{\"Timestamp\":\"2026-03-02T11:00:00Z\",\"DeviceName\":\"h1\",\"ActionType\":\"ConnectionSuccess\",\
                 \"RemoteIP\":\"192.0.2.7\",\"RemotePort\":443,\"InitiatingProcessFileName\":\"a.exe\"}\n";
    let folder = folder.with("pack/tests/both/case.yaml", case).with("pack/tests/both/events.json", event);
    let ended = folder.run(&["test", "pack"]);
    assert!(ended.stdout.contains("ok   hit       both hosts"), "{}{}", ended.stdout, ended.stderr);
}

/// The hashes are those of the empty file and of `hello`, which FIPS 180-4 gives.
#[test]
fn file_profiles_come_from_a_file() {
    let profiles = "SHA1,SHA256,GlobalPrevalence,Signer\nDA39A3EE5E6B4B0D3255BFEF95601890AFD80709,,7,ann\n";
    let folder = Folder::new().with("profiles.csv", profiles);
    let kql = "datatable (SHA1: string)['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'] \
               | invoke FileProfile() | project GlobalPrevalence, Signer, ProfileAvailability";
    let ended = folder.run(&["query", kql, "--file-profiles", "profiles.csv", "-F", "csv"]);
    let expect = "GlobalPrevalence,Signer,ProfileAvailability\r\n7,ann,Available\r\n,,Missing\r\n";
    assert_eq!((ended.code, ended.stdout.as_str()), (0, expect), "{}", ended.stderr);
    let without = folder.run(&["query", kql, "-F", "csv"]);
    assert!(without.stderr.contains("VD2021"), "{}", without.stderr);
}
