"""Waiting for what must happen, on a machine that may be busy."""

import time

from .errors import LabError

LONG_S = 240    # far longer than anything takes that works


def wait_until(condition, what, timeout=LONG_S, pause=0.01):
    """Wait until `condition()` is true; return its value."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise LabError(f"not within {timeout} s: {what}")
        time.sleep(pause)
    return value
