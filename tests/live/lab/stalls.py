"""Noticing that this machine has more to do than it can.

Tests that judge times, or how often something was sent, cannot tell a fault of
the server from a process that had to wait for a processor.  While such a test
runs, `Stalls` looks every few milliseconds whether anybody had to.
"""

import os
import threading
import time

EVERY_S = 0.005
LATE_S = 0.010      # so much later than asked for, the watcher itself waited
SAMPLES_LEAST = 2   # of processes that wait; one may be a coincidence


class Stalls:
    """Whether, since it was entered, processes had to wait for a processor.

    `count` says how often that was seen, `worst_s` how long the watcher
    itself had to wait.
    """

    def __init__(self):
        self.count, self.worst_s = 0, 0.0
        self._over = threading.Event()
        self._processors = len(os.sched_getaffinity(0))
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    @property
    def seen(self):
        return self.count >= SAMPLES_LEAST or self.worst_s > LATE_S

    def _watch(self):
        with open("/proc/stat", "rb", buffering=0) as stat:
            while not self._over.is_set():
                start = time.monotonic()
                self._over.wait(EVERY_S)
                late = time.monotonic() - start - EVERY_S
                self.worst_s = max(self.worst_s, late)
                stat.seek(0)
                running = stat.read().partition(b"procs_running ")[2]
                if int(running.split(None, 1)[0]) > self._processors:
                    self.count += 1
