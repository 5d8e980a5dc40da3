//! What is said about what is wrong.

use semantics::bound::Bound;
use syntax::Diagnostic;
use syntax::ast::Query;

use crate::catalog::TestCatalog;
use crate::{bind, check};

#[track_caller]
fn check_hint(query: &str, hint: &str) {
    let (_, diagnostics) = bind(query, false);
    let hints: Vec<&str> = diagnostics.iter().flat_map(|diagnostic| &diagnostic.hints).map(String::as_str).collect();
    assert_eq!(hints, [hint], "\n{query}");
}

#[test]
fn names_that_are_not_there() {
    check("Nowhere", "KS142 at Nowhere");
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
    check("U | project s[0]", "KS147 at [0]");
    check("U | project s.a", "KS142 at a");
}

/// What Kusto has and vedette has not is refused by its name.
#[test]
fn refusals_name_the_construct() {
    for (query, feature) in [
        ("U | extend z = geo_distance_2points(1.0, 1.0, 1.0, 1.0)", "geo_distance_2points"),
        ("U | evaluate funnel_sequence()", "evaluate funnel_sequence"),
        ("T | extend z = t / 1h", "a datetime divided by a timespan"),
        ("U | reduce by s", "reduce"),
        ("externaldata (a: string) ['a.orc'] with (format='orc')", "the format orc of externaldata"),
        ("externaldata (a: string) ['a.csv'] with (ingestionMapping='[]')", "ingestionMapping of externaldata"),
        ("stored_query_result('Numbers')", "stored_query_result"),
        ("inline_external_table kind=delta ('folder')", "inline_external_table kind=delta"),
        (
            "inline_external_table (a: string) kind=storage partition by (d: datetime) dataformat=csv ('a.csv')",
            "inline_external_table with partitions or a path format",
        ),
        (
            "inline_external_table (a: string) kind=storage pathformat=('d=' d) dataformat=csv ('a.csv')",
            "inline_external_table with partitions or a path format",
        ),
        (
            "inline_external_table (a: string) kind=storage dataformat=avro ('a.avro')",
            "the format avro of inline_external_table",
        ),
        (
            "inline_external_table (a: string) kind=storage dataformat=csv ('a') with (namePrefix='x')",
            "namePrefix = x of inline_external_table",
        ),
    ] {
        let (bound, diagnostics) = bind(query, false);
        assert!(bound.is_none(), "{query}");
        let refused: Vec<&str> =
            diagnostics.iter().filter_map(|diagnostic| diagnostic.unsupported.as_deref()).collect();
        assert_eq!(refused, [feature], "{query}");
    }
}

/// Binds statements that were parsed one by one: hundreds of them, whatever the parser's limits for one text are.
fn bind_statements(statements: impl IntoIterator<Item = String>) -> (Option<Bound>, Vec<Diagnostic>) {
    let mut query = Query::default();
    for text in statements {
        let parsed = syntax::parse(&text);
        assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
        query.statements.extend(parsed.query.statements);
    }
    semantics::bind(&query, &TestCatalog { is_strict: false })
}

/// A short text can mean a tree of any size and height; what is too much is said, and nothing overflows.
#[test]
fn limits_hold() {
    let chain = |first: &str, step: fn(usize) -> String, count: usize, last: &str| {
        let mut statements = vec![first.to_owned()];
        statements.extend((1..count).map(step));
        statements.push(last.to_owned());
        statements
    };
    for statements in [
        // Each function calls the one before it twice: 2^15 bodies.
        chain(
            "let f0 = (n: long) { n }",
            |n| format!("let f{n} = (n: long) {{ f{0}(n) + f{0}(n) }}", n - 1),
            16,
            "print f15(1)",
        ),
        // Calls inside calls.
        chain("let f0 = (n: long) { n }", |n| format!("let f{n} = (n: long) {{ f{}(n) }}", n - 1), 99, "print f98(1)"),
        // Names that double: 2^40 additions, 2^25 tables.
        chain("let a0 = 1", |n| format!("let a{n} = a{0} + a{0}", n - 1), 41, "print a40"),
        chain("let t0 = U", |n| format!("let t{n} = union t{0}, t{0}", n - 1), 26, "t25 | count"),
        // Names on top of names.
        chain("let a0 = 1", |n| format!("let a{n} = a{} + 1", n - 1), 700, "print a699"),
        chain("let t0 = U", |n| format!("let t{n} = t{} | where x > 1", n - 1), 300, "t299 | count"),
        vec![format!("U{}", " | where x > 1".repeat(300))],
    ] {
        let last = statements.last().cloned();
        let (bound, diagnostics) = bind_statements(statements);
        assert!(bound.is_none(), "{last:?}");
        assert!(diagnostics.iter().all(|diagnostic| diagnostic.code == "VD2005"), "{last:?}: {diagnostics:?}");
    }
    let deep = format!("print {}1{}", "strcat(".repeat(150), ")".repeat(150));
    check(&deep, "print_0:string");
    check(&format!("print 1{}", " - 1".repeat(390)), "print_0:long");
    check(&format!("U{}", " | where x > 1".repeat(150)), "x:long, s:string, y:int");
}

#[test]
fn a_query_gives_a_table() {
    check("let n = 5;", "VD2007 at let n = 5");
    check("print 1 | print 2", "KS175 at print");
}
