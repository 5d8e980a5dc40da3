//! Texts in the containers of gzip and zlib, stored as they are.
//!
//! In: bytes. Out: a gzip or zlib stream of them that every reader unpacks. Kusto's pages show their example stored, not packed, and do not say when it
//! packs; so nothing is packed here. Source: RFC 1950, 1951 and 1952.

/// A block's length has two bytes.
const BLOCK_MAX: usize = 0xffff;

/// A gzip stream.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    // Deflate, no flags, no time, no level, unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    store(bytes, &mut out);
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// A zlib stream.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    // Deflate with the largest window, fastest.
    let mut out = vec![0x78, 0x01];
    store(bytes, &mut out);
    out.extend(adler32(bytes).to_be_bytes());
    out
}

/// Blocks that are stored: a byte that tells the last, the length, and its complement.
fn store(bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.is_empty() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    let mut blocks = bytes.chunks(BLOCK_MAX).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
}

fn adler32(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut a, mut b) = (1, 0);
    for byte in bytes {
        a = (a + u32::from(*byte)) % PRIME;
        b = (b + a) % PRIME;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Two ways: what is stored is what an independent reader unpacks, over the border of a block too.
    #[test]
    fn what_is_stored_unpacks() {
        for length in [0, 1, BLOCK_MAX, BLOCK_MAX + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let (mut from_gzip, mut from_zlib) = (vec![], vec![]);
            flate2::read::GzDecoder::new(gzip(&bytes).as_slice()).read_to_end(&mut from_gzip).expect("it is gzip");
            flate2::read::ZlibDecoder::new(zlib(&bytes).as_slice()).read_to_end(&mut from_zlib).expect("it is zlib");
            assert_eq!((&from_gzip, &from_zlib), (&bytes, &bytes));
        }
    }
}
