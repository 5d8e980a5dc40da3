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
