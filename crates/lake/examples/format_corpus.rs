//! Lays out the queries of a file (`{"id", "query"}` a line) and says of each whether that is stable and leaves the bound query as it is.
//!
//! `cargo run -p vedette-lake --example format_corpus -- queries.jsonl`. Bound queries are compared as their debug text without places; a query
//! that does not bind is compared by what is wrong with it.

use std::fs;

use engine::{Engine, Error, Limits, Request};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: format_corpus QUERIES.jsonl")?;
    let engine = Engine::new(Limits::default())?;
    let tables = lake::Data::open(vec![], vec![], lake::Options::default()).await?.database;
    let (mut count, mut bound_count, mut unstable, mut changed, mut bytes) = (0, 0, 0, 0, 0);
    for line in fs::read_to_string(path)?.lines() {
        let case: Value = serde_json::from_str(line)?;
        let query = case["query"].as_str().ok_or("no query")?;
        let Some(laid) = syntax::format(query) else {
            println!("{}: does not parse", case["id"]);
            continue;
        };
        count += 1;
        if syntax::format(&laid).as_deref() != Some(laid.as_str()) {
            unstable += 1;
            println!("{}: not stable", case["id"]);
        }
        let meaning = |text: &str| match engine.bind(&Request::new(text, 0), &tables) {
            Ok((bound, _)) => (true, without_places(&format!("{bound:?}"))),
            Err(Error::Query(found)) => {
                (false, found.iter().map(|found| format!("{} {}\n", found.code, found.message)).collect())
            }
            Err(other) => (false, other.to_string()),
        };
        let (before, after) = (meaning(query), meaning(&laid));
        bound_count += usize::from(before.0);
        bytes += before.1.len();
        if before != after {
            changed += 1;
            println!("{}: another query", case["id"]);
        }
    }
    println!("{count} queries laid out, {unstable} not stable");
    println!("{bound_count} bind, {changed} of all mean something else ({bytes} bytes of debug text compared)");
    Ok(())
}

/// The text with each `Span { start: …, end: … }` made equal.
fn without_places(debug: &str) -> String {
    let mut pieces = debug.split("Span { start: ");
    let mut text = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        text.push_str("Span");
        text.push_str(piece.split_once('}').map_or(piece, |(_, rest)| rest));
    }
    text
}
