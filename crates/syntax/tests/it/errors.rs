//! What is told about texts that are wrong: code, place, sentence, hint; and what is still read after an error.
//!
//! Kusto's codes (`KS…`) are those that its language service (@kusto/language-service-next 12.4) gives for the same text; sentences
//! and places are our choice.

use syntax::{Severity, outline, parse, position};

/// Each error as `line:column-column code message (hint)`.
fn told(kql: &str) -> Vec<String> {
    let parsed = parse(kql);
    let tell = |error: &syntax::Diagnostic| {
        assert_eq!(error.severity, Severity::Error);
        let (start, end) = (position(kql, error.span.start), position(kql, error.span.end));
        let hints = error.hints.iter().map(|hint| format!(" ({hint})")).collect::<String>();
        format!("{}:{}-{} {} {}{hints}", start.line, start.column, end.column, error.code, error.message)
    };
    parsed.errors.iter().map(tell).collect()
}

fn check_all(cases: &[(&str, &[&str])]) {
    for (kql, expect) in cases {
        assert_eq!(told(kql), *expect, "{kql}");
    }
}

#[test]
fn what_is_missing() {
    check_all(&[
        ("T |", &["1:4-4 KS176 expected a tabular operator, found the end of the text"]),
        ("T | where", &["1:10-10 KS006 expected an expression, found the end of the text"]),
        ("T | where a == | take 5", &["1:16-17 KS006 expected an expression, found `|`"]),
        ("T | where a == 1 or", &["1:20-20 KS006 expected an expression, found the end of the text"]),
        ("T | extend a =", &["1:15-15 KS006 expected an expression, found the end of the text"]),
        ("T | project a, ", &["1:15-15 KS006 expected an expression, found the end of the text"]),
        ("T | join (U) on", &["1:16-16 KS006 expected an expression, found the end of the text"]),
        ("let x =", &["1:8-8 KS006 expected an expression, found the end of the text"]),
        ("print f(a, b", &["1:13-13 KS005 expected `,` or `)`, found the end of the text"]),
        ("T | where (a | take 5", &["1:22-22 KS005 expected `)`, found the end of the text"]),
        ("T | order a", &["1:11-12 KS005 expected `by`, found `a`"]),
        ("T | sample-distinct 5 a", &["1:23-24 KS005 expected `of`, found `a`"]),
        ("T | mv-apply a", &["1:15-15 KS005 expected `on`, found the end of the text"]),
        ("range x from 1 to 2", &["1:20-20 KS005 expected `step`, found the end of the text"]),
        ("T | parse a with", &["1:17-17 KS006 expected a pattern, found the end of the text"]),
        ("print dynamic([1,])", &["1:18-19 KS006 expected another item after `,`, found `]`"]),
        ("print dynamic({\"a\" 1})", &["1:20-21 KS005 expected `:`, found `1`"]),
        ("T | where a in ()", &["1:17-18 KS006 expected a value, found `)`"]),
        (". tables |", &[]),
        (".", &["1:2-2 KS300 expected a command after `.`, found the end of the text"]),
    ]);
}

#[test]
fn what_has_no_place() {
    check_all(&[
        ("T | where a == b == c", &["1:18-20 KS198 unexpected `==` (comparisons do not chain; join two with `and`)"]),
        ("T | join (U) on $left.a = $right.b", &["1:25-26 KS198 unexpected `=` (`==` compares; `=` gives a name)"]),
        ("T | where a == 1)", &["1:17-18 KS198 unexpected `)` (nothing is open here that it could close)"]),
        ("T | where not a", &["1:15-16 KS198 unexpected `a` (`not` is a function: `not(…)`)"]),
        ("T | where a AND b", &["1:13-16 KS198 unexpected `AND` (did you mean `and`?)"]),
        (
            "T | where a is null",
            &["1:13-15 KS198 unexpected `is` (`isnull(x)` and `isempty(x)` ask whether there is a value)"],
        ),
        ("T | project a b", &["1:15-16 KS198 unexpected `b` (is a comma or an operator missing before it?)"]),
        ("T | where a && b", &["1:13-14 KS002 unexpected character `&` (`and` joins conditions)"]),
        ("T | where a == `x`", &["1:16-17 KS002 unexpected character '`'"]),
        ("T | take 5, 6", &["1:11-12 KS198 unexpected `,`"]),
        ("T | parse a with b c", &["1:20-21 KS198 unexpected `c` (is a comma or an operator missing before it?)"]),
        ("let f = () { T; U }; f", &["1:17-18 KS198 unexpected statement: the expression is the last of a body"]),
        ("let f = () { set a; U }; f", &["1:14-19 KS198 unexpected statement: a body has `let` statements only"]),
        (";", &["1:1-2 KS006 expected an expression, found `;`"]),
    ]);
}

#[test]
fn misspelt_operators() {
    check_all(&[
        (
            "T | sumarize count()",
            &["1:5-13 KS176 expected a tabular operator, found `sumarize` (did you mean `summarize`?)"],
        ),
        ("T | Where a", &["1:5-10 KS176 expected a tabular operator, found `Where` (did you mean `where`?)"]),
        (
            "T | project-awy a",
            &["1:5-16 KS176 expected a tabular operator, found `project-awy` (did you mean `project-away`?)"],
        ),
        (
            "T | mv_expand a",
            &["1:5-14 KS176 expected a tabular operator, found `mv_expand` (did you mean `mv-expand`?)"],
        ),
        ("T | nonsense", &["1:5-13 KS176 expected a tabular operator, found `nonsense`"]),
        ("T || take 5", &["1:4-5 KS176 expected a tabular operator, found `|` (`or` joins conditions)"]),
    ]);
}

