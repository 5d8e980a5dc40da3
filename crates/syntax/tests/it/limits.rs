//! Whatever the text, the parser answers: deep, long, cut off, or noise. A stack overflow or a panic would end the test binary.

use syntax::parse;

/// The stack that Rust gives a thread, stated so that the main thread's larger one hides nothing.
const STACK_BYTES: usize = 2 << 20;

fn on_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread starts");
    thread.join().expect("the parser does not panic")
}

/// Every way in which the grammar nests, far deeper than the limit.
#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    const COUNT: usize = 10_000;
    let bombs: Vec<(&str, String)> = [
        ("parens", "(", "1", ")"),
        ("not", "not(", "true", ")"),
        ("calls", "f(a, ", "1", ")"),
        ("named", "f(a = ", "1", ")"),
        ("signs", "-(", "1", ")"),
        ("index", "a[", "1", "]"),
        ("in", "a in (", "1", ")"),
        ("between", "a between (", "1", " .. 2)"),
        ("join", "T | join (", "T", ")"),
        ("union", "union (", "T", ")"),
        ("where", "T | where a == toscalar(", "T", ")"),
        ("mv-apply", "T | mv-apply x on (", "take 1", ")"),
        ("fork", "T | fork (", "take 1", ")"),
        ("facet", "T | facet by a with ", "take 1", ""),
        ("partition", "T | partition by a {", "take 1", "}"),
        ("lambda", "let f = () {", "1", "};"),
        ("dynamic", "dynamic([", "1", "])"),
        ("array", "[", "1", "]"),
        ("bag", "{\"a\":", "1", "}"),
        ("precedence", "a or b and c == d < e + f * (", "g", ")"),
        ("precedence in text", "a and b == c < d + e * f has f(", "g", ")"),
        ("pattern", "declare pattern p = (a: string) { (\"x\") = {", "1", "} }"),
        ("command", ".set T <|", "1", ""),
        ("open only", "(((f[{", "", ""),
        ("close only", "", "", ")]}"),
    ]
    .into_iter()
    .map(|(name, open, middle, close)| {
        let prefix = if matches!(name, "array" | "bag") { "print dynamic(" } else { "" };
        (name, format!("{prefix}{}{middle}{}; T | count", open.repeat(COUNT), close.repeat(COUNT)))
    })
    .collect();
    for (name, bomb) in bombs {
        let parsed = on_small_stack(move || parse(&bomb));
        assert!(!parsed.errors.is_empty(), "{name}: nothing was found wrong");
        assert!(parsed.errors.iter().all(|error| error.code != syntax::codes::STUCK), "{name}: stuck");
    }
}

#[test]
fn texts_that_are_too_long_are_refused() {
    let parsed = parse(&" ".repeat(syntax::limits::TEXT_BYTES_MAX + 1));
    assert_eq!(parsed.errors.iter().map(|error| error.code).collect::<Vec<_>>(), [syntax::codes::TEXT_TOO_LONG]);
    assert_eq!(parse(&" ".repeat(syntax::limits::TEXT_BYTES_MAX)).errors, []);
}

/// Long is not deep: pipes, lists, chains of conditions.
#[test]
fn long_queries_are_read() {
    let pipes = format!("T{}", " | where a == 1".repeat(20_000));
    let list = format!("T | where a in ({}1)", "'indicator', ".repeat(20_000));
    let conditions = format!("T | where {}c", "a == 'b' or d has 'e' and ".repeat(10_000));
    let lets = "let x = 1;".repeat(20_000);
    for query in [pipes, list, conditions, lets] {
        let errors = on_small_stack(move || {
            let parsed = parse(&query);
            // Other rooms walk the tree too, and it is freed by recursion.
            assert!(syntax::outline(&parsed.query).len() > 10_000);
            assert!(syntax::format(&query).is_some());
            parsed.errors
        });
        assert_eq!(errors, []);
    }
}

/// The tree of a long `or` is low, and says the same.
#[test]
fn long_chains_are_balanced() {
    let query = |count: usize| (1..=count).map(|number| format!("x{number}")).collect::<Vec<_>>().join(" or ");
    assert_eq!(syntax::outline(&parse(&query(3)).query), "(or (or x1 x2) x3)");
    let parsed = parse(&query(1_000));
    let outline = syntax::outline(&parsed.query);
    let highest = outline.chars().scan(0_i32, |open, ch| {
        *open += i32::from(ch == '(') - i32::from(ch == ')');
        Some(*open)
    });
    assert!(highest.max() <= Some(11), "1,000 operands need 10 levels");
    let names: Vec<&str> = outline.split(['(', ')', ' ']).filter(|word| word.starts_with('x')).collect();
    let expect: Vec<String> = (1..=1_000).map(|number| format!("x{number}")).collect();
    assert_eq!(names, expect, "the operands keep their order");
}

