"""Judging what depends on time, on a machine that may be busy.

A fault shows every time; the delay of a busy machine passes.  So a test of
speed, or of what a server does when nothing is lost or late, takes the best of
several attempts, and everything else is judged in each of them.
"""

import time

from .errors import LabError

ATTEMPTS = 10
LONG_S = 60     # far longer than anything takes that works


def best_of(attempt, good, attempts=ATTEMPTS):
    """Call `attempt` until `good` accepts what it returns; return that.

    If none is good, fail with what each of them returned.
    """
    seen = []
    for _ in range(attempts):
        seen.append(attempt())
        if good(seen[-1]):
            return seen[-1]
    raise AssertionError(f"none of {attempts} attempts is good: {seen}")


def wait_until(condition, what, timeout=LONG_S, pause=0.01):
    """Wait until `condition()` is true; return its value."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise LabError(f"not within {timeout} s: {what}")
        time.sleep(pause)
    return value
