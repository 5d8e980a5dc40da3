"""Times the ingestion of Defender's events as JSON lines against DuckDB's `read_json`, written to Parquet.

In: the paths that `cargo xtask bench ndjson` passes. Out: a line per run and the medians; exit code 1 when the rows stored are not those read.
vedette tells the format, maps, sorts by time, divides by day and makes its files last a power cut; DuckDB is told the format and copies.
"""

import os
import shutil
import sys

import events
import measure

NOW = "2026-03-02T12:00:00"
FILES = 10
DUCKDB = """
import duckdb, sys
source, target = sys.argv[1:]
duckdb.execute(f"COPY (FROM read_json('{source}/*.ndjson', format = 'newline_delimited')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
"""


def main():
    args = measure.arguments(__doc__, 10_000_000)
    data = args.work / f"ndjson-{args.rows}"
    if not data.exists():
        generate(data, args.rows)
    size = measure.size_of(data)
    print(f"{args.rows:,} rows, {size / 1e6:,.0f} MB of JSON lines in {FILES} files; {os.cpu_count()} cores", flush=True)
    lake, parquet = args.work / "ndjson-lake", args.work / "ndjson.parquet"
    done = measure.in_turn({"vedette": lambda: vedette(args, data, lake), "duckdb": lambda: duckdb(data, parquet)}, args.runs)
    (wall, cpu), (their_wall, their_cpu) = (measure.told(name, runs, {"rows": args.rows, "MB": size / 1e6}) for name, runs in done.items())
    print(f"ratio wall {wall / their_wall:.2f}, CPU {cpu / their_cpu:.2f}")
    import duckdb as engine

    stored = engine.execute(f"SELECT count(*) FROM '{lake}/DeviceNetworkEvents/*/*.parquet'").fetchone()[0]
    copied = engine.execute(f"SELECT count(*) FROM '{parquet}'").fetchone()[0]
    print(f"vedette stored {stored:,} rows ({measure.size_of(lake) / 1e6:,.0f} MB), DuckDB {copied:,} ({parquet.stat().st_size / 1e6:,.0f} MB)")
    return 0 if stored == copied == args.rows else 1


def generate(data, rows):
    print(f"generating {data}", flush=True)
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    part = rows // FILES
    query = """SELECT strftime("Timestamp", '%Y-%m-%dT%H:%M:%S.%fZ') AS "Timestamp", * EXCLUDE ("Timestamp") FROM events"""
    for number in range(FILES):
        count = part if number < FILES - 1 else rows - part * number
        made = events.connection(count, NOW, first_row=part * number)
        events.write(made, unfinished / f"export-{number:02}.ndjson", query, "FORMAT json")
    unfinished.rename(data)


def vedette(args, data, lake):
    shutil.rmtree(lake, ignore_errors=True)
    return measure.run([args.vedette, "ingest", data, "--lake", lake])[0]


def duckdb(data, parquet):
    parquet.unlink(missing_ok=True)
    return measure.run([sys.executable, "-c", DUCKDB, data, parquet])[0]


if __name__ == "__main__":
    sys.exit(main())
