//! Operators: schema in, schema out.

use semantics::bound::{ExprKind, TableKind};
use semantics::value::Value;

use crate::{bind, check};

#[test]
fn extend_replaces_in_place_and_appends() {
    check("U | extend y = s, z = x", "x:long, s:string, y:string, z:long");
    check("U | extend tostring(x)", "x:string, s:string, y:int");
    check("U | extend a = 1, b = a + 1", "KS142 at a");
    check("U | extend a = 1, a = 2", "KS171 at a");
}

#[test]
fn project_and_its_family() {
    check("U | project-away s, y*", "x:long");
    check("U | project-away q*", "KS142 at q*");
    check("U | project-keep y, x", "x:long, y:int");
    check("U | project-rename z = s", "x:long, z:string, y:int");
    check("U | project-rename y = s", "KS171 at y");
    check("U | project-by-names dynamic(['y', 'nope', 'x'])", "y:int, x:long");
    check("W | project-reorder b, *", "b:dynamic, a:string, a10:int, a2:int, ab:long");
    check("W | project-reorder a* desc", "ab:long, a2:int, a10:int, a:string, b:dynamic");
    check("W | project-reorder a* granny-asc", "a:string, a2:int, a10:int, ab:long, b:dynamic");
}

#[test]
fn summarize_splits_expressions_around_aggregates() {
    check("T | summarize share = 1.0 * countif(b) / count(), n = count() by s", "s:string, share:real, n:long");
    let (bound, _) = bind("T | summarize n = count(), m = count() + 1 by s", false);
    let bound = bound.expect("the query is right");
    let TableKind::Project { input, .. } = &bound.results[0].kind else { unreachable!("a projection over the groups") };
    let TableKind::Summarize { aggregates, .. } = &input.kind else { unreachable!("groups under the projection") };
    assert_eq!(aggregates.len(), 1, "the same call is computed once");
}

#[test]
fn summarize_wants_aggregates_and_plain_keys() {
    check("T | summarize x by s", "KS236 at x");
    check("T | summarize sum(count())", "KS144 at count");
    check("T | summarize count() by d", "KS116 at d");
    check("T | where count() > 1", "KS144 at count");
    check("T | summarize by s", "s:string");
}

#[test]
fn counting_and_distinct() {
    check("T | count", "Count:long");
    check("T | count as n", "n:long");
    check("T | distinct s, x", "s:string, x:long");
    check("U | distinct *", "x:long, s:string, y:int");
    check("T | distinct *", "KS116 at *");
    check("T | sample-distinct 3 of s", "s:string");
    check("T | top-hitters 3 of s", "s:string, approximate_count_s:long");
    check("T | top-hitters 3 of s by x", "s:string, approximate_sum_x:long");
}

/// The page of `sort`: descending by default; nulls first when ascending, last when descending.
#[test]
fn sort_defaults() {
    let (bound, _) = bind("T | sort by x, s asc, t desc nulls first", false);
    let TableKind::Sort { keys, .. } = &bound.expect("the query is right").results[0].kind else {
        unreachable!("a sort")
    };
    let shown: Vec<(bool, bool)> = keys.iter().map(|key| (key.descending, key.nulls_first)).collect();
    assert_eq!(shown, [(true, false), (false, true), (true, true)]);
    check("T | sort by d", "KS116 at d");
}

#[test]
fn counts_are_whole_numbers() {
    check("let n = 5; U | take n", "x:long, s:string, y:int");
    check("U | take 1.5", "KS134 at 1.5");
}

#[test]
fn union_brings_columns_together() {
    check("union U, V", "x_long:long, x_string:string, s:string, y:int");
    check("union withsource=Source U, V", "Source:string, x_long:long, x_string:string, s:string, y:int");
    // The page of `union`: `kind=inner` keeps the columns that all inputs have.
    check("union kind=inner U, (V | project-away x)", "y:int");
    check("union isfuzzy=true U, Missing", "warning KS205 at Missing; x:long, s:string, y:int");
    check("union U, Missing", "KS204 at Missing");
    check("U | union (V | project y)", "x:long, s:string, y:int");
}

/// Recorded: `union withsource` names tabular variables and expressions by their place, and so does `search` after a pipe. The page of
/// `union` names views by their name.
#[test]
fn rows_of_expressions_come_from_numbered_arguments() {
    let sources = |query: &str| -> Vec<String> {
        let mut table = bind(query, false).0.expect("the query is right").results.remove(0);
        if let TableKind::Filter { input, .. } = table.kind {
            table = *input;
        }
        let TableKind::Union { inputs } = table.kind else { unreachable!("a union") };
        let named = inputs.into_iter().map(|input| match input.kind {
            TableKind::Project { columns, .. } => match columns.into_iter().next().map(|column| column.kind) {
                Some(ExprKind::Constant(Value::String(name))) => name,
                _ => String::new(),
            },
            _ => String::new(),
        });
        named.collect()
    };
    assert_eq!(
        sources("let A = datatable(x: long) [1]; union withsource=S U, A, (V | take 1)"),
        ["U", "union_arg1", "union_arg2"]
    );
    assert_eq!(sources("let A = view () { print x = 1 }; union withsource=S A, U"), ["A", "U"]);
    assert_eq!(sources("print x = 1 | search 'needle'"), ["search_arg0"]);
    assert_eq!(sources("U | search 'needle'"), ["U"]);
}

