//! Variables, functions, and what hides what.

use semantics::Value;
use semantics::bound::{ExprKind, TableKind};

use crate::{bind, check};

#[test]
fn variables_are_scalars_or_tables() {
    check("let n = 5; let big = n * 2; print big", "print_0:long");
    check("let recent = U | where x > 1; recent | join recent on x | count", "Count:long");
    check("let x = 5; V | extend z = x", "x:string, y:int, z:string");
    check("let n = 1; let n = 2; print n", "KS201 at n");
    check("let a = b; let b = 1; print a", "KS142 at b");
}

#[test]
fn functions_are_inlined() {
    check("let f = (n: long) { n + 1 }; U | extend z = f(x)", "x:long, s:string, y:int, z:long");
    check("let f = (n: long, m: long = 5) { n + m }; print f(1), f(m = 1, n = 2)", "print_0:long, print_1:long");
    check("let f = (n: long) { n }; print f(1, 2)", "KS119 at f");
    check("let f = (n: long) { n }; print f()", "KS119 at f");
    check("let f = () { U | count }; f", "Count:long");
    check("let f = (T: (x: long), n: long) { T | where x > n }; f(U, 5)", "x:long, s:string, y:int");
    check("let f = (T: (*)) { T | count }; U | invoke f()", "Count:long");
    check("let f = (T: (z: long)) { T | count }; U | invoke f()", "KS249 at U");
    check("let f = (a: real, b: string) { bag_pack('a', a, 'b', b) }; print f(5, 6)", "print_0:dynamic");
}

#[test]
fn functions_see_what_was_declared_before_them() {
    check("let a = 1; let f = () { a }; print f()", "print_0:long");
    check("let f = () { a }; let a = 1; print f()", "KS142 at a");
}

/// Kusto has no recursion.
#[test]
fn functions_do_not_call_themselves() {
    check("let f = () { f() }; print f()", "KS211 at f");
}

/// A value that differs from row to row means nothing inside another table.
#[test]
fn columns_do_not_reach_into_other_tables() {
    check("let f = (n: long) { toscalar(U | where x == n | count) }; print f(5)", "print_0:long");
    check("let f = (n: long) { toscalar(U | where x == n | count) }; U | extend z = f(x)", "KS129 at n");
}

#[test]
fn stored_functions_are_tables_or_values() {
    check("RecentFiles(3)", "FileName:string");
    check("RecentFiles | count", "Count:long");
    check("RecentFiles(n = 3) | count", "Count:long");
    check("OtherName(3)", "FileName:string");
    check("Commented(DeviceFileEvents, dynamic(['a'])) | count", "Count:long");
    check("DeviceFileEvents | invoke Commented() | count", "Count:long");
    check("union RecentFiles, (RecentFiles(1)), OtherName | count", "Count:long");
    check("let RecentFiles = U; RecentFiles | count", "Count:long");
}

#[test]
fn what_is_wrong_in_a_stored_function_is_told_at_its_call() {
    check("Broken(3)", "VD2008 at Broken");
    check("Wrong() | count", "KS142 at Wrong()");
    check("CallsWrong | count", "KS142 at CallsWrong");
    check("Commented(U)", "KS249 at U");
    check("Commented(5)", "KS110 at 5");
    check("Lost", "KS211 at Lost");
    check("TwoThings", "VD2008 at TwoThings");
    let (_, diagnostics) = bind("U | take 1 | union CallsWrong", false);
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    let expected = "in `Wrong` (functions/Wrong.kql, line 3, column 15): `Nowhere` is not a known column";
    assert!(messages.len() == 1 && messages[0].starts_with(expected), "{messages:?}");
    let (_, diagnostics) = bind("Broken(3)", false);
    assert!(diagnostics[0].message.contains("functions/Broken.kql, line 1, column"), "{}", diagnostics[0].message);
}

/// Functions may call others; "recursiveness isn't supported" (page of `.create function`).
#[test]
fn stored_functions_do_not_call_themselves() {
    check("Loop | count", "VD2004 at Loop");
    check("Mirror | count", "VD2004 at Mirror");
}

#[test]
fn materialize_is_evaluated_once() {
    let (bound, _) = bind("let m = materialize(U | take 5); m | join m on x", false);
    let bound = bound.expect("the query is right");
    assert_eq!(bound.shared.len(), 1);
    let TableKind::Join(join) = &bound.results[0].kind else { unreachable!("a join") };
    assert_eq!(join.left.kind, TableKind::Shared { index: 0 });
    assert_eq!(join.right.kind, TableKind::Shared { index: 0 });
    check("U | as Mine | union Mine | count", "Count:long");
}

