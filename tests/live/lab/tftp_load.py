"""The load client of tests/bench: many transfers, every byte compared."""

import json

from .daemon import PXEGUARD
from .errors import LabError
from .namespaces import SERVER_ADDRESS
from .patience import LONG_S

PROGRAM = PXEGUARD.parent / "bench/tftp_load"


def tftp_load(namespace, folder, names, transfers=1, parallel=1, limit_s=LONG_S,
              server=SERVER_ADDRESS, options=()):
    """Read files of a folder, which is seen from here; returns its figures.

    The names are taken in turn.  See tests/bench/tftp_load.c for options.
    """
    if not PROGRAM.exists():
        raise LabError(f"the load client is not built: no {PROGRAM}",
                       "run: make bench-tools")
    done = namespace.run(
        PROGRAM, "-s", server, "-d", folder, "-n", transfers, "-p", parallel,
        "-t", limit_s * 1000, *options, *names, timeout=limit_s + 20,
        check=False)
    if not done.stdout.startswith("{"):
        raise LabError(f"the load client failed: {done.stderr.strip()}")
    return json.loads(done.stdout)
