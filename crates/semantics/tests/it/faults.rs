//! One mistake gives one message, at its own place: codes and places are those of Microsoft's language service 12.4.1 for the same
//! queries over the same tables, where it says one thing of one mistake (it repeats itself about an argument that it could not find).

use crate::{bind, check};

#[test]
fn a_column_that_could_not_be_made_is_not_missed_again() {
    check("U | extend a = q | join (U | extend b = w) on x | where a == 1 and b == 2", "KS142 at q; KS142 at w");
    check("U | extend a = q | parse s with 'x' s | where a == 1", "KS142 at q");
    check("U | extend a = q | project-away s | where a == 1", "KS142 at q");
    check("U | summarize arg_max(q, *) by x | where s == 'a'", "KS142 at q");
    check("U | extend a = q | summarize arg_max(x, *) by s | where a == 1", "KS142 at q");
    check("Gone | summarize arg_max(x, *) by s | where anything == 1", "KS204 at Gone");
}

/// What a faulty column would have been is not known: the union does not split its name by type.
#[test]
fn a_fault_splits_no_union() {
    check("union (U | summarize by k = q), (U | project k = 1) | where k == 1", "KS142 at q");
    check("union (T | summarize by d), (U | project d = 'a') | project d", "KS116 at d");
}

#[test]
fn ten_mistakes_are_ten_messages() {
    let query = "U | where a1 == 1 | extend b = a2, c = a3 + a4 | where a5 == a6 | summarize max(a7), sum(a8) by a9, d = a10 | where d == 1 and b == 1";
    let (bound, diagnostics) = bind(query, false);
    assert!(bound.is_none());
    let places: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.span.text(query)).collect();
    // `b` is no key of the grouping, so the last mention of it is a mistake of its own.
    assert_eq!(places, ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "b"]);
}

#[test]
fn places_are_as_narrow_as_the_mistake() {
    check("U | extend a = -s", "KS106 at -");
    check("U | extend (a, b) = x", "KS149 at (a, b)");
    check("U | where x between (1 .. s)", "KS137 at s");
    check("T | where t between (1 .. t)", "KS141 at 1");
    check("range i from 1 to 10 step 1d", "KS106 at 1d");
    check("print a = 1, a = 2", "KS171 at a");
    check("let f = (T: (z: long)) { T }; U | take 1 | invoke f() | count", "KS249 at U | take 1");
    check("U | render timecart", "KS005 at timecart");
}

#[test]
fn join_keys_are_not_dynamic() {
    check("T | join (T | project e = d) on $left.d == $right.e", "KS241 at $left.d");
    check("T | project d | join (T | project d = 1) on d", "KS227 at d");
}