#[test]
fn tables_go_by_several_names() {
    check("table('U') | count", "Count:long");
    check("let name = 'U'; table(name) | count", "Count:long");
    check("database('other').U | count", "warning VD2006 at database('other'); Count:long");
    check("cluster('c').database('d').U | count", "warning VD2006 at cluster('c').database('d'); Count:long");
    check("workspace('w').U | count", "warning VD2006 at workspace('w'); Count:long");
    check("union Device* | count", "Count:long");
    check("let v = view () { U }; union v*, V | count", "Count:long");
}

/// The page of the restrict statement: everything that is not named is invisible to what follows, and views see what they saw.
#[test]
fn restricted_queries_see_what_is_named() {
    check("let Mine = view () { U | where x > 1 }; restrict access to (Mine); Mine | count", "Count:long");
    check("let Mine = view () { U | where x > 1 }; restrict access to (Mine); U | count", "KS204 at U");
    check("let Mine = view () { U }; restrict access to (Mine); table('U') | count", "KS204 at 'U'");
    check(
        "let Mine = view () { U }; restrict access to (Mine); database('d').U | count",
        "warning VD2006 at database('d'); KS204 at U",
    );
    check("let Test = () { range x from 1 to 10 step 1 }; restrict access to (Test); Test", "x:long");
    check("restrict access to (database().U); U | count", "Count:long");
    check("restrict access to (database().U, V); union U, V | count", "Count:long");
    check("restrict access to (U); V | count", "KS204 at V");
    check("restrict access to (database().Device*); union Device* | count", "Count:long");
    check("restrict access to (database().Device*); union U, DeviceFileEvents | count", "KS204 at U");
    check("restrict access to (U); union * | count", "Count:long");
    check("let A = () { U }; let B = () { V }; restrict access to (*); union A, B | count", "Count:long");
    check("let A = () { U }; restrict access to (*); U | count", "KS204 at U");
    check("let A = () { U }; let B = () { V }; restrict access to (A); B | count", "KS204 at B");
    check("let n = 5; restrict access to (U); U | where x == n | count", "Count:long");
    check("restrict access to (RecentFiles); RecentFiles | count", "Count:long");
    check("restrict access to (U); RecentFiles | count", "KS204 at RecentFiles");
    check("RecentFiles | count; restrict access to (U); RecentFiles | count", "KS204 at RecentFiles");
    check("restrict access to (U, V); restrict access to (V); V | count", "Count:long");
    check("restrict access to (U, V); restrict access to (V, W); U | count", "KS204 at W; KS204 at U");
    check("restrict access to (Nowhere); U | count", "KS204 at Nowhere; KS204 at U");
}

/// The page of the pattern statement.
#[test]
fn patterns_stand_for_tables() {
    let pattern = "declare pattern country = (name: string)[state: string] { \
        ('USA').['New York'] = { print Capital = 'Albany' }; ('Canada').['Alberta'] = { U | project Capital = s } }; ";
    let with = |query: &str| format!("{pattern}{query}");
    check(&with("country('Canada').Alberta"), "Capital:string");
    check(&with("country(\"USA\").['New York'] | count"), "Count:long");
    check(&with("country('USA').[\"New York\"] | count"), "Count:long");
    check(&with("union country('Canada').Alberta, country('USA').['New York'] | count"), "Count:long");
    check(&with("country('USA').['*'] | count"), "KS188 at country('USA').['*']");
    check(&with("country('USA') | count"), "KS188 at country('USA')");
    check(&with("country | count"), "KS117 at country");
    check(&with("restrict access to (country); country('Canada').Alberta"), "Capital:string");
    check(&with("restrict access to (U); country('Canada').Alberta"), "KS211 at country");
    check("declare pattern p = (a: string) { ('x') = { U } }; p('x') | count", "Count:long");
    check("declare pattern app = (a: string)[b: string] { ('x').['E'] = { U } }; app('x').E | count", "Count:long");
    check("declare pattern p; p('10.10.10.10')", "KS188 at p('10.10.10.10')");
    check("declare pattern p = (a: long) { (1) = { U } }; U | count", "KS107 at a");
}