/// Example of the page of `union`: a column that is really called `x_long` keeps its name.
#[test]
fn union_numbers_the_made_up_name() {
    check("union (print x = 1), (print x = int(2)), (print x_long = 3)", "x_long1:long, x_int:int, x_long:long");
}

#[test]
fn mv_expand_replaces_or_adds() {
    check("T | project x, d | mv-expand d to typeof(long)", "x:long, d:long");
    check("T | project x, d | mv-expand e = d.list to typeof(string), d", "x:long, d:dynamic, e:string");
    check("T | project x, d | mv-expand with_itemindex=n d", "x:long, d:dynamic, n:long");
    check("T | mv-expand s", "KS141 at s");
    check("T | mv-expand with_itemindex=x d", "KS171 at x");
}

#[test]
fn parse_adds_or_replaces() {
    check("U | parse s with * 'a' n: long 'b' rest", "x:long, s:string, y:int, n:long, rest:string");
    check("U | parse s with 'a' y: string", "x:long, s:string, y:string");
    check("U | parse s with 'a' n 'b' n", "KS171 at n");
}

#[test]
fn getschema_lists_columns() {
    let (bound, _) = bind("U | getschema", false);
    let TableKind::Rows { rows } = &bound.expect("the query is right").results[0].kind else { unreachable!("rows") };
    let names: Vec<&Value> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(names, [&Value::String("x".into()), &Value::String("s".into()), &Value::String("y".into())]);
}

/// The page of the window functions: their input must be serialized; the emulator refuses it otherwise.
#[test]
fn window_functions_need_an_order() {
    check("U | sort by x asc | extend n = row_number(), p = prev(s)", "x:long, s:string, y:int, n:long, p:string");
    check("U | serialize | where x != prev(x)", "x:long, s:string, y:int");
    check("U | extend n = row_number()", "VD2003 at row_number");
    check("U | serialize | summarize sum(prev(x))", "VD2003 at prev");
}

#[test]
fn a_window_function_may_be_an_argument_of_another() {
    let (bound, _) = bind("U | sort by s asc | serialize n = row_number(1, s != prev(s))", false);
    let TableKind::Project { input, .. } = &bound.expect("the query is right").results[0].kind else {
        unreachable!("a projection")
    };
    let TableKind::Window { input, columns } = &input.kind else { unreachable!("row_number on top") };
    assert_eq!(columns[0].function, "row_number");
    let TableKind::Window { columns, .. } = &input.kind else { unreachable!("prev under it") };
    assert_eq!(columns[0].function, "prev");
}

#[test]
fn long_chains_are_balanced() {
    let terms: Vec<String> = (0..600).map(|n| format!("x == {n}")).collect();
    let (bound, _) = bind(&format!("U | where {}", terms.join(" or ")), false);
    let TableKind::Filter { predicate, .. } = &bound.expect("the query is right").results[0].kind else {
        unreachable!("a filter")
    };
    fn height(kind: &ExprKind) -> usize {
        match kind {
            ExprKind::Or(left, right) => 1 + height(&left.kind).max(height(&right.kind)),
            _ => 0,
        }
    }
    assert_eq!(height(&predicate.kind), 10, "600 terms fit into ten levels");
}

#[test]
fn several_results() {
    let (bound, _) = bind("U | fork (count) (where x > 1)", false);
    let bound = bound.expect("the query is right");
    assert_eq!((bound.shared.len(), bound.results.len()), (1, 2));
    check("U | facet by s with (take 1)", "x:long, s:string, y:int");
    check("print 1; print a = 2", "a:long");
}

#[test]
fn search_looks_into_named_tables() {
    check(
        "search in (U, V) 'needle' and x_string == 'a'",
        "$table:string, x_long:long, x_string:string, s:string, y:int",
    );
    check("search 'needle' | count", "Count:long");
    check("search RemotePort == 1 | distinct $table", "$table:string");
    check("U | search s: 'needle'", "$table:string, x:long, s:string, y:int");
    check("U | where * has 'needle'", "x:long, s:string, y:int");
}

#[test]
fn render_is_kept_aside() {
    let (bound, _) = bind("U | count | render timechart with (title='All of them')", false);
    let render = bound.expect("the query is right").render.expect("there is a chart");
    assert_eq!(render.chart, "timechart");
    assert_eq!(render.properties, [("title".to_owned(), "All of them".to_owned())]);
}

