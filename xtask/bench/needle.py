"""Times the search for a word in a year of DeviceNetworkEvents against DuckDB and chDB, which read the same Parquet files.

In: the paths that `cargo xtask bench needle` passes. Out: per word the bytes that the column holds and that each engine read, and milliseconds with
the page cache empty and full; exit code 1 when the counts differ.
"""

import os
import re
import shutil
import statistics
import sys

import events
import measure

NOW = "2026-03-02T00:00:00"
DAYS = 365
# Hosts that the generator does not make, in a few rows of the year. The last is one that it does make, in rows of every day.
PLANTED = {"exfil-drop": 3, "quietport": 40}
WORDS = {"absent": "nowhere-at-all", "three rows": "exfil-drop", "forty rows": "quietport", "every day": "api23457"}
DUCKDB = """
import duckdb, sys
files, word = sys.argv[1:]
# As vedette's `has`: whole words, in any case. The test that is cheap goes first.
sql = f"SELECT count(*) FROM '{files}' WHERE contains(lower(RemoteUrl), $word) AND regexp_matches(lower(RemoteUrl), '(^|[^a-z0-9])' || $word || '([^a-z0-9]|$)')"
print(duckdb.execute(sql, {"word": word}).fetchone()[0])
"""
CHDB = """
import chdb, sys
files, word = sys.argv[1:]
condition = f"positionCaseInsensitive(assumeNotNull(RemoteUrl), '{word}') > 0 AND match(lower(assumeNotNull(RemoteUrl)), '(^|[^a-z0-9]){word}([^a-z0-9]|$)')"
print(chdb.query(f"SELECT count() FROM file('{files}', Parquet) WHERE {condition}", "CSV"))
"""


def main():
    args = measure.arguments(__doc__, 100_000_000)
    lake = args.work / f"needle-{args.rows}"
    if not lake.exists():
        fill(args, lake)
    files = f"{lake}/DeviceNetworkEvents/_date=*/*.parquet"
    stored, plain, parts, rows = column(files)
    print(f"{rows:,} rows in {parts:,} files; RemoteUrl holds {plain / 1e6:,.0f} MB, {stored / 1e6:,.0f} MB compressed; {os.cpu_count()} cores", flush=True)
    differ = False
    for kind, word in WORDS.items():
        counts = {}
        for engine, command in commands(args, lake, files, word).items():
            cold, warm = [], []
            for _ in range(args.runs):
                measure.forget(lake)
                cold.append(answer(args, command, counts, engine))
                warm.append(answer(args, command, counts, engine))
            tell(kind, engine, counts[engine], cold, warm, stored, plain)
        differ |= len(set(counts.values())) != 1
    print("DIFFERENT counts" if differ else "all counts are equal")
    return int(differ)


def fill(args, lake):
    """A file a day, as an export would come in, and each into the lake in that order."""
    days = args.work / f"needle-days-{args.rows}"
    days.mkdir(exist_ok=True)
    per_day = args.rows // DAYS
    unfinished = lake.with_name(lake.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for day in range(DAYS):
        path = days / f"{day:03}.parquet"
        if not path.exists():
            count = per_day if day < DAYS - 1 else args.rows - per_day * day
            made = events.connection(count, NOW, hours=24, first_row=per_day * day)
            events.write(made, path, planted(day, per_day), "FORMAT parquet, COMPRESSION zstd")
    print(f"{args.rows:,} rows made, {measure.size_of(days) / 1e6:,.0f} MB", flush=True)
    run, _ = measure.run([args.vedette, "ingest", days, "--lake", unfinished])
    print(f"stored: {run}  {args.rows / run.wall:,.0f} rows/s  {measure.size_of(unfinished) / 1e6:,.0f} MB", flush=True)
    unfinished.rename(lake)
    shutil.rmtree(days)


def planted(day, per_day):
    """The events of a day, moved to it, some of them to a host that is looked for."""
    cases = []
    for number, (word, count) in enumerate(PLANTED.items()):
        chosen = [place for place in range(count) if place * DAYS // count + 7 * (number + 1) == day]
        cases += [f"WHEN \"ReportId\" = {per_day * day + 1000 * (number + 1)} THEN 'https://{word}.example/in'" for _ in chosen]
    url = f"CASE {' '.join(cases)} ELSE \"RemoteUrl\" END" if cases else '"RemoteUrl"'
    return f'SELECT * REPLACE ("Timestamp" - INTERVAL {DAYS - 1 - day} DAY AS "Timestamp", {url} AS "RemoteUrl") FROM events'


def column(files):
    import duckdb

    return duckdb.execute(
        f"""SELECT sum(total_compressed_size), sum(total_uncompressed_size), count(DISTINCT file_name), sum(row_group_num_rows)
        FROM parquet_metadata('{files}') WHERE path_in_schema = 'RemoteUrl'"""
    ).fetchone()


def commands(args, lake, files, word):
    query = f'DeviceNetworkEvents | where RemoteUrl has "{word}" | count'
    ours = [args.vedette, "query", query, "--lake", lake, "--format", "csv", "--quiet"]
    return {"vedette": ours, "duckdb": [sys.executable, "-c", DUCKDB, files, word], "chdb": [sys.executable, "-c", CHDB, files, word]}


def answer(args, command, counts, engine):
    out = args.work / "needle.out"
    with out.open("w") as stdout:
        run, _ = measure.run(command, stdout)
    counts[engine] = int(re.findall(r"\d+", out.read_text())[-1])
    return run


def tell(kind, engine, count, cold, warm, stored, plain):
    middle = [statistics.median(run.wall for run in runs) * 1000 for runs in (cold, warm)]
    cpu = statistics.median(run.cpu for run in warm)
    read = statistics.median(run.read for run in cold)
    print(
        f"{kind:10} {engine:8} {count:6} rows  {middle[0]:7.0f} ms cold  {middle[1]:7.0f} ms warm  {cpu:6.2f} s CPU  {read / 1e6:8.1f} MB read"
        f"  column / read: {plain / read:6.1f} ({stored / read:.1f} compressed)",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
