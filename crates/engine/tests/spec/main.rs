//! Runs the Markdown specifications.
fn main() {}
