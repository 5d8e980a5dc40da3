//! Makes cargo rebuild the room when `content/`, which it embeds, changes.

fn main() {
    println!("cargo::rerun-if-changed=../../content");
}
