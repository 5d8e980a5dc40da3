//! Formats the query on standard input.

use std::io::Read;

fn main() -> std::io::Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    match syntax::format(&text) {
        Some(formatted) => print!("{formatted}"),
        None => syntax::parse(&text).errors.iter().for_each(|error| println!("{error:?}")),
    }
    Ok(())
}
