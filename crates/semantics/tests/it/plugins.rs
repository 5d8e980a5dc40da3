//! `evaluate`: arguments, columns that are known, and columns that follow from the data.

use semantics::{Column, Schema, Step, Type};

use crate::catalog::TestCatalog;
use crate::check;

/// Binds with answers; gives the columns of the last result, or those known of the plugin that is asked about.
fn step(query: &str, answers: &[Schema]) -> String {
    let parsed = syntax::parse(query);
    let shown = |schema: &Schema| {
        schema.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect::<Vec<_>>().join(", ")
    };
    match semantics::bind_with(&parsed.query, &TestCatalog { is_strict: false }, answers) {
        Step::Done(Some(bound), said) => {
            let codes: String = said.iter().map(|one| format!("{} at {}; ", one.code, one.span.text(query))).collect();
            format!("{codes}{}", shown(&bound.results.last().expect("a query has a result").schema))
        }
        Step::Done(None, said) => said.iter().map(|one| one.code).collect::<Vec<_>>().join(" "),
        Step::Asks(question) => format!("asks beside {}", shown(&question.table.schema)),
    }
}

fn columns(names: &[(&str, Type)]) -> Schema {
    names.iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}

#[test]
fn without_data_a_bag_has_no_members_but_those_that_are_used() {
    check("W | evaluate bag_unpack(b)", "a:string, a10:int, a2:int, ab:long");
    // The language service says `unknown` for the type of such a column.
    check(
        "W | evaluate bag_unpack(b) | where more == 1 and has_more has 'x' | project-away a, a10",
        "a2:int, ab:long, more:dynamic, has_more:dynamic",
    );
    check(
        "W | evaluate bag_unpack(b, 'p_') | extend z = p_x",
        "a:string, a10:int, a2:int, ab:long, p_x:dynamic, z:dynamic",
    );
    check("V | evaluate pivot(x) | where OHIO > 2", "y:int, OHIO:dynamic");
}

#[test]
fn a_used_member_is_one_of_the_nearest_plugin() {
    check(
        "W | evaluate bag_unpack(b) | evaluate pivot(kind, take_any(value), ab) | project ab, Image",
        "ab:long, Image:dynamic",
    );
    check("W | evaluate bag_unpack(b) | project a | where more == 1", "KS142 at more");
    check(
        "W | evaluate bag_unpack(b) | extend c = column_ifexists('more', 'none')",
        "a:string, a10:int, a2:int, ab:long, c:string",
    );
}

#[test]
fn a_used_member_may_be_a_key_though_a_dynamic_may_not() {
    check("W | evaluate bag_unpack(b) | summarize count() by user, host", "user:string, host:string, count_:long");
    check("W | evaluate bag_unpack(b) | join kind=leftsemi (V) on x", "a:string, a10:int, a2:int, ab:long, x:string");
    check("W | evaluate bag_unpack(b) | sort by n | distinct n", "n:string");
    check("W | evaluate bag_unpack(b) | summarize count() by user | where nobody == 1", "KS142 at nobody");
}

#[test]
fn the_binder_asks_for_one_plugin_after_the_other() {
    let query =
        "let u = W | evaluate bag_unpack(b); u | join kind=inner (u | evaluate pivot(kind)) on a | project a, x, more";
    assert_eq!(step(query, &[]), "asks beside a:string, a10:int, a2:int, ab:long");
    let unpacked = columns(&[("a", Type::String), ("kind", Type::String), ("more", Type::Long)]);
    assert_eq!(step(query, std::slice::from_ref(&unpacked)), "asks beside a:string, more:long");
    let pivoted = columns(&[("a", Type::String), ("x", Type::Long)]);
    assert_eq!(step(query, &[unpacked, pivoted]), "a:string, x:long, more:long");
}

#[test]
fn a_member_that_the_data_lacks_is_null_and_said() {
    let unpacked = columns(&[("a", Type::String)]);
    let query = "W | evaluate bag_unpack(b) | where more == 1";
    assert_eq!(step(query, &[unpacked]), "VD2010 at more; a:string, more:dynamic");
}

#[test]
fn nothing_is_asked_of_a_query_that_is_wrong_before() {
    assert_eq!(step("W | where nothing == 1 | evaluate bag_unpack(b)", &[]), "KS142");
}

#[test]
fn a_written_schema_is_the_answer() {
    check("W | evaluate bag_unpack(b) : (a: string, n: long)", "a:string, n:long");
    check("W | evaluate bag_unpack(b) : (*, n: long, a: int)", "a10:int, a2:int, ab:long, n:long, a:int");
    check("W | evaluate bag_unpack(b) : (n: long, n: int)", "KS171 at n");
    check("W | evaluate bag_unpack(b) : (n: lang)", "KS160 at lang");
    assert_eq!(step("W | evaluate bag_unpack(b) : (n: long) | where m == 1", &[]), "KS142");
}

