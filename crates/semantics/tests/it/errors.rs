//! What is said about what is wrong.

use crate::{bind, check};

#[track_caller]
fn check_hint(query: &str, hint: &str) {
    let (_, diagnostics) = bind(query, false);
    let hints: Vec<&str> = diagnostics.iter().flat_map(|diagnostic| &diagnostic.hints).map(String::as_str).collect();
    assert_eq!(hints, [hint], "\n{query}");
}

#[test]
fn names_that_are_not_there() {
    check("Nowhere", "KS204 at Nowhere");
    check("Nowhere | where a == 1 | project b", "KS204 at Nowhere");
    check("U | where q == 1", "KS142 at q");
    check("U | where f(x)", "KS211 at f");
    check("U | project q | where q == 1 and q > 2", "KS142 at q");
    check("print now", "KS117 at now");
    check("print U", "KS108 at U");
}

#[test]
fn suggestions() {
    check_hint("DeviceNetworkEvent | count", "did you mean `DeviceNetworkEvents`?");
    check_hint("DeviceNetworkEvents | where devicename == ''", "did you mean `DeviceName`?");
    check_hint("U | extend z = substrng(s, 1)", "did you mean `substring`?");
    check_hint("U | where zebra == 1", "columns here: x, s, y");
}

#[test]
fn calls_that_do_not_fit() {
    check("U | extend strlen()", "KS119 at strlen");
    check("U | extend strlen(x)", "KS141 at x");
    check("U | extend substring(s, 'a')", "KS134 at 'a'");
    check("U | extend ago('a')", "KS107 at 'a'");
    check("T | extend datetime_diff(s, t, t)", "KS129 at s");
    check("U | summarize sum(s)", "KS138 at s");
    check("U | project s[0]", "KS147 at 0");
    check("U | project s.a", "KS142 at a");
}

/// What Kusto has and vedette has not is refused by its name.
#[test]
fn refusals_name_the_construct() {
    for (query, feature) in [
        ("U | make-series sum(x) on x from 1 to 10 step 1", "make-series"),
        ("U | extend z = geo_distance_2points(1.0, 1.0, 1.0, 1.0)", "geo_distance_2points"),
        ("U | evaluate autocluster()", "evaluate"),
        ("U | reduce by s", "reduce"),
        ("externaldata (a: string) ['https://example.com/a.csv']", "externaldata"),
    ] {
        let (bound, diagnostics) = bind(query, false);
        assert!(bound.is_none(), "{query}");
        let refused: Vec<&str> =
            diagnostics.iter().filter_map(|diagnostic| diagnostic.unsupported.as_deref()).collect();
        assert_eq!(refused, [feature], "{query}");
    }
}

#[test]
fn limits_hold() {
    // Each function calls the one before it twice: 2^16 bodies.
    let mut query = "let f0 = (n: long) { n };".to_owned();
    for level in 1..16 {
        let before = level - 1;
        query.push_str(&format!("let f{level} = (n: long) {{ f{before}(n) + f{before}(n) }};"));
    }
    query.push_str("print f15(1)");
    let (bound, diagnostics) = bind(&query, false);
    assert!(bound.is_none());
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.code == "VD2005"));
}

#[test]
fn a_query_gives_a_table() {
    check("let n = 5;", "VD2007 at let n = 5");
    check("print 1 | print 2", "KS175 at print");
}
