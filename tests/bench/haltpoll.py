"""Processors of a virtual machine that stay awake for a moment when idle.

To wake one that has halted takes a hypervisor some 35 us.  That is more than
a block costs any server, so without this one measures the hypervisor.
"""

import contextlib
import fcntl
import subprocess

from lab.errors import LabError

PARAMETER = "/sys/module/haltpoll/parameters/guest_halt_poll_ns"
POLL_NS = 200000
# It ends when its standard input does, however this process ended.
KEEPER = 'trap "" INT TERM HUP; cat >/dev/null; printf %s "$1" >"$2"'
RESTORE_S = 10


@contextlib.contextmanager
def awake(parameter=PARAMETER):
    """Let idle processors poll; on any end the old value comes back.

    Yields what was done, for people.
    """
    try:
        setting = open(parameter, "r+", encoding="ascii")
    except OSError:
        yield "Idle processors: as the kernel has them (no haltpoll here)."
        return
    with setting:
        try:
            fcntl.flock(setting, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield ("Idle processors: as another run has set them, which "
                   "measures at the same time.")
            return
        before = setting.read().strip()
        # It holds the lock too, until the old value is back.
        keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "haltpoll", before, parameter],
            stdin=subprocess.PIPE, pass_fds=[setting.fileno()],
            start_new_session=True)
        try:
            setting.seek(0)
            setting.write(str(POLL_NS))
            setting.flush()
            yield (f"Idle processors poll for {POLL_NS // 1000} us before "
                   f"they halt (guest_halt_poll_ns; it was {before}).")
        finally:
            keeper.stdin.close()
            status = keeper.wait(RESTORE_S)
        if status != 0:
            raise LabError(f"{parameter} is not what it was",
                           f"write {before} to it")
