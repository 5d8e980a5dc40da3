"""DeviceNetworkEvents of a made-up company, for the benchmarks to read. Every run makes the same rows."""

from pathlib import Path

HERE = Path(__file__).parent


def connection(rows, now, hours=36, first_row=0):
    """A connection to DuckDB with the view `events`."""
    import duckdb

    made = duckdb.connect()
    for name, value in (("row_count", rows), ("first_row", first_row), ("hours", hours), ("now_text", f"'{now}'")):
        made.execute(f"SET VARIABLE {name} = {value}")
    made.execute((HERE / "generate.sql").read_text())
    return made


def write(made, path, query, options):
    """The rows of a query as a file, which has its name only when it is whole."""
    unfinished = path.with_suffix(".unfinished")
    made.execute(f"COPY ({query}) TO '{unfinished}' ({options})")
    unfinished.rename(path)
