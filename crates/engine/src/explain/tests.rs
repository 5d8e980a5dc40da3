//! Explanations against the query itself: every figure here can be counted by hand, or is what the query gives when it is run.

use std::sync::Arc;
use std::time::Duration;

use semantics::Value;

use super::*;
use crate::database::NoTables;
use crate::session::{Executor, Limits};

/// Five hosts: how often and for how many minutes each was seen.
const HOSTS: &str = "datatable(host: string, n: long, minutes: real, what: string)\
    ['a', 9, 45.0, 'x', 'b', 2, 40.0, 'x', 'c', 9, 20.0, 'x', 'd', 12, 31.0, 'y', 'e', 30, 90.0, 'x']";

fn engine() -> Engine {
    Engine::new(Limits { partitions: 2, ..Limits::default() }).expect("an engine starts")
}

fn wanted(misses: Misses, why: Option<&str>) -> Wanted {
    let why = why.map(str::to_owned);
    Wanted { runs: true, misses, misses_max: 5, why, clock: || Duration::ZERO, storage: None, progress: None }
}

async fn explained(query: &str, wanted: &Wanted) -> Explanation {
    let explained = engine().explain(&Request::new(query, 0), Arc::new(NoTables), wanted).await;
    explained.expect("the query can be explained")
}

fn stages(explanation: &Explanation) -> &[Stage] {
    explanation.results.first().map(|result| result.stages.as_slice()).unwrap_or_default()
}

fn counts(explanation: &Explanation) -> Vec<Option<u64>> {
    stages(explanation).iter().map(|stage| stage.rows).collect()
}

