"""How pxeguard's cost grows with transfers at once, and with file size."""

import os
import pathlib

WINDOW = 16
LIMIT_S = 60
# (what, files, transfers, at once)
CASES = [
    *((f"1 MiB, {at_once:,} at once", "mib", max(500, at_once), at_once)
      for at_once in (1, 10, 100, 1000, 2000)),
    *((f"{size}, 20 at once", files, transfers, 20)
      for size, files, transfers in (("40 KiB", "small", 10000),
                                     ("1 MiB", "mib", 500),
                                     ("16 MiB", "part", 40),
                                     ("256 MiB", "big", 20))),
]


def seconds_of(daemon):
    """The processor time of all its processes until now."""
    ticks = 0
    for pid in (daemon.pid, *daemon.role_pids().values()):
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(site, ours):
    """Rows of (what, bytes a second, seconds of a processor for a transfer
    and for a MiB, how many were not complete)."""
    rows = []
    daemon = ours.start(site)
    try:
        site.load("small", 20, 10, 1, 10)
        for what, files, transfers, at_once in CASES:
            before = seconds_of(daemon)
            result = site.load(files, transfers, at_once, WINDOW, LIMIT_S,
                               gro=True)
            used = seconds_of(daemon) - before
            rows.append((what, result["rate"],
                         used / max(1, result["done"]),
                         used / max(1, result["bytes"] / (1 << 20)),
                         transfers - result["done"]))
    finally:
        daemon.stop()
    return rows
