#!/usr/bin/python3
"""Measure how large pxeguard is: lines, programs, memory, start.

All roles serve, idle; dnsmasq serves the same ranges and files beside it.
`--rounds`: starts of each, whose median counts.  `--base`: a revision of git,
whose lines are shown beside those of the working tree.  Packages are shown
where `make deb` has made them.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab.all_roles import ALL, Secrets                      # noqa: E402
from lab.boot import CONFIG, lay_state_folder     # noqa: E402
from lab.daemon import (PXEGUARD, REPOSITORY, Daemon,       # noqa: E402
                        default_command)
from lab.errors import LabError                             # noqa: E402
from lab.namespaces import Network                          # noqa: E402
from lab.process import exit_on_signals, need, run          # noqa: E402
from lab.tftp_site import ROOT                              # noqa: E402
from report import machine, print_table                     # noqa: E402

# Tests by what they are; all else with C in it is a folder of the programs.
TESTS = {"unit tests": "tests/unit", "live tests": "tests/live",
         "other tests and benchmarks": "tests"}
CODE = (".c", ".h", ".py")
SETTLE_S = 2.0      # after the start, until processes are idle
DNSMASQ = "{program} --keep-in-foreground --user=root --log-facility=- " \
    "--dhcp-leasefile=/dev/null --pid-file= --port=0 --conf-file={{config}}"


def git(*argv):
    return run(["git", "-C", str(REPOSITORY), *argv]).stdout


def kind_of(path):
    """The row in which a file is counted, or None."""
    if not path.endswith(CODE):
        return None
    for kind, folder in TESTS.items():
        if path.startswith(folder + "/"):
            return kind
    return path.split("/")[0] if path.endswith((".c", ".h")) else None


def lines(revision=None):
    """{folder or kind of test: (files, lines)}"""
    if revision:
        names = git("ls-tree", "-r", "--name-only", revision)
    else:
        names = git("ls-files")
    found = {}
    for path in names.splitlines():
        kind = kind_of(path)
        if kind is None or not revision and not (REPOSITORY / path).exists():
            continue
        text = git("show", f"{revision}:{path}") if revision else \
            (REPOSITORY / path).read_text()
        files, count = found.get(kind, (0, 0))
        found[kind] = files + 1, count + text.count("\n")
    return found


def total(found):
    """Of the folders of the programs."""
    rows = [value for kind, value in found.items() if kind not in TESTS]
    return tuple(map(sum, zip(*rows)))


def print_lines(base):
    now, then = lines(), lines(base) if base else {}
    rows = [["folder", "files", "lines", *([base] if base else [])]]
    for kind in [*sorted(set(now) - set(TESTS)), None, *TESTS]:
        files, count = now[kind] if kind else total(now)
        old = (then.get(kind, (0, 0)) if kind else total(then))[1] \
            if base else 0
        rows.append([kind or "programs, all", str(files), f"{count:,}",
                     *([f"{old:,}"] if base else [])])
    print_table(rows)


def size_of(program):
    """Bytes of a program without what a debugger needs."""
    with tempfile.NamedTemporaryFile() as stripped:
        run(["strip", "-o", stripped.name, str(program)])
        return pathlib.Path(stripped.name).stat().st_size


def libraries(program):
    """The packages of the libraries that a program names."""
    names = [line.split("[")[1].rstrip("]") for line in
             run(["readelf", "-d", str(program)]).stdout.splitlines()
             if "(NEEDED)" in line]
    found = set()
    for name in names:
        owners = run(["dpkg-query", "-S", f"*/{name}"]).stdout.splitlines()
        found |= {owner.partition(":")[0] for owner in owners
                  if ":amd64:" in owner or ":arm64:" in owner}
    return sorted(found)


def memory(pid):
    """(KiB of its own, KiB with its share of what others have, too)"""
    values = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text() \
            .splitlines()[1:]:
        name, _, rest = line.partition(":")
        values[name] = int(rest.split()[0])
    return (values["Private_Clean"] + values["Private_Dirty"],
            values["Pss"])


def start(network, config, command, ready):
    """A server, and the seconds that it took until it served."""
    begin = time.monotonic()
    daemon = Daemon(network, config, command, wait=False)
    try:
        daemon.wait_line(ready)
    except LabError:
        daemon.stop()
        raise
    return daemon, time.monotonic() - begin


def lay(network, secrets):
    """One signed boot file, keys, and an empty lease folder."""
    server = network.server
    lay_state_folder(server)
    server.shadow(ROOT)
    root = server.path(ROOT)
    (root / "pxelinux.0").write_bytes(bytes(range(256)) * 160)
    secrets.lay(server, root)


def starts(config, command, ready, rounds, secrets):
    """(median of the seconds, {process: memory()} of the last)"""
    seconds, held = [], {}
    for _ in range(rounds):
        with Network() as network:
            lay(network, secrets)
            daemon, took = start(network, config, command, ready)
            try:
                seconds.append(took)
                time.sleep(SETTLE_S)
                held = {"parent": memory(daemon.pid)}
                for name, pid in daemon.role_pids().items():
                    held[name] = memory(pid)
            finally:
                daemon.stop()
    return statistics.median(seconds), held


def print_processes(rounds):
    """Programs, and the memory of each process; then the starts."""
    program = need("dnsmasq", "dnsmasq-base")
    with tempfile.TemporaryDirectory() as folder:
        secrets = Secrets.make(pathlib.Path(folder))
        ours = starts(ALL, default_command(), r"ready, configuration \d",
                      rounds, secrets)
        plain = starts(CONFIG, default_command(), r"ready, configuration \d",
                       rounds, secrets)
        other = starts(CONFIG, DNSMASQ.format(program=program),
                       r"started, version", rounds, secrets)
    roles = PXEGUARD.parent / "libexec"
    rows = [["process", "program, KiB", "own memory, KiB",
             "with its share, KiB", "libraries"]]
    for name, path in [("parent", PXEGUARD),
                       *((path.name, path)
                         for path in sorted(roles.iterdir()))]:
        own, share = ours[1].get(name, ("-", "-"))
        rows.append([name, f"{size_of(path) // 1024:,}", str(own), str(share),
                     ", ".join(one for one in libraries(path)
                               if one not in ("libc6", "libgcc-s1"))])
    rows.append(["all that serve", "",
                 *(f"{sum(held[n] for held in ours[1].values()):,}"
                   for n in (0, 1)), ""])
    own, share = map(sum, zip(*other[1].values()))
    rows.append(["dnsmasq", f"{size_of(program) // 1024:,}", f"{own:,}",
                 f"{share:,}", ", ".join(
                     one for one in libraries(program) if one != "libc6")])
    print_table(rows)
    print(f"Start, until it serves: DHCP and TFTP {plain[0] * 1000:.0f} ms, "
          f"all roles {ours[0] * 1000:.0f} ms, dnsmasq "
          f"{other[0] * 1000:.0f} ms.\n")


def print_packages(folder):
    """What `make deb` made, and what each package needs."""
    rows = [["package", "installed, KiB", "needs"]]
    for path in sorted(folder.glob("*.deb")):
        name, size, needs = (
            run(["dpkg-deb", "--field", str(path), field]).stdout.strip()
            for field in ("Package", "Installed-Size", "Depends"))
        if not name.endswith("-dbgsym"):
            rows.append([name, size, needs])
    if len(rows) > 1:
        print_table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--base")
    options = parser.parse_args()
    exit_on_signals()
    print(machine(options.rounds) + "\n")
    print_lines(options.base)
    print_processes(options.rounds)
    print_packages(PXEGUARD.parent / "deb")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"bench-size: {error}")
