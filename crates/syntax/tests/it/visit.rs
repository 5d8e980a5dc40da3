//! The walk reaches every expression that the outline shows.

use syntax::ast::{Expr, ExprKind, Operator, Statement, StatementKind};
use syntax::visit::{Visitor, walk_expr, walk_operator, walk_query, walk_statement};

/// Collects the names that stand for something.
#[derive(Default)]
struct Names {
    seen: Vec<String>,
    operators: usize,
    lets: usize,
}

impl Visitor for Names {
    fn visit_statement(&mut self, statement: &Statement) {
        self.lets += usize::from(matches!(statement.kind, StatementKind::Let { .. }));
        walk_statement(self, statement);
    }

    fn visit_operator(&mut self, operator: &Operator) {
        self.operators += 1;
        walk_operator(self, operator);
    }

    fn visit_expr(&mut self, expr: &Expr) {
        if let ExprKind::Name(name) = &expr.kind {
            self.seen.push(name.text.clone());
        }
        walk_expr(self, expr);
    }
}

/// Each query names `n1`, `n2`, … where an expression may stand, in the order of the text; none may be missed.
#[test]
fn every_name_is_seen_in_order() {
    for kql in [
        "let f = (a: int) { let b = n1; n2 | where n3 }; n4",
        "n1 | where n2 + n3 == -n4 and n5 in (n6, n7) or n8 between (n9 .. n10)",
        "n1 | extend a = f(n2, b = n3), c = n4[n5].d, e = (n6)",
        "n1 | summarize a = sum(n2) by n3, b = bin(n4, 1h)",
        "n1 | join kind=n2 (n3 | take n4) on n5, $left.a == $right.b",
        "n1 | lookup n2 on n3",
        "n1 | make-series sum(n2) default = n3 on n4 from n5 to n6 step n7 by n8",
        "n1 | mv-apply a = n2 limit n3 on (where n4)",
        "n1 | mv-expand n2, b = n3 limit n4",
        "n1 | parse kind=n2 n3 with * 'x' y",
        "n1 | parse-kv n2 as (a: string)",
        "n1 | partition by n2 (top n3 by n4)",
        "n1 | partition by n2 { n3 | count }",
        "n1 | project-away n2 | project-keep n3 | project-reorder n4 asc | project-rename a = n5 | project-by-names n6",
        "n1 | distinct n2, n3 | serialize a = n4 | sort by n5 asc, n6 | top n7 by n8",
        "n1 | sample n2 | sample-distinct n3 of n4 | top-hitters n5 of n6 by n7",
        "n1 | top-nested n2 of n3 with others = n4 by sum(n5), top-nested of n6 by n7",
        "n1 | scan order by n2 partition by n3 with (step s: n4 => a = n5;)",
        "n1 | reduce by n2 | facet by n3 with (where n4) | fork (where n5) (where n6)",
        "union n1, (n2 | where n3)",
        "find in (n1) where n2 project n3 project-away n4",
        "search in (n1) n2",
        "range x from n1 to n2 step n3",
        "print n1, a = n2 | evaluate f(n3) | invoke g(n4) | render c with (title=n5)",
        "externaldata(a: string)[n1] with (format=n2)",
        "inline_external_table (a: string) kind=n1 dataformat=n2 (n3) with (includeHeaders=n4)",
        "restrict access to (n1); set a = n2; alias database d = n3; .set T <| n4",
        "declare pattern p = (a: string) { (n1) = { n2 }; }",
    ] {
        // `$left` and `$right` are names too, of no interest here; so is the empty list of a set statement.
        let parsed = syntax::parse(kql);
        assert_eq!(parsed.errors, [], "{kql}");
        let mut names = Names::default();
        walk_query(&mut names, &parsed.query);
        names.seen.retain(|name| name.starts_with('n'));
        let expect: Vec<String> = (1..=names.seen.len()).map(|number| format!("n{number}")).collect();
        assert_eq!(names.seen, expect, "{kql}");
        let written = (1..20).take_while(|number| kql.contains(&format!("n{number}"))).count();
        assert_eq!(names.seen.len(), written, "{kql}");
    }
}

#[test]
fn operators_and_inner_statements_are_seen() {
    let parsed = syntax::parse("let f = () { let x = T | take 1; x | count }; f | where a | fork (take 1) (take 2)");
    let mut names = Names::default();
    walk_query(&mut names, &parsed.query);
    // take, count, where, fork, take, take.
    assert_eq!(names.operators, 6);
    assert_eq!(names.lets, 2);
}
