"""What the benchmarks share: a run of a program, measured from outside, and how runs are told.

In: a command. Out: wall and CPU seconds, the most memory it held, the bytes it read. Linux, for /proc and the page cache.
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Run:
    wall: float
    cpu: float
    memory: int
    read: int

    def __str__(self):
        return f"{self.wall:8.3f} s wall  {self.cpu:8.3f} s CPU  {self.memory / 2**20:6.0f} MB held  {self.read / 1e6:9.1f} MB read"


def arguments(about, rows):
    """What the benchmarks over generated rows are told."""
    parser = argparse.ArgumentParser(description=about)
    for name in ("--vedette", "--work"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def run(command, stdout=subprocess.DEVNULL):
    """Runs a program to its end, which must be a good one."""
    start = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdout=stdout, stderr=subprocess.PIPE, text=True)
    said = []
    reader = threading.Thread(target=lambda: said.append(child.stderr.read()))
    reader.start()
    # The process is left as a zombie for a moment, so that its counters can still be read.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    wall = time.perf_counter() - start
    read = read_by(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}:\n{said[0][-4000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, read), said[0]


def read_by(pid):
    """Bytes asked of the system by reading calls, from the disk or from the page cache."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("rchar"))


def forget(folder):
    """Drops the files of a folder from the page cache."""
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def size_of(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def told(name, runs, amounts):
    """The medians of some runs in a line, with what they did of each amount in a second of either kind."""
    wall, cpu = (statistics.median(getattr(run, kind) for run in runs) for kind in ("wall", "cpu"))
    memory = max(run.memory for run in runs)
    rates = "  ".join(f"{amount / wall:,.0f} {unit}/s, {amount / cpu:,.0f} per CPU second" for unit, amount in amounts.items())
    print(f"median {name:10} {wall:8.3f} s wall  {cpu:8.3f} s CPU  at most {memory / 2**20:,.0f} MB  {rates}", flush=True)
    return wall, cpu


def in_turn(engines, runs):
    """Runs each engine once in every round, so that a machine that gets slower or busier is that for all."""
    done = {name: [] for name in engines}
    for number in range(runs):
        for name, engine in engines.items():
            done[name].append(engine())
            print(f"run {number + 1}  {name:10} {done[name][-1]}", flush=True)
    return done
