#!/usr/bin/python3
"""Measure what signed files cost beside verify-images=off.

Everything lives in private namespaces.  Status 0: every goal is met.
"""

import dataclasses
import os
import pathlib
import statistics
import sys
import threading
import time
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import contenders                                       # noqa: E402
import memory                                           # noqa: E402
import options                                          # noqa: E402
from bench_site import FILES, MIB, ROOT, Site, names        # noqa: E402
from lab import proc                                    # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.signing import trust                           # noqa: E402
from report import machine, print_table, progress       # noqa: E402
from works import Rated                                 # noqa: E402

CACHE_MIB = 512
WITHIN = 0.98           # of the rate without signatures
FIRST_SIZE = 1024 * MIB
OTHERS_MS = 5           # later than idle, at the 99th percentile
PER_TRANSFER_KIB = 64
TRANSFERS = 100
CONFIG = f"""\
interface=eth0
enable-tftp
enable-http
tftp-root={ROOT}
tftp-max=4000
http-max=4000
quiet-tftp
quiet-http
tftp-cache=1024
"""
WARM_S = 1.5
SETTLE_S = 0.7


@dataclasses.dataclass
class Work(Rated):
    """Transfers of signed files; `load(site, limit_s)` runs them."""
    title: str
    load: typing.Callable
    per_second: bool = False


def tftp(files, parallel, window):
    return lambda site, limit_s: site.load(
        files, 1000000, parallel, window, limit_s, gro=True)


def http(files, connections):
    return lambda site, limit_s: site.http(
        names(files), 1000000, connections, limit_s)


WORKS = {
    "tftp": Work("TFTP, one of 256 MiB at a time, windowsize 64",
                 tftp("big", 1, 64)),
    "tftp-many": Work("TFTP, 20 of 16 MiB at once, windowsize 16",
                      tftp("part", 20, 16)),
    "tftp-small": Work("TFTP, 40 KiB, 50 at once, windowsize 16",
                       tftp("small", 50, 16), per_second=True),
    "http": Work("HTTP, one of 256 MiB at a time", http("big", 1)),
    "http-small": Work("HTTP, 40 KiB, 50 connections", http("small", 50),
                       per_second=True),
}
KNOWN = [*WORKS, "first", "memory"]
MODES = {"off": "", "require": f"verify-cache={CACHE_MIB}M\n",
         # Larger than the cache: block by block.
         "blocks": "verify-cache=16M\n"}


def server_for(mode, lines):
    """pxeguard that requires signatures, or not."""
    more = "" if mode == "off" else lines + MODES[mode]
    return contenders.Ours(CONFIG + more, 80, "tcp")


def run_once(site, server, work, limit_s):
    running = server.start(site)
    try:
        work.load(site, WARM_S)
        time.sleep(SETTLE_S)
        work.load(site, WARM_S)
        return work.value(work.load(site, limit_s))
    finally:
        running.stop()


def measure(site, lines, key, rounds):
    """{mode: values}; the modes take turns."""
    work = WORKS[key]
    modes = [mode for mode in MODES if mode != "blocks" or key in
             ("tftp", "http")]
    values = {mode: [] for mode in modes}
    for number in range(rounds):
        turn = number % len(modes)
        for mode in modes[turn:] + modes[:turn]:
            value = run_once(site, server_for(mode, lines), work, 3)
            values[mode].append(value)
            progress(f"{key}, {mode}: {work.text(value)}")
    return values


def row_of(key, values):
    work = WORKS[key]
    ratio = statistics.median(signed / off for signed, off in
                              zip(values["require"], values["off"]))
    return [work.title, *(work.text(statistics.median(values[mode]))
                          if mode in values else "-" for mode in MODES),
            f"{ratio:.3f}", "yes" if ratio >= WITHIN else "NO"]


class Others:
    """Requests for small files beside other work."""

    def __init__(self, site, seconds):
        self._thread = threading.Thread(target=self._run,
                                        args=(site, seconds))
        self.result = None
        self._thread.start()

    def _run(self, site, seconds):
        # Two connections that pause for 5 ms after each answer.
        self.result = site.http(names("small"), 1000000, 2, seconds, "-i", 5)

    def p99(self):
        self._thread.join()
        return self.result["first_p99"]


