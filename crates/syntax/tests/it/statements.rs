//! Statements: `let` and its lambdas, options, declarations, commands.

use crate::check_all;

/// After the statements' pages at learn.microsoft.com/kusto/query and /kusto/management.
#[test]
fn statements() {
    check_all(&[
        ("let x = 1; T | take x", "(let x 1) (pipe T (take x))"),
        ("let x = 1;", "(let x 1)"),
        ("let T2 = T | where a; T2", "(let T2 (pipe T (where a))) T2"),
        (
            r#"let f = (a: int, b: string = "x", c: dynamic = dynamic([])) { a }; f(1)"#,
            r#"(let f (lambda (parameter a int) (parameter b string "x") (parameter c dynamic (dynamic (array))) (body (answer a)))) (call f 1)"#,
        ),
        (
            "let f = (T: (*), U: (x: long, y: string)) { T | join U on x }; f(A, B)",
            "(let f (lambda (parameter T (*)) (parameter U (table (: x long) (: y string))) (body (answer (pipe T (join U (on x))))))) (call f A B)",
        ),
        ("let f = () { let y = 1; T | take y; }; f", "(let f (lambda (body (let y 1) (answer (pipe T (take y)))))) f"),
        ("let v = view () { T }; union v", "(let v (view (body (answer T)))) (pipe (union v))"),
        ("let c = materialize(T | where a == 1); c", "(let c (call materialize (pipe T (where (== a 1))))) c"),
        ("set notruncation; set maxmemory = 10; T", "(set notruncation) (set maxmemory 10) T"),
        ("set best_effort=true; T", "(set best_effort true) T"),
        (
            r#"alias database d = cluster("c").database("e"); database("d").T"#,
            r#"(alias d (. (call cluster "c") (call database "e"))) (. (call database "d") T)"#,
        ),
        (
            r#"restrict access to (a, database("d").*, T*); a"#,
            r#"(restrict a (. (call database "d") ["*"]) (wildcard T*)) a"#,
        ),
        (
            r#"declare query_parameters(a: string = "x", b: long); T"#,
            r#"(query_parameters (parameter a string "x") (parameter b long)) T"#,
        ),
        (
            r#"declare pattern p = (a: string)[b: string] { ("x").["y"] = { T }; ("z").["w"] = { U }; }; p("x").y"#,
            r#"(pattern p (parameters (parameter a string)) (parameter b string) (case (arguments "x") "y" (body (answer T))) (case (arguments "z") "w" (body (answer U)))) (. (call p "x") y)"#,
        ),
        ("declare pattern p; p", "(pattern p (parameters)) p"),
        (".show tables", r#"(command ".show tables")"#),
        (".show table T details | where x", r#"(command ".show table T details | where x")"#),
        (".set-or-append T2 <| T | where a == 1", r#"(command ".set-or-append T2" (query (pipe T (where (== a 1)))))"#),
        (r#".ingest inline into table T <| 1,"a"#, r#"(command ".ingest inline into table T <| 1,\"a")"#),
        ("let a = 1; let b = a; print b", "(let a 1) (let b a) (pipe (print b))"),
        (
            r#"let e = entity_group [database("a"), database("b")]; e"#,
            r#"(let e (call entity_group (call database "a") (call database "b"))) e"#,
        ),
        (
            "let f = (x: real) { x * 2.0 }; print f(1.5)",
            "(let f (lambda (parameter x real) (body (answer (* x 2.0))))) (pipe (print (call f 1.5)))",
        ),
        ("let view = T; view", "(let view T) view"),
    ]);
}