#[test]
fn query_parameters_have_defaults() {
    check("declare query_parameters(n: long = 5, s: string = 'a'); print n, s", "print_0:long, print_1:string");
    check("declare query_parameters(n: long); print n", "KS129 at n");
}

/// The page of `declare query_parameters`: every value is parsed as if it were a literal, of the declared type.
#[test]
fn query_parameters_are_given_as_literals() {
    check("declare query_parameters(given_long: long); print given_long", "print_0:long");
    check("declare query_parameters(given_long: long = 1); print given_long + 1", "print_0:long");
    check("declare query_parameters(given_negative: int); print given_negative", "print_0:int");
    check("declare query_parameters(given_long: real); print given_long", "print_0:real");
    check("declare query_parameters(given_text: string); print given_text", "print_0:string");
    check("declare query_parameters(given_date: datetime, given_date_literal: datetime); print 1", "print_0:long");
    check("declare query_parameters(given_list: dynamic, given_bare_list: dynamic); print 1", "print_0:long");
    check("declare query_parameters(given_text: long); print 1", "KS107 at given_text");
    check("declare query_parameters(given_injection: long); print 1", "KS107 at given_injection");
    check("declare query_parameters(given_query: long); print 1", "KS107 at given_query");
    let value = |query: &str| {
        let (bound, _) = bind(query, false);
        let TableKind::Project { columns, .. } = bound.expect("the query is right").results.remove(0).kind else {
            unreachable!("`print` projects")
        };
        columns[0].kind.clone()
    };
    let text = |text: &str| ExprKind::Constant(Value::String(text.to_owned()));
    assert_eq!(value("declare query_parameters(given_quoted: string); print given_quoted"), text("a b"));
    assert_eq!(value("declare query_parameters(given_text: string); print given_text"), text("it's \"so\""));
    assert_eq!(value("declare query_parameters(given_query: string); print given_query"), text("toscalar(U | count)"));
}

#[test]
fn columns_may_be_asked_for() {
    check(
        "U | extend a = column_ifexists('s', ''), b = columnifexists('zz', int(5))",
        "x:long, s:string, y:int, a:string, b:int",
    );
    check("U | project column_ifexists('s', '')", "Column1:string");
    check("U | project p = pack_all()", "p:dynamic");
}

#[test]
fn toscalar_takes_the_first_column() {
    check("let n = toscalar(U | project y, x); print n", "print_0:int");
    check("U | where s in (V | project x, y)", "x:long, s:string, y:int");
    check("U | where s has_any (V)", "x:long, s:string, y:int");
    check("U | where x in (V)", "KS106 at in");
}

#[test]
fn what_nobody_reads_is_not_evaluated() {
    let (bound, _) =
        bind("let a = materialize(U); let b = materialize(a | take 1); let c = materialize(V); b | count", false);
    let kinds: Vec<bool> =
        bound.expect("the query is right").shared.iter().map(|table| table.kind == TableKind::OneRow).collect();
    assert_eq!(kinds, [false, false, true]);
}

/// ASIM parsers unite functions over tables that a workspace may lack, and count on `isfuzzy` to leave those out.
#[test]
fn fuzzy_unions_leave_out_what_is_missing() {
    check("union isfuzzy=true (Gone | where a == 1), (U | project x)", "warning KS205 at Gone; x:long");
    check("union isfuzzy=true Gone(), (U | project x)", "warning KS205 at Gone; x:long");
    check("union isfuzzy=true (table('Gone')), (U | project x)", "warning KS205 at 'Gone'; x:long");
    check("let f = () { Gone | take 1 }; union isfuzzy=true f(), (U | project x)", "warning KS205 at Gone; x:long");
    check("union isfuzzy=true (U | where q == 1), (U | project x)", "KS142 at q");
    check("union isfuzzy=true (U | where q(1)), (U | project x)", "KS211 at q");
    check("union isfuzzy=true Gone, Missing", "KS204 at Gone; KS204 at Missing");
    check("union isfuzzy=true (Gone), (U | project x)", "warning KS205 at Gone; x:long");
    check("union (Gone | where a == 1), U", "KS204 at Gone");
}

#[test]
fn a_function_with_parameters_is_called() {
    check("let f = (n: long) { n }; print f", "KS117 at f");
    check("let f = (n: long) { U | take n }; f | count", "KS117 at f");
    check("let f = (n: long = 3) { U | take n }; f | count", "Count:long");
    check("let f = (n: long) { n }; print f(m = 1)", "KS196 at m");
}
