"""Drives `vedette lsp` as an editor does, over every prefix of queries, and times its answers.

In: a folder of queries (.kql) and rules (.yaml), or a file with one JSON object a line whose `query` is one. Out: how long findings, completion, hover
and signatures took, in milliseconds: the median, the 99th percentile, the most; exit code 1 when the server died or an answer was an error.
Of the queries a spread of lengths is taken. Each is typed letter by letter (`--step 1`), as incremental changes; after each the findings are pulled and a
completion is asked at the end.
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path


class Client:
    """A language client that waits for each answer."""

    def __init__(self, command):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        capabilities = {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
        }
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self.tell("initialized", {})

    def tell(self, method, params, **more):
        message = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(message) + message)
        self.child.stdin.flush()

    def read(self):
        length = 0
        while (line := self.child.stdout.readline()) != b"\r\n":
            if not line:
                sys.exit(f"the server ended with {self.child.wait()}")
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.child.stdout.read(length))

    def ask(self, method, params):
        """The answer, and the seconds until it was there."""
        self.number += 1
        start = time.perf_counter()
        self.tell(method, params, id=self.number)
        while True:
            message = self.read()
            if message.get("id") == self.number:
                return message, time.perf_counter() - start
            if message.get("method") == "window/logMessage":
                print(message["params"]["message"], file=sys.stderr)

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.child.wait(10)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--vedette", "--work", "--from"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--step", type=int, default=1, help="letters typed between two questions")
    args = parser.parse_args()
    queries = spread(read_queries(vars(args)["from"]), args.queries)
    client = Client([args.vedette, "lsp"])
    times, slowest, errors, prefixes = {}, {}, [], 0
    for number, query in enumerate(queries):
        prefixes += type_in(client, f"file:///query{number}.kql", query, args.step, times, slowest, errors)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(queries)} queries, {prefixes:,} prefixes", end="", file=sys.stderr)
    code = client.end()
    print(f"{len(queries)} queries of {len(queries[0])} to {len(queries[-1]):,} characters, {prefixes:,} prefixes; exit code {code}")
    for name, seconds in times.items():
        p99 = statistics.quantiles(seconds, n=100)[98]
        late = sum(second > 0.05 for second in seconds)
        told = (statistics.median(seconds), p99, max(seconds))
        print(f"{name:14} {len(seconds):9,} answers  " + "  ".join(f"{1000 * value:8.2f} ms" for value in told) + f"  {late:,} over 50 ms")
        print(f"{'':14} slowest: query of {slowest[name][1]:,} characters at {slowest[name][2]:,}")
    for error in errors[:10]:
        print(error)
    return 1 if errors or code else 0


def read_queries(source):
    if source.is_file():
        lines = (json.loads(line) for line in source.read_text(encoding="utf-8").splitlines())
        return [line["query"] for line in lines]
    queries = [path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.kql"))]
    for path in sorted(source.rglob("*.y*ml")):
        block = re.search(r"^query: *\|[-+]?\n((?:[ \t].*\n|\n)+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if block:
            indent = len(block[1]) - len(block[1].lstrip(" "))
            queries.append("\n".join(line[indent:] for line in block[1].splitlines()))
    return queries


def spread(queries, count):
    """So many of them, from the shortest to the longest in even steps."""
    queries = sorted(set(queries), key=lambda query: (len(query), query))
    if len(queries) <= count:
        return queries
    return [queries[round(at * (len(queries) - 1) / (count - 1))] for at in range(count)]


def type_in(client, uri, query, step, times, slowest, errors):
    """Types a query and asks after each step; gives the number of prefixes."""
    text = {"uri": uri, "languageId": "kql", "version": 0, "text": ""}
    client.tell("textDocument/didOpen", {"textDocument": text})
    chance = random.Random(len(query))
    line = character = count = 0
    for start in range(0, len(query), step):
        piece = query[start : start + step]
        here = {"line": line, "character": character}
        change = {"range": {"start": here, "end": here}, "text": piece}
        client.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": start + 1}, "contentChanges": [change]})
        for letter in piece:
            line, character = (line + 1, 0) if letter == "\n" else (line, character + len(letter.encode("utf-16-le")) // 2)
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        questions = [("diagnostic", {"textDocument": {"uri": uri}}), ("completion", place)]
        # These are asked somewhere before the end as well.
        anywhere = {**place, "position": {"line": chance.randint(0, line), "character": chance.randint(0, 60)}}
        questions += [("hover", anywhere), ("signatureHelp", place)]
        for name, params in questions:
            answer, seconds = client.ask(f"textDocument/{name}", params)
            times.setdefault(name, []).append(seconds)
            slowest[name] = max(slowest.get(name, (0, 0, 0)), (seconds, len(query), start + len(piece)))
            if "error" in answer:
                errors.append(f"{name} at {start + len(piece)} of {query[:60]!r}…: {answer['error']}")
        count += 1
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    return count


if __name__ == "__main__":
    sys.exit(main())
