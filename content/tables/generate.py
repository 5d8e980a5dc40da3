#!/usr/bin/env python3
"""Writes one <Table>.yaml per table beside this script.

usage: generate.py TABLES.json ALIASES.json

TABLES.json:  {table: [[column, type], ...]}, columns in documented order
ALIASES.json: {table: {spelling: column}}, spellings of a column that differ from another one in case only

The compatibility columns (names that published queries use and the published table lacks) are decided here, so that
the YAML files stay reproducible. Read README.md for where the names come from.
"""

import json
import pathlib
import sys

# Tables whose events have an initiating process and no account of their own.
WITHOUT_ACCOUNT = {"DeviceNetworkEvents", "DeviceFileEvents", "DeviceRegistryEvents", "DeviceImageLoadEvents"}
ACCOUNT = {name: "InitiatingProcess" + name for name in ("AccountName", "AccountDomain", "AccountSid")}
# Defender and Sentinel name the time of the same event differently.
TIMES = ("Timestamp", "TimeGenerated")


def compat_columns(table, columns, aliases):
    compat = dict(aliases)
    if table in WITHOUT_ACCOUNT:
        compat.update(ACCOUNT)
    for missing, present in (TIMES, TIMES[::-1]):
        if present in columns:
            compat[missing] = present
    return {name: column for name, column in compat.items() if name not in columns and column in columns}


def render(table, columns, aliases):
    lines = ["columns:"] + [f"- {name}: {ty}" for name, ty in columns]
    compat = compat_columns(table, {name for name, _ in columns}, aliases)
    if compat:
        lines += ["compat:"] + [f"  {name}: {column}" for name, column in sorted(compat.items())]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tables, aliases = (json.loads(pathlib.Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:])
    here = pathlib.Path(__file__).parent
    for table, columns in tables.items():
        text = render(table, columns, aliases.get(table, {}))
        (here / f"{table}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
