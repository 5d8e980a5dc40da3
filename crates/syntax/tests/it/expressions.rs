//! Scalar expressions: how operators bind, names, paths, calls.
//!
//! Precedence is that of Kusto's published grammar (github.com/microsoft/Kusto-Query-Language, grammar/Kql.g4): `or`, `and`, equality and
//! lists, relations, sums, products, text operators, signs. Comparisons do not chain there.

use crate::check_all;

/// Trees, bound as Kusto's grammar says.
#[test]
fn expressions() {
    check_all(&[
        ("print a or b and c or not(d)", "(pipe (print (or (or a (and b c)) (call not d))))"),
        (r#"print a + b has "x""#, r#"(pipe (print (+ a (has b "x"))))"#),
        ("print a * b + c / d % e - f", "(pipe (print (- (+ (* a b) (% (/ c d) e)) f)))"),
        ("print a - b - c", "(pipe (print (- (- a b) c)))"),
        ("print -a + +b, -1, -(c)", "(pipe (print (+ (minus a) (plus b)) (minus 1) (minus (paren c))))"),
        ("print -a.b[0]", "(pipe (print (minus (index (. a b) 0))))"),
        ("print a == b and c != d or e <> f", "(pipe (print (or (and (== a b) (!= c d)) (!= e f))))"),
        ("print a < b, a <= b, a > b, a >= b", "(pipe (print (< a b) (<= a b) (> a b) (>= a b)))"),
        ("print a + 1 < b * 2 and c", "(pipe (print (and (< (+ a 1) (* b 2)) c)))"),
        ("print a < b == c", "(pipe (print (== (< a b) c)))"),
        ("print a =~ b, a !~ b", "(pipe (print (=~ a b) (!~ a b)))"),
        (
            "print a has b, a !has b, a has_cs b, a !has_cs b",
            "(pipe (print (has a b) (!has a b) (has_cs a b) (!has_cs a b)))",
        ),
        (
            "print a hasprefix b, a !hasprefix b, a hasprefix_cs b, a !hasprefix_cs b",
            "(pipe (print (hasprefix a b) (!hasprefix a b) (hasprefix_cs a b) (!hasprefix_cs a b)))",
        ),
        (
            "print a hassuffix b, a !hassuffix b, a hassuffix_cs b, a !hassuffix_cs b",
            "(pipe (print (hassuffix a b) (!hassuffix a b) (hassuffix_cs a b) (!hassuffix_cs a b)))",
        ),
        (
            "print a contains b, a !contains b, a contains_cs b, a !contains_cs b",
            "(pipe (print (contains a b) (!contains a b) (contains_cs a b) (!contains_cs a b)))",
        ),
        (
            "print a notcontains b, a containscs b, a notcontainscs b",
            "(pipe (print (!contains a b) (contains_cs a b) (!contains_cs a b)))",
        ),
        (
            "print a startswith b, a !startswith b, a startswith_cs b, a !startswith_cs b",
            "(pipe (print (startswith a b) (!startswith a b) (startswith_cs a b) (!startswith_cs a b)))",
        ),
        (
            "print a endswith b, a !endswith b, a endswith_cs b, a !endswith_cs b",
            "(pipe (print (endswith a b) (!endswith a b) (endswith_cs a b) (!endswith_cs a b)))",
        ),
        (
            r#"print a like "x*", a notlike "x*", a likecs "x*", a notlikecs "x*""#,
            r#"(pipe (print (like a "x*") (notlike a "x*") (likecs a "x*") (notlikecs a "x*")))"#,
        ),
        (r#"print a matches regex "x""#, r#"(pipe (print (matches regex a "x")))"#),
        (
            r#"print a in ("x", "y"), a !in (1), a in~ ("x"), a !in~ (b)"#,
            r#"(pipe (print (in a "x" "y") (!in a 1) (in~ a "x") (!in~ a b)))"#,
        ),
        ("print a in (T | project b)", "(pipe (print (in a (pipe T (project b)))))"),
        ("print a in ((T | project b))", "(pipe (print (in a (paren (pipe T (project b))))))"),
        ("print a in (range x from 1 to 3 step 1)", "(pipe (print (in a (pipe (range x 1 3 1)))))"),
        (
            r#"print a has_any ("x", b), a has_all (dynamic(["x"]))"#,
            r#"(pipe (print (has_any a "x" b) (has_all a (dynamic (array "x")))))"#,
        ),
        (
            "print a between (1 .. 2), a !between (b..c), a between (ago(1d)..now())",
            "(pipe (print (between a 1 2) (!between a b c) (between a (call ago 864000000000ticks) (call now))))",
        ),
        (
            r#"print a.b.c, a["b"], a.["b c"], a['b'].c[0][1].d, a.[0]"#,
            r#"(pipe (print (. (. a b) c) (index a "b") (. a ["b c"]) (. (index (index (. (index a "b") c) 0) 1) d) (index a 0)))"#,
        ),
        (r#"print ['a b'].['c d'], ["x"]"#, r#"(pipe (print (. ["a b"] ["c d"]) x))"#),
        (
            "print f(), f(a, b = 1, (T | take 1)), count(*), f(g(h(1)))",
            "(pipe (print (call f) (call f a (= b 1) (paren (pipe T (take 1)))) (call count *) (call f (call g (call h 1)))))",
        ),
        ("print (a), ((a + b) * c)", "(pipe (print (paren a) (paren (* (paren (+ a b)) c))))"),
        (
            "print toscalar(T | count), totable(T | count), materialize(T | count)",
            "(pipe (print (call toscalar (pipe T (count))) (call totable (pipe T (count))) (call materialize (pipe T (count)))))",
        ),
        (
            r#"print cluster("c").database("d").T, database("d").f(1).x"#,
            r#"(pipe (print (. (. (call cluster "c") (call database "d")) T) (. (. (call database "d") (call f 1)) x)))"#,
        ),
        (
            r#"print count, kind, where_, take, ["by"], type, format, order"#,
            "(pipe (print count kind where_ take by type format order))",
        ),
        ("T | where kind == count and limit > take", "(pipe T (where (and (== kind count) (> limit take))))"),
        ("T | extend by = 1, in = 2, where = 3, has = 4", "(pipe T (extend (= by 1) (= in 2) (= where 3) (= has 4)))"),
        (r#"T | where * has "x" and * == "y""#, r#"(pipe T (where (and (has * "x") (== * "y"))))"#),
        ("print 3tables, _x, $left, naïve", r#"(pipe (print ["3tables"] _x $left naïve))"#),
        ("print iff(a, b, c) + strlen(d)[0]", "(pipe (print (+ (call iff a b c) (index (call strlen d) 0))))"),
        (r#"T | where a has "x" // comment"#, r#"(pipe T (where (has a "x")))"#),
        ("print a == b or c == d or e == f", "(pipe (print (or (or (== a b) (== c d)) (== e f))))"),
        (
            "print typeof(string), f(typeof(a: string, *)), f(typeof(*))",
            "(pipe (print (typeof string) (call f (typeof * (: a string))) (call f (typeof *))))",
        ),
        ("(T | take 1) | count", "(pipe (paren (pipe T (take 1))) (count))"),
        ("T", "T"),
        ("1 + 1", "(+ 1 1)"),
    ]);
}
