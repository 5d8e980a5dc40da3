//! Every tabular operator with its clauses. The queries follow the syntax lines of the operators' pages at learn.microsoft.com/kusto/query,
//! and the trees say what those pages say the clauses are.

use crate::check_all;

/// `as` to `mvexpand`.
#[test]
fn operators_from_a_to_m() {
    check_all(&[
        ("T | as hint.materialized=true Kept", "(pipe T (as (option hint.materialized true) Kept))"),
        ("T | assert-schema (a: string, b: long)", "(pipe T (assert-schema (: a string) (: b long)))"),
        ("T | consume decodeblocks=true", "(pipe T (consume (option decodeblocks true)))"),
        ("T | count", "(pipe T (count))"),
        ("T | count as Rows", "(pipe T (count Rows))"),
        ("T | distinct *", "(pipe T (distinct *))"),
        ("T | distinct a, b = tolower(c)", "(pipe T (distinct a (= b (call tolower c))))"),
        ("T | distinct hint.strategy=shuffle a", "(pipe T (distinct (option hint.strategy shuffle) a))"),
        ("T | evaluate bag_unpack(d)", "(pipe T (evaluate (call bag_unpack d)))"),
        (
            "T | evaluate hint.distribution=per_node pivot(a, count()) : (*, b: long)",
            "(pipe T (evaluate (option hint.distribution per_node) (call pivot a (call count)) (schema * (: b long))))",
        ),
        (r#"evaluate f("x")"#, r#"(pipe (evaluate (call f "x")))"#),
        (
            "T | extend a = 1, b, (c, d) = f(x), ['odd name'] = 2",
            r#"(pipe T (extend (= a 1) b (= c d (call f x)) (= ["odd name"] 2)))"#,
        ),
        ("T | facet by a, b", "(pipe T (facet a b))"),
        ("T | facet by a with (where b | take 5)", "(pipe T (facet a (subquery (where b) (take 5))))"),
        ("T | facet by a with take 5", "(pipe T (facet a (subquery (take 5))))"),
        (r#"find "x""#, r#"(pipe (find "x"))"#),
        (
            r#"find withsource=Source in (T, Sec*, database("d").U) where a == 1 project a, b: string, pack(*)"#,
            r#"(pipe (find (option withsource Source) (tables T (wildcard Sec*) (. (call database "d") U)) (== a 1) (project a (: b string) (call pack *))))"#,
        ),
        (r#"find in (T) where a has "x" project-smart"#, r#"(pipe (find (tables T) (has a "x")))"#),
        ("find where a project b project-away c, d*", "(pipe (find a (project b) (project-away c (wildcard d*))))"),
        (
            "T | fork (count) Named = (where a | take 1)",
            "(pipe T (fork (branch (subquery (count))) (branch Named (subquery (where a) (take 1)))))",
        ),
        ("T | getschema", "(pipe T (getschema))"),
        ("T | getschema kind=csl", r#"(pipe T (other getschema "kind=csl"))"#),
        (
            "T | make-graph a --> b with N on id, (M | where x) on key | count",
            "(pipe T (make-graph a b (with N id) (with (paren (pipe M (where x))) key)) (count))",
        ),
        ("T | make-graph a --> b with_node_id=name", "(pipe T (make-graph a b (option with_node_id name)))"),
        (
            "T | make-graph a --> b partitioned-by t (graph-match (a) project a.x) | count",
            "(pipe T (make-graph a b (partitioned-by t (subquery (graph-match (sequence (node a)) (project (. a x)))))) (count))",
        ),
        (
            "G | graph-match (a)-[e*1..3]->(b) where a.x == 1 project a.x",
            "(pipe G (graph-match (sequence (node a) (--> e (* 1 3)) (node b)) (where (== (. a x) 1)) (project (. a x))))",
        ),
        (
            "G | graph-match cycles=none (a)<--()-[*0..2]-(b)--(c), (a)<-[e]-(d)-->(['f g']) project n = b.x, a.y",
            "(pipe G (graph-match (option cycles none) (sequence (node a) (<--) (node) (-- (* 0 2)) (node b) (--) (node c)) (sequence (node a) (<-- e) (node d) (-->) (node [\"f g\"])) (project (= n (. b x)) (. a y))))",
        ),
        (
            "G | graph-shortest-paths output=all (a)-[e*1..5]-(b) project a.x",
            "(pipe G (graph-shortest-paths (option output all) (sequence (node a) (-- e (* 1 5)) (node b)) (project (. a x))))",
        ),
        (
            "G | graph-mark-components kind=weak with_component_id = c",
            "(pipe G (graph-mark-components (option kind weak) (option with_component_id c)))",
        ),
        (
            "G | graph-to-table nodes as N with_node_id=id, edges as E",
            "(pipe G (graph-to-table (part nodes N (option with_node_id id)) (part edges E)))",
        ),
        ("T | invoke f(1, x = 2)", "(pipe T (invoke (call f 1 (= x 2))))"),
        ("T | join U on a", "(pipe T (join U (on a)))"),
        (
            "T | join kind=leftouter hint.strategy=broadcast (U | where b) on $left.a == $right.b, c",
            "(pipe T (join (option kind leftouter) (option hint.strategy broadcast) (paren (pipe U (where b))) (on (== (. $left a) (. $right b)) c)))",
        ),
        ("T | join kind=cross U", "(pipe T (join (option kind cross) U))"),
        ("T | join (U) where a == b", "(pipe T (join (paren U) (where (== a b))))"),
        ("T | lookup kind=leftouter U on a", "(pipe T (lookup (option kind leftouter) U (on a)))"),
        (
            r#"T | lookup database("d").U on $left.a == $right.b"#,
            r#"(pipe T (lookup (. (call database "d") U) (on (== (. $left a) (. $right b)))))"#,
        ),
        (
            "macro-expand entity_group [a, b] as x (x.T | count)",
            r#"(pipe (other macro-expand "entity_group [a, b] as x (x.T | count)"))"#,
        ),
        (
            "T | make-series n = count() default = 0, avg(x) on t from a to b step 1h by c, d",
            "(pipe T (make-series (= n (call count)) (default 0) (call avg x) (on t) (from a) (to b) (step 36000000000ticks) (by c d)))",
        ),
        (
            "T | make-series kind=nonempty count() on t step 1d",
            "(pipe T (make-series (option kind nonempty) (call count) (on t) (step 864000000000ticks)))",
        ),
        (
            "T | make-series sum(x) on t in range(a, b, 1d) by c",
            "(pipe T (make-series (call sum x) (on t) in-range (from a) (to b) (step 864000000000ticks) (by c)))",
        ),
        (
            "T | mv-apply x on (where x > 1 | summarize max(x))",
            "(pipe T (mv-apply x (subquery (where (> x 1)) (summarize (call max x)))))",
        ),
        (
            "T | mv-apply with_itemindex=i a, e = b to typeof(long) limit 5 id 74be27de-1e4e-49d9-b579-fe0b331d3642 on (take 1)",
            r#"(pipe T (mv-apply (option with_itemindex i) a (to (= e b) long) (limit 5) (id guid("74be27de-1e4e-49d9-b579-fe0b331d3642")) (subquery (take 1))))"#,
        ),
        ("T | mvapply x on (take 1)", "(pipe T (mv-apply x (subquery (take 1))))"),
        ("T | mv-expand a", "(pipe T (mv-expand a))"),
        (
            "T | mv-expand kind=array bagexpansion=bag with_itemindex=i a = b to typeof(string), c limit 10",
            "(pipe T (mv-expand (option kind array) (option bagexpansion bag) (option with_itemindex i) (to (= a b) string) c (limit 10)))",
        ),
        ("T | mvexpand a", "(pipe T (mv-expand legacy a))"),
        (
            r#"T | parse a with * "from " from: string " to " to *"#,
            r#"(pipe T (parse a * "from " (: from string) " to " to *))"#,
        ),
        (
            r#"T | parse kind=regex flags=Ui a with @"\d+" n: long"#,
            r#"(pipe T (parse (option kind regex) (option flags Ui) a "\\d+" (: n long)))"#,
        ),
        (r#"T | parse-where a with "x=" x: int"#, r#"(pipe T (parse-where a "x=" (: x int)))"#),
        (
            r#"T | parse-kv a as (x: string, y: long) with (pair_delimiter=" ", quote='"')"#,
            r#"(pipe T (parse-kv (option pair_delimiter " ") (option quote "\"") a (: x string) (: y long)))"#,
        ),
        ("T | parse-kv a as (x: string)", "(pipe T (parse-kv a (: x string)))"),
        ("T | partition by a (top 1 by b)", "(pipe T (partition a (subquery (top 1 b))))"),
        (
            "T | partition hint.strategy=native by a (take 1 | project b)",
            "(pipe T (partition (option hint.strategy native) a (subquery (take 1) (project b))))",
        ),
    ]);
}

/// The rest.
#[test]
fn operators_from_m_to_z() {
    check_all(&[
        ("T | partition by a { U | where b == a }", "(pipe T (partition a (body (answer (pipe U (where (== b a)))))))"),
        (r#"print 1, x = "y""#, r#"(pipe (print 1 (= x "y")))"#),
        ("T | project a, b = c + 1", "(pipe T (project a (= b (+ c 1))))"),
        ("T | project", "(pipe T (project))"),
        ("T | project-away a, b*, *c", "(pipe T (project-away a (wildcard b*) (wildcard *c)))"),
        ("T | project-keep a, b*", "(pipe T (project-keep a (wildcard b*)))"),
        (r#"T | project-by-names "a", f(b)"#, r#"(pipe T (project-by-names "a" (call f b)))"#),
        (
            "T | project-rename new = old, ['new name'] = other",
            r#"(pipe T (project-rename (= new old) (= ["new name"] other)))"#,
        ),
        (
            "T | project-reorder a desc, b* granny-asc, c* granny-desc, d asc, *",
            "(pipe T (project-reorder (desc a) (granny-asc (wildcard b*)) (granny-desc (wildcard c*)) (asc d) *))",
        ),
        ("range x from 1 to 10 step 2", "(pipe (range x 1 10 2))"),
        (
            "range t from ago(1d) to now() step 1h | count",
            "(pipe (range t (call ago 864000000000ticks) (call now) 36000000000ticks) (count))",
        ),
        ("T | reduce by a", "(pipe T (reduce a (with)))"),
        (
            r#"T | reduce kind=mining by b = tostring(a) with threshold=0.2, characters="-""#,
            r#"(pipe T (reduce (option kind mining) (= b (call tostring a)) (with (option threshold 0.2) (option characters "-"))))"#,
        ),
        ("T | render timechart", "(pipe T (render timechart))"),
        (
            r#"T | render columnchart with (title="a b", ycolumns=x, y, xaxis=log)"#,
            r#"(pipe T (render (option title "a b") (option ycolumns (list x y)) (option xaxis log) columnchart))"#,
        ),
        (
            r#"T | render piechart kind=stacked title="x""#,
            r#"(pipe T (render (option kind stacked) (option title "x") piechart))"#,
        ),
        ("T | sample 10", "(pipe T (sample 10))"),
        ("T | sample-distinct 5 of a", "(pipe T (sample-distinct 5 a))"),
        ("T | scan with (step s: a == 1;)", "(pipe T (scan (step s (== a 1))))"),
        (
            r#"T | scan with_match_id=m order by t asc partition by k declare (n: long = 0, s: string) with (step start output=last: true => n = 1, s = "x"; step second optional: start.n > 0;)"#,
            r#"(pipe T (scan (option with_match_id m) (order (ordered t asc)) (partition k) (declare n long 0) (declare s string) (step start (output last) true (= n 1) (= s "x")) (step second optional (> (. start n) 0))))"#,
        ),
        (r#"search "x""#, r#"(pipe (search "x"))"#),
        (
            r#"T | search kind=case_sensitive "x" and a: "y" or b == 1"#,
            r#"(pipe T (search (option kind case_sensitive) (or (and "x" (colon a "y")) (== b 1))))"#,
        ),
        (r#"search in (T, U*) * has "x""#, r#"(pipe (search (tables T (wildcard U*)) (has * "x")))"#),
        ("search *", "(pipe (search *))"),
        ("T | serialize", "(pipe T (serialize))"),
        ("T | serialize n = row_number()", "(pipe T (serialize (= n (call row_number))))"),
        (
            "T | sort by a, b asc, c desc nulls first, d nulls last",
            "(pipe T (sort a (ordered b asc) (ordered c desc nulls-first) (ordered d nulls-last)))",
        ),
        ("T | order by a", "(pipe T (sort a))"),
        ("T | summarize", "(pipe T (summarize))"),
        ("T | summarize count()", "(pipe T (summarize (call count)))"),
        (
            "T | summarize n = count(), dcount(a) by b, t = bin(x, 1h)",
            "(pipe T (summarize (= n (call count)) (call dcount a) (by b (= t (call bin x 36000000000ticks)))))",
        ),
        ("T | summarize by a", "(pipe T (summarize (by a)))"),
        (
            "T | summarize hint.shufflekey=a count() by a",
            "(pipe T (summarize (option hint.shufflekey a) (call count) (by a)))",
        ),
        ("T | summarize count() by a bin=1h", "(pipe T (summarize (call count) (by a) (bin 36000000000ticks)))"),
        ("T | take 5", "(pipe T (take 5))"),
        ("T | limit n", "(pipe T (take n))"),
        ("T | top 5 by a", "(pipe T (top 5 a))"),
        ("T | top 5 by n = a asc nulls first", "(pipe T (top 5 (ordered (= n a) asc nulls-first)))"),
        ("T | top-hitters 5 of a", "(pipe T (top-hitters 5 a))"),
        ("T | top-hitters 5 of a by b", "(pipe T (top-hitters 5 a (by b)))"),
        ("T | top-nested 2 of a by sum(b)", "(pipe T (top-nested (level 2 (of a) (by (call sum b)))))"),
        (
            r#"T | top-nested 2 of a with others = "rest" by s = sum(b) asc, top-nested of c by max(d)"#,
            r#"(pipe T (top-nested (level 2 (of a) (others "rest") (by (ordered (= s (call sum b)) asc))) (level (of c) (by (call max d)))))"#,
        ),
        ("union T, U", "(pipe (union T U))"),
        (
            r#"T | union kind=outer withsource=S isfuzzy=true U*, (V | take 1), database("d").*, cluster("c").database("d").W*"#,
            r#"(pipe T (union (option kind outer) (option withsource S) (option isfuzzy true) (wildcard U*) (paren (pipe V (take 1))) (. (call database "d") ["*"]) (. (. (call cluster "c") (call database "d")) ["W*"])))"#,
        ),
        ("union *", "(pipe (union *))"),
        ("T | where a", "(pipe T (where a))"),
        ("T | filter a == 1", "(pipe T (where (== a 1)))"),
        ("T | where name = true", "(pipe T (where (= name) true))"),
    ]);
}
