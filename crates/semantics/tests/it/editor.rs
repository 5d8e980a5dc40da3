//! What an editor is told at a place of a query; the place is written `‸`.
//!
//! What is expected follows from the grammar and the tables of the catalog: a column is offered where a query with it would bind.

use semantics::editor::{Draft, can_rename, complete, declaration_at, hover, rename, signature, symbols};

use crate::catalog::TestCatalog;

const CATALOG: TestCatalog = TestCatalog { is_strict: false };

fn at(marked: &str) -> (String, u32) {
    let (before, behind) = marked.split_once('‸').expect("the text has a cursor");
    (format!("{before}{behind}"), u32::try_from(before.len()).expect("a short text"))
}

fn labels(marked: &str) -> Vec<String> {
    let (text, offset) = at(marked);
    complete(&Draft::new(&text), offset, &CATALOG).items.into_iter().map(|item| item.label).collect()
}

/// Completion offers all of the first and none of the second, both divided by commas.
#[track_caller]
fn offers(marked: &str, wanted: &str, unwanted: &str) {
    let labels = labels(marked);
    for name in wanted.split(", ").filter(|name| !name.is_empty()) {
        assert!(labels.iter().any(|label| label == name), "{marked}: no `{name}` in {labels:?}");
    }
    for name in unwanted.split(", ").filter(|name| !name.is_empty()) {
        assert!(labels.iter().all(|label| label != name), "{marked}: `{name}` in {labels:?}");
    }
}

#[test]
fn tables_stand_at_the_start_and_where_rows_come_from() {
    offers("‸", "T, DeviceNetworkEvents, let, print", "x, where, strlen");
    offers("Dev‸", "DeviceNetworkEvents", "T, W");
    offers("let a = 1; ‸", "T, U", "x");
    offers("T | union ‸", "U, kind=, withsource=", "x, where");
    offers("union T, ‸", "U", "x");
    offers("T | join (‸", "U", "x, s");
    offers("T | join kind=inner (U‸", "U", "x");
    offers("T | join kind=leftanti ‸", "U, kind=", "x");
    offers("let rows = T | where x > 1;\nrows‸", "rows", "");
    offers("let f = () { ‸ }; f", "T", "x");
}

#[test]
fn operators_stand_behind_a_bar() {
    offers("T | ‸", "where, project, project-away, summarize, join, mv-expand", "T, x, filter");
    offers("T | project-a‸", "project-away", "project, where");
    offers("T\n| where x > 1\n| su‸", "summarize", "where");
    offers("T | mv-apply d on (‸", "where, summarize", "x");
    offers("T | partition by s (‸", "top, where", "x");
}

#[test]
fn columns_are_those_of_the_place() {
    offers("T | where ‸", "x, s, d, t, strlen", "y, count, T");
    offers("T | where x > 1 and ‸", "x, s", "y");
    offers("T | project renamed = x, s | where ‸", "renamed, s", "x, d");
    offers("T | extend more = strlen(s) | project more, ‸", "more, s", "y");
    offers("T | summarize Total = sum(x) by s | where ‸", "Total, s", "x, d");
    offers("T | where ‸ | project s", "x, s", "y");
    offers("T | where strlen(‸", "s", "y");
    offers("T | summarize ‸", "count, sum, x", "");
    offers("T | summarize count() by ‸", "s, x", "count, sum");
    offers("T | project-away ‸", "x, s", "strlen");
    // A mistake before the place hides nothing that is sure.
    offers("T | where nothing == 1 | where ‸", "x, s", "y");
    offers("T | where x == | project ‸", "x, s", "y");
    offers("T | join kind=inner (U | where ‸) on x", "y, s", "d");
    offers("T | where x in ((U | project ‸", "y", "d");
    // Tables are many: where a value is likelier, they wait for a letter.
    offers("T | where x in (‸", "x, strlen", "U");
    offers("T | where x in (u‸", "U", "");
}

#[test]
fn a_join_meets_on_columns_of_both_sides() {
    offers("T | join kind=inner (U) on ‸", "x, s, $left", "y, d");
    offers("T | join kind=inner (U) on $left.‸", "d, x", "y");
    offers("T | join kind=inner (U) on $left.x == $right.‸", "y, x", "d");
    offers("T | join kind=inner (U) ‸", "on", "x");
}

#[test]
fn words_belong_to_their_operator() {
    offers("T | join kind=‸", "inner, leftouter, leftanti", "T, x");
    offers("T | lookup kind=‸", "inner, leftouter", "leftanti");
    offers("T | join hint.‸", "strategy, shufflekey", "x");
    offers("T | where s ‸", "has, ==, and, in", "x");
    offers("T | sort ‸", "by", "");
    offers("T | sort by x ‸", "asc, desc", "");
    offers("T | render ‸", "timechart, piechart", "x");
    offers("T | render timechart ‸", "with", "and, x");
    offers("T | summarize count() by s ‸", "and", "by");
    assert_eq!(labels("T | ‸").first().map(String::as_str), Some("where"));
    assert_eq!(labels("T | p‸").first().map(String::as_str), Some("project"));
    offers("T | extend y = typeof(‸", "string, datetime", "x");
    offers("let f = (a: ‸", "string, long", "x");
    offers("datatable(a: ‸", "string, long", "x");
}

