"""Child processes that are watched, bounded, and never outlive us."""

import re
import shutil
import signal
import subprocess
import threading
import time

from .closing import Stopping
from .errors import LabError
from .patience import LONG_S

STOP_GRACE_S = 5


def need(program, package):
    """Return the path of `program`, or say which package has it."""
    path = shutil.which(program)
    if path is None:
        raise LabError(f"the program {program} is missing",
                       f"install Debian's package {package}")
    return path


def tied(argv):
    """Make `argv` die with us, even if we are killed with SIGKILL.

    The kernel ties the child to the thread that starts it: start processes
    from a thread that lives on (the main one).
    """
    return ["setpriv", "--pdeathsig", "KILL", *map(str, argv)]


def run(argv, timeout=LONG_S, check=True, text_in="", **kwargs):
    """Run a short command and return it completed, with output as text."""
    try:
        done = subprocess.run(tied(argv), input=text_in,
                              capture_output=True, text=True,
                              errors="replace", timeout=timeout, **kwargs)
    except subprocess.TimeoutExpired as late:
        raise LabError(f"{' '.join(map(str, argv))}: no end after "
                       f"{timeout} s") from late
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(map(str, argv))}: status "
                       f"{done.returncode}: {done.stderr.strip()}")
    return done


class Process(Stopping):
    """A long-running child whose output is collected line by line.

    Standard error goes where standard output goes, because servers log to
    either.  Lines are kept with the time when they came.
    """

    def __init__(self, argv, name=None):
        self.name = name or str(argv[0])
        self.lines = []
        self._news = threading.Condition()
        self._ended = False
        try:
            self._popen = subprocess.Popen(
                tied(argv), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                start_new_session=True)
        except OSError as error:
            raise LabError(f"{self.name} cannot be started: {error}") \
                from error
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._popen.pid

    @property
    def status(self):
        """The exit status, or None while it runs."""
        return self._popen.poll()

    def text(self):
        """All output so far."""
        return "\n".join(self.tail(None))

    def tail(self, count=15):
        """The last `count` lines (all with None)."""
        with self._news:
            lines = [line for _, line in self.lines]
        return lines if count is None else lines[-count:]

    def mark(self):
        """A position for `wait_line(since=...)`."""
        with self._news:
            return len(self.lines)

    def _collect(self):
        for raw in self._popen.stdout:
            line = raw.decode(errors="replace").rstrip("\r\n")
            with self._news:
                self.lines.append((time.monotonic(), line))
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def wait_line(self, pattern, timeout=LONG_S, since=0):
        """Wait for a line that matches; return the match object.

        Lines that came before the call count too, from `since` on.
        """
        wanted = re.compile(pattern)
        deadline = time.monotonic() + timeout
        position = since
        with self._news:
            while True:
                while position < len(self.lines):
                    match = wanted.search(self.lines[position][1])
                    position += 1
                    if match:
                        return match
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    break
                self._news.wait(left)
        why = "it ended" if self._ended else f"not within {timeout} s"
        raise LabError(f"{self.name}: no line like /{pattern}/: {why}\n"
                       + "\n".join("    " + x for x in self.tail()))

    def wait_end(self, timeout=LONG_S):
        """Wait until it ended; return the exit status."""
        try:
            status = self._popen.wait(timeout)
        except subprocess.TimeoutExpired as late:
            raise LabError(f"{self.name}: still runs after {timeout} s") \
                from late
        self._reader.join(STOP_GRACE_S)
        return status

    def signal(self, number):
        """Send a signal to this process alone."""
        self._popen.send_signal(number)

    def stop(self, grace=STOP_GRACE_S):
        """End it: politely first, by force after `grace` seconds."""
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(grace)
            except subprocess.TimeoutExpired:
                self._popen.kill()
        self._popen.wait(STOP_GRACE_S)
        self._reader.join(STOP_GRACE_S)
        if not self._reader.is_alive():
            self._popen.stdout.close()
        return self._popen.returncode


def exit_on_signals():
    """Turn SIGTERM and SIGHUP into an orderly exit, as SIGINT is already."""
    def leave(number, _frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