/// Chains whose tree cannot be balanced have a limit.
#[test]
fn chains_that_grow_from_below_are_limited() {
    for query in [format!("print 1{}", " + 1".repeat(10_000)), format!("print a{}", ".b".repeat(10_000))] {
        let codes =
            on_small_stack(move || parse(&query).errors.into_iter().map(|error| error.code).collect::<Vec<_>>());
        assert_eq!(codes, [syntax::codes::TOO_DEEP]);
    }
    assert_eq!(parse(&format!("print 1{}", " + 1".repeat(300))).errors, []);
}

/// Queries that use most of the language, to cut and stir.
const QUERIES: [&str; 6] = [
    "let f = (a: int, b: string = \"x\") { T | where c == a and d has_any (\"x\", b) }; f(1) | summarize n = count() by e, bin(t, 1h)",
    "T | join kind=inner (U | project a, b = c[0].d) on $left.a == $right.b | extend e = dynamic([1, {\"k\": -2.5}]), f = @'g''h'",
    "union isfuzzy=true withsource=S T*, database(\"d\").U | mv-apply x = y to typeof(long) on (where x between (1 .. 10d))",
    "range x from datetime(2024-01-01) to now() step 1d | make-series n = sum(x) default = 0 on x in range(a, b, 1h) by c",
    "datatable(a: string, b: long)['x', 1] | parse a with * 'p' q: long ```r\ns``` * | evaluate f(b) : (*, c: long) | render timechart with (title=\"z\")",
    "declare query_parameters(a: string); set b = 1; .set c <| T | scan with (step s output=all: x > 1 => y = s.z;) | top-nested 2 of g by h",
];

#[test]
fn cut_queries_do_not_crash() {
    for query in QUERIES {
        assert_eq!(parse(query).errors, [], "{query}");
        for end in (0..=query.len()).filter(|end| query.is_char_boundary(*end)) {
            for piece in [&query[..end], &query[end..]] {
                crate::assert_lossless(piece, &parse(piece).tokens);
                syntax::format(piece);
            }
        }
    }
}

#[test]
fn stirred_queries_do_not_crash() {
    let mut noise = crate::Noise(42);
    for round in 0..4_000 {
        let tokens: Vec<&str> = QUERIES
            .iter()
            .flat_map(|query| syntax::lexer::tokenize(query).into_iter().map(|token| token.span.text(query)))
            .collect();
        let text: String = (0..noise.below(40)).map(|_| tokens[noise.below(tokens.len())]).collect();
        let parsed = parse(&text);
        crate::assert_lossless(&text, &parsed.tokens);
        assert!(parsed.errors.iter().all(|error| error.code != syntax::codes::STUCK), "stuck in round {round}: {text}");
        if let Some(formatted) = syntax::format(&text) {
            assert_eq!(syntax::format(&formatted).as_deref(), Some(formatted.as_str()), "round {round}: {text}");
        }
    }
}

#[test]
fn random_bytes_do_not_crash() {
    let mut noise = crate::Noise(3);
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..noise.below(60)).map(|_| noise.next().to_le_bytes()[5]).collect();
        let text = String::from_utf8_lossy(&bytes);
        crate::assert_lossless(&text, &parse(&text).tokens);
    }
}

/// Every span lies in the text, on the boundaries of characters, and an operand's within its operation's.
#[test]
fn spans_are_pieces_of_the_text() {
    use syntax::ast::{Expr, Operator};
    use syntax::visit::{Visitor, walk_expr, walk_operator, walk_query};
    struct Spans<'a>(&'a str, Vec<syntax::Span>);
    impl Spans<'_> {
        fn inside(&mut self, span: syntax::Span, walk: impl FnOnce(&mut Self)) {
            let outer = self.1.last().copied().unwrap_or(syntax::Span::new(0, u32::MAX));
            assert!(self.0.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {:?}", self.0);
            assert!(
                outer.start <= span.start && span.end <= outer.end,
                "{span:?} outside of {outer:?} in {:?}",
                self.0
            );
            self.1.push(span);
            walk(self);
            self.1.pop();
        }
    }
    impl Visitor for Spans<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            self.inside(expr.span, |spans| walk_expr(spans, expr));
        }
        fn visit_operator(&mut self, operator: &Operator) {
            self.inside(operator.span, |spans| walk_operator(spans, operator));
        }
    }
    for query in QUERIES {
        walk_query(&mut Spans(query, vec![]), &parse(query).query);
    }
}

/// The depth of a statement says nothing about the next: a parser function of a thousand `let`s is as flat as one of them.
#[test]
fn many_flat_statements_are_not_deep() {
    let text = (0..1_000).map(|at| format!("let a{at} = {at} + 1;\n")).collect::<String>() + "print a999";
    let parsed = on_small_stack(move || parse(&text));
    assert_eq!(parsed.errors, vec![]);
    assert_eq!(parsed.query.statements.len(), 1_001);
}
