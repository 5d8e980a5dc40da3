//! The formatter: the layout, that comments stay, that formatting twice changes nothing and never changes the tree.

use crate::Noise;
use syntax::{format, outline, parse};

/// Formats, compares, and formats again.
fn check(kql: &str, expect: &str) {
    let formatted = format(kql).expect("the query has no errors");
    assert_eq!(formatted, expect, "{kql}");
    assert_stable(kql);
}

fn assert_stable(kql: &str) {
    let formatted = format(kql).expect("the query has no errors");
    assert_eq!(outline(&parse(&formatted).query), outline(&parse(kql).query), "the tree changed: {kql}");
    assert_eq!(format(&formatted).as_deref(), Some(formatted.as_str()), "not stable: {kql}");
}

/// The layout is our choice; Kusto has none. What fits stands on one line, the operators of a statement on lines of their own.
#[test]
fn layout() {
    for (kql, expect) in [
        ("T", "T\n"),
        ("", ""),
        ("T|where a==1|take 5", "T\n| where a == 1\n| take 5\n"),
        ("let x=5;T|take x", "let x = 5;\nT\n| take x\n"),
        ("let x =5;\n\n\n\nT", "let x = 5;\n\nT\n"),
        ("print a=-1,b= - c,d=e-f, g = -h", "print a = -1, b = -c, d = e - f, g = -h\n"),
        ("T|extend a=f ( x,y ),b=c [0] .d['e']", "T\n| extend a = f(x, y), b = c[0].d['e']\n"),
        ("T|join kind = inner (U|take 1) on a", "T\n| join kind=inner (U | take 1) on a\n"),
        ("let f=(a:int,T:(*)){T|where b==a};f(1)", "let f = (a: int, T: (*)) { T | where b == a };\nf(1)\n"),
        ("T|project-away a*|project-reorder b granny-asc", "T\n| project-away a*\n| project-reorder b granny-asc\n"),
        ("T|where a between(1..2)", "T\n| where a between (1 .. 2)\n"),
        ("print dynamic( {\"a\":[1,-2]} )", "print dynamic({\"a\": [1, -2]})\n"),
        ("T|where a in~(\"x\",'y')", "T\n| where a in~ (\"x\", 'y')\n"),
        (
            "inline_external_table(a:string) kind=storage  dataformat=csv ('x') with(includeHeaders = 'All')|take 1",
            "inline_external_table(a:string) kind=storage  dataformat=csv ('x') with(includeHeaders = 'All')\n| take 1\n",
        ),
        ("datatable(a:string)['x']", "datatable(a: string) ['x']\n"),
        ("T|evaluate f():(*,a:long)", "T\n| evaluate f() : (*, a: long)\n"),
        (
            "T|make-graph a-->b with N on id|graph-match (x)-[p*1..3]->(y) where x.a==1 and all(p, b>-1)\n  project x.a|count",
            "T\n| make-graph a-->b with N on id\n| graph-match (x)-[p*1..3]->(y) where x.a==1 and all(p, b>-1)\n  project x.a\n| count\n",
        ),
        (".show   tables  |  count", ".show   tables  |  count\n"),
        (".set x<|T|take 1", ".set x <|\nT\n| take 1\n"),
        ("#connect x\nT", "#connect x\nT\n"),
    ] {
        check(kql, expect);
    }
}

#[test]
fn what_does_not_fit_breaks() {
    check(
        "T | where Alpha == 'a long enough text to fill the line' and Beta == 'another text that is long' or Gamma == 'and a third one'",
        "T\n| where Alpha == 'a long enough text to fill the line' and Beta == 'another text that is long'\n    \
         or Gamma == 'and a third one'\n",
    );
    check(
        "T | summarize Count = count(), FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated), Names = make_set(Name) by Host",
        "T\n| summarize\n    Count = count(),\n    FirstSeen = min(TimeGenerated),\n    LastSeen = max(TimeGenerated),\n    \
         Names = make_set(Name)\n    by Host\n",
    );
    check(
        "T | project Aaaaaaaaaaaaaaaa, Bbbbbbbbbbbbbbbbbbbb, Cccccccccccccccccc, Dddddddddddddddddd, Eeeeeeeeeeeeeeeee, Ffffffffffffffff, G",
        "T\n| project Aaaaaaaaaaaaaaaa, Bbbbbbbbbbbbbbbbbbbb, Cccccccccccccccccc, Dddddddddddddddddd, Eeeeeeeeeeeeeeeee,\n    \
         Ffffffffffffffff, G\n",
    );
    check(
        "T | join (U | where a | project b | distinct c) on d",
        "T\n| join (\n    U\n    | where a\n    | project b\n    | distinct c\n) on d\n",
    );
    check(
        "T | join (U) on Alphaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, $left.Betaaaaaaaaaaaaaaaaaaaaa == $right.Gammaaaaaaaaaaaaaaaaaaaa, Delta",
        "T\n| join (U) on Alphaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, $left.Betaaaaaaaaaaaaaaaaaaaaa == $right.Gammaaaaaaaaaaaaaaaaaaaa,\n    Delta\n",
    );
    // A comma of the list is none of the parentheses around it, which break because there are three operators.
    check(
        "T | join (U | where a | join V on b, c | facet by d, e) on f",
        "T\n| join (\n    U\n    | where a\n    | join V on b, c\n    | facet by d, e\n) on f\n",
    );
    check(
        "T | extend Sum = Alphaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + Betaaaaaaaaaaaaaaaaaaaaaaaaaaa + Gammaaaaaaaaaaaaaaaaaaaaaaaa + Delta",
        "T\n| extend Sum = Alphaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + Betaaaaaaaaaaaaaaaaaaaaaaaaaaa + Gammaaaaaaaaaaaaaaaaaaaaaaaa\n    + Delta\n",
    );
    check(
        "find in (T, U) where Alphaaaaaaaaaaaaaaaaaaaaaaaa == 'some text that is long' project Betaaaaaaaaaaaaaaaaaaaaaa, Gammaaaaaaaaaaa",
        "find in (T, U) where Alphaaaaaaaaaaaaaaaaaaaaaaaa == 'some text that is long'\n    project Betaaaaaaaaaaaaaaaaaaaaaa, Gammaaaaaaaaaaa\n",
    );
    check(
        "let f = (a: int) { let b = a; T | where c == b }; f(1)",
        "let f = (a: int) {\n    let b = a;\n    T | where c == b\n};\nf(1)\n",
    );
    check(
        "let T2 = T | where a | project b | take 1; T2",
        "let T2 =\n    T\n    | where a\n    | project b\n    | take 1;\nT2\n",
    );
    check(
        "T | extend a = case(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == 1, 'one', bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb == 2, 'two', 'neither one')",
        "T\n| extend a = case(\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == 1, 'one',\n    \
         bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb == 2, 'two',\n    'neither one'\n)\n",
    );
    check(
        "datatable(Name: string, Value: long, Text: string) ['a rather long name', 1, 'some text', 'another rather long name', 2, 'some more text']",
        "datatable(Name: string, Value: long, Text: string) [\n    'a rather long name', 1, 'some text',\n    \
         'another rather long name', 2, 'some more text'\n]\n",
    );
}