#[test]
fn literals_that_are_none() {
    check_all(&[
        ("print \"abc", &["1:11-11 KS001 expected `\"` at the end of the string"]),
        ("print 'a\\'", &["1:11-11 KS001 expected `'` at the end of the string"]),
        ("print ```a", &["1:11-11 KS001 expected '```' at the end of the string"]),
        ("print datetime(2024-01-01", &["1:26-26 KS001 expected `)` at the end of `datetime(`"]),
        ("print 9223372036854775808", &["1:7-26 KS004 `9223372036854775808` is too large for a long"]),
        ("print 99999999999d", &["1:7-19 KS004 `99999999999d` is too large for a timespan"]),
        (
            "print \"C:\\dir\"",
            &["1:10-12 VD0005 `\\d` is not an escape of a string \
               (write `\\\\d` for a backslash, or put @ before the string to take it as it stands)"],
        ),
        (
            "datatable(a: string)[null]",
            &["1:22-26 KS005 expected a literal or `]`, found `null` \
               (a datatable holds literals only; a null is written with its type, `long(null)`)"],
        ),
        ("print dynamic({a: 1})", &["1:16-17 KS006 expected a key in quotes, found `a`"]),
    ]);
}

/// The emulator refuses the first three; the others are the language service's answers.
#[test]
fn words_that_are_no_names() {
    check_all(&[
        ("T | extend asc = 1", &["1:12-15 KS228 `asc` is a word of KQL; as a name it is written ['asc']"]),
        ("T | serialize first = 1", &["1:15-20 KS228 `first` is a word of KQL; as a name it is written ['first']"]),
        ("T | extend missing = 1", &["1:12-19 KS228 `missing` is a word of KQL; as a name it is written ['missing']"]),
        ("T | where first == 1", &["1:11-16 KS228 `first` is a word of KQL; as a name it is written ['first']"]),
        ("T | extend kind = 1", &["1:12-16 KS228 `kind` is a word of KQL; as a name it is written ['kind']"]),
        ("let set = 1;", &["1:5-8 KS228 `set` is a word of KQL; as a name it is written ['set']"]),
        ("print a.long", &["1:9-13 KS228 `long` is a word of KQL; as a name it is written ['long']"]),
        ("T | extend ['first'] = a.['long'] | where kind == 1 and count == 2", &[]),
        ("T | project-away title", &["1:18-23 KS228 `title` is a word of KQL; as a name it is written ['title']"]),
        ("T | extend title = 1", &[]),
    ]);
}

#[test]
fn lists_and_queries_as_arguments() {
    check_all(&[
        (
            "T | where a in b",
            &["1:16-17 KS005 expected `(`, found `b` (a list stands in parentheses, also when it is one name)"],
        ),
        (
            "print f(T | take 5)",
            &[
                "1:11-12 KS005 expected `)`, found `|` (a query as an argument stands in parentheses of its own: `f((T | take 5))`)",
            ],
        ),
        ("print (a, b)", &["1:9-10 KS005 expected `)`, found `,`"]),
        ("T | invoke f", &["1:12-13 KS006 expected a call, `name(…)`"]),
    ]);
}

/// What follows an error is read: here as a tree in which `?` is what was not understood.
#[test]
fn reading_goes_on_after_an_error() {
    for (kql, expect) in [
        ("T | nonsense a (b | c) | take 5", "(pipe T ? (take 5))"),
        ("T | where a == | take 5", "(pipe T (where (== a ?)) (take 5))"),
        ("T | project a b c | take 5", "(pipe T (project a) (take 5))"),
        ("T | | take 5", "(pipe T ? (take 5))"),
        ("let x = ; T | take x", "(let x ?) (pipe T (take x))"),
        ("let x = 5\nT | take x", "(let x 5) (pipe T (take x))"),
        ("T | take 5\nlet y = 1; y", "(pipe T (take 5)) (let y 1) y"),
        ("T | where f(a, ] b) | take 5; U", "(pipe T (where (call f a ?))) U"),
        ("T | extend a = f(1, , 2) | count", "(pipe T (extend (= a (call f 1 ? 2))) (count))"),
        ("T | where a in b | count", "(pipe T (where (in a b)) (count))"),
        ("T | join (U | nonsense) on a | count", "(pipe T (join (paren (pipe U ?)) (on a)) (count))"),
        (
            "let f = (a: int) { T | nonsense; a }; f",
            "(let f (lambda (parameter a int) (body a (answer (pipe T ?))))) f",
        ),
        ("T | where f(a, b\n| take 5", "(pipe T (where (call f a b)) (take 5))"),
        ("T | summarize count( by x\n| take 5", "(pipe T (summarize (call count ?)) (take 5))"),
        ("print 'abc\n| count", "(pipe (print \"abc\") (count))"),
    ] {
        let parsed = parse(kql);
        assert!(!parsed.errors.is_empty(), "{kql}");
        assert_eq!(outline(&parsed.query), expect, "{kql}");
    }
}

#[test]
fn there_is_an_end_to_errors() {
    let parsed = parse(&"T | nonsense;".repeat(1_000));
    assert_eq!(parsed.errors.len(), syntax::limits::ERRORS_MAX);
    assert_eq!(parsed.errors.last().map(|error| error.code), Some(syntax::codes::TOO_MANY_ERRORS));
    assert_eq!(parsed.query.statements.len(), 1_000);
}
