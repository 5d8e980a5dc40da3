"""Times one query in vedette and in DuckDB, in turn, and holds the answers against each other.

In: the paths that `cargo xtask bench rule` passes. Out: a line per run, the medians and their ratio; exit code 1 when a row differs.
vedette is timed as a user meets it, the whole process; DuckDB from the first statement to the last row, without Python's start.
"""

import argparse
import dataclasses
import json
import os
import resource
import sys
import time
from pathlib import Path

import events
import measure

HERE = Path(__file__).parent
NOW = "2026-03-02T12:00:00"
SETS = ("Ports", "Processes")


def main():
    args = arguments()
    if args.duckdb_once:
        return duckdb_once(args)
    data = args.work / f"DeviceNetworkEvents-{args.rows}.parquet"
    if not data.exists():
        generate(data, args.rows)
    print(f"{args.rows:,} rows, {data.stat().st_size / 1e6:.0f} MB of Parquet; {os.cpu_count()} cores", flush=True)
    rows = {}
    runs = measure.in_turn({"vedette": lambda: vedette(args, data, rows), "duckdb": lambda: duckdb(args, data, rows)}, args.runs)
    (wall, cpu), (their_wall, their_cpu) = (measure.told(name, some, {"rows": args.rows}) for name, some in runs.items())
    print(f"ratio wall {wall / their_wall:.2f}, CPU {cpu / their_cpu:.2f}")
    return compare(rows["vedette"], rows["duckdb"])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vedette", type=Path, required=True)
    parser.add_argument("--query", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--duckdb-once", type=Path)
    return parser.parse_args()


def generate(path, rows):
    print(f"generating {path}", flush=True)
    events.write(events.connection(rows, NOW), path, "FROM events", "FORMAT parquet, COMPRESSION zstd")


def vedette(args, data, rows):
    """Runs the binary once, the whole process, and keeps its rows."""
    out = args.work / "vedette.ndjson"
    command = [args.vedette, "--quiet", "query", "--file", args.query, "--data", data, "--now", NOW + "Z", "--format", "ndjson", "-o", out]
    run, _ = measure.run(command)
    rows["vedette"] = [json.loads(line) for line in out.read_text().splitlines()]
    return run


def duckdb(args, data, rows):
    """Runs DuckDB once in a process of its own, as vedette is; its seconds are those that it counts itself."""
    command = [sys.executable, __file__, "--vedette", args.vedette, "--query", args.query, "--work", args.work, "--duckdb-once", data]
    answered = args.work / "duckdb.json"
    with answered.open("w") as stdout:
        run, _ = measure.run(command, stdout)
    answer = json.loads(answered.read_text())
    rows["duckdb"] = answer["rows"]
    return dataclasses.replace(run, wall=answer["wall"], cpu=answer["cpu"])


def duckdb_once(args):
    import duckdb

    sql = (HERE / "server_beacon.sql").read_text()
    start, cpu = time.perf_counter(), cpu_seconds()
    connection = duckdb.connect()
    connection.execute(f"SET VARIABLE now_text = '{NOW}'")
    connection.execute(f"CREATE VIEW DeviceNetworkEvents AS FROM '{args.duckdb_once}'")
    cursor = connection.execute(sql)
    rows = cursor.fetchall()
    wall, cpu = time.perf_counter() - start, cpu_seconds() - cpu
    names = [column[0] for column in cursor.description]
    json.dump({"wall": wall, "cpu": cpu, "rows": [dict(zip(names, row)) for row in rows]}, sys.stdout, default=lambda at: at.isoformat())


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def compare(ours, theirs):
    """Every row in every column; sets in any order. A set that fills its limit may be any subset, and is left out."""
    ours, theirs = (sorted(map(comparable, rows)) for rows in (ours, theirs))
    differing = [pair for pair in zip(ours, theirs) if pair[0] != pair[1]]
    if len(ours) == len(theirs) and not differing:
        print(f"all {len(ours):,} rows are equal in every column")
        return 0
    print(f"DIFFERENT: {len(ours):,} rows of vedette, {len(theirs):,} of DuckDB, {len(differing):,} differ in place")
    for left, right in differing[:3]:
        print(f"  vedette {left}\n  duckdb  {right}")
    return 1


def comparable(row):
    cells = dict(row)
    cells["Timestamp"] = cells["Timestamp"].rstrip("Z").ljust(19).partition(".")[0], fraction(cells["Timestamp"])
    for name in SETS:
        values = cells[name]
        cells[name] = sorted(json.loads(values) if isinstance(values, str) else values)
    return json.dumps(cells, sort_keys=True)


def fraction(text):
    return text.rstrip("Z").partition(".")[2].rstrip("0")


if __name__ == "__main__":
    sys.exit(main())