#[test]
fn arguments_are_told_apart_by_place_name_and_kind() {
    check("T | evaluate counts(s, now(), x, i)", "s:string, x:long, i:int");
    check("T | evaluate counts(s, now(), now(), x, true)", "s:string, x:long");
    check("let begin = now(); T | evaluate counts(s, begin, begin, flag=false)", "s:string");
    check("T | evaluate counts(s)", "KS119 at counts");
    check("T | evaluate counts(s, now(), flag=true, flag=true)", "KS119 at counts");
    check("T | evaluate counts(s, now(), nobody)", "KS142 at nobody");
    check("T | evaluate counts(s, t)", "KS142 at t");
    check("T | evaluate counts(s, 1)", "KS107 at 1");
    check("T | evaluate counts(strcat(s, s), now())", "KS109 at strcat(s, s)");
    check("T | evaluate counts(s, now(), other=1)", "KS196 at other");
    check("T | evaluate bag_unpack(s)", "KS107 at s");
}

#[test]
fn a_pivot_groups_by_what_is_left() {
    check("T | project s, x | evaluate pivot(s, sum(x)) : (AB: long)", "AB:long");
    check("T | evaluate pivot(s)", "KS116 at s");
    check("T | evaluate pivot(s, arg_max(x, i))", "VD2009 at arg_max");
    check("T | evaluate pivot(s, x, i)", "x:long, i:int");
    check("T | evaluate pivot()", "KS119 at pivot");
}

#[test]
fn several_used_members_may_stay_in_a_pivot() {
    check("W | evaluate bag_unpack(b) | evaluate pivot(kind, count(), user, host)", "user:string, host:string");
}

#[test]
fn members_used_behind_a_member_that_must_be_a_key_are_found_too() {
    let query =
        "W | evaluate bag_unpack(b) | evaluate pivot(kind, count(), user) | where Image == 1 | project user, Image";
    assert_eq!(step(query, &[columns(&[])]), "asks beside user:string");
    assert_eq!(
        step(query, &[columns(&[]), columns(&[("user", Type::String)])]),
        "VD2010 at kind; VD2010 at user; VD2010 at Image; user:string, Image:dynamic"
    );
}

#[test]
fn the_same_lines_twice_have_their_members_as_keys_both_times() {
    let query = "let Hosts = W | evaluate bag_unpack(b) | summarize by user; Hosts | where user in (Hosts)";
    let none = columns(&[]);
    assert_eq!(step(query, &[none.clone(), none]), "VD2010 at user; user:string");
}

#[test]
fn a_member_that_must_be_a_key_may_stand_before_another_one() {
    let query = "W | evaluate bag_unpack(b) | summarize n = count() by user | extend c = dynamic({}) | evaluate bag_unpack(c) | distinct host";
    let none = columns(&[]);
    assert_eq!(step(query, &[none.clone(), none]), "VD2010 at user; VD2010 at host; host:string");
}

#[test]
fn one_name_is_of_one_type_however_many_plugins_could_have_made_it() {
    let one =
        "(W | evaluate bag_unpack(b) | summarize n = count() by user | extend c = dynamic({}) | evaluate bag_unpack(c)";
    let query = &format!("union {one} | summarize by host, site), {one} | summarize by host, site)");
    let none = columns(&[]);
    assert_eq!(
        step(query, &[none.clone(), none.clone(), none.clone(), none]),
        "VD2010 at user; VD2010 at host; VD2010 at site; VD2010 at user; VD2010 at host; VD2010 at site; host:string, site:string"
    );
}

#[test]
fn a_tilde_leaves_an_argument_out_and_nothing_else_does() {
    let known = "W | project ab = 1, a = 'x' ";
    assert_eq!(step(&format!("{known}| evaluate segments(ab, 0.5, '*', int(1))"), &[]), "VD2031 at segments; ab:long");
    assert_eq!(step(&format!("{known}| evaluate segments('~', 0.5)"), &[]), "VD2031 at segments; ");
    assert_eq!(step(&format!("{known}| evaluate segments('~', '~', '*', '~')"), &[]), "VD2031 at segments; ");
    assert_eq!(step(&format!("{known}| evaluate segments()"), &[]), "VD2031 at segments; ");
    assert_eq!(step(&format!("{known}| evaluate segments(0.5)"), &[]), "VD2031 KS109");
}

#[test]
fn a_plugin_that_may_choose_otherwise_warns() {
    assert_eq!(step("W | evaluate segments(ab)", &[]), "VD2031 at segments; ab:long");
    assert_eq!(step("W | evaluate counts(ab, datetime(2024-01-01))", &[]), "ab:long");
}
