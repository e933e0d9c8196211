"""The command line that the benchmarks of transfers have in common."""

import argparse
import os

from lab.errors import LabError
from lab.process import exit_on_signals


def chosen(text, known, what):
    """The names in a list with commas; all of them for "all"."""
    picked = list(known) if text == "all" else text.split(",")
    for name in picked:
        if name not in known:
            raise LabError(f"there is no {what} {name}",
                           f"choose of: {', '.join(known)}")
    return picked


def parser_for(description, works):
    """--work, --rounds and --processors; a benchmark may add others."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--work", default="all", metavar="NAME,...",
                        help=", ".join(works))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processors", metavar="SERVER/CLIENT",
                        help="where the servers and the client must run, as "
                             "numbers or lists; without this, anywhere")
    return parser


def read(parser, works):
    """The options, checked; `work` is a list, `processors` a pair or None.

    From here on signals end the benchmark, which must run as root.
    """
    exit_on_signals()
    args = parser.parse_args()
    args.work = chosen(args.work, works, "work")
    if args.processors:
        args.processors = args.processors.split("/", 1)
        if len(args.processors) != 2:
            raise LabError(f"--processors {args.processors[0]}: the client's "
                           "are missing", "write for example 0/1")
    if args.rounds < 1:
        raise LabError("no rounds, no result")
    if os.geteuid() != 0:
        raise LabError("private networks need root",
                       "run it as root, or with sudo")
    return args
