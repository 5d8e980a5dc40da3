//! `mv-apply` and `partition`: the schema that comes out, and what is refused.

use semantics::bound::{JoinKind, Table, TableKind};

use crate::{bind, check};

#[test]
fn mv_apply_adds_to_the_record() {
    check(
        "T | project x, s, d | mv-apply e = d to typeof(long) on (where e > 1)",
        "x:long, s:string, d:dynamic, e:long",
    );
    check("T | project x, s, d | mv-apply e = d to typeof(long) on (project e)", "x:long, s:string, d:dynamic, e:long");
    check(
        "T | project x, s, d | mv-apply e = d to typeof(long) on (summarize sum(e))",
        "x:long, s:string, d:dynamic, sum_e:long",
    );
    check("T | project x, s, d | mv-apply e = d on (count)", "x:long, s:string, d:dynamic, Count:long");
    check("T | project x, s, d | mv-apply e = d on (project-away s)", "x:long, s:string, d:dynamic, e:dynamic");
    check(
        "T | project x, s, d | mv-apply with_itemindex=i e = d on (top 1 by x)",
        "x:long, s:string, d:dynamic, e:dynamic, i:long",
    );
    check(
        "T | project x, d | mv-apply e = d to typeof(string), f = d on (summarize make_list(e), make_list(f))",
        "x:long, d:dynamic, list_e:dynamic, list_f:dynamic",
    );
}

#[test]
fn a_column_expanded_under_its_own_name_is_the_subquerys() {
    check("T | project d, x | mv-apply d on (where true)", "x:long, d:dynamic");
    check("T | project x, d, s | mv-apply d on (summarize q = make_list(d))", "x:long, s:string, q:dynamic");
    check("T | project x, d | mv-apply d to typeof(long) on (summarize d = sum(d) by k = d)", "x:long, k:long, d:long");
    check("T | project x, s, d | mv-apply e = d on (project s = e, q = x)", "x:long, s:dynamic, d:dynamic, q:long");
}

#[test]
fn mv_apply_nests() {
    check(
        "T | project x, d | mv-apply e = d on (mv-expand f = e.list to typeof(long) | summarize n = sum(f)) | mv-apply g = d on (take 1)",
        "x:long, d:dynamic, n:long, g:dynamic",
    );
}

#[test]
fn partition_gives_what_the_subquery_gives() {
    check("U | partition by s (extend z = 1 | where x > 1)", "x:long, s:string, y:int, z:long");
    check("U | partition by s (project x)", "x:long");
    check("U | partition by s (top 1 by x | summarize count() by y)", "y:int, count_:long");
    check("U | partition by s (summarize max(x) by s)", "s:string, max_x:long");
    check("T | partition by d (take 1)", "KS116 at d");
}

/// `summarize` without keys gives one row per subtable, also for one that a filter emptied: the aggregates of no rows.
#[test]
fn empty_subtables_have_their_row() {
    let (bound, _) =
        bind("T | project x, d | mv-apply e = d to typeof(long) on (where e > 1 | summarize n = count())", false);
    let bound = bound.expect("the query is right");
    fn has_anti_join(table: &Table) -> bool {
        match &table.kind {
            TableKind::Join(join) => {
                join.kind == JoinKind::LeftAnti || has_anti_join(&join.left) || has_anti_join(&join.right)
            }
            TableKind::Project { input, .. } => has_anti_join(input),
            TableKind::Union { inputs } => inputs.iter().any(has_anti_join),
            _ => false,
        }
    }
    assert!(has_anti_join(&bound.results[0]));
}

#[test]
fn what_cannot_mind_the_subtable_runs_for_each_by_itself() {
    for query in [
        "T | mv-apply d on (sort by x | extend n = row_number())",
        "T | mv-apply d on (join (U) on x)",
        "U | partition by s { V | where x == toscalar(s) }",
        "U | partition by s (as P | extend n = toscalar(P | count))",
    ] {
        let (bound, diagnostics) = bind(query, false);
        let has_each = bound.map(|bound| bound.shared.iter().chain(&bound.results).any(has_per_key));
        assert_eq!(has_each, Some(true), "{query}: {diagnostics:?}");
    }
    check("T | mv-apply x on (take 1)", "KS141 at x");
    check("U | partition by s { let z = 1; V }", "VD2001 at { let z = 1; V }");
}

fn has_per_key(table: &Table) -> bool {
    match &table.kind {
        TableKind::PerKey(_) => true,
        TableKind::Project { input, .. } => has_per_key(input),
        TableKind::Join(join) => has_per_key(&join.left) || has_per_key(&join.right),
        _ => false,
    }
}
