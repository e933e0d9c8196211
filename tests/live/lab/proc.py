"""What the kernel says of a process: the sandbox, seen from outside."""

import os
import pathlib

from .patience import LONG_S, wait_until
from .process import run

# Numbers from linux/capability.h.
CAPABILITIES = {
    "dac_read_search": 2, "kill": 5, "setgid": 6, "setuid": 7, "setpcap": 8,
    "net_bind_service": 10, "net_admin": 12, "sys_chroot": 18,
    "sys_admin": 21,
}


def status(pid):
    """/proc/PID/status by field, as text."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    rows = (row.partition(":") for row in text.splitlines())
    return {key: value.strip() for key, _, value in rows}


def capabilities(pid, which):
    """The names in a set such as "CapEff"; unknown ones as numbers."""
    bits = int(status(pid)[which], 16)
    names = {number: name for name, number in CAPABILITIES.items()}
    return {names.get(n, n) for n in range(64) if bits >> n & 1}


def mounts(pid):
    """Where something is mounted for it: {point: set of options}."""
    table = pathlib.Path(f"/proc/{pid}/mountinfo").read_text()
    rows = [row.split() for row in table.splitlines()]
    return {row[4]: set(row[5].split(",")) for row in rows}


def mapped(pid):
    """The files that it has mapped, by name, as often as they are."""
    rows = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [row.split(maxsplit=5)[5] for row in rows if "/" in row]


def limits(pid):
    """The hard limits, by the names of /proc/PID/limits."""
    rows = pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {row[:26].strip(): row[47:68].strip() for row in rows}


def descriptors(pid):
    """What is open: {number: (target as text, kind as by stat)}."""
    found = {}
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(link.name)] = (os.readlink(link), os.stat(link))
        except FileNotFoundError:
            pass  # closed meanwhile
    return found


def namespace(pid, kind):
    """Which namespace it stands in, comparable."""
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def links(pid):
    """The network interfaces that it can see."""
    done = run(["nsenter", f"--net=/proc/{pid}/ns/net", "ip", "-o", "link"])
    return [row.split(":")[1].strip() for row in done.stdout.splitlines()]


def alive(pid):
    """Whether it runs; one that only waits to be collected does not."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def wait_gone(pids, timeout=LONG_S):
    """Wait until none of them runs."""
    pids = list(pids)
    wait_until(lambda: not any(map(alive, pids)), f"the end of {pids}",
               timeout)


def session(leader):
    """The processes of a session that still run."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] not in "ZX":
            found.append(int(stat.parent.name))
    return found


def descendants(pid):
    """All processes below a process that still run."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            parents.setdefault(int(fields[1]), []).append(
                int(stat.parent.name))
    found, new = [], [pid]
    while new:
        new = [child for one in new for child in parents.get(one, [])]
        found += new
    return found
