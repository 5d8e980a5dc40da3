//! Large EVTX files, made of the chunks of small ones, to time ingestion with.
//!
//! In: a folder of EVTX files. Out: files of whole chunks in the same order again and again, each under record numbers of its own and with
//! checksums that are right. What a record says stays as it was, its time and the number inside its text among it.

use super::{Bench, Options};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const CHUNK: usize = 65_536;
const FILE_HEADER: usize = 4096;
const CHUNK_HEADER: usize = 512;
const RECORD_HEADER: usize = 24;
/// Chunks of one file: 512 MB, as large as a log is set to grow on a busy machine.
const CHUNKS_OF_A_FILE: u64 = 8192;

/// Makes the files, builds `evtx_dump`, and times both.
pub(super) fn run(bench: &Bench, options: &Options<'_>) -> Result<(), String> {
    let from = options.get("--from").ok_or(super::USAGE)?;
    let megabytes = options.number("--megabytes", 5000)?;
    let folder = bench.work.join(format!("evtx-{megabytes}"));
    if !folder.exists() {
        make(Path::new(from), &folder, megabytes)?;
    }
    let tools = bench.target.join("bench-tools");
    let dump = tools.join("bin/evtx_dump");
    if !dump.exists() {
        let root = tools.to_string_lossy();
        bench.call("cargo", ["install", "--quiet", "evtx", "--version", "0.15.1", "--root", &*root])?;
    }
    let more = vec!["--data".into(), folder.into_os_string(), "--evtx-dump".into(), dump.into_os_string()];
    bench.compare("evtx", &[], options, more)
}

/// Writes files of `megabytes` in all.
fn make(from: &Path, folder: &Path, megabytes: u64) -> Result<(), String> {
    let chunks = chunks_of(from)?;
    let unfinished = folder.with_extension("unfinished");
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", unfinished.display());
    std::fs::create_dir_all(&unfinished).map_err(failed)?;
    let total = (megabytes * 1_000_000).div_ceil(CHUNK as u64);
    let mut next_record = 1;
    let mut source = chunks.iter().cycle();
    for number in 0..total.div_ceil(CHUNKS_OF_A_FILE) {
        let count = CHUNKS_OF_A_FILE.min(total - number * CHUNKS_OF_A_FILE);
        let path = unfinished.join(format!("log-{number:02}.evtx"));
        let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
        file.write_all(&[0; FILE_HEADER]).map_err(failed)?;
        for chunk in source.by_ref().take(usize::try_from(count).unwrap_or(usize::MAX)) {
            let mut chunk = chunk.clone();
            next_record += renumber(&mut chunk, next_record);
            file.write_all(&chunk).map_err(failed)?;
        }
        let mut file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        std::io::Seek::rewind(&mut file).map_err(failed)?;
        file.write_all(&file_header(count, next_record)).map_err(failed)?;
    }
    println!("{} records in {} MB of EVTX under {}", next_record - 1, megabytes, folder.display());
    std::fs::rename(&unfinished, folder).map_err(failed)
}

/// Every chunk of the files that is at least half full, as the chunks of a log are but for its last.
fn chunks_of(from: &Path) -> Result<Vec<Vec<u8>>, String> {
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(from)
        .into_iter()
        .filter_map(|entry| entry.ok().map(walkdir::DirEntry::into_path))
        .filter(|path| path.extension().is_some_and(|extension| extension == "evtx"))
        .collect();
    paths.sort();
    let mut chunks = vec![];
    for path in paths {
        let bytes = std::fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let whole = bytes.get(FILE_HEADER..).unwrap_or_default().chunks_exact(CHUNK);
        chunks.extend(
            whole.filter(|chunk| chunk.starts_with(b"ElfChnk\0") && end_of(chunk) > CHUNK / 2).map(<[u8]>::to_vec),
        );
    }
    if chunks.is_empty() {
        Err(format!("{} has no EVTX with a chunk that is half full", from.display()))
    } else {
        Ok(chunks)
    }
}

/// Gives the records of a chunk numbers from `first` on, and says how many they are.
fn renumber(chunk: &mut [u8], first: u64) -> u64 {
    let end = end_of(chunk);
    let (mut at, mut next) = (CHUNK_HEADER, first);
    while at + RECORD_HEADER <= end && chunk[at..at + 4] == *b"**\0\0" {
        put(chunk, at + 8, &next.to_le_bytes());
        next += 1;
        at += usize::try_from(u32_at(chunk, at + 4)).unwrap_or(usize::MAX).max(RECORD_HEADER);
    }
    for (at, number) in [(8, first), (16, next - 1), (24, first), (32, next - 1)] {
        put(chunk, at, &number.to_le_bytes());
    }
    let records = crc32fast::hash(&chunk[CHUNK_HEADER..end]);
    put(chunk, 52, &records.to_le_bytes());
    let mut header = crc32fast::Hasher::new();
    header.update(&chunk[..120]);
    header.update(&chunk[128..CHUNK_HEADER]);
    put(chunk, 124, &header.finalize().to_le_bytes());
    next - first
}

fn file_header(chunks: u64, next_record: u64) -> Vec<u8> {
    let mut header = vec![0; FILE_HEADER];
    put(&mut header, 0, b"ElfFile\0");
    put(&mut header, 16, &(chunks - 1).to_le_bytes());
    put(&mut header, 24, &next_record.to_le_bytes());
    put(&mut header, 32, &128_u32.to_le_bytes());
    put(&mut header, 36, &1_u16.to_le_bytes());
    put(&mut header, 38, &3_u16.to_le_bytes());
    put(&mut header, 40, &4096_u16.to_le_bytes());
    put(&mut header, 42, &u16::try_from(chunks).unwrap_or(u16::MAX).to_le_bytes());
    let checksum = crc32fast::hash(&header[..120]);
    put(&mut header, 124, &checksum.to_le_bytes());
    header
}

/// Where the free space of a chunk begins.
fn end_of(chunk: &[u8]) -> usize {
    usize::try_from(u32_at(chunk, 48)).unwrap_or(usize::MAX).clamp(CHUNK_HEADER, CHUNK)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_renumbered_and_checksums_are_made_anew() {
        // Two records of 32 bytes, as the format's description lays them out: signature, size, number, time, body, size again.
        let mut chunk = vec![0; CHUNK];
        put(&mut chunk, 0, b"ElfChnk\0");
        put(&mut chunk, 48, &576_u32.to_le_bytes());
        for at in [512, 544] {
            put(&mut chunk, at, b"**\0\0");
            put(&mut chunk, at + 4, &32_u32.to_le_bytes());
        }
        assert_eq!(renumber(&mut chunk, 700), 2);
        assert_eq!((u32_at(&chunk, 8), u32_at(&chunk, 16)), (700, 701));
        assert_eq!((u32_at(&chunk, 520), u32_at(&chunk, 552)), (700, 701));
        assert_eq!(u32_at(&chunk, 52), crc32fast::hash(&chunk[512..576]));
        assert_eq!(u32_at(&chunk, 124), crc32fast::hash(&[&chunk[..120], &chunk[128..512]].concat()));
    }
}