fn names(misses: &[Miss]) -> Vec<&str> {
    misses
        .iter()
        .filter_map(|miss| match miss.identity.first() {
            Some((_, Value::String(text))) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_stage_has_the_rows_of_the_query_cut_off_behind_it() {
    let steps = [
        "where n > 5",
        "extend twice = n * 2",
        "where what == 'x' and minutes > 25",
        "join kind=inner (datatable(host: string, v: long)['a', 1, 'a', 2, 'e', 3]) on host",
        "where v != 2",
        "summarize total = sum(v) by what",
        "where total > 100",
        "sort by total desc",
    ];
    let explanation = explained(&format!("{HOSTS} | {}", steps.join(" | ")), &wanted(Misses::Never, None)).await;
    let engine = engine();
    let mut query = HOSTS.to_owned();
    let mut expected = vec![];
    for step in std::iter::once("").chain(steps) {
        if !step.is_empty() {
            query.push_str(&format!(" | {step}"));
        }
        let answer = engine.query(&Request::new(format!("{query} | count"), 0), Arc::new(NoTables)).await;
        let count = answer.expect("it runs").results.first().and_then(|rows| rows.iter().next());
        expected.push(match count.as_deref() {
            Some([Value::Long(count)]) => u64::try_from(*count).ok(),
            _ => None,
        });
    }
    assert_eq!(counts(&explanation), expected);
    let right = stages(&explanation).get(4).and_then(|join| join.inputs.first()).map(|side| side.stages.len());
    assert_eq!(right, Some(1), "the right side of the join is a pipe of its own");
}

/// a: 9 of 10 is a tenth short. b: 2 of 10 is eight tenths short. c: a tenth short, and 20 of 30 minutes another third. d: the text differs, which
/// counts as one whole. So: one failed condition before two, then a 0.1, b 0.8, d 1, and c last.
#[tokio::test]
async fn the_nearest_miss_fails_the_fewest_conditions_by_the_least() {
    let query = format!("{HOSTS} | where n >= 10 and minutes > 30 | where what == 'x' | where host != 'e'");
    let explanation = explained(&query, &wanted(Misses::WhenEmpty, None)).await;
    assert_eq!(counts(&explanation), [Some(5), Some(2), Some(1), Some(0)]);
    let first = stages(&explanation).get(1).expect("the first where");
    assert_eq!(names(&first.misses), ["a", "b", "c"]);
    let [nearest, ..] = first.misses.as_slice() else { return assert!(!first.misses.is_empty()) };
    assert_eq!(nearest.stopped.len(), 1);
    let stopped = nearest.stopped.first().expect("one condition");
    let test = Test::Compare { operator: ">=", threshold: Value::Long(10) };
    let found = vec![Found { condition: "n >= 10".to_owned(), values: vec![("n".to_owned(), Value::Long(9))], test }];
    assert_eq!((stopped.condition.as_str(), &stopped.found), ("n >= 10", &found));
    let second = stages(&explanation).get(2).expect("the second where");
    assert_eq!(names(&second.misses), ["d"]);
    let text = second.misses.first().and_then(|miss| miss.stopped.first()).and_then(|stopped| stopped.found.first());
    let value = text.map(|found| found.values.clone());
    assert_eq!(value, Some(vec![("what".to_owned(), Value::String("y".to_owned()))]));
}

#[tokio::test]
async fn misses_are_told_when_nothing_comes_out_or_always_or_never() {
    let some = format!("{HOSTS} | where n > 10");
    let told = |explanation: &Explanation| stages(explanation).get(1).map(|stage| stage.misses.len());
    assert_eq!(told(&explained(&some, &wanted(Misses::WhenEmpty, None)).await), Some(0));
    assert_eq!(told(&explained(&some, &wanted(Misses::Always, None)).await), Some(3));
    let none = format!("{some} | where n > 1000");
    assert_eq!(told(&explained(&none, &wanted(Misses::WhenEmpty, None)).await), Some(3));
    assert_eq!(told(&explained(&none, &wanted(Misses::Never, None)).await), Some(0));
    let two = Wanted { misses_max: 2, ..wanted(Misses::Always, None) };
    assert_eq!(told(&explained(&some, &two).await), Some(2));
}

/// A bool of an earlier `extend` says nothing; what it was made of does. 9 of 10, and of `or` every side.
#[tokio::test]
async fn a_bool_is_followed_to_where_it_was_computed() {
    let query =
        format!("{HOSTS} | extend often = n between (10 .. 20), lasting = minutes > 100 | where often or lasting");
    let explanation = explained(&format!("{query} | where host == 'a'"), &wanted(Misses::WhenEmpty, None)).await;
    let misses = &stages(&explanation).get(2).expect("the where").misses;
    let nearest = misses.first().expect("a miss");
    // e is 10 above 20 of often, half of it, and 10 short of 100, a tenth; a is 1 below 10, a tenth as well, and is no later miss.
    assert_eq!(names(misses).first(), Some(&"a"));
    let stopped = nearest.stopped.first().expect("a condition");
    assert!(stopped.is_any && stopped.condition == "often or lasting");
    let found: Vec<&str> = stopped.found.iter().map(|found| found.condition.as_str()).collect();
    assert_eq!(found, ["n between (10 .. 20)", "minutes > 100"]);
}

#[tokio::test]
async fn null_is_farther_than_any_value() {
    let query = "datatable(k: string, n: long)['null', long(null), 'far', 1] | where n > 1000000";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    assert_eq!(names(&stages(&explanation).get(1).expect("the where").misses), ["far", "null"]);
}

#[tokio::test]
async fn rows_that_are_alike_are_one_miss() {
    let query = "range x from 1 to 40 step 1 | project who = 'é', x | where x > 100";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    let misses = &stages(&explanation).last().expect("the where").misses;
    let [only] = misses.as_slice() else { return assert_eq!(misses.len(), 1) };
    assert_eq!((only.rows, names(misses)), (40, vec!["é"]));
    // Of numbers the nearest is shown: 40.
    let value = only.stopped.first().and_then(|stopped| stopped.found.first()).and_then(|found| found.values.first());
    assert_eq!(value.map(|(_, value)| value), Some(&Value::Long(40)));
}

/// Of x = 1 … 6 the even ones are followed: 2, 4 and 6. `x > 3` leaves 4 and 6; the groups of x % 3 are 1 (of 4), 0 (of 6) and 2 (of 5).
/// Two of three groups hold followed rows, and `k == 2` drops both.
#[tokio::test]
async fn followed_rows_are_followed_into_their_groups() {
    let query = "range x from 1 to 6 step 1 | where x > 3 | summarize n = count() by k = x % 3 | where k == 2";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, Some("x % 2 == 0"))).await;
    let followed: Vec<Option<u64>> = stages(&explanation).iter().map(|stage| stage.followed).collect();
    assert_eq!(followed, [Some(3), Some(2), Some(2), Some(0)]);
    let last = stages(&explanation).last().expect("the last stage");
    let told = explanation.followed.as_ref().expect("rows were followed");
    assert_eq!((told.rows, &told.end), (3, &End::DroppedAt(last.id)));
    assert_eq!(last.followed_misses.len(), 2);
    assert_eq!(counts(&explanation), [Some(6), Some(3), Some(3), Some(1)]);
}

#[tokio::test]
async fn followed_rows_come_out_or_are_lost_or_not_there() {
    let of = |query: &'static str, why: &'static str| async move {
        explained(query, &wanted(Misses::WhenEmpty, Some(why))).await.followed.map(|followed| followed.end)
    };
    let joined = "let t = datatable(k: long, v: long)[1, 1, 2, 2]; t | join kind=leftouter (t | where v > 1) on k | sort by k desc";
    assert_eq!(of(joined, "v == 1").await, Some(End::CameOut(1)));
    assert_eq!(of("range x from 1 to 3 step 1 | where x > 1", "x == 7").await, Some(End::NotThere));
    let scanned = "range x from 1 to 3 step 1 | sort by x asc | scan with (step s: true;)";
    assert!(matches!(of(scanned, "x == 1").await, Some(End::LostAt(_))));
}

#[tokio::test]
async fn a_predicate_that_is_none_is_refused() {
    let engine = engine();
    for (query, why) in [
        ("range x from 1 to 3 step 1", "y == 1"),
        ("range x from 1 to 3 step 1", "x +"),
        ("range x from 1 to 3 step 1", "x == 1) | project (x"),
        ("range x from 1 to 3 step 1", "x"),
        ("print 1", "1 == 1"),
    ] {
        let wanted = wanted(Misses::Never, Some(why));
        let refused = engine.explain(&Request::new(query, 0), Arc::new(NoTables), &wanted).await;
        assert!(matches!(refused, Err(Error::Query(_))), "{query}, {why}: {refused:?}");
    }
}

#[tokio::test]
async fn without_data_there_are_stages_and_columns() {
    let query = format!("{HOSTS} | where n > 5 | summarize count() by what");
    let explanation = explained(&query, &Wanted { runs: false, ..wanted(Misses::WhenEmpty, None) }).await;
    assert_eq!(counts(&explanation), [None, None, None]);
    let columns: Vec<&str> = stages(&explanation)
        .last()
        .map(|stage| stage.columns.iter().map(|column| column.name.as_str()).collect())
        .unwrap_or_default();
    assert_eq!(columns, ["what", "count_"]);
    assert!(explanation.plans.is_empty());
}

/// Both sides have rows and no key in common.
#[tokio::test]
async fn sides_of_a_join_that_do_not_meet_are_told() {
    let query = "datatable(k: string)['a', 'b'] | join kind=inner (datatable(k: string)['B']) on k";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    let notes = stages(&explanation).last().map(|stage| stage.notes.clone()).unwrap_or_default();
    assert!(notes.iter().any(|note| note.contains("left side") && note.contains("\"a\"; \"b\"")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("right side") && note.contains("\"B\"")), "{notes:?}");
    let query = "datatable(k: string)['a'] | join kind=inner (datatable(k: string)[]) on k";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    let notes = stages(&explanation).last().map(|stage| stage.notes.clone()).unwrap_or_default();
    assert_eq!(notes, ["the right side has no row"]);
    // Every row meets one, so that none is left: there is nothing to explain.
    let query = "datatable(k: string)['a'] | join kind=leftanti (datatable(k: string)['a']) on k";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    assert_eq!(stages(&explanation).last().map(|stage| (stage.rows, stage.notes.len())), Some((Some(0), 0)));
}

#[tokio::test]
async fn texts_that_a_pattern_does_not_fit_are_told() {
    let query = "datatable(t: string)['a=1', 'b=2'] | parse-where t with 'x=' x: long";
    let explanation = explained(query, &wanted(Misses::WhenEmpty, None)).await;
    let notes = stages(&explanation).last().map(|stage| stage.notes.join(" ")).unwrap_or_default();
    assert!(notes.contains("\"a=1\"; \"b=2\""), "{notes}");
}
