"""Times the ingestion of EVTX against programs that only read it.

In: the paths that `cargo xtask bench evtx` passes. Out: a line per run and the medians; exit code 1 when vedette's records are not those of evtx_dump.
vedette decodes, maps, sorts and stores; evtx_dump writes JSON lines to nowhere, on one thread and on two; Hayabusa counts event ids.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import measure


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--vedette", "--work", "--data", "--evtx-dump", "--from", "--hayabusa"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--megabytes", type=int)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    size = measure.size_of(args.data)
    print(f"{size / 1e6:,.0f} MB of EVTX in {len(list(args.data.iterdir()))} files; {os.cpu_count()} cores", flush=True)
    ours = []
    engines = {"vedette": lambda: vedette(args, ours)}
    for threads in (1, 2):
        engines[f"evtx_dump{threads}"] = lambda threads=threads: evtx_dump(args, threads)
    if args.hayabusa:
        engines["hayabusa"] = lambda: hayabusa(args)
    done = measure.in_turn(engines, args.runs)
    theirs = records(args)
    for name, runs in done.items():
        measure.told(name, runs, {"MB": size / 1e6, "records": theirs})
    print(f"vedette stored {ours[-1]:,} records, evtx_dump reads {theirs:,}")
    return 0 if ours[-1] == theirs else 1


def vedette(args, counts):
    lake = args.work / "evtx-lake"
    shutil.rmtree(lake, ignore_errors=True)
    run, said = measure.run([args.vedette, "ingest", args.data, "--lake", lake])
    counts.append(int(re.search(r"([\d,]+) records", said)[1].replace(",", "")))
    return run


def evtx_dump(args, threads):
    """One file after the other, as the program takes one."""
    script = 'for file in "$0"/*.evtx; do "$1" -t "$2" -o jsonl "$file" || exit; done'
    run, _ = measure.run(["sh", "-c", script, args.data, args.evtx_dump, threads])
    return run


def hayabusa(args):
    with tempfile.TemporaryDirectory() as out:
        run, _ = measure.run([args.hayabusa, "eid-metrics", "-d", args.data, "-q", "-o", f"{out}/metrics.csv"])
    return run


def records(args):
    """How many records evtx_dump writes."""
    total = 0
    for path in sorted(args.data.iterdir()):
        child = subprocess.Popen([args.evtx_dump, "-o", "jsonl", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while block := child.stdout.read(1 << 20):
            total += block.count(b"\n")
        child.wait()
    return total


if __name__ == "__main__":
    sys.exit(main())