#[test]
fn variables_and_parameters_are_in_scope_below_their_declaration() {
    offers("let limit_ = 5; T | where x > ‸", "limit_", "");
    offers("T | where x > ‸; let later = 5;", "x", "later");
    offers("let f = (threshold: long) { T | where x > ‸ }; f(1)", "threshold, x", "");
    // Nobody calls it.
    offers("let f = (threshold: long) { T | where x > ‸ };", "threshold, x", "");
    offers("let f = (rows: (a: string)) { rows | where ‸ };", "a", "x");
    offers("let f = (threshold: long) { T }; T | where x > ‸", "f", "threshold");
}

#[test]
fn documented_values_stand_where_a_column_is_compared() {
    offers("DeviceNetworkEvents | where RemoteIPType == \"‸\"", "Public, Private", "\"Public\", x");
    offers("DeviceNetworkEvents | where RemoteIPType == ‸", "\"Public\", DeviceName", "Public");
    offers("DeviceNetworkEvents | where RemoteIPType in (\"Public\", \"‸", "Private", "");
    offers("DeviceNetworkEvents | project Kind = RemoteIPType | where Kind == '‸'", "Public", "");
    offers("DeviceNetworkEvents | where DeviceName == \"‸\"", "", "Public");
}

#[test]
fn nothing_is_offered_where_nothing_can_be_chosen() {
    for marked in
        ["T // wh‸", "T | where s == 'x‸'", "T | take 1‸", "let ‸", "T | where d.‸", "T | where t > datetime(20‸"]
    {
        assert_eq!(labels(marked), [""; 0], "{marked}");
    }
}

#[test]
fn the_word_at_the_cursor_is_replaced() {
    let (text, offset) = at("T | where DeviceN‸ame == 1");
    let found = complete(&Draft::new(&text), offset, &CATALOG);
    assert_eq!(found.replace.text(&text), "DeviceName");
    let (text, offset) = at("T | project-aw‸");
    assert_eq!(complete(&Draft::new(&text), offset, &CATALOG).replace.text(&text), "project-aw");
    let (text, offset) = at("T | where s == 'é‸é'");
    assert_eq!(signature(&Draft::new(&text), offset, &CATALOG), None);
}

fn hovered(marked: &str) -> String {
    let (text, offset) = at(marked);
    hover(&Draft::new(&text), offset, &CATALOG).map(|hover| hover.markdown).unwrap_or_default()
}

#[test]
fn hover_tells_types_and_origins() {
    let cases = [
        ("T | where x‸ > 1", "x: long"),
        ("T | where x > 1 | project z‸ = s", "z: string"),
        (
            "DeviceNetworkEvents | project p = RemotePort | where p‸ > 1",
            "the column `RemotePort` of `DeviceNetworkEvents`",
        ),
        ("DeviceNetworkEvents | where Remote‸IPType == ''", "`Public`"),
        ("DeviceNetworkEvents | where Account‸Name == ''", "stands here for the column `InitiatingProcessAccountName`"),
        ("T‸ | take 1", "a table of 8 columns"),
        ("T | wh‸ere x > 1", "T | where predicate"),
        ("T | where str‸len(s) > 1", "strlen("),
        ("let limit_ = 5; T | where x > limit‸_", "a value of type `long`"),
        ("let lim‸it_ = 5; T | where x > limit_", "a value of type `long`"),
        ("let f = (a: long) { a‸ + 1 }; print f(1)", "a: long"),
        ("T | where s ha‸s 'a'", "has the term"),
        ("T | where s == 'wh‸ere'", ""),
    ];
    for (marked, expect) in cases {
        let told = hovered(marked);
        assert!(told.contains(expect) && told.is_empty() == expect.is_empty(), "{marked}: {told}");
    }
}

fn signed(marked: &str) -> Option<(String, String)> {
    let (text, offset) = at(marked);
    let help = signature(&Draft::new(&text), offset, &CATALOG)?;
    let shown = help.signatures.get(help.active)?.clone();
    let active =
        shown.active.and_then(|at| shown.parameters.get(at)).map(|(range, _)| shown.label[range.clone()].to_owned());
    Some((shown.label, active.unwrap_or_default()))
}

#[test]
fn signatures_know_the_parameter_that_is_written() {
    let active = |marked: &str| signed(marked).map(|(_, active)| active);
    assert_eq!(
        signed("T | where strlen(‸").map(|(label, _)| label).as_deref().map(|label| label.starts_with("strlen(")),
        Some(true)
    );
    assert_eq!(active("let f = (a: long, b: string) { a }; print f(1, ‸").as_deref(), Some("b: string"));
    assert_eq!(active("let f = (a: long, b: string) { a }; print f(strlen('(,'), ‸)").as_deref(), Some("b: string"));
    assert_eq!(active("let f = (a: long) { a }; print f(1, ‸").as_deref(), Some(""));
    assert_eq!(signed("T | where (x‸"), None);
    assert_eq!(signed("T | where x > 1‸"), None);
}

