"""How much memory pxeguard takes, idle, busy and after much work."""

import time

from lab import proc

PER_TRANSFER_KIB = 64   # beyond the first hundred
FLAT_KIB = 256          # may come and go while it serves small files
SETTLE_S = 1.0
SMALL_FIRST, SMALL = 10000, 100000


def resident(daemon):
    """What each process holds, in KiB, by name."""
    pids = {"pxeguard": daemon.pid, **daemon.role_pids()}
    return {name: int(proc.status(pid)["VmRSS"].split()[0])
            for name, pid in pids.items()}


def busy(site, daemon, transfers):
    """What is held while so many transfers run."""
    load = site.hold("big", transfers, 64)
    try:
        time.sleep(SETTLE_S)
        return resident(daemon)
    finally:
        load.stop()
        time.sleep(SETTLE_S)


def served(site, daemon, transfers):
    """What is held after so many small transfers more."""
    result = site.load("small", transfers, 50, 16, 120, gro=True)
    time.sleep(SETTLE_S)
    return resident(daemon), transfers - result["done"]


def measure(site, ours):
    """Rows of (when, {process: KiB}), and what of the goal is missed."""
    daemon = ours.start(site)
    try:
        rows = [("idle", resident(daemon)),
                ("100 transfers run", busy(site, daemon, 100)),
                ("1,000 transfers run", busy(site, daemon, 1000))]
        first, lost = served(site, daemon, SMALL_FIRST)
        rows.append((f"after {SMALL_FIRST:,} small ones", first))
        last, more = served(site, daemon, SMALL - SMALL_FIRST)
        rows.append((f"after {SMALL:,} small ones", last))
    finally:
        daemon.stop()
    total = [sum(row.values()) for _, row in rows]
    each = (total[2] - total[1]) / 900
    growth = total[4] - total[3]
    misses = []
    if each > PER_TRANSFER_KIB:
        misses.append(f"{each:.1f} KiB for each transfer")
    if growth > FLAT_KIB:
        misses.append(f"{growth} KiB more after {SMALL:,}")
    if lost + more:
        misses.append(f"{lost + more} not complete")
    return rows, each, growth, misses