#[test]
fn comments_stay_where_they_stood() {
    check(
        "// first\n\n// second\nT // here\n| take 5 // there\n// last",
        "// first\n\n// second\nT // here\n| take 5 // there\n// last\n",
    );
    check("T\n//| where a\n| take 5", "T\n//| where a\n| take 5\n");
    check("print f(a, // why\n b)", "print f(\n    a, // why\n    b\n)\n");
    check("T | project a // one\n, b", "T\n| project a // one\n    , b\n");
    check("let x = 1; // one\n// two\nT", "let x = 1; // one\n// two\nT\n");
    check("T | where a in ('x',\n'y'\n//, 'z'\n)", "T\n| where a in (\n    'x', 'y'\n    //, 'z'\n)\n");
    check("let f = () { T\n// | take 1\n}; f", "let f = () {\n    T\n    // | take 1\n};\nf\n");
    check("T | where // why\n a", "T\n| where // why\n    a\n");
}

/// A comment is put into every gap of a query: none may be lost, and the tree may not change.
#[test]
fn a_comment_in_any_gap_stays() {
    for kql in [
        "let f = (a: int) { let b = a; T | where c == b and d }; f(1) | summarize x = count(), y by z, w",
        "T | join kind=inner (U | project a, b) on $left.a == $right.b | parse c with 'x' y: long 'z' *",
        "union isfuzzy=true T*, (U | take 1) | mv-apply a on (where a > 1) | extend d = dynamic([1, {'a': -2}])",
        "T | make-series n = count() default = 0 on t from a to b step 1h by c | project-reorder d granny-asc",
        "datatable(a: string, b: long)['x', 1, 'y', 2] | sort by a asc nulls last | evaluate f(b) : (*, c: long)",
    ] {
        let starts: Vec<u32> = parse(kql).tokens.iter().map(|token| token.span.start).collect();
        for start in starts {
            let (before, after) = kql.split_at(start as usize);
            for comment in [" // note\n", "\n// note\n"] {
                let commented = format!("{before}{comment}{after}");
                // Inside a keyword or an option a comment is an error, as in Kusto.
                let parsed = parse(&commented);
                if parsed.errors.is_empty() && outline(&parsed.query) == outline(&parse(kql).query) {
                    assert_stable(&commented);
                    let formatted = format(&commented).expect("it has no errors");
                    assert_eq!(formatted.matches("// note").count(), 1, "{commented}\n{formatted}");
                    assert_ne!(formatted, commented, "given back as it was: {commented}");
                }
            }
        }
    }
}

#[test]
fn texts_with_errors_are_not_formatted() {
    assert_eq!(format("T | | take 5"), None);
    assert_eq!(format("print 'a"), None);
}

/// Blanks are put in and left out at random; the layout must come out the same.
#[test]
fn blanks_do_not_matter() {
    let kql = "let a = T | where b == 1 and c in ('x', 'y') ; a | summarize n = count() by d , bin(t, 1h) | extend e = f(n, -1)";
    let expect = format(kql).expect("it has no errors");
    let mut noise = Noise(7);
    for _ in 0..200 {
        let spaced: String = kql
            .split(' ')
            .map(|piece| format!("{piece}{}", [" ", "  ", "\n", "\t", "\r\n", "\u{a0}"][noise.below(6)]))
            .collect();
        assert_eq!(format(&spaced).as_deref(), Some(expect.as_str()), "{spaced:?}");
    }
}