/// Definition and uses, as text around them is long enough to tell them apart: `name@line:offset`.
fn uses(marked: &str) -> Option<(u32, Vec<u32>)> {
    let (text, offset) = at(marked);
    let found = declaration_at(&Draft::new(&text), offset, &CATALOG)?;
    Some((found.declaration.start, found.uses.iter().map(|span| span.start).collect()))
}

#[test]
fn a_name_is_found_with_its_uses() {
    assert_eq!(uses("let a‸b = 1; T | where x > ab and x < ab"), Some((4, vec![26, 37])));
    assert_eq!(uses("let ab = 1; T | where x > a‸b"), Some((4, vec![26])));
    assert_eq!(uses("let f = (p: long) { p‸ + 1 }; print f(p = 2)"), Some((9, vec![20, 37])));
    // A column goes before a variable.
    assert_eq!(uses("let x = 1; T | where x‸ > 1"), None);
    // The word of an option is no use of a variable.
    assert_eq!(uses("let inner‸ = 1; T | join kind=inner (U) on x"), Some((4, vec![])));
    assert_eq!(uses("T | where x‸ > 1"), None);
    // Half a query has names, too.
    assert_eq!(uses("let ab = 1; T | where x > a‸b and"), Some((4, vec![26])));
}

fn renamed(marked: &str, name: &str) -> Result<String, String> {
    let (text, offset) = at(marked);
    let mut edits = rename(&Draft::new(&text), offset, name, &CATALOG)?;
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text;
    for (span, new) in edits {
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    Ok(text)
}

#[test]
fn renaming_keeps_what_the_query_means() {
    let is = |marked: &str, name: &str, expect: &str| assert_eq!(renamed(marked, name).as_deref(), Ok(expect));
    is("let a‸ = 1; T | where x > a", "limit_", "let limit_ = 1; T | where x > limit_");
    is("let f = (p: long) { p + 1 }; print f(p‸ = 2)", "q", "let f = (q: long) { q + 1 }; print f(q = 2)");
    is("let c = 'é'; let a‸ = 2; T | where x > a", "n1", "let c = 'é'; let n1 = 2; T | where x > n1");
    // The column keeps its name.
    is("let a‸ = 1; T | extend a | project a", "n1", "let n1 = 1; T | extend a = n1 | project a");
}

#[test]
fn what_cannot_be_renamed_is_refused_with_the_reason() {
    let refused = |marked: &str, name: &str, why: &str| {
        let refusal = renamed(marked, name).expect_err(marked);
        assert!(refusal.contains(why), "{refusal}");
    };
    refused("T | where x‸ > 1", "z", "is a column");
    refused("T‸ | where x > 1", "z", "is a table");
    refused("T | where strlen‸(s) > 1", "z", "not declared");
    refused("let a‸ = 1; T | where x > a", "a b", "not a name");
    refused("let a‸ = 1; T | where x > a", "project", "not a name");
    refused("let a‸ = 1; let b = 2; T | where x > a + b", "b", "means something else");
    refused("let a‸ = 1; T | where x > a", "x", "means something else");
    let (text, offset) = at("let a = 1; T | where x > a‸");
    let found = can_rename(&Draft::new(&text), offset, &CATALOG).map(|(span, name)| (span.start, name));
    assert_eq!(found, Ok((25, "a".to_owned())));
}

#[test]
fn an_outline_lists_declarations_and_answers() {
    let draft = Draft::new("let a = 1;\nlet f = () { let inner = 2; T };\nT | take a;\n");
    let found = symbols(&draft);
    let names: Vec<&str> = found.iter().map(|symbol| symbol.name.as_str()).collect();
    assert_eq!(names, ["a", "f", "T | take a"]);
    assert_eq!(found[1].children[0].name, "inner");
}

/// Whatever stands there, something is answered: every place of texts that are cut at every place.
#[test]
fn half_a_query_is_answered_at_every_byte() {
    let whole = "let f = (a: long, r: (*)) { r | where x > a }; let é = 'ü';\nT | invoke f(1, U) | join kind=inner (U | where y in ((V | project y))) on $left.x == $right.x // é\n| summarize n = dcount(s), make_set(['odd name'], 3) by bin(t, 1h), é | extend p = n.a['b'] | render timechart";
    for (end, _) in whole.char_indices() {
        let text = &whole[..end];
        let draft = Draft::new(text);
        let end = u32::try_from(end).expect("a short text");
        for offset in [end, end / 2, end + 7] {
            let _ = complete(&draft, offset, &CATALOG);
            let _ = hover(&draft, offset, &CATALOG);
            let _ = signature(&draft, offset, &CATALOG);
            let _ = rename(&draft, offset, "z", &CATALOG);
        }
        let _ = symbols(&draft);
    }
}
