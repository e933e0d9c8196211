#!/usr/bin/python3
"""Measure TFTP servers beside each other and print a table.

Everything lives in private namespaces.  Status 0: every goal is met.
"""

import contextlib
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import contenders                                       # noqa: E402
import growth                                           # noqa: E402
import haltpoll                                         # noqa: E402
import memory                                           # noqa: E402
import options                                          # noqa: E402
from bench_site import Site, names                          # noqa: E402
from lab.errors import LabError                         # noqa: E402
from report import machine, print_table, progress       # noqa: E402
from works import WORKS, unevenness                     # noqa: E402

OURS_ALONE = ("growth", "memory")
BARE = {"bare, UDP_SEGMENT": "-G", "bare, single": "-S"}


WARM_S = 1.5        # for a server that takes longer
WARM_AGAIN_S = 1.5  # as it will be measured
SETTLE_S = 0.7      # for what it does when they have been served

AS_IT_IS = "Idle processors: as the kernel has them."


def arguments():
    known = [*WORKS, *OURS_ALONE]
    parser = options.parser_for(__doc__, known)
    parser.add_argument("--servers", default="all", metavar="NAME,...",
                        help=", ".join(contenders.ALL))
    parser.add_argument("--awake", action="store_true",
                        help="let idle processors of a virtual machine poll "
                        "before they halt, for the time of the run")
    args = options.read(parser, known)
    args.servers = options.chosen(args.servers, contenders.ALL, "server")
    return args


def warm(site, work):
    """What a server that has run for a while has done before."""
    site.load("small", 20, 10, 1, 10)
    files, parallel = len(names(work.files)), min(work.parallel, 20)
    site.load(work.files, 2 * files, parallel, 64, WARM_S, gro=True)
    time.sleep(SETTLE_S)
    site.load(work.files, 2 * files, parallel, work.window, WARM_AGAIN_S,
              gro=work.gro)


def run_once(site, contender, work):
    """One server's turn in one round."""
    server = contender.start(site)
    try:
        warm(site, work)
        if work.loss:
            site.lose(work.loss)
        return site.load(work.files, work.transfers, work.parallel,
                         work.window, work.limit_s, work.gro)
    finally:
        if work.loss:
            site.lose(0)
        server.stop()


def note(work, result):
    """What else is to be said of a run."""
    words = [f"{result[key]} {key}" for key in ("failed", "timeouts", "gaps",
                                                "duplicates") if result[key]]
    if not work.whole(result):
        words.insert(0, f"{result['done']} of {work.transfers} complete")
    if work.even:
        words.append(f"slowest {unevenness(result):.2f} x median")
    return "; ".join(words + result["words"].splitlines()[:1])


def measure(site, servers, work, rounds):
    """{server: results}, {bare loop: rates}; the servers take turns."""
    results = {server: [] for server in servers}
    bare = {name: [] for name in BARE} if work.beside_bare else {}
    for number in range(rounds):
        turn = number % len(servers)
        for server in servers[turn:] + servers[:turn]:
            if server.name != "pxeguard" and work.others_rounds is not None \
                    and number >= work.others_rounds:
                continue
            result = run_once(site, server, work)
            results[server].append(result)
            progress(f"{server.name}: {work.text(work.value(result))} "
                     f"{note(work, result)}")
        for name in bare:
            rate = site.bare(BARE[name])
            bare[name].append(rate)
            progress(f"{name}: {work.text(rate)}")
    return results, bare


def row_of(work, results):
    """One row of the table, and the names of what was measured beside."""
    medians = {server: statistics.median(map(work.value, runs))
               for server, runs in results.items()}
    others = [value for server, value in medians.items()
              if server.name not in ("pxeguard", contenders.YARDSTICK)]
    best = max(others, default=None)
    ours = [server for server in results if server.name == "pxeguard"]
    ratio, met = "-", "-"
    if ours:
        if best:
            ratio = f"{medians[ours[0]] / best:.2f}"
        misses = work.misses(results[ours[0]], best)
        if misses:
            met = "NO: " + ", ".join(misses)
        elif work.goal() != "-":
            met = "yes" if best or not work.ratio else "?"
    return ([work.title, work.goal()] +
            [work.text(value) for value in medians.values()] + [ratio, met])


def print_spread(measured):
    """The rounds behind the medians."""
    rows = [["work", "what", "least", "median", "most", "rounds"]]
    for key, (results, bare) in measured.items():
        work = WORKS[key]
        series = {server.name: list(map(work.value, runs))
                  for server, runs in results.items()}
        for name, values in {**series, **bare}.items():
            rows.append([key, name, work.text(min(values)),
                         work.text(statistics.median(values)),
                         work.text(max(values)), str(len(values))])
    print_table(rows)


def print_growth(rows):
    """The table of growth; True if a transfer was not complete."""
    table = [["growth (windowsize 16)", "rate", "for a transfer", "for a MiB"]]
    for what, rate, transfer, mib, lost in rows:
        table.append([what + (f", {lost} NOT complete" if lost else ""),
                      f"{rate / 1e6:,.0f} MB/s",
                      f"{transfer * 1e3:,.2f} ms", f"{mib * 1e3:,.2f} ms"])
    print_table(table)
    return any(row[-1] for row in rows)


def print_memory(found):
    """The table of memory, and whether the goal is met."""
    rows, each, growth, misses = found
    columns = sorted({name for _, row in rows for name in row})
    table = [["memory (RSS)", *columns, "all"]]
    for when, row in rows:
        table.append([when, *(f"{row.get(name, 0):,} KiB"
                              for name in columns),
                      f"{sum(row.values()):,} KiB"])
    print_table(table)
    print(f"Each transfer beyond the first hundred: {each:.1f} KiB (goal: at "
          f"most {memory.PER_TRANSFER_KIB} KiB).  From {memory.SMALL_FIRST:,} "
          f"to {memory.SMALL:,} small transfers: {growth:+} KiB (goal: flat)."
          f"  Met: {'NO: ' + ', '.join(misses) if misses else 'yes'}\n")


def print_machine(servers, args, idle):
    """What was measured, and where."""
    print(machine(args.rounds))
    print(idle)
    if args.processors:
        print("Servers on processor {}, the client on {}.".format(
            *args.processors))
    print(", ".join(f"{server.name} {server.version}" for server in servers
                    if server.version) + ".\n")


def measure_all(args, servers):
    """Results by work, then growth and memory or None."""
    measured, grown, held = {}, None, None
    with Site(args.processors) as site:
        for key in args.work:
            progress(key)
            if key == "growth":
                grown = growth.measure(site, contenders.Ours())
            elif key == "memory":
                held = memory.measure(site, contenders.Ours())
            else:
                measured[key] = measure(site, servers, WORKS[key],
                                        args.rounds)
    return measured, grown, held


def main():
    try:
        args = arguments()
        servers = [contenders.ALL[name]() for name in args.servers]
        with haltpoll.awake() if args.awake else \
                contextlib.nullcontext(AS_IT_IS) as idle:
            progress(idle)
            measured, grown, held = measure_all(args, servers)
    except LabError as error:
        print(f"bench-tftp: {error}", file=sys.stderr)
        return 1
    missed = False
    print_machine(servers, args, idle)
    if measured:
        rows = [row_of(WORKS[key], measured[key][0]) for key in measured]
        print_table([["work", "goal", *(s.name for s in servers), "ratio",
                      "met"], *rows])
        print_spread(measured)
        missed = any(row[-1].startswith("NO") for row in rows)
    if grown:
        missed |= print_growth(grown)
    if held:
        print_memory(held)
        missed |= bool(held[-1])
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