/// A union of a thousand tables has ten thousand columns; it is built with those that the query uses.
#[test]
fn wide_unions_have_the_columns_that_are_used() {
    let columns: Vec<String> = (0..1_100).map(|n| format!("c{n}: long")).collect();
    let names = vec!["Wide"; 100].join(", ");
    let query = format!(
        "let Wide = datatable({}) []; union withsource=S {names} | where c5 > 1 | extend z = c9 + 1 | sort by c7 | project S, z | take 5",
        columns.join(", ")
    );
    check(&query, "S:string, z:long");
    let (bound, _) = bind(&query, false);
    let mut table = bound.expect("the query is right").results.remove(0);
    loop {
        table = match table.kind {
            TableKind::Take { input, .. }
            | TableKind::Project { input, .. }
            | TableKind::Sort { input, .. }
            | TableKind::Filter { input, .. } => *input,
            TableKind::Union { inputs } => {
                let names: Vec<&str> = inputs[99].schema.iter().map(|column| column.name.as_str()).collect();
                assert_eq!(names, ["S", "c7", "c9"], "the filter went below, and its column is not needed any more");
                return;
            }
            other => unreachable!("{other:?} is none of the query's operators"),
        };
    }
}

/// The emulator's `withsource` column for tabular variables, and the example of the page of `union` for views.
#[test]
fn sources_have_names() {
    fn sources(query: &str) -> Vec<Value> {
        let (bound, _) = bind(query, false);
        let TableKind::Union { inputs } = bound.expect("the query is right").results.remove(0).kind else {
            unreachable!("a union")
        };
        let first = |kind| match kind {
            TableKind::Project { columns, .. } => columns.into_iter().next().map(|column| column.kind),
            _ => None,
        };
        inputs
            .into_iter()
            .filter_map(|input| match first(input.kind) {
                Some(ExprKind::Constant(value)) => Some(value),
                _ => None,
            })
            .collect()
    }
    let text = |name: &str| Value::String(name.to_owned());
    assert_eq!(sources("let A = U | take 1; union withsource=S A, (V)"), [text("union_arg0"), text("V")]);
    assert_eq!(
        sources("let A = view () { print x = 1 }; union withsource=S A, (print 1)"),
        [text("A"), text("union_arg1")]
    );
}

#[test]
fn make_series_gives_arrays() {
    check("T | make-series sum(x) on t from ago(7d) to now() step 1d by s", "s:string, sum_x:dynamic, t:dynamic");
    check(
        "T | make-series n = count() default = 0, avg(r) default = 1 on x from 1 to 9 step 2",
        "n:dynamic, avg_r:dynamic, x:dynamic",
    );
    check("T | make-series kind=nonempty n = count() on ts from 0s to 1h step 5m", "n:dynamic, ts:dynamic");
    check(
        "T | make-series n = count() on t in range(ago(7d), now(), 1d) by s, tolower(s)",
        "s:string, Column1:string, n:dynamic, t:dynamic",
    );
    check("T | make-series n = count() on day = t from ago(7d) to now() step 1d", "n:dynamic, day:dynamic");
    check("T | make-series n = count() on s from 1 to 9 step 2", "KS106 at s");
    check("T | make-series n = count() on x from 1 to y step 2", "KS142 at y");
    check("T | make-series n = sum(s) on x from 1 to 9 step 2", "KS138 at s");
    check("T | make-series count() on x from 1 to 9 step 2 by d", "KS116 at d");
}

/// The example of the page of `search` over views: only what has the column is looked into.
#[test]
fn search_by_column_looks_where_the_column_is() {
    check(
        "let A = view () { range Mine from 1 to 10 step 1 }; let B = view () { print Mine = 5, More = 1 }; search Mine == 5",
        "$table:string, Mine:long, More:long",
    );
    check("search * | summarize count() by $table", "$table:string, count_:long");
    check("search RemotePort == 443 and RemoteUrl has 'x' | summarize count() by $table", "$table:string, count_:long");
}

#[test]
fn graphs_are_bound_to_their_tables() {
    let graph = "U | make-graph x --> y with U on x";
    check(
        &format!("{graph} | graph-match (a)-[e]->(b) project a.s, n = e.y, d = node_degree_in(b)"),
        "a_s:string, n:int, d:long",
    );
    check(
        &format!(
            "{graph} | graph-match (a)-[p*1..3]->(b) where a.x > 1 and a.x + b.x > 2 and all(p, y > 1) project m = map(p, s), o = any(inner_nodes(p), s == 'v')"
        ),
        "m:dynamic, o:bool",
    );
    check(&format!("{graph} | graph-shortest-paths (a)-[p*1..3]-(b) project i = node_id(a)"), "i:long");
    check(
        &format!("{graph} | graph-mark-components | graph-to-table nodes"),
        "x:long, s:string, y:int, ComponentId:long",
    );
    check(&format!("{graph} | graph-to-table edges"), "x:long, s:string, y:int");
    check(&format!("{graph} | graph-match (a)-->(b) project c.x"), "KS142 at c");
    check(&format!("{graph} | graph-match (a)-[a]->(b) project b.x"), "KS201 at a");
    check(&format!("{graph} | count"), "KS110 at count");
    check("U | graph-to-table edges", "KS110 at graph-to-table");
}