def first_request(site, lines):
    """(seconds, p99 when idle, p99 meanwhile), of a file of 1 GiB.

    The table of the block hashes is made in the same pass, as the file is
    larger than the cache.
    """
    running = server_for("require", lines).start(site)
    try:
        site.http(names("small"), 1000, 2, 5)   # they are checked
        idle = Others(site, 3).p99()
        others = Others(site, 3)
        time.sleep(0.5)
        one = site.http(["first0"], 1, 1, 20)
        if one["failed"] or not one["done"]:
            raise LabError(f"no file of 1 GiB: {one['words']}\n"
                           + "\n".join(running.process.tail()))
        return one["first_most"] / 1e3, idle, others.p99()
    finally:
        running.stop()


def print_first(site, lines, rounds):
    """What the first request of a file waits for; whether others wait."""
    found = []
    for _ in range(rounds):
        found.append(first_request(site, lines))
        progress("first byte of 1 GiB after {:.2f} s; others: p99 {:.2f} ms "
                 "idle, {:.2f} ms meanwhile".format(*found[-1]))
    took, idle, busy = map(statistics.median, zip(*found))
    met = busy - idle <= OTHERS_MS
    print(f"First request of 1 GiB: its first byte after {took:.2f} s, "
          f"{FIRST_SIZE / took / 1e6:,.0f} MB/s.  First bytes of other files,"
          f" 99th percentile: {idle:.2f} ms when idle, {busy:.2f} ms "
          f"meanwhile (goal: at most {OTHERS_MS} ms later).  Met: "
          f"{'yes' if met else 'NO'}\n")
    return not met


def own_kib(daemon):
    """KiB that the processes hold beside shared memory such as copies."""
    total = 0
    for pid in (daemon.pid, *daemon.role_pids().values()):
        row = proc.status(pid)
        total += sum(int(row[name].split()[0])
                     for name in ("RssAnon", "RssFile"))
    return total


def sealed_kib(daemon):
    """KiB of the sealed memory that imaged holds."""
    found = {}
    for entry in pathlib.Path(
            f"/proc/{daemon.role_pids()['imaged']}/fd").iterdir():
        try:
            if os.readlink(entry).startswith("/memfd:"):
                stat = entry.stat()
                found[stat.st_ino] = stat.st_blocks / 2
        except OSError:
            pass            # closed meanwhile
    return sum(found.values())


def print_memory(site, lines):
    """What is held while transfers run; whether it is too much."""
    running = server_for("require", lines).start(site)
    try:
        idle = own_kib(running)
        for work in ("tftp", "tftp-many", "tftp-small"):
            WORKS[work].load(site, WARM_S)
        load = site.hold("big", TRANSFERS, 64)
        try:
            time.sleep(memory.SETTLE_S)
            busy = own_kib(running)
            sealed = sealed_kib(running)
        finally:
            load.stop()
    finally:
        running.stop()
    more = busy - idle
    met = sealed <= CACHE_MIB * 1024 and more <= TRANSFERS * PER_TRANSFER_KIB
    print(f"Memory with {TRANSFERS} transfers: {sealed / 1024:,.0f} MiB of "
          f"checked copies (verify-cache: {CACHE_MIB} MiB), and the processes "
          f"have {more:,} KiB more than when idle (goal: "
          f"{TRANSFERS * PER_TRANSFER_KIB:,} KiB).  Met: "
          f"{'yes' if met else 'NO'}\n")
    return not met


def main():
    args = options.read(options.parser_for(__doc__, KNOWN), KNOWN)
    files = {name: FILES[name] for name in ("big", "part", "small")}
    with Site(args.processors, {**files, "first": (1, FIRST_SIZE)}) as site:
        progress("signing")
        lines = trust(site.server, ROOT)
        rows = [row_of(key, measure(site, lines, key, args.rounds))
                for key in args.work if key in WORKS]
        print(machine(args.rounds) + "\n")
        if rows:
            print_table([["work", *MODES, "require / off", "met (0.98)"],
                         *rows])
        missed = any(row[-1] == "NO" for row in rows)
        if "first" in args.work:
            missed |= print_first(site, lines, args.rounds)
        if "memory" in args.work:
            missed |= print_memory(site, lines)
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"bench-images: {error}")
