//! The order in which Kusto lists the neighbors of a cell.
//!
//! The documentation promises none. Its answers are in the order in which a hash set of the Microsoft C++ library holds the tokens: eight
//! buckets by FNV-1a, one after the other by when their first token came, and in a bucket the newest token first. The documented answers
//! of both grids are reproduced by it, and a query that takes the first neighbor finds the same one.

/// Puts tokens, given in the order in which they are found, into that order; a token that comes twice is listed once.
pub(crate) fn in_set_order(found: Vec<String>) -> Vec<String> {
    let mut ordered: Vec<String> = vec![];
    for token in found {
        if !ordered.contains(&token) {
            let place = ordered.iter().position(|other| bucket(other) == bucket(&token)).unwrap_or(ordered.len());
            ordered.insert(place, token);
        }
    }
    ordered
}

/// The bucket of a token: the lowest three bits of its 64-bit FNV-1a hash.
fn bucket(token: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in token.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash & 7
}
