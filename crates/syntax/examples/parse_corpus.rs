//! Parses queries separated by NUL bytes from standard input and says, a line a query, what was wrong with it.
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
    let began = Instant::now();
    for (number, query) in text.split('\0').enumerate() {
        let query_began = Instant::now();
        let parsed = syntax::parse(query);
        slowest = slowest.max(query_began.elapsed());
        count += 1;
        failed += usize::from(!parsed.errors.is_empty());
        for error in &parsed.errors {
            let place = syntax::position(query, error.span.start);
            println!("{number}\t{}:{}\t{}\t{}\t{}", place.line, place.column, error.code, error.message, error.hints.join("; "));
        }
    }
    let bytes = text.len();
    println!("{count} queries, {bytes} bytes, {failed} with errors, {:?} in all, slowest {slowest:?}", began.elapsed());
    Ok(())
}
