//! Watchlists and address databases, as queries see them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Engine, Executor, Limits, Request};
use lake::{Data, Options, Watchlist, WatchlistRows};
use semantics::Value;

use crate::mmdb::{self, Data as Record};

async fn open(options: Options) -> lake::Result<Data> {
    Data::open(vec![], vec![], options).await
}

async fn rows(data: Data, kql: &str) -> Result<Vec<Vec<String>>, String> {
    let engine = Engine::new(Limits { partitions: 1, ..Limits::default() }).expect("an engine");
    let answer =
        engine.query(&Request::new(kql, 0), Arc::new(data.database)).await.map_err(|error| error.to_string())?;
    let cell = |value: Value| match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Long(value) | Value::DateTime(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::String(text) | Value::Dynamic(text) | Value::Guid(text) => text,
        other => format!("{other:?}"),
    };
    Ok(answer.results[0].iter().map(|row| row.into_iter().map(cell).collect()).collect())
}

fn text_list(alias: &str, text: &str, key: Option<&str>) -> Watchlist {
    let rows = WatchlistRows::Text(format!("{alias}.csv"), text.to_owned());
    Watchlist { alias: alias.to_owned(), rows, key: key.map(str::to_owned) }
}

fn with_lists(watchlists: Vec<Watchlist>) -> Options {
    Options { watchlists, ..Options::default() }
}

const HOSTS: &str = "Host,Owner,Note\nweb1,ann,\"front, east\"\nweb2,bob,Größe\n";

#[tokio::test]
async fn a_watchlist_is_a_table_of_text() {
    let lists = || vec![text_list("Hosts", HOSTS, None), text_list("Ports", "Port\n22\n443\n", None)];
    let data = open(with_lists(lists())).await.expect("it opens");
    let found = rows(data, "_GetWatchlist('Hosts') | project SearchKey, Host, Owner, Note | sort by Host asc").await;
    assert_eq!(
        found,
        Ok(vec![
            vec!["web1".into(), "web1".into(), "ann".into(), "front, east".into()],
            vec!["web2".into(), "web2".into(), "bob".into(), "Größe".into()],
        ])
    );
    let data = open(with_lists(lists())).await.expect("it opens");
    let kql = "datatable (p: string)['22', '80'] | where p in ((_GetWatchlist('Ports') | project SearchKey))";
    assert_eq!(rows(data, kql).await, Ok(vec![vec!["22".into()]]));
    let data = open(with_lists(lists())).await.expect("it opens");
    assert_eq!(rows(data, "_GetWatchlistAlias").await, Ok(vec![vec!["Hosts".into()], vec!["Ports".into()]]));
    // Watchlists are no tables: `union *` and `search` do not see them.
    let data = open(with_lists(lists())).await.expect("it opens");
    let names = engine::Database::table_names(&data.database);
    assert!(names.iter().all(|name| !name.contains("GetWatchlist")));
    let error = rows(data, "table(\"_GetWatchlist('Hosts')\")").await.expect_err("it is no table");
    assert!(error.contains("KS204"), "{error}");
}

#[tokio::test]
async fn the_search_key_is_a_column_of_choice() {
    let options = with_lists(vec![text_list("Hosts", HOSTS, Some("Owner"))]);
    let found =
        rows(open(options).await.expect("it opens"), "_GetWatchlist('Hosts') | summarize k = make_set(SearchKey)");
    assert_eq!(found.await, Ok(vec![vec!["[\"ann\",\"bob\"]".into()]]));
    let own = with_lists(vec![text_list("Own", "a,SearchKey\n1,x\n", None)]);
    let found = rows(open(own).await.expect("it opens"), "_GetWatchlist('Own') | project SearchKey, a");
    assert_eq!(found.await, Ok(vec![vec!["x".into(), "1".into()]]));
    let wrong = open(with_lists(vec![text_list("Hosts", HOSTS, Some("Nobody"))])).await.expect_err("no such column");
    assert!(wrong.to_string().contains("`Nobody`, the key, is not one of its columns: Host, Owner, Note"), "{wrong}");
}

#[tokio::test]
async fn broken_watchlists_say_what_is_wrong() {
    let missing = Watchlist { alias: "L".into(), rows: WatchlistRows::File("nowhere.csv".into()), key: None };
    let error = open(with_lists(vec![missing])).await.expect_err("no such file");
    assert!(error.to_string().contains("nowhere.csv"), "{error}");
    let error = open(with_lists(vec![text_list("L", "", None)])).await.expect_err("no header");
    assert!(error.to_string().contains("needs a header"), "{error}");
    // A row of another width is counted, and the others are read.
    let data = open(with_lists(vec![text_list("L", "a,b\n1,2\n3\n4,5\n", None)])).await.expect("it opens");
    assert_eq!(data.summary.bad_count(), 1);
    assert_eq!(rows(data, "_GetWatchlist('L') | count").await, Ok(vec![vec!["2".into()]]));
}

