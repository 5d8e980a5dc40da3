//! Parses queries separated by NUL bytes from standard input and says, a line a query, what was wrong with it, and whether
//! formatting it keeps its tree and is stable.
//!
//! `cargo run -p vedette-syntax --release --example parse_corpus < queries`; the last line tells how long the parsing took.

use std::io::Read;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut failed = 0;
    let mut count = 0;
    let mut slowest = std::time::Duration::ZERO;
    let mut total = std::time::Duration::ZERO;
    for (number, query) in text.split('\0').enumerate() {
        let query_began = Instant::now();
        let parsed = syntax::parse(query);
        let parse_time = query_began.elapsed();
        slowest = slowest.max(parse_time);
        total += parse_time;
        count += 1;
        if parsed.errors.is_empty() {
            check_format(number, query, &parsed);
        }
        failed += usize::from(!parsed.errors.is_empty());
        for error in &parsed.errors {
            let place = syntax::position(query, error.span.start);
            println!(
                "{number}\t{}:{}\t{}\t{}\t{}",
                place.line,
                place.column,
                error.code,
                error.message,
                error.hints.join("; ")
            );
        }
    }
    let bytes = text.len();
    println!("{count} queries, {bytes} bytes, {failed} with errors, parsed in {total:?}, slowest {slowest:?}");
    Ok(())
}

fn check_format(number: usize, query: &str, parsed: &syntax::Parsed) {
    let Some(formatted) = syntax::format(query) else {
        println!("{number}\tnot formatted");
        return;
    };
    let again = syntax::parse(&formatted);
    if !again.errors.is_empty() || syntax::outline(&again.query) != syntax::outline(&parsed.query) {
        println!("{number}\tformatting changed the tree");
    }
    if syntax::format(&formatted).as_deref() != Some(formatted.as_str()) {
        println!("{number}\tformatting twice changed the text");
    }
    if formatted == query && query.contains('\n') {
        println!("{number}\tformatting changed nothing");
    }
}
