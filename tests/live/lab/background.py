"""The server as a daemon, in a process namespace that ends with us."""

import contextlib
import signal

from . import proc
from .daemon import PXEGUARD

DAEMON = '"$@"; echo status $?; exec sleep 60'


@contextlib.contextmanager
def in_background(network, config):
    """Start it without -k; yields the shell that is its caller."""
    network.server.shadow("/run/lab-daemon")
    network.server.path("/run/lab-daemon/conf").write_text(config)
    with network.server.start(
            ["unshare", "--pid", "--fork", "--kill-child", "sh", "-c", DAEMON,
             "sh", str(PXEGUARD), "-C", "/run/lab-daemon/conf"],
            "background") as shell:
        yield shell
        shell.signal(signal.SIGKILL)    # the gentle one, it ignores


def outer_pid(process, inner):
    """The pid here of what has the pid `inner` in there."""
    for pid in proc.descendants(process.pid):
        if proc.status(pid)["NSpid"].split()[-1] == inner:
            return pid
    raise AssertionError(f"no process {inner}")