#[tokio::test]
async fn items_keep_their_names() {
    let ids = |text: &'static str| async move {
        let data = open(with_lists(vec![text_list("L", text, None)])).await.expect("it opens");
        rows(data, "_GetWatchlist('L') | project _DTItemId").await.expect("rows")
    };
    let (first, again, other) = (ids("a\nx\nx\n").await, ids("a\nx\nx\n").await, ids("a\ny\n").await);
    assert_eq!(first, again);
    assert!(first[0] != first[1] && first[0] != other[0]);
    // RFC 4122 writes it as 8-4-4-4-12 digits.
    let lengths: Vec<usize> = first[0][0].split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
}

fn names(name: &'static str) -> Record {
    Record::Map(vec![("names", Record::Map(vec![("de", Record::Text("nicht das")), ("en", Record::Text(name))]))])
}

fn atlas(folder: &Path) -> PathBuf {
    let whole = Record::Map(vec![
        ("city", names("Anyder")),
        ("country", names("Utopia")),
        ("location", Record::Map(vec![("latitude", Record::Double(-33.5)), ("longitude", Record::Double(151.25))])),
        ("subdivisions", Record::Array(vec![names("Amaurot"), names("a part of that")])),
    ]);
    let country = Record::Map(vec![("country", names("Laputa"))]);
    let networks = [
        (mmdb::network("203.0.113.0".parse().expect("an address"), 24), whole),
        (mmdb::network("2001:db8::".parse().expect("an address"), 32), country),
    ];
    let path = folder.join("atlas.mmdb");
    std::fs::write(&path, mmdb::database(&networks)).expect("the folder takes files");
    path
}

#[tokio::test]
async fn an_address_database_tells_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { geoip: Some(atlas(folder.path())), ..Options::default() };
    let kql = "datatable (ip: string)['203.0.113.200', '2001:db8:1::1', '198.51.100.1', '::ffff:203.0.113.1'] \
               | project ip, p = geo_info_from_ip_address(ip)";
    let found = rows(open(options).await.expect("it opens"), kql).await.expect("rows");
    let whole = r#"{"country":"Utopia","state":"Amaurot","city":"Anyder","latitude":-33.5,"longitude":151.25}"#;
    let country = r#"{"country":"Laputa","state":"","city":"","latitude":null,"longitude":null}"#;
    assert_eq!(found[0][1], whole);
    assert_eq!(found[1][1], country);
    assert_eq!(found[2][1], "null");
    // RFC 4291, 2.5.5.2: an IPv4 address in the clothes of IPv6.
    assert_eq!(found[3][1], whole);
}

#[tokio::test]
async fn without_a_database_only_a_row_with_an_address_asks() {
    let empty = "DeviceNetworkEvents | extend g = geo_info_from_ip_address(RemoteIP).country | count";
    assert_eq!(rows(open(Options::default()).await.expect("it opens"), empty).await, Ok(vec![vec!["0".into()]]));
    let nothing = "datatable (ip: string)['', 'x'] | project n = isnull(geo_info_from_ip_address(ip))";
    let expect = vec![vec!["true".to_owned()], vec!["true".to_owned()]];
    assert_eq!(rows(open(Options::default()).await.expect("it opens"), nothing).await, Ok(expect));
    for asks in [
        "print geo_info_from_ip_address('203.0.113.1')",
        "datatable (ip: string)['203.0.113.1'] | extend geo_info_from_ip_address(ip)",
    ] {
        let refused = rows(open(Options::default()).await.expect("it opens"), asks).await.expect_err(asks);
        assert!(refused.contains("--geoip FILE.mmdb"), "{refused}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_address_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(atlas(folder.path())).expect("the atlas");
    let half = &whole[..whole.len() / 2];
    for (name, bytes) in [("empty.mmdb", &b""[..]), ("text.mmdb", b"city,country\n"), ("half.mmdb", half)] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the folder takes files");
        let error = open(Options { geoip: Some(path), ..Options::default() }).await.expect_err(name);
        assert!(error.to_string().contains("no MaxMind address database"), "{error}");
    }
    let error = open(Options { geoip: Some("nowhere.mmdb".into()), ..Options::default() }).await.expect_err("no file");
    assert!(error.to_string().contains("nowhere.mmdb"), "{error}");
}
